"""What happens to the register when a case ends: its replies gathered and examined, withdrawn, overdue or closed."""

from datetime import datetime
from typing import Annotated, NotRequired, TypedDict

from service.deadlines.lateness import is_late
from service.operations import Context, operation
from service.register.closing.forms import ReceiptCheck, Verdict
from service.register.dispatch import assignments, progress
from service.register.dispatch.status import System
from service.register.dispatch.variables import UnitDuty, UnitSystem
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import signatures, suggestions
from service.register.proposal.messages import about
from service.register.proposal.outcomes import Reviewed
from service.register.proposal.signatures import Decision
from service.register.proposal.status import CaseStatus, Outcome
from service.register.proposal.suggestions import Office, SuggestionId
from service.register.reply import classes, replies
from service.register.reply.kinds import Step
from service.tables.assignments import Assignment


class Collected(TypedDict):
    """The replies of all units as one."""

    reply_class: Annotated[str, "答复类别"]
    reply_delivered_at: Annotated[datetime, "答复送达时间"]


class Checked(TypedDict):
    """Which replies went back, and when."""

    returned_replies: Annotated[list[UnitDuty], "退回重新答复的单位"]
    reply_returned_at: NotRequired[Annotated[datetime, "退回时间"]]


@operation("suggestion")
def record_withdrawal(context: Context, *, suggestion: SuggestionId, office: Office) -> Reviewed:
    """登记撤回：终止办理，通知代表工委、联名代表和已交办的单位。"""
    own = suggestions.check_withdrawal(context.session, suggestion, context.by)
    suggestions.settle(context.session, suggestion, CaseStatus.WITHDRAWN, context.at)
    ended = assignments.withdraw(context.session, suggestion)
    signers = signatures.of(context.session, suggestion, Decision.AGREED, Decision.PENDING)
    recipients = [
        office,
        *(each.login for each in signers),
        *(Role.UNIT_LIAISON.of(each.unit) for each in ended),
    ]
    about(context, own, recipients, "withdrawn", "代表已撤回，不再办理。")
    return {"review_outcome": Outcome.WITHDRAWN}


@operation("suggestion")
def mark_reply_overdue(
    context: Context,
    *,
    suggestion: SuggestionId,
    office: Office,
    system: UnitSystem,
) -> None:
    """标记逾期：到期还没有送达答复的，通知代表工委和督查室。"""
    answering = assignments.answering(context.session, suggestion)
    late = [
        each
        for each in answering
        if each.replied_at is None and (each.due_at is None or is_late(each.due_at, context.at))
    ]  # a unit that was given a later day is not late on the case's
    if not late:
        return
    own = suggestions.get(context.session, suggestion)
    names = people.unit_names(context.session, [each.unit for each in late])
    units = "、".join(names[each.unit] for each in late)
    watcher = Role.GOV_SUPERVISION if system == System.GOVERNMENT else Role.DEPUTY_OFFICE
    text = f"答复期限已到，{units}还没有送达答复。"
    about(context, own, [office, watcher], "reply_overdue", text)


@operation("suggestion")
def collect_replies(context: Context, *, suggestion: SuggestionId) -> Collected:
    """汇总答复：读出各单位答复的类别和最后送达时间，建议转为已答复。"""
    answering = assignments.answering(context.session, suggestion)
    found = [replies.current(context.session, each.id) for each in answering]
    delivered = max(each.delivered_at or context.at for each in found)
    suggestions.mark_replied(context.session, suggestion, delivered)
    return {
        "reply_class": classes.last(context.session, [each.reply_class for each in found]),
        "reply_delivered_at": delivered,
    }


@operation("suggestion")
def check_reply(context: Context, form: ReceiptCheck, *, suggestion: SuggestionId) -> Checked:
    """登记收悉审核：合格的送代表评价；不合格的退回单位重新答复，期限不重新计算。"""
    if form.reply_check == Verdict.QUALIFIED:
        suggestions.set_status(context.session, suggestion, CaseStatus.EVALUATING)
        return {"returned_replies": []}
    reason = form.needed("check_reason", form.check_reason)
    returned = _returned(context, form, suggestion)
    own = suggestions.reopen(context.session, suggestion)
    for each in returned:
        replies.send_back(context.session, each.id, Step.RECEIPT, reason, context.by, context.at)
        progress.reopen(each)
        text = f"的答复被退回，请重新答复，期限不变：{reason}"
        about(context, own, Role.UNIT_LIAISON.of(each.unit), "reply_returned", text)
    return {
        "returned_replies": [UnitDuty(unit=each.unit, assignment=each.id) for each in returned],
        "reply_returned_at": context.at,
    }


@operation("suggestion")
def close_suggestion(context: Context, *, suggestion: SuggestionId) -> None:
    """办结销号：本件和并入本件的建议一起办结，告知各位代表。"""
    for each in suggestions.close(context.session, suggestion, context.at):
        about(context, each, each.lead_deputy, "closed", "已办结归档。")


def _returned(context: Context, form: ReceiptCheck, suggestion_id: int) -> list[Assignment]:
    """Return whose reply goes back; with one answering unit nobody has to say which."""
    answering = assignments.answering(context.session, suggestion_id)
    if len(answering) == 1:
        return answering
    chosen = [each for each in answering if each.unit in form.returned_units]
    if not chosen:
        raise form.refused("returned_units", "请选择哪些单位的答复要退回。")
    return chosen
