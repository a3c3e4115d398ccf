"""A unit's duty in a case, from its dispatch to the reply or its end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.dispatch.planning import DUTIES, Planned
from service.register.dispatch.status import ENDED, TO_BE_SIGNED, AssignmentStatus, Duty, Mode
from service.register.proposal import suggestions
from service.tables.assignments import Assignment, DispatchBatch
from service.tables.suggestions import Suggestion


def get(session: Session, assignment_id: int) -> Assignment:
    """Return the assignment, which must exist."""
    found = session.get(Assignment, assignment_id)
    if found is None:
        raise NotFound("没有找到这项承办任务，请返回列表重新选择。", assignment=assignment_id)
    return found


def active(session: Session, suggestion_id: int, round_: int | None = None) -> list[Assignment]:
    """Return the assignments that stand, in one round or the latest: the lead first, then as they were made."""
    question = select(Assignment).where(
        Assignment.suggestion_id == suggestion_id, Assignment.status.not_in(ENDED)
    )
    rows = list(session.scalars(question.order_by(Assignment.id)))
    latest = max((row.round for row in rows), default=1) if round_ is None else round_
    order = list(Duty)
    return sorted(
        (row for row in rows if row.round == latest), key=lambda row: order.index(Duty(row.role))
    )


def answering(session: Session, suggestion_id: int) -> list[Assignment]:
    """Return the assignments of the latest round whose units answer the deputies."""
    return [each for each in active(session, suggestion_id) if each.role != Duty.ASSIST]


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
            status=AssignmentStatus.PENDING_SIGN,
            duties=each.duties or DUTIES[each.role],
            dispatched_at=at,
            due_at=due(session, suggestion, each.role, each.unit, at),
        )
        for each in plan
    ]
    session.add_all(rows)
    session.flush()
    return rows


def replan(
    session: Session, suggestion_id: int, mode: Mode, plan: Sequence[Planned], at: datetime
) -> list[Assignment]:
    """Replace the duties no unit has been told of yet by those of the plan; returns all that stand."""
    suggestions.get(session, suggestion_id).handling_mode = mode
    wanted = {(each.unit, str(each.role)): each for each in plan}
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
    if row.role == Duty.ASSIST:
        suggestion = suggestions.get(session, row.suggestion_id)
        row.due_at = due(session, suggestion, row.role, row.unit, at)
    return row


def sign(session: Session, assignment_id: int, section: str, at: datetime) -> Assignment:
    """Let the unit accept its duty."""
    row = _to_be_signed(session, assignment_id)
    row.status = AssignmentStatus.CONTACTING
    row.signed_at = at
    row.section = section
    return row


def accept_by_default(session: Session, assignment_id: int, at: datetime) -> Assignment:
    """Count a duty as accepted because its unit neither signed nor applied for a change in time."""
    row = sign(session, assignment_id, "", at)
    row.accepted_by_default = True
    return row


def withdraw(session: Session, suggestion_id: int) -> list[Assignment]:
    """End all duties of a withdrawn suggestion; returns those that stood."""
    rows = active(session, suggestion_id)
    for row in rows:
        row.status = AssignmentStatus.WITHDRAWN
    return rows


def _to_be_signed(session: Session, assignment_id: int) -> Assignment:
    row = get(session, assignment_id)
    if row.status not in TO_BE_SIGNED:
        raise NotAllowed("这项任务已经签收或已改交其他单位，不用再签收。")
    return row


def due(
    session: Session, suggestion: Suggestion, role: str, unit: str, at: datetime
) -> datetime | None:
    """Return the limit of a duty: an assisting unit has its own, every other unit the case's, on the unit's calendar."""
    if role == Duty.ASSIST:
        case = suggestions.business_key(suggestion.id)
        limit = policies.due(session, "co_opinion", at, suggestion.level, unit=unit, case=case)
        return limit.moment
    if suggestion.dispatched_at is None or suggestion.reply_due_at != reply_due(
        session, suggestion
    ):
        return suggestion.reply_due_at  # not dispatched yet, or somebody set another date
    return reply_due(session, suggestion, unit)


def reply_limit(is_hard: bool) -> str:
    """Return the name of the limit within which a suggestion has to be answered."""
    return "reply.hard" if is_hard else "reply.normal"


def reply_due(session: Session, suggestion: Suggestion, unit: str = "") -> datetime | None:
    """Return by when a dispatched suggestion has to be answered; by one unit, counted on the unit's calendar."""
    if suggestion.dispatched_at is None:
        return None
    case = suggestions.business_key(suggestion.id)
    batch = session.get(DispatchBatch, suggestion.batch_id) if suggestion.batch_id else None
    return policies.due(
        session,
        reply_limit(suggestion.is_hard),
        suggestion.dispatched_at,
        suggestion.level,
        batch.due_on.isoformat() if batch and batch.due_on else None,
        unit or suggestions.town_calendar(suggestion),
        case,
    ).moment
