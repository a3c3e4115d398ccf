"""Named lists about the units of a case: whom to name, what they said, what they have to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.dispatch import assignments
from service.register.people import directory as people
from service.tables.people import Unit

Variables = Mapping[str, Any]
_PLAN = ("handling_mode", "lead_unit", "assist_units", "separate_units")


@source
def units_government(session: Session, variables: Variables) -> list[Option]:
    """政府系统的承办单位（含供电、供水等公用企业）"""
    return _units(people.units(session, *assignments.GOVERNMENT))


@source
def other_units(session: Session, variables: Variables) -> list[Option]:
    """可以改交的单位：还没有承担本件任务的单位"""
    taken = {each.unit for each in assignments.active(session, variables["suggestion"])}
    return [each for each in _units(people.units(session)) if each.code not in taken]


@source
def answering_units(session: Session, variables: Variables) -> list[Option]:
    """本件中单独答复代表的单位：独办、主办或分办单位"""
    rows = assignments.active(session, variables["suggestion"])
    units = [row.unit for row in rows if row.role != "assist"]
    names = people.unit_names(session, units)
    return [Option(unit, names[unit]) for unit in units]


@source
def unit_opinions(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """各单位对拟承办的意见"""
    rows = assignments.opinions(session, variables["suggestion"])
    names = people.unit_names(session, [row.unit for row in rows])
    return [
        {
            "unit": names.get(row.unit, row.unit),
            "opinion": assignments.OPINIONS[row.opinion],
            "text": row.text,
            "basis": row.basis,
        }
        for row in rows
        if row.opinion != "pending"
    ]


@source
def last_dispatch_plan(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """上一次拟定的承办方案（一行，用于预填；没有拟定过的为空）"""
    if not variables.get("handling_mode"):
        return []
    return [{name: variables.get(name) for name in _PLAN}]


@source
def planned_assignments(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """拟定的承办单位、角色和办理内容"""
    plan = assignments.planned(
        variables["handling_mode"],
        variables.get("lead_unit"),
        variables.get("assist_units") or [],
        variables.get("separate_units") or [],
    )
    return [{"unit": each.unit, "role": each.role, "duties": each.duties} for each in plan]


@source
def case_assignments(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """已交办的承办单位、角色和办理内容"""
    rows = assignments.active(session, variables["suggestion"])
    return [{"unit": row.unit, "role": row.role, "duties": row.duties} for row in rows]


@source
def change_requests(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """本项任务历次调整申请和裁定"""
    rows = assignments.requests(session, variables["assignment"])
    wanted = [row.proposed_unit for row in rows]
    names = people.unit_names(session, wanted)
    return [
        {
            "reason": row.reason,
            "basis": row.basis,
            "proposed": names.get(row.proposed_unit or "", "未提出"),
            "decision": assignments.DECISIONS[row.decision],
            "opinion": row.opinion,
        }
        for row in rows
    ]


def _units(rows: Sequence[Unit]) -> list[Option]:
    return [Option(row.code, row.name) for row in rows]
