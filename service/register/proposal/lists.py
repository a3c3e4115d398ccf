"""Named lists that a form's `source` may name: options to choose from, and first rows of tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.dispatch import assignments
from service.register.people import directory as staff
from service.register.proposal import suggestions
from service.tables.people import Deputy, Person, Post, Unit

Variables = Mapping[str, Any]
_PLAN = ("handling_mode", "lead_unit", "assist_units", "separate_units")


@source
def units(session: Session, variables: Variables) -> list[Option]:
    """全部在用的承办单位"""
    return _units(staff.units(session))


@source
def units_government(session: Session, variables: Variables) -> list[Option]:
    """政府系统的承办单位（含供电、供水等公用企业）"""
    return _units(staff.units(session, *assignments.GOVERNMENT))


@source
def other_units(session: Session, variables: Variables) -> list[Option]:
    """可以改交的单位：还没有承担本件任务的单位"""
    taken = {each.unit for each in assignments.active(session, variables["suggestion"])}
    return [each for each in _units(staff.units(session)) if each.code not in taken]


@source
def answering_units(session: Session, variables: Variables) -> list[Option]:
    """本件中单独答复代表的单位：独办、主办或分办单位"""
    rows = assignments.active(session, variables["suggestion"])
    units = [row.unit for row in rows if row.role != "assist"]
    names = staff.unit_names(session, units)
    return [Option(unit, names[unit]) for unit in units]


@source
def committees(session: Session, variables: Variables) -> list[Option]:
    """人大各工作委员会"""
    return _units(staff.units(session, "congress"))


@source
def deputies(session: Session, variables: Variables) -> list[Option]:
    """全部在任代表"""
    rows = session.execute(
        select(Person.login, Person.name, Deputy.delegation)
        .join(Deputy, Deputy.login == Person.login)
        .where(Person.active)
        .order_by(Deputy.card_no)
    )
    return [Option(login, f"{name}（{delegation}）") for login, name, delegation in rows]


@source
def unit_people(session: Session, variables: Variables) -> list[Option]:
    """本单位的人员"""
    rows = session.execute(
        select(Person.login, Person.name)
        .join(Post, Post.login == Person.login)
        .where(Person.active, Post.scope == variables.get("unit"))
        .where(Post.role.in_(staff.UNIT_ROLES))
        .distinct()
        .order_by(Person.login)
    )
    return [Option(*row) for row in rows]


@source
def people(session: Session, variables: Variables) -> list[Option]:
    """全部在用账号（人员）"""
    rows = session.execute(
        select(Person.login, Person.name).where(Person.active).order_by(Person.login)
    )
    return [Option(*row) for row in rows]


@source
def negative_list(session: Session, variables: Variables) -> list[Option]:
    """负面清单各条"""
    return [Option(code, text) for code, text in suggestions.NEGATIVE_LIST.items()]


@source
def suggestion_items(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """本件建议的具体建议，逐条"""
    rows = suggestions.items(session, variables["suggestion"])
    return [{"number": row.number, "text": row.text} for row in rows]


@source
def suggestion_text(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """本件建议的标题和正文，供代表修改（一行，用于预填）"""
    own = suggestions.get(session, variables["suggestion"])
    return [{"title": own.title, "situation": own.situation, "analysis": own.analysis}]


@source
def negative_hints(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """系统提示：文字可能涉及负面清单的哪几条"""
    own = suggestions.get(session, variables["suggestion"])
    texts = [row.text for row in suggestions.items(session, own.id)]
    found = suggestions.suspicions(own.title, own.situation, own.analysis, *texts)
    return [
        {"code": code, "words": words, "rule": suggestions.NEGATIVE_LIST[code]}
        for code, words in found.items()
    ]


@source
def similar_cases(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """查重结果：已立案的相似建议，最相似的在前"""
    return [
        {
            "case_no": each.suggestion.case_no,
            "title": each.suggestion.title,
            "likeness": each.likeness,
            "status": suggestions.STATUSES[each.suggestion.status],
            "relation": "none",
        }
        for each in suggestions.similar(session, variables["suggestion"])
    ]


@source
def unit_opinions(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """各单位对拟承办的意见"""
    rows = assignments.opinions(session, variables["suggestion"])
    names = staff.unit_names(session, [row.unit for row in rows])
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
    names = staff.unit_names(session, wanted)
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
