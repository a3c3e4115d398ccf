"""What an instance waits for, as rows: user tasks and who may do them, timer jobs, subscriptions.

The rows always mirror the execution. A step writes the difference between what it found and what it left, never more.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, delete, insert, update

from service.deadlines.book import Due
from service.deadlines.lateness import NEVER
from service.deadlines.workdays import LOCAL, end_of
from service.engine.execution import Execution, OpenSubscription, OpenTask, OpenTimer
from service.register.people import roles
from service.tables import Base
from service.tables.runtime import (
    InstanceProcess,
    MessageSubscription,
    TaskCandidate,
    TimerJob,
    UserTask,
)


@dataclass(frozen=True)
class Waiting:
    """All that an execution waits for, by id, and in which processes it does."""

    tasks: Mapping[str, OpenTask] = field(default_factory=dict)
    timers: Mapping[str, OpenTimer] = field(default_factory=dict)
    subscriptions: Mapping[str, OpenSubscription] = field(default_factory=dict)
    processes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, execution: Execution, before: "Waiting") -> "Waiting":
        """Look at what is new; of what is known from before only a cycle's next moment changes."""
        tasks = {id_: before.tasks.get(id_) or execution.task(id_) for id_ in execution.task_ids}
        timers = {}
        for id_ in execution.timer_ids:
            timer = before.timers.get(id_)
            if timer is None or timer.kind == "cycle":
                timer = execution.timer(id_)
            timers[id_] = timer
        subscriptions = {waiting.id: waiting for waiting in execution.subscriptions}
        return cls(tasks, timers, subscriptions, execution.process_ids)


class Write(NamedTuple):
    """A statement and its rows; none, and nothing is sent."""

    statement: Executable
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Place:
    """Whose rows they are."""

    instance_id: int
    business_key: str | None
    at: datetime
    deadline: Callable[[OpenTask], Due]
    stands_since: Callable[[], datetime | None] = lambda: (
        None
    )  # asked only for what no limit counts


def changes(place: Place, before: Waiting, now: Waiting, taken: Collection[str]) -> list[Write]:
    """Return what to write so that the rows of `before`, less those the command has `taken`, become those of `now`."""
    return [
        *_task_changes(place, before, now, taken),
        *_timer_changes(place, before, now, taken),
        *_subscription_changes(place, before, now),
        *_process_changes(place, before, now),
    ]


def next_due(writes: Sequence[Write]) -> datetime | None:
    """Return when the earliest timer job of these writes is due."""
    added = (row["due_at"] for write in writes if write.statement is TIMER for row in write.rows)
    moved = (row["to"] for write in writes if write.statement is _TIMER_MOVED for row in write.rows)
    return min((*added, *moved), default=None)


def candidate_rows(
    task_id: str, assignee: str | None, candidates: Sequence[str], due_at: datetime | None
) -> list[dict[str, Any]]:
    """Return the inbox rows of a task: its assignee's alone once it has one, else one per candidate."""
    names = [f"user:{assignee}"] if assignee else candidates
    due = due_at or NEVER
    return [{"task_id": task_id, "candidate": name, "due_at": due} for name in names]


def _task_changes(
    place: Place, before: Waiting, now: Waiting, taken: Collection[str]
) -> Iterator[Write]:
    gone = [task for task in before.tasks.values() if task.id not in now.tasks]
    yield Write(_TASK_GONE, [{"id": task.id} for task in gone if task.id not in taken])
    yield Write(_LIMITS_GONE, [{"task": task.id} for task in gone if _has_limit(task)])
    tasks: list[dict[str, Any]] = []
    candidates: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for task in now.tasks.values():
        if task.id in before.tasks:
            continue
        due = place.deadline(task) if task.deadline_key or task.terms.policy else None
        due_at = due.moment if due else _moment(task.terms.due, end_of)
        named = named_candidates(task)
        moment = _when(place, due is not None, due_at)
        tasks.append(_task_row(place, task, named, due, moment))
        candidates += candidate_rows(task.id, task.assignee, named, moment.due_at)
        if due_at is not None:
            limits += _limit_rows(place, task, due, moment)
    yield Write(_TASK, tasks)
    yield Write(_CANDIDATE, candidates)
    yield Write(TIMER, limits)


