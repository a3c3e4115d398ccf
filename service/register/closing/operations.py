"""What happens to the register when a case ends: its replies gathered and examined, withdrawn, overdue or closed."""

from collections.abc import Mapping
from typing import Any

from service.errors import FormInvalid
from service.operations import Context, operation
from service.register.dispatch import assignments
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.messages import about
from service.register.reply import replies
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

Variables = Mapping[str, Any]


@operation
def record_withdrawal(context: Context) -> Variables:
    """登记撤回：终止办理，通知代表工委、联名代表和已交办的单位。"""
    suggestion = suggestions.check_withdrawal(
        context.session, context.variables["suggestion"], context.by
    )
    suggestions.settle(context.session, suggestion.id, "withdrawn", context.at)
    ended = assignments.withdraw(context.session, suggestion.id)
    signers = suggestions.co_signers(context.session, suggestion.id, "agreed", "pending")
    told = [
        context.variables["office"],
        *(each.login for each in signers),
        *(f"unit_liaison:{each.unit}" for each in ended),
    ]
    for recipient in dict.fromkeys(told):
        text = "代表已撤回，不再办理。"
        about(context, suggestion, recipient, "withdrawn", text)
    return {"review_outcome": "withdrawn"}


@operation
def mark_reply_overdue(context: Context) -> None:
    """标记逾期：到期还没有送达答复的，标记逾期并通知代表工委和督查室。"""
    suggestion = _own(context)
    late = [each for each in _answering(context) if each.replied_at is None]
    if not late:
        return
    _mark_overdue(context, suggestion)
    names = people.unit_names(context.session, [each.unit for each in late])
    units = "、".join(names[each.unit] for each in late)
    text = f"答复期限已到，{units}还没有送达答复。"
    watcher = "gov_supervision" if context.variables["system"] == "government" else "deputy_office"
    for recipient in dict.fromkeys((context.variables["office"], watcher)):
        about(context, suggestion, recipient, "reply_overdue", text)


@operation
def collect_replies(context: Context) -> Variables:
    """汇总答复：读出各单位答复的类别和最后送达时间，建议转为已答复。"""
    found = [replies.current(context.session, each.id) for each in _answering(context)]
    delivered = max(each.delivered_at or context.at for each in found)
    classes = [replies.class_of(context.session, each.reply_class) for each in found]
    for each in suggestions.cluster(context.session, context.variables["suggestion"]):
        each.replied_at = delivered
    _set_status(context, "replied")
    return {
        "reply_class": max(classes, key=lambda each: each.position).code,
        "reply_delivered_at": delivered.isoformat(),
    }


@operation
def check_reply(context: Context) -> Variables:
    """登记收悉审核：合格的送代表评价；不合格的退回单位重新答复，期限不重新计算。"""
    suggestion, answering = _own(context), _answering(context)
    if context.values["reply_check"] == "qualified":
        _set_status(context, "evaluating")
        return {"returned_replies": []}
    reason, returned = context.values["check_reason"], _returned(context, answering)
    for assignment in returned:
        replies.send_back(context.session, assignment.id, "receipt", reason, context.by, context.at)
        assignment.status = "drafting"
        assignment.replied_at = None
        suggestion.replied_at = None
        text = f"的答复被退回，请重新答复，期限不变：{reason}"
        about(context, suggestion, f"unit_liaison:{assignment.unit}", "reply_returned", text)
    if suggestion.reply_due_at is not None and context.at > suggestion.reply_due_at:
        _mark_overdue(context, suggestion)
    _set_status(context, "handling")
    return {
        "returned_replies": [{"unit": each.unit, "assignment": each.id} for each in returned],
        "reply_returned_at": context.at.isoformat(),
    }


@operation
def close_suggestion(context: Context) -> None:
    """办结销号：本件和并入本件的建议一起办结，告知各位代表。"""
    for each in suggestions.close(context.session, context.variables["suggestion"], context.at):
        about(context, each, each.lead_deputy, "closed", "已办结归档。")


def _returned(context: Context, answering: list[Assignment]) -> list[Assignment]:
    """Return whose reply goes back; with one answering unit nobody has to say which."""
    if len(answering) == 1:
        return answering
    chosen = [each for each in answering if each.unit in context.values["returned_units"]]
    if not chosen:
        raise FormInvalid({"returned_units": "请选择哪些单位的答复要退回。"}, context.values)
    return chosen


def _answering(context: Context) -> list[Assignment]:
    """The assignments of the current round whose units answer the deputies."""
    rows = assignments.active(context.session, context.variables["suggestion"])
    return [each for each in rows if each.role != "assist"]


def _mark_overdue(context: Context, suggestion: Suggestion) -> None:
    for each in suggestions.cluster(context.session, suggestion.id):
        each.sla_state = "overdue"


def _own(context: Context) -> Suggestion:
    return suggestions.get(context.session, context.variables["suggestion"])


def _set_status(context: Context, status: str) -> Suggestion:
    return suggestions.set_status(context.session, context.variables["suggestion"], status)
