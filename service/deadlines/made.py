"""What a change that was made did to each row: read from its record, named by what the rows say today."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.effects import Kind, Move
from service.deadlines.plans import TASKS, TIMERS, Group, chunks
from service.tables.assignments import Assignment
from service.tables.evaluation import SecondAssignment
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard

GONE = "已经办结，名称不再保存"


class Made(NamedTuple):
    """A row that was moved, added or dropped."""

    table: str
    id: Any
    before: datetime | None
    after: datetime | None


class _Whose(NamedTuple):
    """What a row says of itself today."""

    business_key: str | None
    unit: str
    name: str


def count(moved: Iterable[Group]) -> int:
    """Return how many rows a change moved; none for one that kept no record."""
    return sum(len(one.ids) for one in moved)


def of(moved: Iterable[Group], first: int, size: int) -> list[Made]:
    """Return so many of the rows a change moved, what is due first in front; nothing is made for any other."""
    together: dict[tuple[Any, str], list[Group]] = defaultdict(list)
    for one in moved:
        together[one.after or one.before, one.table].append(one)
    rows: list[Made] = []
    start = 0
    for moment in sorted(together):
        alike = together[moment]
        end = start + count(alike)
        if start < first + size and first < end:
            rows += _in_order(alike)[max(first - start, 0) : first + size - start]
        start = end
    return rows


def named(session: Session, made: Sequence[Made]) -> list[Move]:
    """Return these moves with case, unit and name, with one query for each table of them."""
    known: dict[tuple[str, Any], _Whose] = {}
    for table in {one.table for one in made}:
        for ids in chunks([one.id for one in made if one.table == table]):
            known |= {(table, id_): whose for id_, whose in _LOOK_UPS[table](session, ids)}
    return [_move(one, known.get((one.table, one.id))) for one in made]


def _in_order(alike: Iterable[Group]) -> list[Made]:
    rows = [Made(one.table, id_, one.before, one.after) for one in alike for id_ in one.ids]
    return sorted(rows, key=lambda row: str(row.id))


def _move(one: Made, whose: _Whose | None) -> Move:
    id_ = one.id if one.table in {TASKS, TIMERS} else f"{one.table}:{one.id}"
    found = whose or _Whose(None, "", GONE)
    kind = _kind(one)
    return Move(kind, id_, found.business_key, None, found.unit, found.name, one.before, one.after)


def _kind(one: Made) -> Kind:
    """Say what a row is to a reader, also when it is gone: the runtime numbers reminders behind their task."""
    if one.table == TASKS:
        return Kind.TASK
    if one.table != TIMERS:
        return Kind.RECORD
    if one.id.startswith("start:"):
        return Kind.START
    return Kind.REMINDER if one.id.rpartition(":")[2].isdigit() and ":" in one.id else Kind.TIMER


Rows = Iterable[tuple[Any, _Whose]]


def _tasks(session: Session, ids: Sequence[Any]) -> Rows:
    for row in session.execute(places.tasks_by_id(ids)):
        yield row.id, _Whose(row.business_key, row.unit or "", row.name)


def _timers(session: Session, ids: Sequence[Any]) -> Rows:
    """A reminder that has gone out is told by the task it belonged to."""
    gone = set(ids)
    for row in session.execute(places.timers_by_id(ids)):
        gone.discard(row.id)
        yield row.id, _Whose(row.business_key, row.unit or "", row.name)
    tasks = {id_: id_.partition(":")[0] for id_ in gone if not id_.startswith("start:")}
    known = dict(_tasks(session, sorted(set(tasks.values())))) if tasks else {}
    for id_, task in tasks.items():
        if task in known:
            yield id_, known[task]


def _suggestions(session: Session, ids: Sequence[Any]) -> Rows:
    for id_ in session.scalars(select(Suggestion.id).where(Suggestion.id.in_(ids))):
        yield id_, _Whose(f"suggestion:{id_}", "", "建议的答复期限")


def _assignments(session: Session, ids: Sequence[Any]) -> Rows:
    rows = select(Assignment.id, Assignment.suggestion_id, Assignment.unit)
    for row in session.execute(rows.where(Assignment.id.in_(ids))):
        yield row.id, _Whose(f"suggestion:{row.suggestion_id}", row.unit, "承办单位的答复期限")


def _second_assignments(session: Session, ids: Sequence[Any]) -> Rows:
    rows = select(SecondAssignment.id, SecondAssignment.suggestion_id)
    for row in session.execute(rows.where(SecondAssignment.id.in_(ids))):
        yield row.id, _Whose(f"suggestion:{row.suggestion_id}", "", "二次交办的答复期限")


def _cards(session: Session, ids: Sequence[Any]) -> Rows:
    rows = select(ControlCard.id, ControlCard.supervision_id, ControlCard.unit)
    for row in session.execute(rows.where(ControlCard.id.in_(ids))):
        yield row.id, _Whose(f"supervision:{row.supervision_id}", row.unit, "整改期限")


_LOOK_UPS: dict[str, Callable[[Session, Sequence[Any]], Rows]] = {
    TASKS: _tasks,
    TIMERS: _timers,
    "suggestions": _suggestions,
    "assignments": _assignments,
    "second_assignments": _second_assignments,
    "control_cards": _cards,
}
