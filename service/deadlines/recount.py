"""What moves when limits or calendar change: every row that keeps a due moment, counted by the old book and by the new.

A due date is a function of its start, the limit and the calendar, so moving is counting again and never adding or
subtracting. What somebody has set to another moment by hand no longer equals that count, and stays where it is.
No instance is loaded: the row of a timer, not the engine's state, is the truth of when it is due.

Taking a change back is counting again too, but a row that is still where the change put it goes where it was before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.effects import Kind, Lateness, Move, lateness
from service.deadlines.lateness import NEVER
from service.deadlines.places import AnyRow, Held, Question
from service.deadlines.plans import NOTHING, TASKS, TIMERS, Plan, Record, Shift
from service.deadlines.policies import Book, Due
from service.deadlines.workdays import Unit, local_day
from service.tables.runtime import ProcessInstance, TimerJob, UserTask

_KINDS: Mapping[str, Kind] = {"warning": Kind.REMINDER, "start": Kind.START}
"""What the rows of the clock are to a reader; every other is a timer."""


@dataclass(frozen=True)
class Reach:
    """Which rows a change can move at all: those of some limits, perhaps of one case or of some units only."""

    keys: frozenset[str]
    case: str | None = None
    units: tuple[str, ...] | None = None

    def of(self, question: Callable[[Sequence[str]], Question]) -> Question:
        asked = question(sorted(self.keys))
        columns = asked.selected_columns
        if self.case is not None:
            asked = asked.where(columns.business_key == self.case)
        if self.units is not None:
            asked = asked.where(columns.unit.in_(self.units))
        return asked


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
        self._steps = frozenset[str]().union(
            *(keys for book in self._books for keys in book.steps.values())
        )

    def __call__(self, held: Held) -> tuple[Due, Due]:
        """Return both; their `base_at` may be another moment of that day."""
        case = held.case if held.case in self._cases else None
        is_exact = held.cap_on or case or held.key in self._exact
        start = held.base_at if is_exact else local_day(held.base_at)
        begun = held.within and (held.within.outer_key, local_day(held.within.begun_at))
        question = (held.key, start, held.level, held.cap_on, held.unit, case, begun)
        found = self._known.get(question)
        if found is None:
            asked = (*held[1:5], held.unit, case, held.within)
            old, new = (book.due(*asked) for book in self._books)
            found = self._known[question] = (old, new)
        return found

    def is_orphan(self, held: Held) -> bool:
        """Whether a step does not say what it is counted back from, being older than such limits: it stays where it is."""
        return held.within is None and held.key in self._steps


class Counting:
    """One pass over every row that a change can move."""

    def __init__(
        self, session: Session, before: Book, after: Book, reach: Reach, at: datetime
    ) -> None:
        limits = (key for key in reach.keys if not _is_number(after, before, key))
        self.session = session
        self.reach = Reach(frozenset(limits), reach.case, reach.units)
        self.at = at
        self.plan = Plan()
        self.undone = NOTHING
        self.seen: dict[str, set[Any]] = {}
        self._recount = _Recount(before, after)

    def count(self) -> Plan:
        """Return everything that would be written if the one book took the place of the other."""
        self._count_tasks()
        self._count_timers()
        for name in places.PLACES:
            self._count_records(name)
        return self.plan

    def taking_back(self, record: Record) -> Plan:
        """Return what would be written to take back what the record says, and to move what came since."""
        self.undone = record
        return self.count()

    def move(self, kind: Kind, row: AnyRow, shift: Shift, table: str, id_: str = "") -> None:
        """Plan that a row moves."""
        self.plan.shifts[table].append(shift)
        late = Lateness.NONE
        if kind in {Kind.TASK, Kind.RECORD}:
            late = lateness(shift.before, shift.after, self.at)
        self.plan.moves.append(_move(kind, row, shift.before, shift.after, late, id_))

    def add(self, row: AnyRow, job: dict[str, Any]) -> None:
        """Plan that a task gains a job."""
        self.plan.added.append(job)
        kind = kind_of(job["kind"])
        self.plan.moves.append(_move(kind, row, None, job["due_at"], id_=job["id"]))

    def drop(self, kind: Kind, row: AnyRow) -> None:
        """Plan that a job goes."""
        self.plan.dropped.append(row.id)
        self.plan.moves.append(_move(kind, row, row.due_at, None))

    def _count_tasks(self) -> None:
        """Plan the tasks that move and the jobs they gain."""
        jobs = self._jobs_there()
        undone = self.undone.shifts.get(TASKS, {})
        known = jobs.keys() | self.undone.dropped.keys()
        for row in self._rows(TASKS, places.tasks):
            held = places.held(row)
            shift = undone.get(held.id)
            if shift is not None and is_where_put(row, shift):
                self.move(Kind.TASK, row, shift.back(), TASKS)
                continue
            old, new = self._recount(held)
            is_orphan = self._recount.is_orphan(held)
            if held.due_at != old.moment or row.held_due_at is not None or is_orphan:
                self.plan.by_hand.add(held.id)
                continue
            if new.moment != old.moment:
                self.move(Kind.TASK, row, Shift(held.id, old.moment, new.moment), TASKS)
            for job in jobs_of(row, new.warnings, new.moment):
                if job["id"] not in known and self.at < job["due_at"] < NEVER:
                    self.add(row, job)

    def _jobs_there(self) -> Mapping[str, None]:
        asked = select(TimerJob.id).where(
            TimerJob.policy_key.in_(sorted(self.reach.keys)), TimerJob.task_id.is_not(None)
        )
        if self.reach.units is not None:
            asked = asked.where(TimerJob.unit.in_(self.reach.units))
        if self.reach.case is not None:
            asked = asked.join(ProcessInstance, ProcessInstance.id == TimerJob.instance_id).where(
                ProcessInstance.business_key == self.reach.case
            )
        return dict.fromkeys(self.session.scalars(asked))

    def _count_timers(self) -> None:
        """Plan the jobs that move or go: of tasks, of diagrams, of what starts by itself."""
        undone = self.undone.shifts.get(TIMERS, {})
        for row in self._rows(TIMERS, places.timers):
            held = places.held(row)
            kind = kind_of(row.kind)
            shift = undone.get(held.id)
            if shift is not None and is_where_put(row, shift):
                self.move(kind, row, shift.back(), TIMERS)
            elif self.undone.added.get(held.id) == held.due_at:
                self.drop(kind, row)
            elif not (
                row.task_id in self.plan.by_hand
                or row.held_due_at is not None
                or self._recount.is_orphan(held)
            ):
                old, new = (_moment_of(row, due) for due in self._recount(held))
                if new is None:
                    self.drop(kind, row)
                elif held.due_at == old != new:
                    self.move(kind, row, Shift(held.id, held.due_at, new), TIMERS)

    def _count_records(self, place: str) -> None:
        """Plan the dates of one table of the register."""
        undone = self.undone.shifts.get(place, {})
        for row in self._rows(place, places.PLACES[place].question):
            held = places.held(row)
            shift = undone.get(held.id)
            if shift is not None and held.due_at == shift.after:
                shift = shift.back()
            else:
                old, new = self._recount(held)
                if not held.due_at == old.moment != new.moment:
                    continue
                shift = Shift(held.id, old.moment, new.moment)
            self.move(Kind.RECORD, row, shift, place, f"{place}:{held.id}")

    def _rows(self, table: str, question: Callable[[Sequence[str]], Question]) -> Iterator[AnyRow]:
        seen = self.seen[table] = set()
        for row in self.session.execute(self.reach.of(question)):
            seen.add(row[0])
            yield row


def count(session: Session, before: Book, after: Book, reach: Reach, at: datetime) -> Plan:
    """Return everything that would be written if the one book took the place of the other."""
    return Counting(session, before, after, reach, at).count()


def kind_of(job: str) -> Kind:
    """Return what a row of the clock is to a reader."""
    return _KINDS.get(job, Kind.TIMER)


def is_where_put(row: AnyRow, shift: Shift) -> bool:
    """Whether a task or job is still where a change put it."""
    return bool(row.due_at == shift.after and row.held_due_at == shift.held_after)


def _move(
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


def jobs_of(
    task: AnyRow, warnings: Sequence[datetime], due_at: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the jobs of a task that is due then, under the ids the runtime gives them."""
    moments = [
        (f"{task.id}:{number}", "warning", moment) for number, moment in enumerate(warnings, 1)
    ]
    for id_, kind, moment in [*moments, (f"{task.id}:overdue", "overdue", due_at)]:
        yield {
            "id": id_,
            "instance_id": task.instance_id,
            "kind": kind,
            "task_id": task.id,
            "element_id": task.element_id,
            "name": task.name,
            "due_at": moment,
            "policy_key": task.policy_key,
            "level": task.level,
            "base_at": task.base_at,
            "cap_on": task.cap_on,
            "unit": task.unit,
            "held_due_at": None,
            "outer_key": task.outer_key,
            "begun_at": task.begun_at,
            "attempts": 0,
        }


def _is_number(before: Book, after: Book, key: str) -> bool:
    return any(
        row.unit is Unit.TIMES
        for book in (before, after)
        for (known, _), rows in book.policies.items()
        if known == key
        for row in rows
    )


def lock(session: Session, reach: Reach) -> None:
    """Lock the instances whose rows may move, as every step does before it touches one: nobody waits in a circle."""
    limited = ProcessInstance.id.in_(
        union(
            *(
                select(row.instance_id).where(row.policy_key.in_(sorted(reach.keys)))
                for row in (UserTask, TimerJob)
            )
        )
    )
    own = ProcessInstance.business_key == reach.case
    session.execute(
        select(ProcessInstance.id)
        .where(limited if reach.case is None else own)
        .order_by(ProcessInstance.id)
        .with_for_update()
    )
