"""What happens to the register while a reply is drafted, passed, issued and delivered."""

from datetime import datetime
from typing import Annotated, TypedDict

from service.deadlines.workdays import local_day
from service.operations import Context, operation
from service.register.common.telling import tell
from service.register.dispatch import assignments, progress
from service.register.dispatch.status import AssignmentStatus, Duty
from service.register.dispatch.variables import AssignmentId, Assists, Separates
from service.register.handling import commitments, contacts, oversight
from service.register.handling.kinds import CommitmentStatus, Conclusion, Source
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import identity, recipients, suggestions
from service.register.proposal.suggestions import SuggestionId
from service.register.reply import classes, deliveries, replies
from service.register.reply.deliveries import Receipt
from service.register.reply.forms import (
    Deliveries,
    Draft,
    Endorsement,
    ItemRow,
    LeaderReview,
    Proof,
    Signature,
)
from service.register.reply.kinds import IssueConclusion, ProofConclusion, Step
from service.tables.assignments import Assignment


class Drafted(TypedDict):
    """The draft, and whether a proofreader comes next."""

    reply: Annotated[int, "答复稿"]
    small_unit: Annotated[bool, "小单位，不设核稿"]


class Passed(TypedDict):
    """Not signed yet, or not signed at all."""

    reply_signed: Annotated[bool, "已签发"]


class Endorsed(Passed, total=False):
    """Whether the leader in charge has to see it too."""

    leader_review: Annotated[bool, "须领办领导审定"]


class Issued(TypedDict):
    """The letter that went out."""

    reply_class: Annotated[str, "答复类别"]
    reply_issued_at: Annotated[datetime, "印发时间"]


class Delivered(TypedDict):
    """From when the deputies have the reply."""

    reply_delivered_at: Annotated[datetime, "答复送达时间"]


class Gathered(Delivered):
    """The last of several separate replies."""

    reply_class: Annotated[str, "答复类别"]


@operation("suggestion")
def submit_reply(context: Context, form: Draft, *, assignment: AssignmentId) -> Drafted:
    """提交答复稿：逐条回应代表建议；须跟踪的类别同时登记承诺。"""
    duty = assignments.get(context.session, assignment)
    is_tracked = classes.get(context.session, form.reply_class).tracked
    if is_tracked and not form.commitments:
        raise form.refused(
            "commitments", "这个答复类别须写明以后怎么落实，请至少填写一项承诺和完成日期。"
        )
    text = form.model_copy(update={"items": _answers(context, form, duty)})
    reply = replies.draft(context.session, duty, text, context.by, context.at)
    commitments.make(
        context.session,
        duty,
        Source.REPLY,
        form.commitments if is_tracked else (),
        context.by,
        context.at,
        CommitmentStatus.PROPOSED,
    )
    is_small = people.unit(context.session, duty.unit).small
    progress.advance(duty, AssignmentStatus.ENDORSING if is_small else AssignmentStatus.PROOFING)
    return {"reply": reply.id, "small_unit": is_small}


@operation("suggestion")
def proof_reply(context: Context, form: Proof, *, assignment: AssignmentId) -> Passed:
    """核稿：核对格式、逐条回应和代表联系情况，通过后送分管领导审签。"""
    duty = assignments.get(context.session, assignment)
    if form.proof_conclusion == ProofConclusion.RETURN:
        return _send_back(context, duty, Step.PROOF, form.needed("reason", form.reason))
    replies.proof(context.session, duty.id, context.by, context.at)
    progress.advance(duty, AssignmentStatus.ENDORSING)
    return {"reply_signed": False}


@operation("suggestion")
def endorse_reply(context: Context, form: Endorsement, *, assignment: AssignmentId) -> Endorsed:
    """审签：分管领导同意后报签发；政府系统的重点建议先报领办领导审定。"""
    duty = assignments.get(context.session, assignment)
    if form.endorse_conclusion == Conclusion.RETURN:
        returned = _send_back(context, duty, Step.ENDORSE, form.needed("reason", form.reason))
        return {"reply_signed": returned["reply_signed"]}
    replies.endorse(context.session, duty.id, context.by, context.at)
    progress.advance(duty, AssignmentStatus.ISSUING)
    review = oversight.needs_leader(context.session, duty)
    return {"reply_signed": False, "leader_review": review}


@operation("suggestion")
def review_reply_as_leader(
    context: Context, form: LeaderReview, *, assignment: AssignmentId
) -> Passed:
    """领办领导审定答复：同意后由主要负责人签发，不同意则退回起草。"""
    duty = assignments.get(context.session, assignment)
    if form.leader_conclusion == Conclusion.RETURN:
        return _send_back(context, duty, Step.LEADER, form.needed("reason", form.reason))
    replies.review(context.session, duty.id, context.by, context.at)
    return {"reply_signed": False}


@operation("suggestion")
def sign_reply(context: Context, form: Signature, *, assignment: AssignmentId) -> Passed:
    """签发答复：主要负责人签发；没有经代表确认的办前沟通不得签发。"""
    duty = assignments.get(context.session, assignment)
    if form.issue_conclusion == IssueConclusion.RETURN:
        return _send_back(context, duty, Step.ISSUE, form.needed("reason", form.reason))
    missing = contacts.missing_before_issue(context.session, duty)
    if missing:
        raise form.refused("issue_conclusion", "".join(missing))
    replies.sign_off(context.session, duty.id, context.by)
    return {"reply_signed": True}


