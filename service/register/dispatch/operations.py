"""What happens to the register while a suggestion is given to its units: plan, dispatch, signing, change of unit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from service import notifications
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, operation
from service.register.dispatch import assignments
from service.register.dispatch.assignments import Planned
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment

Variables = Mapping[str, Any]


# 拟定和交办


@operation
def plan_dispatch(context: Context) -> Variables:
    """登记拟定的承办方案；先征求意见的，把方案送各拟承办单位。"""
    plan = _plan(context, context.values)
    units = [each.unit for each in plan]
    if not context.values["pre_dispatch"]:
        return {"planned_units": units}
    suggestion = suggestions.set_status(
        context.session, context.variables["suggestion"], CaseStatus.PRE_DISPATCHING
    )
    assignments.ask(context.session, suggestion.id, units, context.at)
    for each in plan:
        role = assignments.ROLES[each.role]
        text = f"“{suggestion.title}”拟由你单位{role}，请反馈意见；逾期未反馈视为无异议。"
        _tell(context, f"unit_liaison:{each.unit}", "pre_dispatch", text)
    return {"planned_units": units, "pre_dispatched_at": context.at.isoformat()}


@operation
def record_pre_dispatch_opinion(context: Context) -> None:
    """登记单位对拟承办的意见。"""
    values = context.values
    assignments.answer(
        context.session,
        context.variables["suggestion"],
        context.variables["unit"],
        values["unit_opinion"],
        values["opinion_text"] or "",
        values["opinion_basis"] or "",
        values["proposed_units"],
        context.by,
        context.at,
    )


@operation
def collect_opinions(context: Context) -> Variables:
    """汇总意见：逾期未反馈的视为无异议，算出要求调整的单位数。"""
    count = assignments.end_asking(context.session, context.variables["suggestion"], context.at)
    return {"objections": count, "pre_dispatch": False}


@operation
def dispatch_suggestion(context: Context) -> Variables:
    """正式交办：记交办日（法定期限从此起算）、批次和统一办结日，给各单位立承办任务，告知代表。"""
    values, session, at = context.values, context.session, context.at
    suggestion = suggestions.get(session, context.variables["suggestion"])
    is_hard = bool(values["is_hard"])
    # In a batch nobody fills in each case's table: then the plan stands as it was made.
    plan = _rows(values["assignments"]) or _plan(context, context.variables)
    mode = _mode(context, plan)
    due_on = date.fromisoformat(values["batch_due_on"]) if values["batch_due_on"] else None
    _check_batch_date(context, due_on, assignments.legal_day(session, suggestion, is_hard, at))
    batch = None
    if values["batch_number"]:
        name = values["batch_name"] or values["batch_number"]
        batch = assignments.batch(session, values["batch_number"], name, local_day(at), due_on)
    assignments.dispatch(session, suggestion.id, mode, is_hard, bool(values["is_key"]), batch, at)
    if suggestion.is_key and values["oversight_committee"]:
        suggestion.oversight_committee = values["oversight_committee"]
    rows = assignments.assign(session, suggestion.id, plan, at)
    names = people.unit_names(session, [each.unit for each in rows])
    units = "、".join(f"{names[each.unit]}（{assignments.ROLES[each.role]}）" for each in rows)
    for each in suggestions.cluster(session, suggestion.id):
        text = f"“{each.title}”已交办：{units}。"
        _tell(context, each.lead_deputy, f"dispatched:{each.id}", text)
    return {
        **_standing(context),
        "handling_mode": mode,
        "dispatched_at": at.isoformat(),
        "batch_due_on": batch.due_on.isoformat() if batch and batch.due_on else None,
        "gov_dispatch": suggestion.level == "city" and _has_government(context, rows),
    }


@operation
def sub_dispatch(context: Context) -> Variables:
    """二次分办：政府办核定政府系统的承办单位和分工，可增减、可调换。"""
    session, suggestion_id = context.session, context.variables["suggestion"]
    plan = _rows(context.values["assignments"])
    mode = _mode(context, plan)
    before = {each.unit for each in assignments.active(session, suggestion_id)}
    after = {each.unit for each in plan}
    foreign = [unit for unit in before ^ after if assignments.system(session, unit) != "government"]
    if foreign:
        names = "、".join(people.unit_names(session, foreign).values())
        raise FormInvalid(
            {"assignments": f"{names}不属于政府系统，政府办不能增减。请恢复后再提交。"},
            context.values,
        )
    assignments.replan(session, suggestion_id, plan, context.at)
    suggestions.get(session, suggestion_id).handling_mode = mode
    return {**_standing(context), "handling_mode": mode}


@operation
def collect_assignments(context: Context) -> Variables:
    """汇总承办结果：从登记簿读出签收后的办理方式、主办、协办和分办单位。"""
    session, suggestion_id = context.session, context.variables["suggestion"]
    suggestion = suggestions.set_status(session, suggestion_id, CaseStatus.HANDLING)
    rows = assignments.active(session, suggestion_id)
    lead = rows[0]
    return {
        "handling_mode": suggestion.handling_mode,
        "lead_unit": lead.unit,
        "lead_assignment": lead.id,
        "assists": _named(each for each in rows if each.role == "assist"),
        "separates": _named(each for each in rows if each.role == "separate"),
        "system": assignments.system(session, lead.unit),
        "dispatched_to_unit_at": lead.dispatched_at.isoformat(),
        "signed_at": lead.signed_at.isoformat() if lead.signed_at else None,
    }


# 签收和调整


@operation
def deliver_assignment(context: Context) -> Variables:
    """送达任务：把承办任务送给单位签收，确定由谁裁定调整申请。"""
    session = context.session
    row = assignments.get(session, context.variables["assignment"])
    suggestion = suggestions.get(session, row.suggestion_id)
    assignments.deliver(session, row.id, context.at)
    system = assignments.system(session, row.unit)
    office = context.variables["office"]
    if suggestion.level == "town":
        adjudicator = final_adjudicator = office
    elif system == "government":
        adjudicator, final_adjudicator = "gov_office", "vice_mayor"
    else:
        adjudicator, final_adjudicator = office, "director_meeting"
    text = f"“{suggestion.title}”已交你单位{assignments.ROLES[row.role]}，请签收。{row.duties}"
    _tell(context, f"unit_liaison:{row.unit}", f"dispatched_to_unit:{row.id}", text)
    return {
        "unit": row.unit,
        "system": system,
        "adjudicator": adjudicator,
        "final_adjudicator": final_adjudicator,
        "may_return": not assignments.is_settled(session, row),
        "dispatched_to_unit_at": context.at.isoformat(),
    }


@operation
def sign_assignment(context: Context) -> Variables:
    """登记签收；申请调整的登记申请，第二次申请直接提请终裁。"""
    values = context.values
    if values["sign_decision"] == "request":
        return _request_change(context)
    row = assignments.sign(
        context.session,
        context.variables["assignment"],
        values["section"] or "",
        context.at,
    )
    _tell_signed(context, row)
    return {"sign_outcome": "accepted"}


@operation
def accept_by_default(context: Context) -> None:
    """视为接受：期限届满没有申请调整，记为逾期视为接受，由单位继续办理。"""
    row = assignments.accept_by_default(
        context.session, context.variables["assignment"], context.at
    )
    text = "申请调整的期限已过，任务视为接受，请抓紧分派科室办理。"
    _tell(context, f"unit_liaison:{row.unit}", f"accepted_by_default:{row.id}", text)


@operation
def rule_on_change(context: Context) -> Variables:
    """登记初裁：同意的改交新单位，不同意的由原单位确认。"""
    return {**_rule(context, final=False), "return_decided_at": context.at.isoformat()}


@operation
def answer_ruling(context: Context) -> Variables:
    """登记单位对初裁的答复；仍有异议的须由主要负责人本人提出，提请终裁。"""
    values, unit = context.values, context.variables["unit"]
    if values["ruling_answer"] == "accept":
        row = assignments.sign(
            context.session, context.variables["assignment"], values["section"] or "", context.at
        )
        _tell_signed(context, row)
        return {}
    if not people.actor(context.session, context.by or "").holds(f"unit_head:{unit}"):
        raise FormInvalid(
            {"ruling_answer": "再次提出异议，须由主要负责人本人登录提交。请改由主要负责人办理。"},
            values,
        )
    return _request_change(context)


@operation
def rule_finally(context: Context) -> Variables:
    """登记终裁：改交新单位，或由原单位办理；此后不得再申请调整。"""
    return _rule(context, final=True)


def _plan(context: Context, values: Variables) -> list[Planned]:
    """Return the plan a form describes; what cannot work is said beside the mode."""
    try:
        return assignments.planned(
            values["handling_mode"],
            values["lead_unit"],
            values["assist_units"] or [],
            values["separate_units"] or [],
        )
    except NotAllowed as refused:
        raise FormInvalid({"handling_mode": str(refused)}, values) from refused


def _rows(rows: Sequence[Variables]) -> list[Planned]:
    return [Planned(row["unit"], row["role"], row["duties"] or "") for row in rows]


def _mode(context: Context, plan: Sequence[Planned]) -> str:
    """Return the handling mode the rows of a table amount to, or say what is wrong with them."""
    try:
        return assignments.mode_of(plan)
    except NotAllowed as refused:
        raise FormInvalid({"assignments": str(refused)}, context.values) from refused


def _check_batch_date(context: Context, due_on: date | None, legal: date) -> None:
    """A common date after the legal limit is possible, but somebody has to have seen it."""
    if due_on is None or due_on <= legal or context.values["late_date_seen"]:
        return
    day = f"{legal.year}年{legal.month}月{legal.day}日"
    sentence = (
        f"统一办结日晚于法定期限 {day}，系统仍按法定期限考核。"
        "确实要用这个日期的，请在下面勾选“已知统一办结日晚于法定期限”。"
    )
    raise FormInvalid({"batch_due_on": sentence}, context.values)


def _has_government(context: Context, rows: Sequence[Assignment]) -> bool:
    return any(assignments.system(context.session, row.unit) == "government" for row in rows)


def _standing(context: Context) -> Variables:
    """The duties as they stand now, as variables."""
    rows = assignments.active(context.session, context.variables["suggestion"])
    return {"assignments": [row.id for row in rows]}


def _named(rows: Any) -> list[dict[str, Any]]:
    return [{"unit": row.unit, "assignment": row.id} for row in rows]


def _request_change(context: Context) -> Variables:
    """Record an application; the second one about the same duty goes straight to the final adjudication."""
    values, row_id = context.values, context.variables["assignment"]
    request = assignments.request_change(
        context.session,
        row_id,
        values["return_reason"],
        values["return_basis"],
        values["proposed_unit"],
        context.by or "",
        context.at,
    )
    row = assignments.get(context.session, row_id)
    is_final = row.returns >= assignments.RETURNS_BEFORE_FINAL
    whom = context.variables["final_adjudicator" if is_final else "adjudicator"]
    names = people.unit_names(context.session, [row.unit])
    text = f"{names[row.unit]}申请调整承办单位：{request.reason}请裁定；裁定前原单位继续办理。"
    _tell(context, whom, f"return_requested:{request.id}", text)
    return {
        "sign_outcome": "requested",
        "escalated": is_final,
        "proposed_unit": values["proposed_unit"],
        "return_requested_at": context.at.isoformat(),
        "return_escalated_at": context.at.isoformat(),
    }


def _rule(context: Context, *, final: bool) -> Variables:
    values, session, row_id = context.values, context.session, context.variables["assignment"]
    by, opinion = context.by or "", values["ruling_opinion"]
    old = assignments.get(session, row_id)
    suggestion = suggestions.get(session, old.suggestion_id)
    kind = "终裁" if final else "初裁"
    if values["ruling"] == "refused":
        assignments.refuse(session, row_id, opinion, by, context.at, final=final)
        if final:
            assignments.sign(session, row_id, "", context.at)
        text = f"“{suggestion.title}”{kind}：由你单位继续办理。{opinion}"
        _tell(context, f"unit_liaison:{old.unit}", f"refused:{row_id}:{kind}", text)
        return {"ruling": "refused"}
    try:
        new = assignments.agree(
            session, row_id, values["new_unit"], opinion, by, context.at, final=final
        )
    except NotAllowed as refused:
        raise FormInvalid({"new_unit": str(refused)}, values) from refused
    name = people.unit_names(session, [new.unit])[new.unit]
    text = f"“{suggestion.title}”{kind}：改由{name}办理。{opinion}"
    for recipient in (f"unit_liaison:{old.unit}", suggestion.lead_deputy):
        _tell(context, recipient, f"reassigned:{row_id}", text)
    return {"ruling": "agreed", "assignment": new.id}


def _tell_signed(context: Context, row: Assignment) -> None:
    suggestion = suggestions.get(context.session, row.suggestion_id)
    name = people.unit_names(context.session, [row.unit])[row.unit]
    text = f"“{suggestion.title}”{name}已签收，将与您联系。"
    for each in suggestions.cluster(context.session, suggestion.id):
        _tell(context, each.lead_deputy, f"signed:{row.id}:{each.id}", text)


def _tell(context: Context, recipient: str, occasion: str, text: str) -> None:
    notifications.enqueue(
        context.session,
        recipient,
        occasion.partition(":")[0],
        text,
        context.at,
        dedupe_key=f"{occasion}:{context.instance_id}:{context.at:%Y%m%d%H%M%S%f}",
        business_key=context.business_key,
    )
