"""Everything a change does to rows: planned before it is made, written as planned, kept so that it can be taken back."""

import gc
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Table,
    Update,
    any_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.database import nudge
from service.deadlines import documents, places
from service.deadlines.effects import Move
from service.deadlines.lateness import NEVER
from service.tables import Base
from service.tables.runtime import TaskCandidate, TimerJob, UserTask

TASKS, TIMERS = UserTask.__tablename__, TimerJob.__tablename__
COLUMNS: Mapping[str, str] = {
    TASKS: "due_at",
    TIMERS: "due_at",
    **{name: place.column for name, place in places.PLACES.items()},
}
"""The column of each table that keeps a due moment."""


class Shift(NamedTuple):
    """A row whose moment moves; the held moment is what goes on when the clock of a case does."""

    id: Any
    before: datetime
    after: datetime
    held_before: datetime | None = None
    held_after: datetime | None = None

    def back(self) -> "Shift":
        return Shift(self.id, self.after, self.before, self.held_after, self.held_before)


@dataclass
class Plan:
    """Everything a change does to rows, ready to be written."""

    shifts: dict[str, list[Shift]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    added: list[dict[str, Any]] = field(default_factory=list)  # timer jobs
    dropped: list[str] = field(default_factory=list)  # timer jobs
    moves: list[Move] = field(default_factory=list)
    stayed: dict[str, set[Any]] = field(default_factory=lambda: {name: set() for name in COLUMNS})
    """Rows that are where somebody put them, which no limit moves."""

    @property
    def by_hand(self) -> set[Any]:
        """The tasks that stay where somebody put them."""
        return self.stayed[TASKS]

    @property
    def earliest(self) -> datetime | None:
        moments = [shift.after for shift in self.shifts[TIMERS]]
        moments += [job["due_at"] for job in self.added]
        earliest = min(moments, default=NEVER)
        return None if earliest == NEVER else earliest


@dataclass(frozen=True)
class Record:
    """What a change did to rows, as it is kept."""

    shifts: Mapping[str, Mapping[Any, Shift]]
    added: Mapping[str, datetime]  # when the jobs were due that it added
    dropped: Mapping[str, dict[str, Any]]  # the jobs it dropped
    stayed: Mapping[str, frozenset[Any]]  # the rows somebody had put where they were


NOTHING = Record({}, {}, {}, {})


class Group(NamedTuple):
    """Rows of a table that moved alike. Jobs that were added have no `before`, those that were dropped no `after`."""

    table: str
    before: datetime | None
    after: datetime | None
    ids: Sequence[Any]


@contextmanager
def uncollected() -> Iterator[None]:
    """Run without the cyclic garbage collector, however many threads do so at once.

    A hundred thousand rows become objects that all stay; looking through them again and again took a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def carry_out(session: Session, plan: Plan) -> bytes:
    """Write a plan, each kind of row at once, wake the clock for the earliest moment, and return the record."""
    with uncollected():
        return _carried_out(session, plan)


def _carried_out(session: Session, plan: Plan) -> bytes:
    session.flush()
    dropped = _dropped(session, plan)
    for name, shifts in plan.shifts.items():
        _move(session, name, shifts)
    if plan.dropped:
        gone = delete(_TIMERS).where(_TIMERS.c.id == bindparam("row"))
        session.connection().execute(gone, [{"row": id_} for id_ in plan.dropped])
    if plan.added:
        session.connection().execute(insert(_TIMERS), plan.added)
    _follow(session, [shift.id for shift in plan.shifts[TASKS]])
    session.expire_all()
    if plan.earliest is not None:
        nudge(session, plan.earliest)
    return _packed(plan, dropped)


def unpacked(record: bytes | None) -> Record:
    """Return what a change did to rows; nothing for one that kept none."""
    if record is None:
        return NOTHING
    found = _read(record)
    shifts = {
        name: {
            shift.id: shift
            for *moments, ids in groups
            for given in [[_moment(one) for one in moments]]
            for id_ in ids
            for shift in [Shift(id_, *given)]  # type: ignore[arg-type]
        }
        for name, groups in found["shifts"].items()
    }
    added = {id_: datetime.fromisoformat(due_at) for id_, due_at in found["added"]}
    dropped = {row["id"]: documents.row_of(row) for row in found["dropped"]}
    stayed = {name: frozenset(ids) for name, ids in found["stayed"].items()}
    return Record(shifts, added, dropped, stayed)


def groups(record: bytes | None) -> list[Group]:
    """Return what a change did to rows as it is packed: what moved alike together, nothing made for each row."""
    if record is None:
        return []
    found = _read(record)
    alike: dict[tuple[str, str], list[Any]] = {}
    for id_, due_at in found["added"]:
        alike.setdefault(("", due_at), []).append(id_)
    for row in found["dropped"]:
        alike.setdefault((row["due_at"], ""), []).append(row["id"])
    listed = [
        (name, before, after, ids)
        for name, shifts in found["shifts"].items()
        for before, after, *_, ids in shifts
    ]
    listed += [(TIMERS, *moments, ids) for moments, ids in alike.items()]
    return [
        Group(name, _moment(before), _moment(after), ids) for name, before, after, ids in listed
    ]


def _read(record: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(zlib.decompress(record))
    return found


def _packed(plan: Plan, dropped: Sequence[Mapping[str, Any]]) -> bytes:
    """Pack what many rows have in common once: thousands move from the same moment to the same."""
    shifts = {name: _alike(listed) for name, listed in plan.shifts.items() if listed}
    kept = {
        "shifts": shifts,
        "added": [[job["id"], job["due_at"].isoformat()] for job in plan.added],
        "dropped": [documents.of(TIMERS, row) for row in dropped],
        "stayed": {name: list(ids) for name, ids in plan.stayed.items() if ids},
    }
    return zlib.compress(orjson.dumps(kept), level=1)


def _alike(shifts: Sequence[Shift]) -> list[list[Any]]:
    groups: dict[tuple[datetime | None, ...], list[Any]] = {}
    for id_, *moments in shifts:
        groups.setdefault(tuple(moments), []).append(id_)
    return [
        [*(moment.isoformat() if moment else "" for moment in moments), ids]
        for moments, ids in groups.items()
    ]


def _moment(given: str) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _dropped(session: Session, plan: Plan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for ids in chunks(plan.dropped):
        asked = select(_TIMERS).where(_TIMERS.c.id.in_(ids))
        rows += (dict(row) for row in session.connection().execute(asked).mappings())
    return rows


def chunks(ids: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    for first in range(0, len(ids), size):
        yield ids[first : first + size]


def _move(session: Session, name: str, shifts: Sequence[Shift]) -> None:
    """Write the new moments: many rows that get the same at once, the others one by one."""
    together: dict[tuple[datetime, datetime | None, bool], list[Any]] = {}
    for shift in shifts:
        changes_held = shift.held_before != shift.held_after
        key = (shift.after, shift.held_after, changes_held)
        together.setdefault(key, []).append(shift.id)
    table, connection = _table(name), session.connection()
    alone: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for (after, held, changes_held), ids in together.items():
        if len(ids) <= _ALONE:
            alone[changes_held] += ({"row": id_, "due": after, "held": held} for id_ in ids)
        else:
            moved = _moving(name, changes_held=changes_held)
            connection.execute(
                moved.where(among(table.c.id, ids, connection)), {"due": after, "held": held}
            )
    for changes_held, rows in alone.items():
        if rows:
            moved = _moving(name, changes_held=changes_held)
            connection.execute(moved.where(table.c.id == bindparam("row")), rows)


def _moving(name: str, *, changes_held: bool) -> Update:
    moved = update(_table(name)).values({COLUMNS[name]: bindparam("due")})
    return moved.values(held_due_at=bindparam("held")) if changes_held else moved


def among(id_: Column[Any], ids: Sequence[Any], connection: Connection) -> ColumnElement[bool]:
    """Compare with any number of ids in one parameter."""
    if connection.dialect.name == "postgresql":
        return id_ == any_(literal(list(ids), ARRAY(id_.type)))
    listed = func.json_each(orjson.dumps(ids).decode()).table_valued("value")
    return id_.in_(select(listed.c.value))


def _follow(session: Session, tasks: Sequence[str]) -> None:
    """Let the inbox rows of these tasks have the tasks' moments."""
    if len(tasks) > _FEW:
        session.execute(_ALL_FOLLOW)
    elif tasks:
        rows = [{"task": id_} for id_ in tasks]
        session.connection().execute(_FOLLOWS, rows)


_ALONE = 50  # so many rows and fewer are written one by one
_FEW = 2_000  # so many tasks and fewer have their inbox rows looked for one by one


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


_TIMERS = _table(TIMERS)
_TASKS = _table(TASKS)
_CANDIDATES = _table(TaskCandidate.__tablename__)
_OF_TASK = func.coalesce(_TASKS.c.due_at, literal(NEVER, _TASKS.c.due_at.type))
_ALL_FOLLOW = (
    update(_CANDIDATES)
    .where(_CANDIDATES.c.task_id == _TASKS.c.id, _CANDIDATES.c.due_at != _OF_TASK)
    .values(due_at=_OF_TASK)
)
_FOLLOWS = (
    update(_CANDIDATES)
    .where(_CANDIDATES.c.task_id == bindparam("task"))
    .values(due_at=select(_OF_TASK).where(_TASKS.c.id == bindparam("task")).scalar_subquery())
)
