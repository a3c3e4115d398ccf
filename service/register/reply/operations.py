"""What happens to the register while a reply is drafted, passed, issued and delivered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from service import notifications
from service.deadlines.workdays import local_day
from service.errors import FormInvalid
from service.operations import Context, operation
from service.register.handling import commitments, contacts, oversight
from service.register.handling.operations import (
    assignment_of,
)
from service.register.people import directory as people
from service.register.proposal import identity, recipients, suggestions
from service.register.reply import replies
from service.register.reply.replies import Draft, Item, Receipt
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion


@operation
def submit_reply(context: Context) -> Mapping[str, Any]:
    """提交答复稿：逐条回应代表建议；须跟踪的类别同时登记承诺。"""
    assignment, values = assignment_of(context), context.values
    tracked = replies.class_of(context.session, values["reply_class"]).tracked
    if tracked and not values["commitments"]:
        raise FormInvalid(
            {"commitments": "这个答复类别须写明以后怎么落实，请至少填写一项承诺和完成日期。"},
            values,
        )
    text = _draft(values, _items(context, assignment))
    reply = replies.draft(context.session, assignment, text, context.by, context.at)
    commitments.make(
        context.session,
        assignment,
        "reply",
        commitments.promises(values["commitments"]) if tracked else [],
        context.by,
        context.at,
        status="proposed",
    )
    small = people.unit(context.session, assignment.unit).small
    assignment.status = "endorsing" if small else "proofing"
    return {"reply": reply.id, "small_unit": small}


@operation
def proof_reply(context: Context) -> Mapping[str, Any]:
    """核稿：核对格式、逐条回应和代表联系情况，通过后送分管领导审签。"""
    assignment = assignment_of(context)
    if context.values["proof_conclusion"] == "return":
        return _send_back(context, assignment, "proof")
    replies.proof(context.session, assignment.id, context.by, context.at)
    assignment.status = "endorsing"
    return {"reply_signed": False}


@operation
def endorse_reply(context: Context) -> Mapping[str, Any]:
    """审签：分管领导同意后报签发；政府系统的重点建议先报领办领导审定。"""
    assignment = assignment_of(context)
    if context.values["endorse_conclusion"] == "return":
        return _send_back(context, assignment, "endorse")
    replies.endorse(context.session, assignment.id, context.by, context.at)
    assignment.status = "issuing"
    review = oversight.needs_leader(context.session, assignment)
    return {"reply_signed": False, "leader_review": review}


@operation
def review_reply_as_leader(context: Context) -> Mapping[str, Any]:
    """领办领导审定答复：同意后由主要负责人签发，不同意则退回起草。"""
    assignment = assignment_of(context)
    if context.values["leader_conclusion"] == "return":
        return _send_back(context, assignment, "leader")
    replies.review(context.session, assignment.id, context.by, context.at)
    return {"reply_signed": False}


@operation
def sign_reply(context: Context) -> Mapping[str, Any]:
    """签发答复：主要负责人签发；没有经代表确认的办前沟通不得签发。"""
    assignment = assignment_of(context)
    if context.values["issue_conclusion"] == "return":
        return _send_back(context, assignment, "issue")
    missing = contacts.missing_before_issue(context.session, assignment)
    if missing:
        raise FormInvalid({"issue_conclusion": "".join(missing)}, context.values)
    replies.sign_off(context.session, assignment.id, context.by)
    return {"reply_signed": True}


@operation
def issue_reply(context: Context) -> Mapping[str, Any]:
    """编号印发：给答复函编文号，承诺事项生效。"""
    assignment = assignment_of(context)
    reply = replies.issue(context.session, assignment, context.at)
    if commitments.of(context.session, assignment.id, "reply"):
        # What the reply promises takes the place of what the plan promised.
        commitments.replace(context.session, assignment.id, "plan")
        commitments.open_(context.session, assignment.id, "reply")
    return {"reply_class": reply.reply_class, "reply_issued_at": context.at.isoformat()}


@operation
def deliver_reply(context: Context) -> Mapping[str, Any]:
    """登记送达：逐位代表登记送达方式和日期，并告知代表。"""
    assignment = assignment_of(context)
    reply = replies.deliver(
        context.session, assignment, _receipts(context, assignment), context.by, context.at
    )
    suggestion = context.session.get_one(Suggestion, assignment.suggestion_id)
    if assignment.role != "separate":
        _mark_replied(context, suggestion, context.at)
    unit = people.unit(context.session, assignment.unit)
    for recipient in {r.deputy for r in recipients.of(context.session, suggestion.id)}:
        notifications.enqueue(
            context.session,
            recipient,
            "reply_delivered",
            f"{unit.name}对代表建议《{suggestion.title}》的答复（{reply.number}）已送达，请查看。",
            context.at,
            dedupe_key=f"reply_delivered:{reply.id}:{reply.version}",
            business_key=context.business_key,
        )
    return {"reply_delivered_at": context.at.isoformat()}


@operation
def copy_reply(context: Context) -> None:
    """抄送协办单位：把主办单位的答复告知每一家协办单位。"""
    reply = replies.current(context.session, context.variables["lead_assignment"])
    suggestion = context.session.get_one(Suggestion, reply.suggestion_id)
    for assist in context.variables["assists"]:
        notifications.enqueue(
            context.session,
            f"unit_liaison:{assist['unit']}",
            "reply_copied",
            f"贵单位协办的代表建议《{suggestion.title}》已由主办单位答复（{reply.number}），"
            "请查看并落实本单位的承诺事项。",
            context.at,
            dedupe_key=f"reply_copied:{reply.id}:{reply.version}",
            business_key=context.business_key,
        )


@operation
def gather_replies(context: Context) -> Mapping[str, Any]:
    """汇总分办答复：各单位都已送达后，带出最后一份答复的送达时间。"""
    suggestion = context.session.get_one(Suggestion, context.variables["suggestion"])
    units = [item["assignment"] for item in context.variables["separates"]]
    delivered = [replies.current(context.session, assignment) for assignment in units]
    last = max(delivered, key=lambda reply: reply.delivered_at or context.at)
    moment = last.delivered_at or context.at
    _mark_replied(context, suggestion, moment)
    return {"reply_delivered_at": moment.isoformat(), "reply_class": last.reply_class}


def _draft(values: Mapping[str, Any], items: list[Item]) -> Draft:
    return Draft(
        title=values["title"],
        body=values["body"],
        items=items,
        reply_class=values["reply_class"],
        class_reason=values["class_reason"],
        publicity=values["publicity"],
        publicity_reason=values["publicity_reason"] or "",
        next_steps=values["next_steps"] or "",
        assist_account=values["assist_account"] or "",
        contact_name=values["contact_name"],
        contact_phone=values["contact_phone"],
        copies=values["copies"],
        attachments=values["attachments"],
    )


def _items(context: Context, assignment: Assignment) -> list[Item]:
    """Match the rows of the form with what the suggestion asks; every item is answered, and answered once."""
    rows = context.values["items"]
    asked = dict(
        enumerate(recipients.asked_items(context.session, assignment.suggestion_id), 1)
    ) or {row["number"]: row["item"] or "" for row in rows}
    answers = {row["number"]: row for row in rows}
    left = [str(number) for number in asked if number not in answers]
    if left:
        sentence = f"代表建议第 {'、'.join(left)} 条还没有回应，请逐条回应后再提交。"
        raise FormInvalid({"items": sentence}, context.values)
    if len(rows) != len(asked):
        sentence = f"代表建议共 {len(asked)} 条，请每条回应一次，不要改动序号或增加行。"
        raise FormInvalid({"items": sentence}, context.values)
    return [
        Item(text, answers[number]["response"], answers[number]["state"])
        for number, text in asked.items()
    ]


def _send_back(context: Context, assignment: Assignment, step: str) -> Mapping[str, Any]:
    replies.send_back(
        context.session, assignment.id, step, context.values["reason"], context.by, context.at
    )
    assignment.status = "drafting"
    return {"reply_signed": False}


def _receipts(context: Context, assignment: Assignment) -> list[Receipt]:
    """Match the rows of the form with the deputies who must get the reply; nobody may be left out."""
    wanted = recipients.of(context.session, assignment.suggestion_id)
    rows = {row["number"]: row for row in context.values["deliveries"]}
    left = [r.deputy for number, r in enumerate(wanted, 1) if number not in rows]
    if left:
        names = identity.names(context.session, None, assignment.suggestion_id, left)
        raise FormInvalid(
            {
                "deliveries": f"还没有登记送达：{'、'.join(names[login] for login in left)}。请逐人登记。"
            },
            context.values,
        )
    today = local_day(context.at)
    receipts = []
    for number, recipient in enumerate(wanted, 1):
        row = rows[number]
        delivered_on = date.fromisoformat(row["delivered_on"])
        if delivered_on > today:
            raise FormInvalid(
                {"deliveries": f"第 {number} 行：送达日期不能晚于今天，请填写实际送达的日期。"},
                context.values,
            )
        receipts.append(
            Receipt(
                deputy=recipient.deputy,
                suggestion_id=recipient.suggestion_id,
                method=row["method"],
                delivered_on=delivered_on,
                receipt=row["receipt"] or "",
            )
        )
    return receipts


def _mark_replied(context: Context, suggestion: Suggestion, at: datetime) -> None:
    """The reply to a suggestion answers those merged into it, which show their own status."""
    suggestion.status = "replied"
    for each in suggestions.cluster(context.session, suggestion.id):
        each.replied_at = at
