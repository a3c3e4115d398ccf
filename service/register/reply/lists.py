"""What the forms of a reply start with, and what they offer to choose from."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines.workdays import local_day
from service.forms import Option
from service.operations import source
from service.register.handling import commitments, opinions, plans
from service.register.people import directory as people
from service.register.proposal import identity, recipients, suggestions
from service.register.reply import replies


@source
def reply_classes(session: Session, variables: Mapping[str, Any]) -> list[Option]:
    """答复类别"""
    return [Option(found.code, found.name) for found in replies.classes(session)]


@source
def last_reply(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """上一稿答复；没有则带出标题、预计类别、联系人和代表对公开的意见"""
    reply = replies.find(session, variables["assignment"])
    if reply is not None:
        return [dict(replies.content(reply))]
    suggestion = suggestions.get(session, variables["suggestion"])
    first = {
        "title": f"关于第{suggestion.case_no}号建议的答复函" if suggestion.case_no else "",
        "publicity": suggestion.publicity,
    }
    plan = plans.find(session, variables["assignment"])
    if plan is not None:
        first |= {
            "reply_class": plan.expected_class or "",
            "contact_name": plan.handler,
            "contact_phone": plan.phone,
        }
    return [first]


@source
def reply_items(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """答复的逐条回应：上一稿的回应，没有则按代表建议逐条带出"""
    reply = replies.find(session, variables["assignment"])
    if reply is not None:
        return [
            {"number": i.number, "item": i.text, "response": i.response, "state": i.state}
            for i in reply.items
        ]
    asked = recipients.asked_items(session, variables["suggestion"])
    return [
        {"number": number, "item": text, "response": "", "state": None}
        for number, text in enumerate(asked, 1)
    ]


@source
def last_return(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """答复稿最近一次被退回的意见"""
    returned = replies.last_return(session, variables["assignment"])
    if returned is None:
        return []
    return [
        {
            "step": replies.STEPS[returned.step],
            "reason": returned.reason,
            "at": local_day(returned.at).isoformat(),
        }
    ]


@source
def reply_commitments(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """答复的承诺：上一稿的承诺，没有则带出方案中的承诺"""
    assignment = variables["assignment"]
    return commitments.as_rows(session, assignment, "reply") or commitments.as_rows(
        session, assignment, "plan"
    )


@source
def assist_accounts(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """各协办单位的意见，供主办单位在答复中说明"""
    assists = variables.get("assists") or []
    names = people.unit_names(session, [assist["unit"] for assist in assists])
    return [
        {"unit": names[assist["unit"]], **_account(session, assist["assignment"])}
        for assist in assists
    ]


@source
def reply_recipients(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """答复的送达对象：领衔代表、联名代表和并案的各位代表"""
    found = recipients.of(session, variables["suggestion"])
    names = identity.names(
        session, None, variables["suggestion"], [recipient.deputy for recipient in found]
    )
    titles = {
        suggestion.id: suggestion.title
        for suggestion in suggestions.cluster(session, variables["suggestion"])
    }
    return [
        {
            "number": number,
            "name": names[recipient.deputy],
            "role": "领衔" if recipient.role == "lead" else "联名",
            "title": titles[recipient.suggestion_id],
            "method": None,
            "delivered_on": None,
            "receipt": "",
        }
        for number, recipient in enumerate(found, 1)
    ]


@source
def delivered_replies(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """各单位已送达的答复，供收悉审核"""
    found = replies.of_suggestion(session, variables["suggestion"], variables.get("round") or 1)
    names = people.unit_names(session, [each.unit for each in found])
    return [
        {
            "unit": names[each.unit],
            "number": each.number or "",
            "reply_class": replies.class_of(session, each.reply_class).name,
            "items": f"{len(each.items)} 条",
            "delivered": f"{local_day(each.delivered_at):%Y-%m-%d}" if each.delivered_at else "",
        }
        for each in found
    ]


def _account(session: Session, assignment_id: int) -> dict[str, str]:
    opinion = opinions.latest(session, assignment_id)
    if opinion is None or opinion.submitted_at is None:
        return {"judgement": "逾期缺席", "progress": "没有提出协办意见。"}
    outcome = opinion.minutes or opinions.JUDGEMENTS.get(opinion.judgement or "", "")
    return {"judgement": outcome, "progress": opinion.progress}
