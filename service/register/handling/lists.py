"""What the forms of handling start with, and what they offer to choose from."""

from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.dispatch import assignments
from service.register.dispatch.variables import AssignmentId, OwnUnit
from service.register.handling import commitments, contacts, opinions, plans
from service.register.handling.contacts import ContactId
from service.register.handling.kinds import Method, OpinionStatus, Source
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import recipients
from service.register.proposal.suggestions import SuggestionId
from service.tables.handling import HandlingPlan, PlanMeasure


@source("suggestion")
def unit_handlers(session: Session, *, unit: OwnUnit) -> list[Option]:
    """本单位承办人"""
    return [
        Option(person.login, person.name)
        for person in people.holders(session, Role.UNIT_HANDLER.of(unit))
    ]


@source("suggestion")
def case_deputies(session: Session, *, suggestion: SuggestionId) -> list[Option]:
    """本件建议的领衔代表和联名代表"""
    return [Option(each.code, each.name) for each in contacts.partners(session, suggestion)]


@source("suggestion")
def own_section(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """签收时填写的承办科室和承办人"""
    duty = assignments.get(session, assignment)
    return [{"section": duty.section, "handler": duty.handler}]


@source("suggestion")
def last_handling_plan(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """上一稿方案的责任人和资金；没有则带出承办科室和承办人"""
    plan = plans.find(session, assignment)
    if plan is not None:
        return [_people_of(plan)]
    duty = assignments.get(session, assignment)
    handler = people.names(session, [duty.handler]).get(duty.handler or "", "")
    return [{"section": duty.section, "handler": handler}]


@source("suggestion")
def plan_measures(
    session: Session, *, assignment: AssignmentId, suggestion: SuggestionId
) -> list[dict[str, Any]]:
    """三定方案的措施：上一稿的措施，没有则按代表建议逐条带出"""
    plan = plans.find(session, assignment)
    if plan is not None:
        return [_measure(each) for each in plan.measures]
    asked = recipients.asked_items(session, suggestion)
    return [
        {"number": number, "item": text, "measure": "", "partner": ""}
        for number, text in enumerate(asked, 1)
    ]


@source("suggestion")
def plan_milestones(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """三定方案的时限：上一稿的时限"""
    plan = plans.find(session, assignment)
    milestones = plan.milestones if plan else []
    return [{"text": each.text, "due_on": each.due_on.isoformat()} for each in milestones]


@source("suggestion")
def plan_commitments(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """三定方案的承诺：上一稿的承诺事项"""
    return commitments.as_rows(session, assignment, Source.PLAN)


@source("suggestion")
def last_opinion(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """上一稿协办意见"""
    opinion = opinions.latest(session, assignment)
    if opinion is None:
        return []
    return [
        {
            "progress": opinion.progress,
            "basis": opinion.basis,
            "contact_name": opinion.contact_name,
            "contact_phone": opinion.contact_phone,
            "attachments": opinion.attachments,
        }
    ]


@source("suggestion")
def opinion_items(
    session: Session, *, assignment: AssignmentId, suggestion: SuggestionId
) -> list[dict[str, Any]]:
    """协办意见的逐条情况：上一稿的内容，没有则按代表建议逐条带出"""
    opinion = opinions.latest(session, assignment)
    if opinion is not None and opinion.items:
        return [dict(row) for row in opinion.items]
    asked = recipients.asked_items(session, suggestion)
    return [
        {"number": number, "item": text, "response": ""} for number, text in enumerate(asked, 1)
    ]


@source("suggestion")
def contact_record(session: Session, *, contact: ContactId) -> list[dict[str, Any]]:
    """请代表确认的沟通记录"""
    row = contacts.get(session, contact)
    return [
        {
            "held_on": row.held_on.isoformat(),
            "method": Method.label_of(row.method),
            "place": row.place,
            "participants": row.participants,
            "deputy_opinion": row.deputy_opinion,
            "unit_response": row.unit_response,
        }
    ]


@source("suggestion")
def last_judgement(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """协办意见最近一次被退回的意见"""
    opinion = opinions.latest(session, assignment)
    if opinion is None:
        return []
    if opinion.status == OpinionStatus.ENDORSING:
        reason = opinion.returned_reason
        return [{"by": "本单位审签", "reason": reason}] if reason else []
    return [{"by": "主办单位评判", "reason": opinion.judgement_reason}]


@source("suggestion")
def assist_opinion(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """请主办单位评判的协办意见"""
    opinion = opinions.current(session, assignment)
    return [
        {
            "unit": people.unit(session, opinion.unit).name,
            "number": opinion.number,
            "progress": opinion.progress,
            "basis": opinion.basis,
        }
    ]


def _people_of(plan: HandlingPlan) -> dict[str, Any]:
    return {
        "leader": plan.leader,
        "section": plan.section,
        "handler": plan.handler,
        "phone": plan.phone,
        "funding": plan.funding,
        "expected_class": plan.expected_class,
    }


def _measure(measure: PlanMeasure) -> dict[str, Any]:
    return {
        "number": measure.item_number,
        "item": measure.item_text,
        "measure": measure.text,
        "partner": measure.partner,
    }
