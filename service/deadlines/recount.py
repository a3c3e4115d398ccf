"""What moves when limits or calendar change: every row that keeps a due moment, counted by the old book and by the new.

A due date is a function of its start, the limit and the calendar, so moving is counting again and never adding or
subtracting. What somebody has set to another moment by hand no longer equals that count, and stays where it is.
No instance is loaded: the row of a timer, not the engine's state, is the truth of when it is due.

Taking a change back is counting again too, but a row that is still where the change put it goes where it was before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import literal, select, union, union_all
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.book import Book, Due, Whole, Within, within
from service.deadlines.effects import Kind, Lateness, Move, lateness
from service.deadlines.lateness import NEVER
from service.deadlines.places import AnyRow, Question
from service.deadlines.plans import NOTHING, TASKS, TIMERS, Plan, Record, Shift, uncollected
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


class _Moments(NamedTuple):
    """When a limit ends by the old book and by the new one; its warnings follow the end, so that their numbers count."""

    old: tuple[datetime, ...]
    new: tuple[datetime, ...]


class _Recount:
    """Counts a due moment by the old book and by the new one; what starts on the same day is counted once."""

    def __init__(self, before: Book, after: Book) -> None:
        self._books = (before, after)
        self._cases = before.cases | after.cases
        self._by_start: dict[tuple[Any, ...], _Moments] = {}
        self._by_day: dict[tuple[Any, ...], _Moments] = {}
        self._wholes: dict[tuple[Any, ...], Whole] = {}
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

    def __call__(
        self,
        key: str,
        base_at: datetime,
        level: str | None,
        cap_on: str | None,
        unit: str | None,
        case: str | None,
        outer_key: str | None = None,
        begun_at: datetime | None = None,
    ) -> _Moments:
        own = case if case in self._cases else None
        start = (key, base_at, level, cap_on, unit, own, outer_key, begun_at)
        found = self._by_start.get(start)
        if found is None:
            found = self._by_start[start] = self._counted(*start)
        return found

    def is_orphan(self, key: str, outer_key: str | None) -> bool:
        """Whether a step does not say what it is counted back from, being older than such limits: it stays where it is."""
        return outer_key is None and key in self._steps

    def _counted(
        self,
        key: str,
        base_at: datetime,
        level: str | None,
        cap_on: str | None,
        unit: str | None,
        case: str | None,
        outer_key: str | None,
        begun_at: datetime | None,
    ) -> _Moments:
        is_exact = cap_on or case or key in self._exact or outer_key in self._exact
        starts = base_at if is_exact else local_day(base_at)
        begins = begun_at and local_day(begun_at)
        day = (key, starts, level, cap_on, unit, case, outer_key, begins)
        found = self._by_day.get(day)
        if found is None:
            step = within(outer_key, begun_at)
            counted_from = (base_at, level or "", cap_on, unit or "", case)
            old, new = (self._due(book, key, counted_from, step, day[1:]) for book in self._books)
            moments = ((due.moment, *due.warnings) for due in (old, new))
            found = self._by_day[day] = _Moments(*moments)
        return found

    def _due(
        self,
        book: Book,
        key: str,
        counted_from: tuple[datetime, str, str | None, str, str | None],
        step: Within | None,
        day: tuple[Any, ...],
    ) -> Due:
        """Count a moment; the whole in which many steps lie is counted once."""
        base_at, level, *_ = counted_from
        if step is None or not book.is_step(key, level, base_at):
            return book.due(key, *counted_from, step)
        question = (id(book), *day[:-1])
        whole = self._wholes.get(question)
        if whole is None:
            whole = self._wholes[question] = book.whole(step.outer_key, *counted_from)
        return book.step_due(key, whole, step)


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
        self.calendar = after.calendar if after.calendar != before.calendar else None
        self._recount = _Recount(before, after)

    def count(self) -> Plan:
        """Return everything that would be written if the one book took the place of the other."""
        with uncollected():
            return self._counted()

    def _counted(self) -> Plan:
        self.session.flush()
        rows = self._rows()
        self.seen = {name: {row[0] for row in own} for name, own in rows.items()}
        self._count_tasks(rows[TASKS])
        self._count_timers(rows[TIMERS])
        for name in places.PLACES:
            self._count_records(name, rows[name])
        return self.plan

    def taking_back(self, record: Record) -> Plan:
        """Return what would be written to take back what the record says, and to move what came since."""
        self.undone = record
        return self.count()

    def move(self, kind: Kind, row: AnyRow, shift: Shift, table: str, id_: str = "") -> None:
        """Plan that a row moves."""
        self.plan.shifts[table].append(shift)
        late = Lateness.NONE
        if kind is Kind.TASK or kind is Kind.RECORD:
            late = lateness(shift.before, shift.after, self.at)
        self._tell(kind, id_ or row[0], row, shift.before, shift.after, late)

    def add(self, row: AnyRow, job: dict[str, Any]) -> None:
        """Plan that a task gains a job."""
        self.plan.added.append(job)
        self._tell(kind_of(job["kind"]), job["id"], row, None, job["due_at"])

    def drop(self, kind: Kind, row: AnyRow) -> None:
        """Plan that a job goes."""
        self.plan.dropped.append(row.id)
        self._tell(kind, row.id, row, row.due_at, None)

    def _tell(
        self,
        kind: Kind,
        id_: str,
        row: AnyRow,
        before: datetime | None,
        after: datetime | None,
        late: Lateness = Lateness.NONE,
    ) -> None:
        instance_id, case, unit, name = row[6:10]
        move = Move(kind, id_, case, instance_id, unit or "", name, before, after, late)
        self.plan.moves.append(move)

    def _count_tasks(self, rows: Sequence[AnyRow]) -> None:
        """Plan the tasks that move and the jobs they gain."""
        known = self.seen[TIMERS] | self.undone.dropped.keys()
        undone, stayed = self.undone.shifts.get(TASKS, {}), self.undone.stayed.get(TASKS, ())
        for row in rows:
            id_, key, base_at, level, cap_on, due_at, _, case, unit, _, held_due_at, *step = row
            shift = undone.get(id_)
            if shift is not None and is_where_put(row, shift):
                self.move(Kind.TASK, row, shift.back(), TASKS)
                continue
            old, new = self._recount(key, base_at, level, cap_on, unit, case, *step[:2])
            is_orphan = self._recount.is_orphan(key, step[0]) or id_ in stayed
            if due_at != old[0] or held_due_at is not None or is_orphan:
                self.plan.by_hand.add(id_)
                continue
            if new[0] != old[0]:
                self.move(Kind.TASK, row, Shift(id_, old[0], new[0]), TASKS)
            if not known.issuperset(job_ids(id_, len(new))):
                for job in jobs_of(row, new[1:], new[0]):
                    if job["id"] not in known and self.at < job["due_at"] < NEVER:
                        self.add(row, job)

    def _count_timers(self, jobs: Sequence[AnyRow]) -> None:
        """Plan the jobs that move or go: of tasks, of diagrams, of what starts by itself."""
        undone, added = self.undone.shifts.get(TIMERS, {}), self.undone.added
        stayed = self.undone.stayed.get(TIMERS, frozenset())
        by_hand = self.plan.by_hand
        for row in jobs:
            id_, key, base_at, level, cap_on, due_at, _, case, unit, _, held_due_at, *rest = row
            outer_key, begun_at, job, task, *_ = rest
            shift = undone.get(id_) if undone else None
            if shift is not None and is_where_put(row, shift):
                self.move(kind_of(job), row, shift.back(), TIMERS)
            elif added and added.get(id_) == due_at:
                self.drop(kind_of(job), row)
            elif not (
                task in by_hand
                or id_ in stayed
                or held_due_at is not None
                or self._recount.is_orphan(key, outer_key)
            ):
                old, new = self._recount(
                    key, base_at, level, cap_on, unit, case, outer_key, begun_at
                )
                number = int(id_.rpartition(":")[2]) if job == "warning" else 0
                if number >= len(new):
                    self.drop(kind_of(job), row)
                elif number >= len(old) or due_at != old[number]:
                    self.plan.stayed[TIMERS].add(id_)
                elif old[number] != new[number]:
                    self.move(kind_of(job), row, Shift(id_, due_at, new[number]), TIMERS)

    def _count_records(self, place: str, rows: Sequence[AnyRow]) -> None:
        """Plan the dates of one table of the register."""
        undone = self.undone.shifts.get(place, {})
        stayed = self.undone.stayed.get(place, frozenset())
        for row in rows:
            held = places.held(row)
            shift = undone.get(held.id)
            if shift is not None and held.due_at == shift.after:
                shift = shift.back()
            else:
                old, new = self._recount(*held[1:5], held.unit, held.case)
                if held.due_at != old[0] or held.id in stayed:
                    self.plan.stayed[place].add(held.id)
                    continue
                if old[0] == new[0]:
                    continue
                shift = Shift(held.id, old[0], new[0])
            self.move(Kind.RECORD, row, shift, place, f"{place}:{held.id}")

    def _rows(self) -> dict[str, list[AnyRow]]:
        """Return every row in reach by its table: what runs with one query, what the register keeps with another."""
        running = places.together(self.reach.of(places.tasks), self.reach.of(places.timers))
        records = (
            self.reach.of(place.question).add_columns(literal(name).label("place"))
            for name, place in places.PLACES.items()
        )
        found: dict[str, list[AnyRow]] = {name: [] for name in (TASKS, TIMERS, *places.PLACES)}
        for question in (running, union_all(*records)):
            for row in self.session.connection().execute(question):
                found[row[-1]].append(row)
        return found


def count(session: Session, before: Book, after: Book, reach: Reach, at: datetime) -> Plan:
    """Return everything that would be written if the one book took the place of the other."""
    return Counting(session, before, after, reach, at).count()


def kind_of(job: str) -> Kind:
    """Return what a row of the clock is to a reader."""
    return _KINDS.get(job, Kind.TIMER)


def is_where_put(row: AnyRow, shift: Shift) -> bool:
    """Whether a task or job is still where a change put it."""
    return bool(row.due_at == shift.after and row.held_due_at == shift.held_after)


def job_ids(task: str, moments: int) -> Iterator[str]:
    """Yield the ids under which the runtime keeps the jobs of a task: its overdue moment and its warnings."""
    yield f"{task}:overdue"
    for number in range(1, moments):
        yield f"{task}:{number}"


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
