"""What units promised: made with a plan, an assist task or a class B reply, kept until it is fulfilled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.register.handling.forms import CommitmentRow
from service.register.handling.kinds import CommitmentStatus, Source
from service.tables.assignments import Assignment
from service.tables.handling import Commitment

_STANDING = (CommitmentStatus.PROPOSED, CommitmentStatus.OPEN)


def make(
    session: Session,
    assignment: Assignment,
    source: Source,
    promises: Iterable[CommitmentRow],
    by: str | None,
    at: datetime,
    status: CommitmentStatus = CommitmentStatus.OPEN,
) -> list[Commitment]:
    """Enter promises of one source; those of the same source made before and not yet fulfilled are replaced."""
    replace(session, assignment.id, source)
    rows = [
        Commitment(
            suggestion_id=assignment.suggestion_id,
            assignment_id=assignment.id,
            unit=assignment.unit,
            source=source,
            text=promise.text,
            standard=promise.standard,
            due_on=promise.due_on,
            responsible=promise.responsible,
            is_public=promise.is_public,
            status=status,
            made_by=by,
            made_at=at,
        )
        for promise in promises
    ]
    session.add_all(rows)
    session.flush()
    return rows


def open_(session: Session, assignment_id: int, source: Source) -> None:
    """Make the proposed promises of a source binding."""
    _turn(session, assignment_id, source, (CommitmentStatus.PROPOSED,), CommitmentStatus.OPEN)


def replace(session: Session, assignment_id: int, source: Source) -> None:
    """Take back what a source promised before and has not fulfilled; the rows stay as history."""
    _turn(session, assignment_id, source, _STANDING, CommitmentStatus.REPLACED)


def of(session: Session, assignment_id: int, source: Source | None = None) -> Sequence[Commitment]:
    """Return the promises that stand for an assignment, the earliest due first."""
    query = select(Commitment).where(
        Commitment.assignment_id == assignment_id, Commitment.status != CommitmentStatus.REPLACED
    )
    if source is not None:
        query = query.where(Commitment.source == source)
    return session.scalars(query.order_by(Commitment.due_on, Commitment.id)).all()


def as_rows(session: Session, assignment_id: int, made_in: Source) -> list[dict[str, Any]]:
    """Show the promises of one source as the rows a form starts with."""
    return [
        {
            "text": c.text,
            "standard": c.standard,
            "due_on": c.due_on.isoformat(),
            "responsible": c.responsible,
            "is_public": c.is_public,
        }
        for c in of(session, assignment_id, made_in)
    ]


def _turn(
    session: Session,
    assignment_id: int,
    source: Source,
    old: Iterable[CommitmentStatus],
    new: CommitmentStatus,
) -> None:
    session.execute(
        update(Commitment)
        .where(
            Commitment.assignment_id == assignment_id,
            Commitment.source == source,
            Commitment.status.in_(list(old)),
        )
        .values(status=new)
    )
