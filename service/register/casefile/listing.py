"""The list of suggestions a reader may open, and how many there are in each status."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from service.register.casefile import cases
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import identity
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.suggestions import CoSigner, Suggestion

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
    viewer: Actor,
    *,
    status: str = "",
    text: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return the suggestions this reader may open, newest first; one query for the rows, one for the units."""
    question = select(Suggestion).where(_readable(viewer)).order_by(Suggestion.id.desc())
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


def counts(session: Session, viewer: Actor) -> dict[str, int]:
    """Return how many suggestions the reader may open in each status."""
    question = (
        select(Suggestion.status, func.count()).where(_readable(viewer)).group_by(Suggestion.status)
    )
    return {status: number for status, number in session.execute(question)}  # noqa: C416


def _readable(viewer: Actor) -> ColumnElement[bool]:
    """The same rule as `cases.may_see`, as a condition on rows."""
    if viewer.groups & identity.CONGRESS:
        return or_(Suggestion.id > 0)
    rights: list[ColumnElement[bool]] = [Suggestion.lead_deputy == viewer.login]
    rights.append(
        Suggestion.id.in_(
            select(CoSigner.suggestion_id).where(
                CoSigner.login == viewer.login, CoSigner.decision != "declined"
            )
        )
    )
    if viewer.units:
        rights.append(
            Suggestion.id.in_(
                select(Assignment.suggestion_id).where(Assignment.unit.in_(viewer.units))
            )
        )
    if viewer.groups & cases.GOVERNMENT:
        rights.append(Suggestion.registered_at.is_not(None))
    scopes = _scopes(viewer, "delegation_clerk"), _scopes(viewer, "town_presidium")
    rights.append(Suggestion.delegation.in_(scopes[0]) if scopes[0] else false())
    rights.append(Suggestion.town.in_(scopes[1]) if scopes[1] else false())
    return or_(*rights)


def _scopes(viewer: Actor, role: str) -> list[str]:
    return [g.partition(":")[2] for g in viewer.groups if g.startswith(f"{role}:")]


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
