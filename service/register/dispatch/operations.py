"""What happens to the register while a suggestion is given to its units: plan, dispatch, signing, change of unit."""

from collections.abc import Iterable, Sequence
from datetime import date

from service.deadlines.workdays import local_day
from service.errors import NotAllowed
from service.operations import Context, Form, operation
from service.register.dispatch import (
    assignments,
    changes,
    dispatching,
    messages,
    opinions,
    planning,
    systems,
)
from service.register.dispatch.forms import (
    Adjudication,
    AnswerToRuling,
    ChangeRequest,
    Dispatch,
    DispatchPlan,
    PlannedDuty,
    RulingAnswer,
    SignDecision,
    SignOff,
    SubDispatch,
    UnitOpinion,
)
from service.register.dispatch.outcomes import (
    Collected,
    Delivered,
    Dispatched,
    Objected,
    Objections,
    PlanMade,
    Ruled,
    RuledFinally,
    Signed,
    SignOutcome,
    SubDispatched,
)
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode, Ruling, System
from service.register.dispatch.variables import (
    Adjudicator,
    AssignmentId,
    FinalAdjudicator,
    HandlingMode,
    OwnUnit,
    PlannedLead,
    PlannedUnits,
    UnitDuty,
)
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import suggestions
from service.register.proposal.kinds import Level
from service.register.proposal.status import CaseStatus
from service.register.proposal.suggestions import Office, SuggestionId
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

# 拟定和交办


@operation("suggestion")
def plan_dispatch(context: Context, form: DispatchPlan, *, suggestion: SuggestionId) -> PlanMade:
    """登记拟定的承办方案；先征求意见的，把方案送各拟承办单位。"""
    plan = _plan(form, form.handling_mode, form.lead_unit, form.assist_units, form.separate_units)
    units = [each.unit for each in plan]
    if not form.pre_dispatch:
        return {"planned_units": units}
    own = suggestions.set_status(context.session, suggestion, CaseStatus.PRE_DISPATCHING)
    opinions.ask(context.session, suggestion, units, context.at)
    for each in plan:
        text = f"“{own.title}”拟由你单位{each.role.label}，请反馈意见；逾期未反馈视为无异议。"
        messages.send(context, Role.UNIT_LIAISON.of(each.unit), "pre_dispatch", text)
    return {"planned_units": units, "pre_dispatched_at": context.at}


@operation("suggestion")
def record_pre_dispatch_opinion(
    context: Context, form: UnitOpinion, *, suggestion: SuggestionId, unit: OwnUnit
) -> None:
    """登记单位对拟承办的意见。"""
    opinions.answer(context.session, suggestion, unit, form, context.by, context.at)


@operation("suggestion")
def collect_opinions(context: Context, *, suggestion: SuggestionId) -> Objections:
    """汇总意见：逾期未反馈的视为无异议，算出要求调整的单位数。"""
    count = opinions.end(context.session, suggestion, context.at)
    return {"objections": count, "pre_dispatch": False}


@operation("suggestion")
def dispatch_suggestion(
    context: Context,
    form: Dispatch,
    *,
    suggestion: SuggestionId,
    handling_mode: HandlingMode,
    lead_unit: PlannedLead = None,
    assist_units: PlannedUnits = None,
    separate_units: PlannedUnits = None,
) -> Dispatched:
    """正式交办：记交办日（法定期限从此起算）、批次和统一办结日，给各单位立承办任务，告知代表。"""
    session, at = context.session, context.at
    own = suggestions.get(session, suggestion)
    # In a batch nobody fills in each case's table: then the plan stands as it was made.
    plan = _rows(form.assignments) or _plan(
        form, handling_mode, lead_unit, assist_units or (), separate_units or ()
    )
    mode = _mode(form, plan)
    _check_batch_date(form, dispatching.legal_day(session, own, form.is_hard, at))
    batch = None
    if form.batch_number:
        name = form.batch_name or form.batch_number
        batch = dispatching.open_batch(
            session, form.batch_number, name, local_day(at), form.batch_due_on
        )
    dispatching.dispatch(
        session, suggestion, mode, at, is_hard=form.is_hard, is_key=form.is_key, batch=batch
    )
    dispatching.oversee(own, form.oversight_committee)
    rows = assignments.assign(session, suggestion, plan, at)
    messages.dispatched(context, own, rows)
    return {
        "assignments": _standing(context, suggestion),
        "handling_mode": mode,
        "dispatched_at": at,
        "batch_due_on": batch.due_on if batch else None,
        "gov_dispatch": own.level == Level.CITY and _has_government(context, rows),
    }


@operation("suggestion")
def sub_dispatch(context: Context, form: SubDispatch, *, suggestion: SuggestionId) -> SubDispatched:
    """二次分办：政府办核定政府系统的承办单位和分工，可增减、可调换。"""
    session = context.session
    plan = _rows(form.assignments)
    mode = _mode(form, plan)
    before = {each.unit for each in assignments.active(session, suggestion)}
    after = {each.unit for each in plan}
    foreign = [unit for unit in before ^ after if systems.of(session, unit) != System.GOVERNMENT]
    if foreign:
        names = "、".join(people.unit_names(session, foreign).values())
        raise form.refused(
            "assignments", f"{names}不属于政府系统，政府办不能增减。请恢复后再提交。"
        )
    assignments.replan(session, suggestion, mode, plan, context.at)
    return {"assignments": _standing(context, suggestion), "handling_mode": mode}