@operation("suggestion")
def issue_reply(context: Context, *, assignment: AssignmentId) -> Issued:
    """编号印发：给答复函编文号，承诺事项生效。"""
    duty = assignments.get(context.session, assignment)
    reply = replies.issue(context.session, duty, context.at)
    if commitments.of(context.session, duty.id, Source.REPLY):
        # What the reply promises takes the place of what the plan promised.
        commitments.replace(context.session, duty.id, Source.PLAN)
        commitments.open_(context.session, duty.id, Source.REPLY)
    return {"reply_class": reply.reply_class, "reply_issued_at": context.at}


@operation("suggestion")
def deliver_reply(context: Context, form: Deliveries, *, assignment: AssignmentId) -> Delivered:
    """登记送达：逐位代表登记送达方式和日期，并告知代表。"""
    duty = assignments.get(context.session, assignment)
    receipts = _receipts(context, form, duty)
    reply = deliveries.record(context.session, duty, receipts, context.by, context.at)
    # Of several separate replies the last one answers the case, see `gather_replies`.
    if duty.role != Duty.SEPARATE:
        suggestions.mark_replied(context.session, duty.suggestion_id, context.at)
    unit = people.unit(context.session, duty.unit)
    title = suggestions.get(context.session, duty.suggestion_id).title
    text = f"{unit.name}对代表建议《{title}》的答复（{reply.number}）已送达，请查看。"
    occasion = f"reply_delivered:{reply.id}:{reply.version}"
    for deputy, key in recipients.cases(context.session, duty.suggestion_id).items():
        tell(context, deputy, occasion, text, business_key=key)
    return {"reply_delivered_at": context.at}


@operation("suggestion")
def copy_reply(context: Context, *, lead_assignment: AssignmentId, assists: Assists) -> None:
    """抄送协办单位：把主办单位的答复告知每一家协办单位。"""
    reply = replies.current(context.session, lead_assignment)
    title = suggestions.get(context.session, reply.suggestion_id).title
    text = (
        f"贵单位协办的代表建议《{title}》已由主办单位答复（{reply.number}），"
        "请查看并落实本单位的承诺事项。"
    )
    liaisons = [Role.UNIT_LIAISON.of(each.unit) for each in assists]
    tell(context, liaisons, f"reply_copied:{reply.id}:{reply.version}", text)


@operation("suggestion")
def gather_replies(context: Context, *, suggestion: SuggestionId, separates: Separates) -> Gathered:
    """汇总分办答复：各单位都已送达后，带出最后一份答复的送达时间。"""
    delivered = [replies.current(context.session, each.assignment) for each in separates]
    last = max(delivered, key=lambda reply: reply.delivered_at or context.at)
    moment = last.delivered_at or context.at
    suggestions.mark_replied(context.session, suggestion, moment)
    return {"reply_delivered_at": moment, "reply_class": last.reply_class}


def _answers(context: Context, form: Draft, duty: Assignment) -> list[ItemRow]:
    """Match the rows of the form with what the suggestion asks; every item is answered, and answered once."""
    asked = dict(enumerate(recipients.asked_items(context.session, duty.suggestion_id), 1)) or {
        row.number: row.item or "" for row in form.items
    }
    answers = {row.number: row for row in form.items}
    left = [str(number) for number in asked if number not in answers]
    if left:
        raise form.refused(
            "items", f"代表建议第 {'、'.join(left)} 条还没有回应，请逐条回应后再提交。"
        )
    if len(form.items) != len(asked):
        raise form.refused(
            "items", f"代表建议共 {len(asked)} 条，请每条回应一次，不要改动序号或增加行。"
        )
    return [answers[number].model_copy(update={"item": text}) for number, text in asked.items()]


def _send_back(context: Context, duty: Assignment, step: Step, reason: str) -> Passed:
    replies.send_back(context.session, duty.id, step, reason, context.by, context.at)
    progress.advance(duty, AssignmentStatus.DRAFTING)
    return {"reply_signed": False}


def _receipts(context: Context, form: Deliveries, duty: Assignment) -> list[Receipt]:
    """Match the rows of the form with the deputies who must get the reply; nobody may be left out."""
    wanted = recipients.of(context.session, duty.suggestion_id)
    rows = {row.number: row for row in form.deliveries}
    left = [each.deputy for number, each in enumerate(wanted, 1) if number not in rows]
    if left:
        names = identity.names(context.session, None, duty.suggestion_id, left)
        listed = "、".join(names[login] for login in left)
        raise form.refused("deliveries", f"还没有登记送达：{listed}。请逐人登记。")
    today = local_day(context.at)
    for number in range(1, len(wanted) + 1):
        if rows[number].delivered_on > today:
            raise form.refused(
                "deliveries",
                f"第 {number} 行：送达日期不能晚于今天，请填写实际送达的日期。",
            )
    return [
        Receipt(
            deputy=each.deputy,
            suggestion_id=each.suggestion_id,
            method=rows[number].method,
            delivered_on=rows[number].delivered_on,
            receipt=rows[number].receipt or "",
        )
        for number, each in enumerate(wanted, 1)
    ]