def _timer_changes(
    place: Place, before: Waiting, now: Waiting, taken: Collection[str]
) -> Iterator[Write]:
    """An event's row keeps the date an administrator gave it; a cycle's follows the engine from tick to tick."""
    known = {id_: timer for id_, timer in before.timers.items() if id_ not in taken}
    yield Write(_TIMER_GONE, [{"id": id_} for id_ in known if id_ not in now.timers])
    fresh = [_timer_row(place, timer) for id_, timer in now.timers.items() if id_ not in known]
    yield Write(TIMER, fresh)
    moved = [
        {"timer": id_, "to": timer.due_at}
        for id_, timer in now.timers.items()
        if id_ in known and known[id_].due_at != timer.due_at
    ]
    yield Write(_TIMER_MOVED, moved)


def _subscription_changes(place: Place, before: Waiting, now: Waiting) -> Iterator[Write]:
    gone = [{"id": id_} for id_ in before.subscriptions if id_ not in now.subscriptions]
    yield Write(_SUBSCRIPTION_GONE, gone)
    fresh = [
        {
            "id": waiting.id,
            "instance_id": place.instance_id,
            "name": waiting.name,
            "kind": waiting.kind,
            "business_key": place.business_key,
            "in_flow": waiting.in_flow,
        }
        for waiting in now.subscriptions.values()
        if waiting.id not in before.subscriptions
    ]
    yield Write(_SUBSCRIPTION, fresh)


def _process_changes(place: Place, before: Waiting, now: Waiting) -> Iterator[Write]:
    left, entered = before.processes - now.processes, now.processes - before.processes
    yield Write(_PROCESS_LEFT, [{"of": place.instance_id, "left": one} for one in left])
    rows = [{"instance_id": place.instance_id, "process_id": one} for one in sorted(entered)]
    yield Write(_PROCESS_ENTERED, rows)


def named_candidates(task: OpenTask) -> list[str]:
    """Return who may do a task as the rows name them: groups, a role by its code, and users as "user:login"."""
    users = [f"user:{login}" for login in task.candidate_users]
    return list(dict.fromkeys([*map(roles.group, task.candidate_groups), *users]))


def _has_limit(task: OpenTask) -> bool:
    return task.deadline_key is not None or task.terms.due is not None


def _moment(given: datetime | date | None, of_day: Callable[[date], datetime]) -> datetime | None:
    """Return a moment in UTC; a day without a time is the one `of_day` says, where the people are."""
    if given is None or isinstance(given, datetime):
        return given
    return of_day(given).astimezone(UTC)


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)


class _When(NamedTuple):
    """What a row says of its moment; the second is what it would be, where the case's clock stands and no limit counts."""

    due_at: datetime | None
    held_due_at: datetime | None


def _when(place: Place, is_counted: bool, due_at: datetime | None) -> _When:
    """Let what no limit counts stand still with its case; what is kept is as if it had begun when the clock stopped."""
    if is_counted or due_at is None or due_at == NEVER:
        return _When(due_at, None)
    since = place.stands_since()
    return _When(due_at, None) if since is None else _When(NEVER, due_at - (place.at - since))


