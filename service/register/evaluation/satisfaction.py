"""How satisfied deputies are, in numbers: counted over sealed evaluations, in steps too large to tell one from another."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.evaluation import ratings
from service.register.evaluation.ratings import Mark
from service.register.evaluation.states import State
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.tables.evaluation import Confirmation, Evaluation, MeetingItem
from service.tables.suggestions import Suggestion

GROUP = 5
"""Whoever may not see single results sees totals in steps of this many, so that no two readings differ by one."""


@dataclass(frozen=True)
class Totals:
    """Counts of evaluations. Those without feedback are counted apart and never as satisfied."""

    rated: int = 0
    no_feedback: int = 0
    proxy_entered: int = 0
    attitude: Mapping[Mark, int] = field(default_factory=dict)
    result: Mapping[Mark, int] = field(default_factory=dict)
    overall: Mapping[Mark, int] = field(default_factory=dict)  # the lower of the two
    cross: Mapping[tuple[Mark, Mark], int] = field(default_factory=dict)  # (attitude, result)


@dataclass(frozen=True)
class _Sealed:
    """One evaluation as it is counted; `settled_at` is when it can no longer change, None until then."""

    id: int
    unit: str
    attitude: Mark | None
    result: Mark | None
    proxy_entered: bool
    settled_at: datetime | None


def totals(
    session: Session,
    viewer: Actor | None,
    unit: str | None = None,
    *,
    level: str | None = None,
    term: str | None = None,
    final: bool = False,
) -> Totals | None:
    """Return the counts for a unit, or for all, or None where this reader may not see them.

    Without `final` the first ratings count, which never change; with it the last word of each deputy, a
    confirmation after a meeting included.
    """
    if unit is not None and not _may_ask_about(viewer, unit):
        return None
    rows = _sealed(session, level, term, final)
    return _count([row for row in rows if unit in (None, row.unit)], viewer)


def by_unit(
    session: Session,
    viewer: Actor | None,
    *,
    level: str | None = None,
    term: str | None = None,
    final: bool = False,
) -> dict[str, Totals]:
    """Return the counts of every unit this reader may see; units with too few evaluations are left out."""
    rows: dict[str, list[_Sealed]] = {}
    for row in _sealed(session, level, term, final):
        rows.setdefault(row.unit, []).append(row)
    counted = {
        unit: _count(rows[unit], viewer) for unit in sorted(rows) if _may_ask_about(viewer, unit)
    }
    return {unit: found for unit, found in counted.items() if found is not None}


def _may_ask_about(viewer: Actor | None, unit: str) -> bool:
    return viewer is None or not viewer.units or unit in viewer.units


def _sealed(
    session: Session, level: str | None, term: str | None, final: bool
) -> Sequence[_Sealed]:
    question = (
        select(Evaluation, Suggestion)
        .join(Suggestion, Suggestion.id == Evaluation.suggestion_id)
        .where(Evaluation.sealed_at.is_not(None), Evaluation.state != State.VOIDED)
        .order_by(Evaluation.round, Evaluation.id)
    )
    if level is not None:
        question = question.where(Suggestion.level == level)
    if term is not None:
        question = question.where(Suggestion.term == term)
    if not final:
        found = session.execute(question.where(Evaluation.round == 1))
        return [_as_counted(row, row.sealed_at) for row, _ in found]
    last: dict[tuple[int, str], tuple[Evaluation, Suggestion]] = {}
    for row, suggestion in session.execute(question):
        # Silence in a later round does not undo what was said in an earlier one.
        if row.state == State.RATED or (row.suggestion_id, row.unit) not in last:
            last[row.suggestion_id, row.unit] = (row, suggestion)
    content = _content_after_meeting(session)
    return [
        _as_counted(row, suggestion.closed_at, is_content=_is_content(row, suggestion, content))
        for row, suggestion in last.values()
    ]


def _as_counted(row: Evaluation, settled_at: datetime | None, is_content: bool = False) -> _Sealed:
    rating = ratings.of(row)
    attitude, result = (rating.attitude, rating.result) if rating else (None, None)
    return _Sealed(
        id=row.id,
        unit=row.unit,
        attitude=Mark.SATISFIED if is_content else attitude,
        result=Mark.SATISFIED if is_content else result,
        proxy_entered=row.proxy_entered,
        settled_at=settled_at,
    )


def _content_after_meeting(session: Session) -> dict[tuple[int, str], int]:
    """Return the latest round in which each deputy changed their rating to satisfied after a meeting."""
    rows = session.execute(
        select(MeetingItem.suggestion_id, Confirmation.deputy, MeetingItem.round)
        .join(MeetingItem, MeetingItem.id == Confirmation.item_id)
        .where(Confirmation.outcome == Mark.SATISFIED)
        .order_by(MeetingItem.round)
    )
    return {(suggestion_id, deputy): round_ for suggestion_id, deputy, round_ in rows}


def _is_content(
    row: Evaluation, suggestion: Suggestion, content: Mapping[tuple[int, str], int]
) -> bool:
    main = suggestion.merged_into_id or suggestion.id
    return row.state == State.RATED and content.get((main, row.deputy), 0) >= row.round


def _count(rows: Sequence[_Sealed], viewer: Actor | None) -> Totals | None:
    if not _sees_single_results(viewer):
        rows = _whole_groups(rows)
        if not rows:
            return None
    rated = [(row.attitude, row.result) for row in rows if row.attitude and row.result]
    return Totals(
        rated=len(rated),
        no_feedback=len(rows) - len(rated),
        proxy_entered=sum(row.proxy_entered for row in rows),
        attitude=_counted(attitude for attitude, _ in rated),
        result=_counted(result for _, result in rated),
        overall=_counted(_lower(*pair) for pair in rated),
        cross=dict(Counter(rated)),
    )


def _sees_single_results(viewer: Actor | None) -> bool:
    return viewer is not None and viewer.holds(Role.DEPUTY_OFFICE) and not viewer.units


def _whole_groups(rows: Sequence[_Sealed]) -> Sequence[_Sealed]:
    """Keep whole groups of ratings that can no longer change, in the order in which they were settled."""
    settled = sorted(
        ((row.settled_at, row.id, row) for row in rows if row.settled_at is not None),
        key=lambda each: each[:2],
    )
    rated = [position for position, (_, _, row) in enumerate(settled, 1) if row.attitude]
    whole = len(rated) // GROUP * GROUP
    return [row for _, _, row in settled[: rated[whole - 1]]] if whole else []


def _counted(marks: Iterable[Mark]) -> dict[Mark, int]:
    counts = Counter(marks)
    return {mark: counts[mark] for mark in Mark}


def _lower(attitude: Mark, result: Mark) -> Mark:
    return max(attitude, result, key=list(Mark).index)
