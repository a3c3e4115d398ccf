"""三定方案 of an assignment: responsible people, measures, milestones; a returned plan comes back as a new version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.tables.assignments import Assignment
from service.tables.handling import HandlingPlan, PlanMeasure, PlanMilestone, ProgressNote


@dataclass(frozen=True)
class Measure:
    text: str
    item_number: int | None = None
    item_text: str = ""
    partner: str = ""


@dataclass(frozen=True)
class Milestone:
    text: str
    due_on: date


@dataclass(frozen=True)
class Responsible:
    """定责任: who answers for the case, who does it, and how to reach them."""

    leader: str
    section: str
    handler: str
    phone: str


def submit(
    session: Session,
    assignment: Assignment,
    responsible: Responsible,
    measures: Iterable[Measure],
    milestones: Iterable[Milestone],
    by: str | None,
    at: datetime,
    funding: str = "",
    expected_class: str | None = None,
) -> HandlingPlan:
    """Enter the next version of an assignment's plan, to be decided by the unit's leader."""
    plan = HandlingPlan(
        suggestion_id=assignment.suggestion_id,
        assignment_id=assignment.id,
        version=_next_version(session, assignment.id),
        leader=responsible.leader,
        section=responsible.section,
        handler=responsible.handler,
        phone=responsible.phone,
        funding=funding,
        expected_class=expected_class,
        status="submitted",
        drafted_by=by,
        drafted_at=at,
        measures=[
            PlanMeasure(
                number=number,
                item_number=measure.item_number,
                item_text=measure.item_text,
                text=measure.text,
                partner=measure.partner,
            )
            for number, measure in enumerate(measures, 1)
        ],
        milestones=[
            PlanMilestone(number=number, text=milestone.text, due_on=milestone.due_on)
            for number, milestone in enumerate(milestones, 1)
        ],
    )
    session.add(plan)
    session.flush()
    return plan


def decide(
    session: Session, assignment_id: int, agreed: bool, opinion: str, by: str | None, at: datetime
) -> HandlingPlan:
    """Approve or return the latest plan on behalf of the unit."""
    plan = latest(session, assignment_id)
    plan.status = "approved" if agreed else "returned"
    plan.opinion, plan.decided_by, plan.decided_at = opinion, by, at
    return plan


def review(
    session: Session, assignment_id: int, agreed: bool, opinion: str, by: str | None, at: datetime
) -> HandlingPlan:
    """Record the word of the leader in charge of a key suggestion; a refusal sends the plan back."""
    plan = latest(session, assignment_id)
    if not agreed:
        plan.status = "returned"
    plan.leader_opinion, plan.leader_reviewed_by, plan.leader_reviewed_at = opinion, by, at
    return plan


def latest(session: Session, assignment_id: int) -> HandlingPlan:
    """Return the newest version of an assignment's plan."""
    plan = find(session, assignment_id)
    if plan is None:
        raise NotFound("这件建议还没有三定方案。请承办人先制定方案。")
    return plan


def find(session: Session, assignment_id: int) -> HandlingPlan | None:
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
    return session.scalars(
        select(ProgressNote)
        .where(ProgressNote.assignment_id == assignment_id)
        .order_by(ProgressNote.id)
    ).all()


def _next_version(session: Session, assignment_id: int) -> int:
    newest = session.scalar(
        select(func.max(HandlingPlan.version)).where(HandlingPlan.assignment_id == assignment_id)
    )
    return (newest or 0) + 1
