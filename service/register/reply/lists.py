"""What the forms of a reply start with, and what they offer to choose from."""

from typing import Annotated, Any

from sqlalchemy.orm import Session

from service.deadlines.workdays import local_day
from service.forms import Option
from service.operations import Variable, source
from service.register.dispatch.variables import AssignmentId, Assists
from service.register.handling import commitments, opinions, plans
from service.register.handling.kinds import Judgement, Source
from service.register.people import directory as people
from service.register.proposal import identity, recipients, suggestions
from service.register.proposal.suggestions import SuggestionId
from service.register.reply import classes, replies
from service.register.reply.kinds import Step
from service.tables.handling import Reply

Round = Annotated[int, Variable("第几轮办理")]


@source()
def reply_classes(session: Session) -> list[Option]:
    """答复类别"""
    return [Option(found.code, found.name) for found in classes.in_use(session)]


@source("suggestion")
def last_reply(
    session: Session, *, assignment: AssignmentId, suggestion: SuggestionId
) -> list[dict[str, Any]]:
    """上一稿答复；没有则带出标题、预计类别、联系人和代表对公开的意见"""
    reply = replies.find(session, assignment)
    if reply is not None:
        return [dict(replies.content(reply))]
    own = suggestions.get(session, suggestion)
    first = {
        "title": f"关于第{own.case_no}号建议的答复函" if own.case_no else "",
        "publicity": own.publicity,
    }
    plan = plans.find(session, assignment)
    if plan is not None:
        first |= {
            "reply_class": plan.expected_class or "",
            "contact_name": plan.handler,
            "contact_phone": plan.phone,
        }
    return [first]


@source("suggestion")
def reply_items(
    session: Session, *, assignment: AssignmentId, suggestion: SuggestionId
) -> list[dict[str, Any]]:
    """答复的逐条回应：上一稿的回应，没有则按代表建议逐条带出"""
    reply = replies.find(session, assignment)
    if reply is not None:
        return [
            {"number": i.number, "item": i.text, "response": i.response, "state": i.state}
            for i in reply.items
        ]
    asked = recipients.asked_items(session, suggestion)
    return [
        {"number": number, "item": text, "response": "", "state": None}
        for number, text in enumerate(asked, 1)
    ]


@source("suggestion")
def last_return(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """答复稿最近一次被退回的意见"""
    returned = replies.last_return(session, assignment)
    if returned is None:
        return []
    return [
        {
            "step": Step.label_of(returned.step),
            "reason": returned.reason,
            "at": local_day(returned.at).isoformat(),
        }
    ]


@source("suggestion")
def reply_commitments(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """答复的承诺：上一稿的承诺，没有则带出方案中的承诺"""
    rows = commitments.as_rows(session, assignment, Source.REPLY)
    return rows or commitments.as_rows(session, assignment, Source.PLAN)


@source("suggestion")
def assist_accounts(session: Session, *, assists: Assists = ()) -> list[dict[str, Any]]:
    """各协办单位的意见，供主办单位在答复中说明"""
    names = people.unit_names(session, [each.unit for each in assists])
    return [{"unit": names[each.unit], **_account(session, each.assignment)} for each in assists]


@source("suggestion")
def reply_recipients(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """答复的送达对象：领衔代表、联名代表和并案的各位代表"""
    found = recipients.of(session, suggestion)
    names = identity.names(session, None, suggestion, [each.deputy for each in found])
    titles = {each.id: each.title for each in suggestions.cluster(session, suggestion)}
    return [
        {
            "number": number,
            "name": names[each.deputy],
            "role": each.role.label,
            "title": titles[each.suggestion_id],
            "method": None,
            "delivered_on": None,
            "receipt": "",
        }
        for number, each in enumerate(found, 1)
    ]


@source("suggestion")
def delivered_replies(
    session: Session, *, suggestion: SuggestionId, round: Round = 1
) -> list[dict[str, Any]]:
    """各单位已送达的答复，供收悉审核"""
    found = replies.of_suggestion(session, suggestion, round)
    names = people.unit_names(session, [each.unit for each in found])
    return [_delivered(session, each, names[each.unit]) for each in found]


def _delivered(session: Session, reply: Reply, unit: str) -> dict[str, Any]:
    delivered_at = reply.delivered_at
    return {
        "unit": unit,
        "number": reply.number or "",
        "reply_class": classes.name_at(session, reply.reply_class, reply.issued_at),
        "items": f"{len(reply.items)} 条",
        "delivered": local_day(delivered_at).isoformat() if delivered_at else "",
    }


def _account(session: Session, assignment_id: int) -> dict[str, str]:
    opinion = opinions.latest(session, assignment_id)
    if opinion is None or opinion.submitted_at is None:
        return {"judgement": "逾期缺席", "progress": "没有提出协办意见。"}
    outcome = opinion.minutes or Judgement.label_of(opinion.judgement)
    return {"judgement": outcome, "progress": opinion.progress}
