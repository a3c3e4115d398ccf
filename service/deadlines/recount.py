"""What moves when limits or calendar change: every row that keeps a due moment, counted by the old book and by the new.

A due date is a function of its start, the limit and the calendar, so moving is counting again and never adding or
subtracting. What somebody has set to another moment by hand no longer equals that count, and stays where it is.
No instance is loaded: the row of a timer, not the engine's state, is the truth of when it is due.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session, aliased

from service.database import nudge
from service.deadlines.policies import Book, Due
from service.deadlines.workdays import Unit, local_day
from service.tables import Base
from service.tables.assignments import Assignment, DispatchBatch
from service.tables.evaluation import SecondAssignment
from service.tables.runtime import ProcessInstance, TaskCandidate, TimerJob, UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard

SAMPLES = 50
_Row = Row[*tuple[Any, ...]]
_Question = Select[*tuple[Any, ...]]


class Moved(NamedTuple):
    """One task whose limit a change moves."""

    task_id: str
    business_key: str | None
    name: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Effect:
    """What a change does to running work, counted before it is made and the same when it is."""

    tasks: int = 0
    timers: int = 0  # moved, added and dropped jobs
    records: int = 0  # due dates in the register: suggestions, assignments, cards
    earlier: int = 0
    later: int = 0
    overdue: int = 0  # tasks that would be late at once
    by_hand: int = 0  # tasks whose moment somebody set; they stay
    samples: tuple[Moved, ...] = ()  # the tasks that move furthest to the front first


class _Held(NamedTuple):
    """A place that keeps a due moment, and what it was counted from."""

    id: Any
    key: str
    base_at: datetime
    level: str
    cap_on: str | None
    due_at: datetime


@dataclass
class Plan:
    """Everything a change does to rows, ready to be written."""

    tasks: list[tuple[str, datetime]] = field(default_factory=list)
    timers: list[tuple[str, datetime]] = field(default_factory=list)
    new_timers: list[dict[str, Any]] = field(default_factory=list)
    dropped_timers: list[str] = field(default_factory=list)
    records: dict[str, list[tuple[Any, datetime]]] = field(default_factory=dict)
    effect: Effect = field(default_factory=Effect)

    @property
    def earliest(self) -> datetime | None:
        moments = [due for _, due in self.timers]
        moments += [timer["due_at"] for timer in self.new_timers]
        return min(moments, default=None)


class _Recount:
    """Counts a due moment by the old book and by the new one; what starts on the same day is counted once."""

    def __init__(self, before: Book, after: Book) -> None:
        self._books = (before, after)
        self._known: dict[tuple[Any, ...], tuple[Due, Due]] = {}
        self._exact = {
            key
            for book in self._books
            for (key, _), rows in book.policies.items()
            for row in rows
            if row.unit in {Unit.WORK_HOURS, Unit.CLOCK_HOURS}
        }

    def __call__(self, held: _Held) -> tuple[Due, Due]:
        """Return both; their `base_at` may be another moment of that day."""
        is_exact = held.cap_on or held.key in self._exact
        start = held.base_at if is_exact else local_day(held.base_at)
        question = (held.key, start, held.level, held.cap_on)
        found = self._known.get(question)
        if found is None:
            old, new = (book.due(*held[1:5]) for book in self._books)
            found = self._known[question] = (old, new)
        return found


def count(session: Session, before: Book, after: Book, keys: Iterable[str], at: datetime) -> Plan:
    limits = [key for key in keys if not _is_number(after, key) and not _is_number(before, key)]
    recount = _Recount(before, after)
    plan = Plan()
    by_hand = _count_tasks(session, recount, limits, at, plan)
    _count_timers(session, recount, limits, by_hand, plan)
    for place, (_, question) in _PLACES.items():
        plan.records[place] = [
            (held.id, new.moment)
            for held in _holding(session, question(limits))
            for old, new in [recount(held)]
            if held.due_at == old.moment != new.moment
        ]
    plan.effect = replace(
        plan.effect,
        timers=len(plan.timers) + len(plan.new_timers) + len(plan.dropped_timers),
        records=sum(len(moved) for moved in plan.records.values()),
    )
    return plan


def _count_tasks(
    session: Session, recount: _Recount, keys: Sequence[str], at: datetime, plan: Plan
) -> set[str]:
    """Plan the tasks that move and the jobs they gain. Returns the tasks that stay where somebody put them."""
    jobs = set(
        session.scalars(
            select(TimerJob.id).where(TimerJob.policy_key.in_(keys), TimerJob.task_id.is_not(None))
        )
    )
    by_hand: set[str] = set()
    moved: list[Moved] = []
    for row in session.execute(_tasks(keys)):
        held = _held(row)
        old, new = recount(held)
        if held.due_at != old.moment:
            by_hand.add(held.id)
            continue
        if new.moment != old.moment:
            plan.tasks.append((held.id, new.moment))
            moved.append(Moved(held.id, row.business_key, row.name, old.moment, new.moment))
        plan.new_timers += (
            job for job in _jobs(row, new) if job["id"] not in jobs and job["due_at"] > at
        )
    plan.effect = Effect(
        tasks=len(moved),
        earlier=sum(each.after < each.before for each in moved),
        later=sum(each.after > each.before for each in moved),
        overdue=sum(each.after <= at < each.before for each in moved),
        by_hand=len(by_hand),
        samples=tuple(sorted(moved, key=lambda each: each.after)[:SAMPLES]),
    )
    return by_hand


def _count_timers(
    session: Session, recount: _Recount, keys: Sequence[str], by_hand: set[str], plan: Plan
) -> None:
    question = select(
        TimerJob.id,
        TimerJob.policy_key,
        TimerJob.base_at,
        TimerJob.level,
        TimerJob.cap_on,
        TimerJob.due_at,
        TimerJob.kind,
        TimerJob.task_id,
    ).where(TimerJob.policy_key.in_(keys), TimerJob.base_at.is_not(None))
    for row in session.execute(question):
        if row.task_id in by_hand:
            continue
        held = _held(row)
        old, new = (_moment_of(row, due) for due in recount(held))
        if new is None:
            plan.dropped_timers.append(held.id)
        elif held.due_at == old != new:
            plan.timers.append((held.id, new))


def _moment_of(row: _Row, due: Due) -> datetime | None:
    """Return the moment a job stands for: a warning by its number, counted from 1, anything else the end itself."""
    if row.kind != "warning":
        return due.moment
    number = int(row.id.rpartition(":")[2])
    return due.warnings[number - 1] if number <= len(due.warnings) else None


def _jobs(task: _Row, due: Due) -> Iterator[dict[str, Any]]:
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
            "attempts": 0,
        }


def _holding(session: Session, question: _Question) -> Iterator[_Held]:
    return (_held(row) for row in session.execute(question))


def _held(row: _Row) -> _Held:
    """Read the first six columns; every question asks for them in this order."""
    id_, key, base_at, level, cap_on, due_at = row[:6]
    if isinstance(cap_on, date):
        cap_on = cap_on.isoformat()
    return _Held(id_, key, base_at, level or "", cap_on, due_at)


def _is_number(book: Book, key: str) -> bool:
    return any(
        row.unit is Unit.TIMES
        for (known, _), rows in book.policies.items()
        if known == key
        for row in rows
    )


# Where due moments are kept


def _tasks(keys: Sequence[str]) -> _Question:
    return select(
        UserTask.id,
        UserTask.policy_key,
        UserTask.base_at,
        UserTask.level,
        UserTask.cap_on,
        UserTask.due_at,
        UserTask.instance_id,
        UserTask.element_id,
        UserTask.name,
        UserTask.business_key,
    ).where(
        UserTask.policy_key.in_(keys),
        UserTask.base_at.is_not(None),
        UserTask.due_at.is_not(None),
    )


def _suggestions(keys: Sequence[str]) -> _Question:
    """The legal limit of each suggestion not yet answered; one merged into another has that one's."""
    main = aliased(Suggestion)
    key = case((main.is_hard, "reply.hard"), else_="reply.normal")
    return (
        select(
            Suggestion.id,
            key,
            Suggestion.dispatched_at,
            Suggestion.level,
            DispatchBatch.due_on,
            Suggestion.reply_due_at,
        )
        .join(main, main.id == func.coalesce(Suggestion.merged_into_id, Suggestion.id))
        .outerjoin(DispatchBatch, DispatchBatch.id == main.batch_id)
        .where(
            Suggestion.replied_at.is_(None),
            Suggestion.dispatched_at.is_not(None),
            Suggestion.reply_due_at.is_not(None),
            key.in_(keys),
        )
    )


