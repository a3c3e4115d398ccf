"""Named lists about the units of a case: whom to name, what they said, what they have to do."""

from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.dispatch import assignments, changes, opinions, planning
from service.register.dispatch.status import Opinion, Ruling
from service.register.dispatch.variables import (
    AssignmentId,
    HandlingMode,
    PlannedLead,
    PlannedUnits,
)
from service.register.people import directory as people
from service.register.people.lists import named
from service.register.people.sectors import GOVERNED
from service.register.proposal.suggestions import SuggestionId


@source()
def units_government(session: Session) -> list[Option]:
    """政府系统的承办单位（含供电、供水等公用企业）"""
    return named(people.units(session, *GOVERNED))


@source("suggestion")
def other_units(session: Session, *, suggestion: SuggestionId) -> list[Option]:
    """可以改交的单位：还没有承担本件任务的单位"""
    taken = {each.unit for each in assignments.active(session, suggestion)}
    return [each for each in named(people.units(session)) if each.code not in taken]


@source("suggestion")
def answering_units(session: Session, *, suggestion: SuggestionId) -> list[Option]:
    """本件中单独答复代表的单位：独办、主办或分办单位"""
    units = [row.unit for row in assignments.answering(session, suggestion)]
    names = people.unit_names(session, units)
    return [Option(unit, names[unit]) for unit in units]


@source("suggestion")
def unit_opinions(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """各单位对拟承办的意见"""
    rows = opinions.of(session, suggestion)
    names = people.unit_names(session, [row.unit for row in rows])
    return [
        {
            "unit": names.get(row.unit, row.unit),
            "opinion": Opinion(row.opinion).label,
            "text": row.text,
            "basis": row.basis,
        }
        for row in rows
        if row.opinion != Opinion.PENDING
    ]


@source("suggestion")
def last_dispatch_plan(
    session: Session,
    *,
    handling_mode: HandlingMode | None = None,
    lead_unit: PlannedLead = None,
    assist_units: PlannedUnits = None,
    separate_units: PlannedUnits = None,
) -> list[dict[str, Any]]:
    """上一次拟定的承办方案（一行，用于预填；没有拟定过的为空）"""
    if handling_mode is None:
        return []
    return [
        {
            "handling_mode": handling_mode,
            "lead_unit": lead_unit,
            "assist_units": list(assist_units or ()),
            "separate_units": list(separate_units or ()),
        }
    ]


@source("suggestion")
def planned_assignments(
    session: Session,
    *,
    handling_mode: HandlingMode,
    lead_unit: PlannedLead = None,
    assist_units: PlannedUnits = None,
    separate_units: PlannedUnits = None,
) -> list[dict[str, Any]]:
    """拟定的承办单位、角色和办理内容"""
    plan = planning.planned(handling_mode, lead_unit, assist_units or (), separate_units or ())
    return [{"unit": each.unit, "role": each.role, "duties": each.duties} for each in plan]


@source("suggestion")
def case_assignments(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """已交办的承办单位、角色和办理内容"""
    rows = assignments.active(session, suggestion)
    return [{"unit": row.unit, "role": row.role, "duties": row.duties} for row in rows]


@source("suggestion")
def change_requests(session: Session, *, assignment: AssignmentId) -> list[dict[str, Any]]:
    """本项任务历次调整申请和裁定"""
    rows = changes.of(session, assignment)
    names = people.unit_names(session, [row.proposed_unit for row in rows])
    return [
        {
            "reason": row.reason,
            "basis": row.basis,
            "proposed": names.get(row.proposed_unit or "", "未提出"),
            "decision": Ruling.label_of(row.decision, "待裁定"),
            "opinion": row.opinion,
        }
        for row in rows
    ]
