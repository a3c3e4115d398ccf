"""What moves when limits or calendar change: every row that keeps a due moment, counted by the old book and by the new.

A due date is a function of its start, the limit and the calendar, so moving is counting again and never adding or
subtracting. What somebody has set to another moment by hand no longer equals that count, and stays where it is.
No instance is loaded: the row of a timer, not the engine's state, is the truth of when it is due.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Table,
    bindparam,
    delete,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from service.database import nudge
from service.deadlines import places
from service.deadlines.effects import Kind, Lateness, Move, lateness
from service.deadlines.lateness import NEVER
from service.deadlines.places import AnyRow, Held
from service.deadlines.policies import Book, Due
from service.deadlines.workdays import Unit, local_day
from service.tables import Base
from service.tables.runtime import ProcessInstance, TaskCandidate, TimerJob, UserTask

_KINDS: Mapping[str, Kind] = {"warning": Kind.REMINDER, "start": Kind.START}
"""What the rows of the clock are to a reader; every other is a timer."""


@dataclass
class Plan:
    """Everything a change does to rows, ready to be written."""

    tasks: list[tuple[str, datetime]] = field(default_factory=list)
    timers: list[tuple[str, datetime]] = field(default_factory=list)
    new_timers: list[dict[str, Any]] = field(default_factory=list)
    dropped_timers: list[str] = field(default_factory=list)
    records: dict[str, list[tuple[Any, datetime]]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)  # tasks that stay where somebody put them

    @property
    def earliest(self) -> datetime | None:
        moments = [due for _, due in self.timers]
        moments += [timer["due_at"] for timer in self.new_timers]
        return min(moments, default=None)


class _Recount:
    """Counts a due moment by the old book and by the new one; what starts on the same day is counted once."""

    def __init__(self, before: Book, after: Book) -> None:
        self._books = (before, after)
        self._cases = before.cases | after.cases
        self._known: dict[tuple[Any, ...], tuple[Due, Due]] = {}
        self._exact = {
            key
            for book in self._books
            for (key, _), rows in book.policies.items()
            for row in rows
            if row.unit in {Unit.WORK_HOURS, Unit.CLOCK_HOURS}
        }

    def __call__(self, held: Held) -> tuple[Due, Due]:
        """Return both; their `base_at` may be another moment of that day."""
        case = held.case if held.case in self._cases else None
        is_exact = held.cap_on or case or held.key in self._exact
        start = held.base_at if is_exact else local_day(held.base_at)
        question = (held.key, start, held.level, held.cap_on, held.unit, case)
        found = self._known.get(question)
        if found is None:
            old, new = (book.due(*held[1:5], held.unit, case) for book in self._books)
            found = self._known[question] = (old, new)
        return found


def count(session: Session, before: Book, after: Book, keys: Iterable[str], at: datetime) -> Plan:
    """Return everything that would be written if the one book took the place of the other."""
    limits = [key for key in keys if not _is_number(after, key) and not _is_number(before, key)]
    recount = _Recount(before, after)
    plan = Plan()
    _count_tasks(session, recount, limits, at, plan)
    _count_timers(session, recount, limits, plan)
    for place in places.PLACES:
        _count_records(session, recount, place, limits, at, plan)
    return plan


def _count_tasks(
    session: Session, recount: _Recount, keys: Sequence[str], at: datetime, plan: Plan
) -> None:
    """Plan the tasks that move and the jobs they gain."""
    jobs = set(
        session.scalars(
            select(TimerJob.id).where(TimerJob.policy_key.in_(keys), TimerJob.task_id.is_not(None))
        )
    )
    for row in session.execute(places.tasks(keys)):
        held = places.held(row)
        old, new = recount(held)
        if held.due_at != old.moment:
            plan.by_hand.add(held.id)
            continue
        if new.moment != old.moment:
            plan.tasks.append((held.id, new.moment))
            late = lateness(old.moment, new.moment, at)
            plan.moves.append(_move_of(Kind.TASK, row, old.moment, new.moment, late))
        for job in _jobs(row, new):
            if job["id"] not in jobs and at < job["due_at"] < NEVER:
                plan.new_timers.append(job)
                kind = _KINDS.get(job["kind"], Kind.TIMER)
                plan.moves.append(_move_of(kind, row, None, job["due_at"], id_=job["id"]))


def _count_timers(session: Session, recount: _Recount, keys: Sequence[str], plan: Plan) -> None:
    """Plan the jobs that move or go: of tasks, of diagrams, of what starts by itself."""
    for row in session.execute(places.timers(keys)):
        if row.task_id in plan.by_hand:
            continue
        held = places.held(row)
        old, new = (_moment_of(row, due) for due in recount(held))
        if new is None:
            plan.dropped_timers.append(held.id)
        elif held.due_at == old != new:
            plan.timers.append((held.id, new))
        else:
            continue
        kind = _KINDS.get(row.kind, Kind.TIMER)
        plan.moves.append(_move_of(kind, row, held.due_at, new))


def _count_records(
    session: Session,
    recount: _Recount,
    place: str,
    keys: Sequence[str],
    at: datetime,
    plan: Plan,
) -> None:
    """Plan the dates of one table of the register."""
    moved = plan.records[place] = []
    for row in session.execute(places.PLACES[place].question(keys)):
        held = places.held(row)
        old, new = recount(held)
        if held.due_at == old.moment != new.moment:
            moved.append((held.id, new.moment))
            late = lateness(old.moment, new.moment, at)
            id_ = f"{place}:{held.id}"
            plan.moves.append(_move_of(Kind.RECORD, row, old.moment, new.moment, late, id_))


def _move_of(
    kind: Kind,
    row: AnyRow,
    before: datetime | None,
    after: datetime | None,
    late: Lateness = Lateness.NONE,
    id_: str = "",
) -> Move:
    return Move(
        kind,
        id_ or row.id,
        row.business_key,
        row.instance_id,
        row.unit or "",
        row.name,
        before,
        after,
        late,
    )


def _moment_of(row: AnyRow, due: Due) -> datetime | None:
    """Return the moment a job stands for: a warning by its number, counted from 1, anything else the end itself."""
    if row.kind != "warning":
        return due.moment
    number = int(row.id.rpartition(":")[2])
    return due.warnings[number - 1] if number <= len(due.warnings) else None


def _jobs(task: AnyRow, due: Due) -> Iterator[dict[str, Any]]:
    """Yield the jobs a task's limit asks for, under the ids the runtime gives them."""
    moments = [
        (f"{task.id}:{number}", "warning", moment) for number, moment in enumerate(due.warnings, 1)
    ]
    for id_, kind, moment in [*moments, (f"{task.id}:overdue", "overdue", due.moment)]:
        yield {
            "id": id_,
            "instance_id": task.instance_id,
            "kind": kind,
            "task_id": task.id,
            "element_id": task.element_id,
            "name": task.name,
            "due_at": moment,
            "policy_key": due.policy_key,
            "level": due.level,
            "base_at": task.base_at,
            "cap_on": due.cap_on,
            "unit": task.unit,
            "held_due_at": None,
            "attempts": 0,
        }


