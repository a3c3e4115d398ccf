"""The list of suggestions a reader may open, and how many there are in each status."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One line of a list of suggestions."""

    id: int
    case_no: str
    title: str
    status: str
    is_key: bool
    submitted_at: datetime
    reply_due_at: datetime | None
    units: str
    is_over: bool


def listed(
    session: Session,
    readable: ColumnElement[bool],
    *,
    status: str = "",
    text: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return the suggestions a reader may open (`authority.reading.readable`), newest first; one query for the rows, one for the units."""
    question = select(Suggestion).where(readable).order_by(Suggestion.id.desc())
    if status:
        question = question.where(Suggestion.status == status)
    if text:
        question = question.where(
            or_(
                Suggestion.title.contains(text, autoescape=True),
                Suggestion.case_no.contains(text, autoescape=True),
            )
        )
    if before_id is not None:
        question = question.where(Suggestion.id < before_id)
    rows = list(session.scalars(question.limit(limit)))
    handling = _units_of(session, [row.id for row in rows])
    return [
        Listed(
            id=row.id,
            case_no=row.case_no or "",
            title=row.title,
            status=CaseStatus.label_of(row.status, row.status),
            is_key=row.is_key,
            submitted_at=row.submitted_at,
            reply_due_at=row.reply_due_at if row.replied_at is None else None,
            units="、".join(handling.get(row.id, ())),
            is_over=row.closed_at is not None,
        )
        for row in rows
    ]


def counts(session: Session, readable: ColumnElement[bool]) -> dict[str, int]:
    """Return how many suggestions the reader may open in each status."""
    question = select(Suggestion.status, func.count()).where(readable).group_by(Suggestion.status)
    return {status: number for status, number in session.execute(question)}  # noqa: C416


def _units_of(session: Session, ids: Iterable[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(Assignment.suggestion_id, Assignment.unit)
        .where(Assignment.suggestion_id.in_(list(ids)), Assignment.replaced_by_id.is_(None))
        .order_by(Assignment.id)
    ).all()
    names = people.unit_names(session, [row.unit for row in rows]) if rows else {}
    found: dict[int, list[str]] = {}
    for row in rows:
        name = names.get(row.unit, row.unit)
        if name not in found.setdefault(row.suggestion_id, []):
            found[row.suggestion_id].append(name)
    return found
