"""What the forms of handling start with, and what they offer to choose from."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.dispatch import assignments
from service.register.handling import commitments, contacts, opinions, plans
from service.register.people import directory as people
from service.register.proposal import recipients


@source
def unit_handlers(session: Session, variables: Mapping[str, Any]) -> list[Option]:
    """本单位承办人"""
    return [
        Option(person.login, person.name)
        for person in people.holders(session, f"unit_handler:{variables.get('unit')}")
    ]


@source
def case_deputies(session: Session, variables: Mapping[str, Any]) -> list[Option]:
    """本件建议的领衔代表和联名代表"""
    partners = contacts.partners(session, variables["suggestion"])
    return [Option(each.code, each.name) for each in partners]


@source
def own_section(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """签收时填写的承办科室和承办人"""
    row = assignments.get(session, variables["assignment"])
    return [{"section": row.section, "handler": row.handler}]


@source
def last_handling_plan(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """上一稿方案的责任人和资金；没有则带出承办科室和承办人"""
    plan = plans.find(session, variables["assignment"])
    if plan is not None:
        names = ("leader", "section", "handler", "phone", "funding", "expected_class")
        return [{name: getattr(plan, name) for name in names}]
    row = assignments.get(session, variables["assignment"])
    handler = people.names(session, [row.handler]).get(row.handler or "", "")
    return [{"section": row.section, "handler": handler}]


@source
def plan_measures(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """三定方案的措施：上一稿的措施，没有则按代表建议逐条带出"""
    plan = plans.find(session, variables["assignment"])
    if plan is not None:
        return [
            {
                "number": m.item_number,
                "item": m.item_text,
                "measure": m.text,
                "partner": m.partner,
            }
            for m in plan.measures
        ]
    asked = recipients.asked_items(session, variables["suggestion"])
    return [
        {"number": number, "item": text, "measure": "", "partner": ""}
        for number, text in enumerate(asked, 1)
    ]


@source
def plan_milestones(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """三定方案的时限：上一稿的时限"""
    plan = plans.find(session, variables["assignment"])
    return (
        [{"text": m.text, "due_on": m.due_on.isoformat()} for m in plan.milestones] if plan else []
    )


@source
def plan_commitments(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """三定方案的承诺：上一稿的承诺事项"""
    return commitments.as_rows(session, variables["assignment"], "plan")


@source
def last_opinion(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """上一稿协办意见"""
    opinion = opinions.latest(session, variables["assignment"])
    if opinion is None:
        return []
    names = ("progress", "basis", "contact_name", "contact_phone", "attachments")
    return [{name: getattr(opinion, name) for name in names}]


@source
def opinion_items(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """协办意见的逐条情况：上一稿的内容，没有则按代表建议逐条带出"""
    opinion = opinions.latest(session, variables["assignment"])
    if opinion is not None and opinion.items:
        return [dict(row) for row in opinion.items]
    asked = recipients.asked_items(session, variables["suggestion"])
    return [
        {"number": number, "item": text, "response": ""} for number, text in enumerate(asked, 1)
    ]


@source
def contact_record(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """请代表确认的沟通记录"""
    row = contacts.get(session, variables["contact"])
    return [
        {
            "held_on": row.held_on.isoformat(),
            "method": contacts.METHODS[row.method],
            "place": row.place,
            "participants": row.participants,
            "deputy_opinion": row.deputy_opinion,
            "unit_response": row.unit_response,
        }
    ]


@source
def last_judgement(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """协办意见最近一次被退回的意见"""
    opinion = opinions.latest(session, variables["assignment"])
    if opinion is None:
        return []
    if opinion.status == "endorsing":
        reason = opinion.returned_reason
        return [{"by": "本单位审签", "reason": reason}] if reason else []
    return [{"by": "主办单位评判", "reason": opinion.judgement_reason}]


@source
def assist_opinion(session: Session, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """请主办单位评判的协办意见"""
    opinion = opinions.current(session, variables["assignment"])
    return [
        {
            "unit": people.unit(session, opinion.unit).name,
            "number": opinion.number,
            "progress": opinion.progress,
            "basis": opinion.basis,
        }
    ]