def _is_number(book: Book, key: str) -> bool:
    return any(
        row.unit is Unit.TIMES
        for (known, _), rows in book.policies.items()
        if known == key
        for row in rows
    )


# Writing


def hold(session: Session, keys: Iterable[str]) -> None:
    """Lock the instances whose rows may move, as every step does before it touches one: nobody waits in a circle."""
    limited = [
        select(row.instance_id).where(row.policy_key.in_(list(keys)))
        for row in (UserTask, TimerJob)
    ]
    session.execute(
        select(ProcessInstance.id)
        .where(ProcessInstance.id.in_(union(*limited)))
        .order_by(ProcessInstance.id)
        .with_for_update()
    )


def carry_out(session: Session, plan: Plan, keys: Iterable[str]) -> None:
    """Write a plan, each kind of row with one statement, and wake the clock for the earliest moment."""
    session.flush()
    _move(session, _table(TimerJob), "due_at", plan.timers)
    jobs = _table(TimerJob)
    if plan.dropped_timers:
        dropped = delete(jobs).where(jobs.c.id == bindparam("row"))
        session.connection().execute(dropped, [{"row": id_} for id_ in plan.dropped_timers])
    if plan.new_timers:
        session.connection().execute(insert(jobs), plan.new_timers)
    _move(session, _table(UserTask), "due_at", plan.tasks)
    if plan.tasks:
        session.execute(_CANDIDATES_FOLLOW, {"keys": list(keys)})
    for name, place in places.PLACES.items():
        _move(session, Base.metadata.tables[name], place.column, plan.records.get(name, ()))
    session.expire_all()
    if plan.earliest is not None:
        nudge(session, plan.earliest)


def _move(
    session: Session, table: Table, column: str, moved: Sequence[tuple[Any, datetime]]
) -> None:
    statement = (
        update(table).where(table.c.id == bindparam("row")).values({column: bindparam("due")})
    )
    if moved:
        session.connection().execute(statement, [{"row": id_, "due": due} for id_, due in moved])


def _table(row: type[Base]) -> Table:
    return Base.metadata.tables[row.__tablename__]


_CANDIDATES_FOLLOW = (
    update(TaskCandidate)
    .values(
        due_at=select(UserTask.due_at).where(UserTask.id == TaskCandidate.task_id).scalar_subquery()
    )
    .where(
        TaskCandidate.task_id.in_(
            select(UserTask.id).where(
                UserTask.policy_key.in_(bindparam("keys", expanding=True)),
                UserTask.due_at.is_not(None),
            )
        )
    )
    .execution_options(synchronize_session=False)
)
