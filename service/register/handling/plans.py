"""三定方案 of an assignment: responsible people, measures, milestones; a returned plan comes back as a new version."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.handling.forms import MeasureRow, Plan
from service.register.handling.kinds import PlanStatus
from service.tables.assignments import Assignment
from service.tables.handling import HandlingPlan, PlanMeasure, PlanMilestone, ProgressNote


def submit(
    session: Session, assignment: Assignment, plan: Plan, by: str | None, at: datetime
) -> HandlingPlan:
    """Enter the next version of an assignment's plan, to be decided by the unit's leader."""
    row = HandlingPlan(
        suggestion_id=assignment.suggestion_id,
        assignment_id=assignment.id,
        version=_next_version(session, assignment.id),
        leader=plan.leader,
        section=plan.section,
        handler=plan.handler,
        phone=plan.phone,
        funding=plan.funding or "",
        expected_class=plan.expected_class,
        status=PlanStatus.SUBMITTED,
        drafted_by=by,
        drafted_at=at,
        measures=[_measure(number, each) for number, each in enumerate(plan.measures, 1)],
        milestones=[
            PlanMilestone(number=number, text=each.text, due_on=each.due_on)
            for number, each in enumerate(plan.milestones, 1)
        ],
    )
    session.add(row)
    session.flush()
    return row


def decide(
    session: Session, assignment_id: int, agreed: bool, opinion: str, by: str | None, at: datetime
) -> HandlingPlan:
    """Approve or return the latest plan on behalf of the unit."""
    plan = latest(session, assignment_id)
    plan.status = PlanStatus.APPROVED if agreed else PlanStatus.RETURNED
    plan.opinion, plan.decided_by, plan.decided_at = opinion, by, at
    return plan


def review(
    session: Session, assignment_id: int, agreed: bool, opinion: str, by: str | None, at: datetime
) -> HandlingPlan:
    """Record the word of the leader in charge of a key suggestion; a refusal sends the plan back."""
    plan = latest(session, assignment_id)
    if not agreed:
        plan.status = PlanStatus.RETURNED
    plan.leader_opinion, plan.leader_reviewed_by, plan.leader_reviewed_at = opinion, by, at
    return plan


def latest(session: Session, assignment_id: int) -> HandlingPlan:
    """Return the newest version of an assignment's plan."""
    plan = find(session, assignment_id)
    if plan is None:
        raise NotFound("这件建议还没有三定方案。请承办人先制定方案。")
    return plan


def find(session: Session, assignment_id: int) -> HandlingPlan | None:
    """Return the newest version of an assignment's plan, if there is any."""
    return session.scalars(
        select(HandlingPlan)
        .where(HandlingPlan.assignment_id == assignment_id)
        .order_by(HandlingPlan.version.desc())
        .limit(1)
    ).first()


def note(
    session: Session,
    assignment_id: int,
    text: str,
    attachments: Sequence[int],
    by: str | None,
    at: datetime,
) -> ProgressNote:
    """Append what the unit has done to the assignment's diary."""
    row = ProgressNote(
        assignment_id=assignment_id, text=text, attachments=list(attachments), by=by, at=at
    )
    session.add(row)
    session.flush()
    return row


def notes(session: Session, assignment_id: int) -> Sequence[ProgressNote]:
    """Return an assignment's diary, the oldest entry first."""
    return session.scalars(
        select(ProgressNote)
        .where(ProgressNote.assignment_id == assignment_id)
        .order_by(ProgressNote.id)
    ).all()


def _measure(number: int, row: MeasureRow) -> PlanMeasure:
    return PlanMeasure(
        number=number,
        item_number=row.number,
        item_text=row.item or "",
        text=row.measure,
        partner=row.partner or "",
    )


def _next_version(session: Session, assignment_id: int) -> int:
    newest = session.scalar(
        select(func.max(HandlingPlan.version)).where(HandlingPlan.assignment_id == assignment_id)
    )
    return (newest or 0) + 1