def _assignments(keys: Sequence[str]) -> _Question:
    """Each unit's own limit: the case's in the first round, an assistant's and a second round's their own."""
    assists = Assignment.role == "assist"
    key = case(
        (and_(Assignment.round > 1, assists), "redo.co_opinion"),
        (Assignment.round > 1, "redo"),
        (assists, "co_opinion"),
        (Suggestion.is_hard, "reply.hard"),
        else_="reply.normal",
    )
    base_at = case(
        (Assignment.round > 1, SecondAssignment.opened_at),
        (assists, Assignment.dispatched_at),
        else_=Suggestion.dispatched_at,
    )
    return (
        select(
            Assignment.id,
            key,
            base_at,
            Suggestion.level,
            case((key.in_(("reply.normal", "reply.hard")), DispatchBatch.due_on), else_=None),
            Assignment.due_at,
        )
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .outerjoin(DispatchBatch, DispatchBatch.id == Suggestion.batch_id)
        .outerjoin(
            SecondAssignment,
            and_(
                SecondAssignment.suggestion_id == Assignment.suggestion_id,
                SecondAssignment.round == Assignment.round,
            ),
        )
        .where(
            Assignment.replied_at.is_(None),
            Assignment.due_at.is_not(None),
            base_at.is_not(None),
            key.in_(keys),
        )
    )


def _second_assignments(keys: Sequence[str]) -> _Question:
    return (
        select(
            SecondAssignment.id,
            literal("redo"),
            SecondAssignment.opened_at,
            Suggestion.level,
            null(),
            SecondAssignment.due_at,
        )
        .join(Suggestion, Suggestion.id == SecondAssignment.suggestion_id)
        .where(
            SecondAssignment.opened_at.is_not(None),
            SecondAssignment.due_at.is_not(None),
            literal("redo").in_(keys),
        )
    )


def _cards(keys: Sequence[str]) -> _Question:
    key = literal("rectify.").concat(ControlCard.color)
    return select(
        ControlCard.id,
        key,
        ControlCard.in_force_at,
        literal(""),
        null(),
        ControlCard.due_at,
    ).where(
        ControlCard.state == "in_force",
        ControlCard.in_force_at.is_not(None),
        ControlCard.due_at.is_not(None),
        key.in_(keys),
    )


_PLACES: dict[str, tuple[str, Callable[[Sequence[str]], _Question]]] = {
    "suggestions": ("reply_due_at", _suggestions),
    "assignments": ("due_at", _assignments),
    "second_assignments": ("due_at", _second_assignments),
    "control_cards": ("due_at", _cards),
}


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
    for place, (column, _) in _PLACES.items():
        _move(session, Base.metadata.tables[place], column, plan.records[place])
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