@operation("suggestion")
def collect_assignments(context: Context, *, suggestion: SuggestionId) -> Collected:
    """汇总承办结果：从登记簿读出签收后的办理方式、主办、协办和分办单位。"""
    own = suggestions.set_status(context.session, suggestion, CaseStatus.HANDLING)
    rows = assignments.active(context.session, suggestion)
    lead = rows[0]
    return {
        "handling_mode": own.handling_mode,
        "lead_unit": lead.unit,
        "lead_assignment": lead.id,
        "assists": _named(rows, Duty.ASSIST),
        "separates": _named(rows, Duty.SEPARATE),
        "system": systems.of(context.session, lead.unit),
        "dispatched_to_unit_at": lead.dispatched_at,
        "signed_at": lead.signed_at,
    }


# 签收和调整


@operation("suggestion")
def deliver_assignment(context: Context, *, assignment: AssignmentId, office: Office) -> Delivered:
    """送达任务：把承办任务送给单位签收，确定由谁裁定调整申请。"""
    session = context.session
    row = assignments.deliver(session, assignment, context.at)
    own = suggestions.get(session, row.suggestion_id)
    system = systems.of(session, row.unit)
    adjudicator, final_adjudicator = _adjudicators(own, system, office)
    role = Duty(row.role).label
    text = f"“{own.title}”已交你单位{role}，请签收。{row.duties}"
    messages.send(context, Role.UNIT_LIAISON.of(row.unit), f"dispatched_to_unit:{row.id}", text)
    return {
        "unit": row.unit,
        "system": system,
        "adjudicator": adjudicator,
        "final_adjudicator": final_adjudicator,
        "may_return": not changes.is_settled(session, row),
        "dispatched_to_unit_at": context.at,
    }


@operation("suggestion")
def sign_assignment(
    context: Context,
    form: SignOff,
    *,
    assignment: AssignmentId,
    adjudicator: Adjudicator,
    final_adjudicator: FinalAdjudicator,
) -> Signed:
    """登记签收；申请调整的登记申请，第二次申请直接提请终裁。"""
    if form.sign_decision == SignDecision.REQUEST:
        objected = _request_change(context, form, assignment, adjudicator, final_adjudicator)
        return {**objected, "sign_outcome": SignOutcome.REQUESTED}
    row = assignments.sign(context.session, assignment, form.section or "", context.at)
    messages.signed(context, row)
    return {"sign_outcome": SignOutcome.ACCEPTED}


@operation("suggestion")
def accept_by_default(context: Context, *, assignment: AssignmentId) -> None:
    """视为接受：期限届满没有申请调整，记为逾期视为接受，由单位继续办理。"""
    row = assignments.accept_by_default(context.session, assignment, context.at)
    text = "申请调整的期限已过，任务视为接受，请抓紧分派科室办理。"
    messages.send(context, Role.UNIT_LIAISON.of(row.unit), f"accepted_by_default:{row.id}", text)


@operation("suggestion")
def rule_on_change(context: Context, form: Adjudication, *, assignment: AssignmentId) -> Ruled:
    """登记初裁：同意的改交新单位，不同意的由原单位确认。"""
    ruled = _rule(context, form, assignment, is_final=False)
    return {**ruled, "return_decided_at": context.at}


@operation("suggestion")
def answer_ruling(
    context: Context,
    form: AnswerToRuling,
    *,
    assignment: AssignmentId,
    unit: OwnUnit,
    adjudicator: Adjudicator,
    final_adjudicator: FinalAdjudicator,
) -> Objected:
    """登记单位对初裁的答复；仍有异议的须由主要负责人本人提出，提请终裁。"""
    if form.ruling_answer == RulingAnswer.ACCEPT:
        row = assignments.sign(context.session, assignment, form.section or "", context.at)
        messages.signed(context, row)
        return {}
    if not people.actor(context.session, context.by or "").holds(Role.UNIT_HEAD.of(unit)):
        sentence = "再次提出异议，须由主要负责人本人登录提交。请改由主要负责人办理。"
        raise form.refused("ruling_answer", sentence)
    return _request_change(context, form, assignment, adjudicator, final_adjudicator)


@operation("suggestion")
def rule_finally(context: Context, form: Adjudication, *, assignment: AssignmentId) -> RuledFinally:
    """登记终裁：改交新单位，或由原单位办理；此后不得再申请调整。"""
    return _rule(context, form, assignment, is_final=True)


def _plan(
    form: Form, mode: Mode, lead: str | None, assists: Sequence[str], separates: Sequence[str]
) -> list[Planned]:
    """Return the plan of a mode and its units; what cannot work is said beside the mode."""
    try:
        return planning.planned(mode, lead, assists, separates)
    except NotAllowed as refused:
        raise form.refused("handling_mode", str(refused)) from refused


