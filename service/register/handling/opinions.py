"""Assist opinions (协办意见): written by an assisting unit, judged by the lead unit, never waited for without end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.common import numbers as letters
from service.register.common.numbers import Series
from service.register.dispatch.status import AssignmentStatus
from service.register.handling.forms import Opinion
from service.register.handling.kinds import AbsenceDecision, Judgement, OpinionStatus
from service.tables.assignments import Assignment
from service.tables.handling import AssistDefault, AssistOpinion

# 重庆条例: two corrections, then somebody above both units decides.
REDOS = 2


def submit(
    session: Session, assignment: Assignment, opinion: Opinion, by: str | None, at: datetime
) -> AssistOpinion:
    """Enter an opinion for the assisting unit's leader; one its leader returned is written over."""
    row = latest(session, assignment.id)
    if row is None or row.status != OpinionStatus.ENDORSING:
        row = AssistOpinion(
            suggestion_id=assignment.suggestion_id,
            assignment_id=assignment.id,
            unit=assignment.unit,
            round=row.round + 1 if row else 1,
            status=OpinionStatus.ENDORSING,
        )
        session.add(row)
    row.progress = opinion.progress
    row.items = [item.model_dump() for item in opinion.items if item.response]
    row.basis = opinion.basis or ""
    row.contact_name, row.contact_phone = opinion.contact_name, opinion.contact_phone
    row.attachments = list(opinion.attachments)
    row.drafted_by, row.drafted_at = by, at
    row.returned_reason = ""
    session.flush()
    return row


def send_back(session: Session, assignment_id: int, reason: str) -> AssistOpinion:
    """Return an opinion to its drafter inside the assisting unit."""
    row = current(session, assignment_id)
    row.returned_reason = reason
    return row


def endorse(
    session: Session, assignment: Assignment, by: str | None, at: datetime
) -> AssistOpinion:
    """Send the opinion to the lead unit under a letter number of its own, and note whether it came late."""
    row = current(session, assignment.id)
    row.number = letters.for_unit(session, Series.ASSIST, assignment.unit, at)
    row.status = OpinionStatus.SUBMITTED
    row.endorsed_by, row.submitted_at = by, at
    defaults = _defaults(session, assignment.id)
    row.late = bool(defaults)
    for default in defaults:
        default.arrived_at = default.arrived_at or at
    return row


def judge(
    session: Session,
    assignment_id: int,
    judgement: Judgement,
    reason: str,
    by: str | None,
    at: datetime,
) -> AssistOpinion:
    """Record what the lead unit makes of an opinion; after the last redo allowed, another becomes a dispute."""
    row = current(session, assignment_id)
    if judgement == Judgement.REDO and row.round > REDOS:
        judgement = Judgement.DISPUTE
    row.status = OpinionStatus.JUDGED
    row.judgement, row.judgement_reason = judgement, reason
    row.judged_by, row.judged_at = by, at
    return row


def coordinate(
    session: Session, assignment_id: int, minutes: str, by: str | None, at: datetime
) -> AssistOpinion:
    """Close a dispute between the two units with the minutes of the office that brought them together."""
    row = current(session, assignment_id)
    row.status, row.minutes = OpinionStatus.COORDINATED, minutes
    row.coordinated_by, row.coordinated_at = by, at
    return row


def default(session: Session, assignment: Assignment, at: datetime) -> AssistDefault:
    """Record that an opinion was not there in time."""
    row = AssistDefault(
        suggestion_id=assignment.suggestion_id,
        assignment_id=assignment.id,
        unit=assignment.unit,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    return row


def decide_absence(
    session: Session,
    assignment: Assignment,
    decision: AbsenceDecision,
    reason: str,
    by: str | None,
    at: datetime,
) -> AssistDefault:
    """Record whether the lead unit goes on without a late opinion."""
    row = _defaults(session, assignment.id)[-1]
    row.decision, row.decision_reason = decision, reason
    row.decided_by, row.decided_at = by, at
    if decision == AbsenceDecision.ABSENT:
        assignment.status = AssignmentStatus.OVERDUE_ABSENT
    return row


def latest(session: Session, assignment_id: int) -> AssistOpinion | None:
    """Return the newest opinion of an assignment, if there is any."""
    return session.scalars(
        select(AssistOpinion)
        .where(AssistOpinion.assignment_id == assignment_id)
        .order_by(AssistOpinion.round.desc())
        .limit(1)
    ).first()


def current(session: Session, assignment_id: int) -> AssistOpinion:
    """Return the newest opinion of an assignment, which must exist."""
    row = latest(session, assignment_id)
    if row is None:
        raise NotFound("这家协办单位还没有提出协办意见。请等待意见送达后再处理。")
    return row


def awaiting_judgement(session: Session, assignment_id: int) -> bool:
    """Has the opinion reached the lead unit, which has not judged it yet?"""
    row = latest(session, assignment_id)
    return row is not None and row.status == OpinionStatus.SUBMITTED


def _defaults(session: Session, assignment_id: int) -> Sequence[AssistDefault]:
    return session.scalars(
        select(AssistDefault)
        .where(AssistDefault.assignment_id == assignment_id)
        .order_by(AssistDefault.id)
    ).all()
