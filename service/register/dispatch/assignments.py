"""Who handles a suggestion: opinions before dispatch, the dispatch, each unit's duty, and changes of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.errors import NotAllowed, NotFound
from service.register.dispatch.status import AssignmentStatus, Duty
from service.register.proposal import suggestions
from service.tables.assignments import (
    Assignment,
    DispatchBatch,
    PreDispatchOpinion,
    ReassignRequest,
)
from service.tables.people import Unit
from service.tables.suggestions import Suggestion

MODES = {"sole": "独办", "lead_assist": "主办和协办", "separate": "分办"}
ROLES = {"sole": "独办", "lead": "主办", "assist": "协办", "separate": "分办"}
STATUSES = {
    "pending_sign": "待签收",
    "reassign_requested": "申请调整中",
    "contacting": "办前沟通",
    "planning": "制定方案",
    "working": "办理中",
    "drafting": "起草答复",
    "proofing": "核稿",
    "endorsing": "审签",
    "issuing": "签发",
    "delivered": "已答复",
    "overdue_absent": "逾期缺席",
    "reassigned": "已改交其他单位",
    "withdrawn": "建议已撤回",
}
OPINIONS = {
    "pending": "未反馈",
    "agree": "同意承办",
    "adjust": "建议调整",
    "add_assist": "建议增加协办",
    "no_objection": "逾期未反馈，视为无异议",
}
DECISIONS = {None: "待裁定", "agreed": "同意调整", "refused": "不同意调整"}
GOVERNMENT = ("government", "enterprise")  # public enterprises follow the government office
_PAST = ("reassigned", "withdrawn")
_DUTIES = {
    "sole": "全面负责办理，书面答复代表。",
    "lead": "牵头办理，汇总协办意见，书面答复代表。",
    "assist": "按职责办理，向主办单位提出书面协办意见。",
    "separate": "按职责办理，单独书面答复代表。",
}
RETURNS_BEFORE_FINAL = 2  # the second application goes straight to the final adjudication


@dataclass(frozen=True)
class Planned:
    """A unit the plan names, in which role, for which part of the work."""

    unit: str
    role: str
    duties: str = ""


def get(session: Session, assignment_id: int) -> Assignment:
    found = session.get(Assignment, assignment_id)
    if found is None:
        raise NotFound("没有找到这项承办任务，请返回列表重新选择。", assignment=assignment_id)
    return found


def active(session: Session, suggestion_id: int, round_: int | None = None) -> list[Assignment]:
    """Return the assignments that stand, in one round or the latest: the lead first, then as they were made."""
    question = select(Assignment).where(
        Assignment.suggestion_id == suggestion_id, Assignment.status.not_in(_PAST)
    )
    rows = list(session.scalars(question.order_by(Assignment.id)))
    latest = max((row.round for row in rows), default=1) if round_ is None else round_
    order = ("sole", "lead", "assist", "separate")
    return sorted(
        (row for row in rows if row.round == latest), key=lambda row: order.index(row.role)
    )


def answering(session: Session, suggestion_id: int) -> list[Assignment]:
    """Return the assignments of the latest round whose units answer the deputies."""
    return [each for each in active(session, suggestion_id) if each.role != Duty.ASSIST]


def planned(
    handling_mode: str,
    lead_unit: str | None,
    assist_units: Sequence[str],
    separate_units: Sequence[str],
) -> list[Planned]:
    """Return who is to do what in this mode, with the usual words for each duty; refuse a plan that cannot work."""
    if handling_mode == "separate":
        if len(set(separate_units)) < 2:
            raise NotAllowed("分办至少要选两个单位。只有一个单位时，请改为“独办”。")
        return [Planned(unit, "separate", _DUTIES["separate"]) for unit in separate_units]
    if not lead_unit:
        raise NotAllowed("请选择主办单位。")
    if handling_mode == "sole":
        return [Planned(lead_unit, "sole", _DUTIES["sole"])]
    assists = [unit for unit in assist_units if unit != lead_unit]
    if not assists:
        raise NotAllowed("主协办要在主办单位之外再选协办单位。没有协办单位时，请改为“独办”。")
    return [
        Planned(lead_unit, "lead", _DUTIES["lead"]),
        *(Planned(unit, "assist", _DUTIES["assist"]) for unit in assists),
    ]


def mode_of(plan: Sequence[Planned]) -> str:
    """Return the handling mode these duties amount to; refuse what no mode allows."""
    if len({each.unit for each in plan}) < len(plan):
        raise NotAllowed("同一个单位出现了两次，请删去一行。")
    roles = sorted(each.role for each in plan)
    if roles == ["sole"]:
        return "sole"
    if roles.count("lead") == 1 and roles.count("assist") == len(roles) - 1 >= 1:
        return "lead_assist"
    if roles.count("separate") == len(roles) >= 2:
        return "separate"
    raise NotAllowed("各单位的角色配不上：独办只有一个单位；主办一个、协办至少一个；分办至少两个。")


# Before dispatch


def ask(session: Session, suggestion_id: int, units: Sequence[str], at: datetime) -> None:
    """Ask each unit what it says to being named (预交办); an earlier question is asked anew."""
    session.add_all(
        PreDispatchOpinion(
            suggestion_id=suggestion_id,
            unit=unit,
            opinion="pending",
            proposed_units=[],
            asked_at=at,
        )
        for unit in units
    )
    session.flush()


def answer(
    session: Session,
    suggestion_id: int,
    unit: str,
    opinion: str,
    text: str,
    basis: str,
    proposed_units: Sequence[str],
    by: str | None,
    at: datetime,
) -> None:
    """Keep a unit's opinion on being named."""
    row = session.scalar(
        select(PreDispatchOpinion)
        .where(
            PreDispatchOpinion.suggestion_id == suggestion_id,
            PreDispatchOpinion.unit == unit,
            PreDispatchOpinion.opinion == "pending",
        )
        .order_by(PreDispatchOpinion.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound("没有向这个单位征求过意见，或意见已经反馈。")
    row.opinion = opinion
    row.text = text
    row.basis = basis
    row.proposed_units = list(proposed_units)
    row.by = by
    row.at = at


def end_asking(session: Session, suggestion_id: int, at: datetime) -> int:
    """Count silence as no objection; returns how many units of the last asking want a change."""
    session.execute(
        update(PreDispatchOpinion)
        .where(
            PreDispatchOpinion.suggestion_id == suggestion_id,
            PreDispatchOpinion.opinion == "pending",
        )
        .values(opinion="no_objection", at=at)
    )
    return sum(row.opinion in {"adjust", "add_assist"} for row in opinions(session, suggestion_id))


def opinions(session: Session, suggestion_id: int) -> list[PreDispatchOpinion]:
    """Return what the units said when they were last asked."""
    rows = list(
        session.scalars(
            select(PreDispatchOpinion)
            .where(PreDispatchOpinion.suggestion_id == suggestion_id)
            .order_by(PreDispatchOpinion.id)
        )
    )
    return [row for row in rows if row.asked_at == rows[-1].asked_at]


# Dispatch


def batch(
    session: Session, number: str, name: str, dispatched_on: date, due_on: date | None
) -> DispatchBatch:
    """Return the batch of this number, opened now if it is new; its common date is the same for all."""
    found = session.scalar(select(DispatchBatch).where(DispatchBatch.number == number))
    if found is None:
        found = DispatchBatch(number=number, name=name, dispatched_on=dispatched_on, due_on=due_on)
        session.add(found)
        session.flush()
    elif due_on is not None and found.due_on != due_on:
        day = f"{found.due_on:%Y-%m-%d}" if found.due_on else "未定"
        raise NotAllowed(
            f"批次 {number} 的统一办结日是 {day}，与您填的不一致。请核对批次号或日期。"
        )
    return found


def legal_day(session: Session, suggestion: Suggestion, is_hard: bool, at: datetime) -> date:
    """Return the day by which the law asks for a reply, were the suggestion dispatched now."""
    return local_day(policies.due(session, reply_limit(is_hard), at, suggestion.level).moment)


def reply_limit(is_hard: bool) -> str:
    return "reply.hard" if is_hard else "reply.normal"


def dispatch(
    session: Session,
    suggestion_id: int,
    handling_mode: str,
    is_hard: bool,
    is_key: bool,
    batch_: DispatchBatch | None,
    at: datetime,
) -> Suggestion:
    """Start the legal clock of a suggestion and of those merged into it."""
    main = suggestions.get(session, suggestion_id)
    cap_on = batch_.due_on.isoformat() if batch_ and batch_.due_on else None
    limit = policies.due(session, reply_limit(is_hard), at, main.level, cap_on)
    main.handling_mode = handling_mode
    main.is_hard = is_hard
    main.is_key = is_key
    main.batch_id = batch_.id if batch_ else None
    main.status = "dispatched"
    for each in suggestions.cluster(session, suggestion_id):
        each.dispatched_at = at
        each.reply_due_at = limit.moment
    return main


def assign(
    session: Session, suggestion_id: int, plan: Sequence[Planned], at: datetime, round_: int = 1
) -> list[Assignment]:
    """Give each unit of the plan its duty; it now has to sign for it."""
    suggestion = suggestions.get(session, suggestion_id)
    rows = [
        Assignment(
            suggestion_id=suggestion_id,
            unit=each.unit,
            role=each.role,
            round=round_,
            status="pending_sign",
            duties=each.duties or _DUTIES[each.role],
            dispatched_at=at,
            due_at=_due(session, suggestion, each.role, at),
        )
        for each in plan
    ]
    session.add_all(rows)
    session.flush()
    return rows


def replan(
    session: Session, suggestion_id: int, plan: Sequence[Planned], at: datetime
) -> list[Assignment]:
    """Replace the duties no unit has been told of yet by those of the plan; returns all that stand."""
    wanted = {(each.unit, each.role): each for each in plan}
    for row in active(session, suggestion_id):
        kept = wanted.pop((row.unit, row.role), None)
        if kept is None:
            session.delete(row)
        else:
            row.duties = kept.duties or row.duties
    assign(session, suggestion_id, list(wanted.values()), at)
    return active(session, suggestion_id)


def deliver(session: Session, assignment_id: int, at: datetime) -> Assignment:
    """Let the unit's own limits start: it gets the duty now."""
    row = get(session, assignment_id)
    row.dispatched_at = at
    if row.role == "assist":
        row.due_at = _due(session, suggestions.get(session, row.suggestion_id), row.role, at)
    return row


def sign(session: Session, assignment_id: int, section: str, at: datetime) -> Assignment:
    """Let the unit accept its duty."""
    row = _to_be_signed(session, assignment_id)
    row.status = "contacting"
    row.signed_at = at
    row.section = section
    return row


def accept_by_default(session: Session, assignment_id: int, at: datetime) -> Assignment:
    """Count a duty as accepted because its unit neither signed nor applied for a change in time."""
    row = sign(session, assignment_id, "", at)
    row.accepted_by_default = True
    return row


# Changing the unit


def request_change(
    session: Session,
    assignment_id: int,
    reason: str,
    basis: str,
    proposed_unit: str | None,
    by: str,
    at: datetime,
) -> ReassignRequest:
    """Record that a unit applies for another to be named; it keeps handling until that is decided."""
    row = get(session, assignment_id)
    if row.status not in {"pending_sign", "reassign_requested"}:
        raise NotAllowed("这项任务已经签收，不能再申请调整。有困难请联系交办机关。")
    if is_settled(session, row):
        raise NotAllowed("承办单位已经终裁，不能再申请调整，请签收办理。")
    row.status = "reassign_requested"
    row.returns += 1
    request = ReassignRequest(
        assignment_id=assignment_id,
        reason=reason,
        basis=basis,
        proposed_unit=proposed_unit,
        requested_by=by,
        requested_at=at,
    )
    session.add(request)
    session.flush()
    return request


def open_request(session: Session, assignment_id: int) -> ReassignRequest:
    """Return the application that waits for a decision."""
    found = session.scalar(
        select(ReassignRequest).where(
            ReassignRequest.assignment_id == assignment_id, ReassignRequest.decision.is_(None)
        )
    )
    if found is None:
        raise NotFound("这项任务没有待裁定的调整申请。")
    return found


def requests(session: Session, assignment_id: int) -> list[ReassignRequest]:
    """Return the applications about this duty, of this unit and those before it, in order."""
    question = select(ReassignRequest).where(
        ReassignRequest.assignment_id.in_(_lineage(session, get(session, assignment_id)))
    )
    return list(session.scalars(question.order_by(ReassignRequest.id)))


def refuse(
    session: Session, assignment_id: int, opinion: str, by: str, at: datetime, *, final: bool
) -> Assignment:
    """Decide that the unit keeps its duty; finally, or so that it may object once."""
    _decide(session, assignment_id, "refused", opinion, by, at, final)
    row = get(session, assignment_id)
    row.status = "pending_sign"
    return row


def agree(
    session: Session,
    assignment_id: int,
    new_unit: str,
    opinion: str,
    by: str,
    at: datetime,
    *,
    final: bool,
) -> Assignment:
    """Decide that another unit takes the duty over; returns its assignment, to be signed.

    The new unit's own limits start now; the legal clock goes on from the first dispatch.
    """
    old = get(session, assignment_id)
    suggestion = suggestions.get(session, old.suggestion_id)
    taken = {each.unit for each in active(session, old.suggestion_id, old.round)}
    if new_unit in taken:
        raise NotAllowed("这个单位已经承担本件任务，请选择其他单位，或不同意调整。")
    _decide(session, assignment_id, "agreed", opinion, by, at, final)
    successor = Assignment(
        suggestion_id=old.suggestion_id,
        unit=new_unit,
        role=old.role,
        round=old.round,
        status="pending_sign",
        duties=old.duties,
        dispatched_at=at,
        due_at=_due(session, suggestion, old.role, at) if old.role == "assist" else old.due_at,
        returns=old.returns,
    )
    session.add(successor)
    session.flush()
    old.status = "reassigned"
    old.replaced_by_id = successor.id
    return successor


def is_settled(session: Session, assignment: Assignment) -> bool:
    """Say whether a final adjudication named this unit, so that nobody may apply again."""
    final = select(ReassignRequest.id).where(
        ReassignRequest.assignment_id.in_(_lineage(session, assignment)),
        ReassignRequest.is_final,
        ReassignRequest.decision.is_not(None),
    )
    return session.scalar(final.limit(1)) is not None


def withdraw(session: Session, suggestion_id: int) -> list[Assignment]:
    """End all duties of a withdrawn suggestion; returns those that stood."""
    rows = active(session, suggestion_id)
    for row in rows:
        row.status = "withdrawn"
    return rows


def reopen(assignment: Assignment) -> None:
    """Let the unit write its reply again."""
    assignment.status = AssignmentStatus.DRAFTING
    assignment.replied_at = None


def system(session: Session, unit: str) -> str:
    """Say who adjudicates for this unit: government units have their own office, all others the congress."""
    found = session.get(Unit, unit)
    if found is None:
        raise NotFound(f"没有代码为“{unit}”的单位，请从单位名单中选择。")
    return "government" if found.system in GOVERNMENT else "other"


def _to_be_signed(session: Session, assignment_id: int) -> Assignment:
    row = get(session, assignment_id)
    if row.status not in {"pending_sign", "reassign_requested"}:
        raise NotAllowed("这项任务已经签收或已改交其他单位，不用再签收。")
    return row


def _decide(
    session: Session,
    assignment_id: int,
    decision: str,
    opinion: str,
    by: str,
    at: datetime,
    final: bool,
) -> None:
    request = open_request(session, assignment_id)
    request.decision = decision
    request.opinion = opinion
    request.decided_by = by
    request.decided_at = at
    request.is_final = final


def _due(session: Session, suggestion: Suggestion, role: str, at: datetime) -> datetime | None:
    """An assisting unit has its own limit; every other unit has the case's."""
    if role == "assist":
        return policies.due(session, "co_opinion", at, suggestion.level).moment
    return suggestion.reply_due_at


def _lineage(session: Session, assignment: Assignment) -> list[int]:
    """Return this assignment's id and those of the ones it replaced, the latest first."""
    ids = [assignment.id]
    while True:
        before = session.scalar(select(Assignment.id).where(Assignment.replaced_by_id == ids[-1]))
        if before is None:
            return ids
        ids.append(before)