def _rows(rows: Sequence[PlannedDuty]) -> list[Planned]:
    return [Planned(row.unit, row.role, row.duties or "") for row in rows]


def _mode(form: Form, plan: Sequence[Planned]) -> Mode:
    """Return the handling mode the rows of a table amount to, or say what is wrong with them."""
    try:
        return planning.mode_of(plan)
    except NotAllowed as refused:
        raise form.refused("assignments", str(refused)) from refused


def _check_batch_date(form: Dispatch, legal: date) -> None:
    """A common date after the legal limit is possible, but somebody has to have seen it."""
    if form.batch_due_on is None or form.batch_due_on <= legal or form.late_date_seen:
        return
    day = f"{legal.year}年{legal.month}月{legal.day}日"
    sentence = (
        f"统一办结日晚于法定期限 {day}，系统仍按法定期限考核。"
        "确实要用这个日期的，请在下面勾选“已知统一办结日晚于法定期限”。"
    )
    raise form.refused("batch_due_on", sentence)


def _has_government(context: Context, rows: Sequence[Assignment]) -> bool:
    return any(systems.of(context.session, row.unit) == System.GOVERNMENT for row in rows)


def _standing(context: Context, suggestion_id: int) -> list[int]:
    return [row.id for row in assignments.active(context.session, suggestion_id)]


def _named(rows: Iterable[Assignment], role: Duty) -> tuple[UnitDuty, ...]:
    return tuple(UnitDuty(unit=row.unit, assignment=row.id) for row in rows if row.role == role)


def _adjudicators(own: Suggestion, system: System, office: str) -> tuple[str, str]:
    """Return who decides on an application for a change, and who decides for good."""
    if own.level == Level.TOWN:
        return office, office
    if system == System.GOVERNMENT:
        return Role.GOV_OFFICE, Role.VICE_MAYOR
    return office, Role.DIRECTOR_MEETING


def _request_change(
    context: Context, form: ChangeRequest, assignment_id: int, adjudicator: str, final: str
) -> Objected:
    """Record an application; the second one about the same duty goes straight to the final adjudication."""
    reason = form.needed("return_reason", form.return_reason)
    basis = form.needed("return_basis", form.return_basis)
    unit = form.needed("proposed_unit", form.proposed_unit)
    request = changes.request(
        context.session, assignment_id, reason, basis, unit, context.by or "", context.at
    )
    row = assignments.get(context.session, assignment_id)
    is_final = row.returns >= changes.RETURNS_BEFORE_FINAL
    names = people.unit_names(context.session, [row.unit])
    text = f"{names[row.unit]}申请调整承办单位：{reason}请裁定；裁定前原单位继续办理。"
    whom = final if is_final else adjudicator
    messages.send(context, whom, f"return_requested:{request.id}", text)
    return {
        "sign_outcome": SignOutcome.REQUESTED,
        "escalated": is_final,
        "proposed_unit": unit,
        "return_requested_at": context.at,
        "return_escalated_at": context.at,
    }


def _rule(
    context: Context, form: Adjudication, assignment_id: int, *, is_final: bool
) -> RuledFinally:
    if form.ruling == Ruling.REFUSED:
        return _refuse(context, form, assignment_id, is_final=is_final)
    new_unit = form.needed("new_unit", form.new_unit)
    old = assignments.get(context.session, assignment_id)
    own = suggestions.get(context.session, old.suggestion_id)
    ruling = changes.Decision(form.ruling_opinion, context.by or "", context.at, is_final)
    try:
        new = changes.agree(context.session, assignment_id, new_unit, ruling)
    except NotAllowed as refused:
        raise form.refused("new_unit", str(refused)) from refused
    name = people.unit_names(context.session, [new.unit])[new.unit]
    text = f"“{own.title}”{_kind(is_final)}：改由{name}办理。{form.ruling_opinion}"
    recipients = (Role.UNIT_LIAISON.of(old.unit), own.lead_deputy)
    messages.send(context, recipients, f"reassigned:{assignment_id}", text)
    return {"ruling": Ruling.AGREED, "assignment": new.id}


def _refuse(
    context: Context, form: Adjudication, assignment_id: int, *, is_final: bool
) -> RuledFinally:
    ruling = changes.Decision(form.ruling_opinion, context.by or "", context.at, is_final)
    row = changes.refuse(context.session, assignment_id, ruling)
    if is_final:
        assignments.sign(context.session, assignment_id, "", context.at)
    own = suggestions.get(context.session, row.suggestion_id)
    kind = _kind(is_final)
    text = f"“{own.title}”{kind}：由你单位继续办理。{form.ruling_opinion}"
    messages.send(context, Role.UNIT_LIAISON.of(row.unit), f"refused:{assignment_id}:{kind}", text)
    return {"ruling": Ruling.REFUSED}


def _kind(is_final: bool) -> str:
    return "终裁" if is_final else "初裁"