def _task_row(
    place: Place, task: OpenTask, candidates: list[str], due: Due | None, moment: _When
) -> dict[str, Any]:
    return {
        "id": task.id,
        "instance_id": place.instance_id,
        "process_id": task.process_id,
        "business_key": place.business_key,
        "element_id": task.element_id,
        "name": task.name,
        "lane": task.lane,
        "assignee": task.assignee or None,
        "candidates": candidates,
        "created_at": place.at,
        "policy_key": due.policy_key if due else None,
        "level": due.level if due else None,
        "base_at": due.base_at if due else None,
        "cap_on": due.cap_on if due else None,
        "unit": due.unit if due else None,
        "outer_key": due.outer_key if due else None,
        "begun_at": due.begun_at if due else None,
        "due_at": moment.due_at,
        "held_due_at": moment.held_due_at,
        "follow_up_at": _moment(task.terms.follow_up, _beginning_of),
        "priority": task.terms.priority,
        "form_key": task.terms.form_key,
        "version": 1,
    }


def _limit_rows(
    place: Place, task: OpenTask, due: Due | None, when: _When
) -> Iterator[dict[str, Any]]:
    """Yield the jobs a user task's limit asks for: each warning still to come, and the moment it is overdue.

    A date that the diagram alone says has no warnings.
    """
    warnings = [
        (f"{task.id}:{number}", "warning", moment)
        for number, moment in enumerate(due.warnings if due else (), 1)
        if moment > place.at
    ]
    for id_, kind, moment in [*warnings, (f"{task.id}:overdue", "overdue", when.due_at)]:
        yield {
            "id": id_,
            "instance_id": place.instance_id,
            "kind": kind,
            "task_id": task.id,
            "element_id": task.element_id,
            "name": task.name,
            "due_at": moment,
            "policy_key": due.policy_key if due else None,
            "level": due.level if due else None,
            "base_at": due.base_at if due else None,
            "cap_on": due.cap_on if due else None,
            "unit": due.unit if due else None,
            "held_due_at": when.held_due_at,
            "outer_key": due.outer_key if due else None,
            "begun_at": due.begun_at if due else None,
            "attempts": 0,
        }


def _timer_row(place: Place, timer: OpenTimer) -> dict[str, Any]:
    policy = timer.policy
    when = _when(place, policy is not None, timer.due_at)
    return {
        "id": timer.id,
        "instance_id": place.instance_id,
        "kind": timer.kind,
        "task_id": None,
        "element_id": timer.element_id,
        "name": timer.name,
        "due_at": when.due_at,
        "held_due_at": when.held_due_at,
        "policy_key": policy.key if policy else None,
        "level": policy.level if policy else None,
        "base_at": policy.base_at if policy else None,
        "cap_on": policy.cap_on if policy else None,
        "unit": policy.unit if policy else None,
        "outer_key": policy.outer_key if policy else None,
        "begun_at": policy.begun_at if policy else None,
        "attempts": 0,
    }


_TASKS = Base.metadata.tables[UserTask.__tablename__]
_CANDIDATES = Base.metadata.tables[TaskCandidate.__tablename__]
_TIMERS = Base.metadata.tables[TimerJob.__tablename__]
_SUBSCRIPTIONS = Base.metadata.tables[MessageSubscription.__tablename__]
_PROCESSES = Base.metadata.tables[InstanceProcess.__tablename__]

_TASK = insert(_TASKS)
_TASK_GONE = delete(_TASKS).where(_TASKS.c.id == bindparam("id"))
_CANDIDATE = insert(_CANDIDATES)
TIMER = insert(_TIMERS)
_TIMER_GONE = delete(_TIMERS).where(_TIMERS.c.id == bindparam("id"))
_TIMER_MOVED = (
    update(_TIMERS)
    .where(_TIMERS.c.id == bindparam("timer"))
    .values(due_at=bindparam("to"), attempts=0, not_before=None, last_error=None)
)
_LIMITS_GONE = delete(_TIMERS).where(_TIMERS.c.task_id == bindparam("task"))
_SUBSCRIPTION = insert(_SUBSCRIPTIONS)
_SUBSCRIPTION_GONE = delete(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.id == bindparam("id"))
_PROCESS_ENTERED = insert(_PROCESSES)
_PROCESS_LEFT = delete(_PROCESSES).where(
    _PROCESSES.c.instance_id == bindparam("of"), _PROCESSES.c.process_id == bindparam("left")
)
