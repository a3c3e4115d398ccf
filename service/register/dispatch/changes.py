"""Units apply for another to be named; the application is adjudicated, the second time for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments
from service.register.dispatch.status import TO_BE_SIGNED, AssignmentStatus, Ruling
from service.register.proposal import suggestions
from service.tables.assignments import Assignment, ReassignRequest

RETURNS_BEFORE_FINAL = 2
"""The second application about a duty goes straight to the final adjudication."""


@dataclass(frozen=True)
class Decision:
    """What was decided on an application, by whom, and whether for good."""

    opinion: str
    by: str
    at: datetime
    is_final: bool


def request(
    session: Session,
    assignment_id: int,
    reason: str,
    basis: str,
    proposed_unit: str | None,
    by: str,
    at: datetime,
) -> ReassignRequest:
    """Record that a unit applies for another to be named; it keeps handling until that is decided."""
    row = assignments.get(session, assignment_id)
    if row.status not in TO_BE_SIGNED:
        raise NotAllowed("这项任务已经签收，不能再申请调整。有困难请联系交办机关。")
    if is_settled(session, row):
        raise NotAllowed("承办单位已经终裁，不能再申请调整，请签收办理。")
    row.status = AssignmentStatus.REASSIGN_REQUESTED
    row.returns += 1
    found = ReassignRequest(
        assignment_id=assignment_id,
        reason=reason,
        basis=basis,
        proposed_unit=proposed_unit,
        requested_by=by,
        requested_at=at,
    )
    session.add(found)
    session.flush()
    return found


def pending(session: Session, assignment_id: int) -> ReassignRequest:
    """Return the application that waits for a decision."""
    found = session.scalar(
        select(ReassignRequest).where(
            ReassignRequest.assignment_id == assignment_id, ReassignRequest.decision.is_(None)
        )
    )
    if found is None:
        raise NotFound("这项任务没有待裁定的调整申请。")
    return found


def of(session: Session, assignment_id: int) -> list[ReassignRequest]:
    """Return the applications about this duty, of this unit and those before it, in order."""
    question = select(ReassignRequest).where(
        ReassignRequest.assignment_id.in_(
            _lineage(session, assignments.get(session, assignment_id))
        )
    )
    return list(session.scalars(question.order_by(ReassignRequest.id)))


def refuse(session: Session, assignment_id: int, decision: Decision) -> Assignment:
    """Decide that the unit keeps its duty; finally, or so that it may object once."""
    _decide(session, assignment_id, Ruling.REFUSED, decision)
    row = assignments.get(session, assignment_id)
    row.status = AssignmentStatus.PENDING_SIGN
    return row


def agree(session: Session, assignment_id: int, new_unit: str, decision: Decision) -> Assignment:
    """Decide that another unit takes the duty over; returns its assignment, to be signed.

    The new unit's own limits start now; the legal clock goes on from the first dispatch.
    """
    old = assignments.get(session, assignment_id)
    taken = {each.unit for each in assignments.active(session, old.suggestion_id, old.round)}
    if new_unit in taken:
        raise NotAllowed("这个单位已经承担本件任务，请选择其他单位，或不同意调整。")
    _decide(session, assignment_id, Ruling.AGREED, decision)
    successor = _successor(session, old, new_unit, decision.at)
    old.status = AssignmentStatus.REASSIGNED
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


def _decide(session: Session, assignment_id: int, ruling: Ruling, decision: Decision) -> None:
    row = pending(session, assignment_id)
    row.decision = ruling
    row.opinion = decision.opinion
    row.decided_by = decision.by
    row.decided_at = decision.at
    row.is_final = decision.is_final


def _successor(session: Session, old: Assignment, unit: str, at: datetime) -> Assignment:
    suggestion = suggestions.get(session, old.suggestion_id)
    found = Assignment(
        suggestion_id=old.suggestion_id,
        unit=unit,
        role=old.role,
        round=old.round,
        status=AssignmentStatus.PENDING_SIGN,
        duties=old.duties,
        dispatched_at=at,
        due_at=assignments.due(session, suggestion, old.role, unit, at),
        returns=old.returns,
    )
    session.add(found)
    session.flush()
    return found


def _lineage(session: Session, assignment: Assignment) -> list[int]:
    """Return this assignment's id and those of the ones it replaced, the latest first."""
    ids = [assignment.id]
    while True:
        before = session.scalar(select(Assignment.id).where(Assignment.replaced_by_id == ids[-1]))
        if before is None:
            return ids
        ids.append(before)
