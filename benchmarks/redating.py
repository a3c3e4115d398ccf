"""Changes with 100,000 running timers: seconds to foresee and to carry out, without loading an instance."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import changes, policies, seed
from service.deadlines.effects import Effect
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import Day
from service.tables.deadlines import DeadlineChange
from service.tables.people import Unit
from service.tables.runtime import (
    DeployedProcess,
    Deployment,
    ProcessInstance,
    TaskCandidate,
    TimerJob,
    UserTask,
)

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
KEY = "reply.normal"
UNIT = "JT"
FLOOD = Closure(Scope.UNIT, UNIT, date(2026, 6, 15), date(2026, 6, 19), "防汛")
# The reply's three months end on a working day of the usual calendar on which the other one is off.
OFF = [Day(date(2026, 6, 1) + timedelta(days=n), "holiday", "测速") for n in range(30)]

Foresee = Callable[[Session], Effect]
Enact = Callable[[Session], DeadlineChange]


def measure(database: Database, timers: int = 100_000) -> dict[str, float]:
    """Fill an empty database with tasks of one limit and their timers, and change the limit, a year, a unit's days."""
    with database.transaction() as session:
        policies.seed(session, AT)
        each = len(policies.due(session, KEY, AT).warnings) + 2
        tasks = timers // each
        _fill(session, tasks)
    limit = _timed(
        database,
        lambda session: changes.preview(session, _shorter(session), AT),
        lambda session: changes.apply(session, _shorter(session), "测速", None, AT),
        each * tasks,
    )
    year = [*seed.days(seed.CONFIRMED[2026]), *OFF[:18], *OFF[21:]]
    calendar = _timed(
        database,
        lambda session: changes.preview_calendar(session, 2026, year, AT),
        lambda session: changes.apply_calendar(session, 2026, year, "测速", None, AT),
        tasks,
    )
    closure = _timed(
        database,
        lambda session: changes.preview_closure(session, FLOOD, AT),
        lambda session: changes.apply_closure(session, FLOOD, "测速", None, AT),
        tasks,
    )
    return {
        "timers": each * tasks,
        **{f"preview{name}_seconds": one[0] for name, one in _named(limit, calendar, closure)},
        **{f"apply{name}_seconds": one[1] for name, one in _named(limit, calendar, closure)},
        **{f"undo{name}_seconds": one[2] for name, one in _named(limit, calendar, closure)},
    }


def _named(limit: Any, calendar: Any, closure: Any) -> list[tuple[str, Any]]:
    return [("", limit), ("_calendar", calendar), ("_closure", closure)]


def _timed(
    database: Database, foresee: Foresee, enact: Enact, fewest: int
) -> tuple[float, float, float]:
    """Foresee a change, make it and take it back; each moves the same, and at least so many timers."""
    with database.reading() as session:
        begun = time.perf_counter()
        foreseen = foresee(session)
        previewed = time.perf_counter() - begun
    begun = time.perf_counter()
    with database.transaction() as session:
        change = enact(session)
    applied = time.perf_counter() - begun
    if foreseen.jobs != change.moved_timers or foreseen.jobs < fewest:
        raise AssertionError(f"{change.moved_timers} timers moved, {foreseen.jobs} foreseen")
    begun = time.perf_counter()
    with database.transaction() as session:
        undone = changes.undo(session, change.id, None, AT)
    taken_back = time.perf_counter() - begun
    if undone.moved_timers != change.moved_timers:
        raise AssertionError(f"{undone.moved_timers} timers taken back of {change.moved_timers}")
    return previewed, applied, taken_back


def _shorter(session: Session) -> seed.Policy:
    return policies.in_force(session).policy(KEY, "", date(2026, 3, 18))._replace(amount=2)


def _fill(session: Any, tasks: int) -> None:
    session.add(
        Unit(code=UNIT, name="交通局", short_name="交通局", system="government", level="city")
    )
    session.add(Deployment(id=1, content_hash="redating", deployed_at=AT))
    session.flush()
    process = {"process_id": "redating", "name": "改期", "file": "redating.bpmn", "calls": {}}
    session.add(DeployedProcess(id=1, deployment_id=1, version=1, **process))
    session.flush()
    session.add(
        ProcessInstance(
            id=1,
            deployed_process_id=1,
            process_id="redating",
            status="running",
            state=b"",
            version=1,
            started_at=AT,
            history_seq=0,
            history_hash="",
        )
    )
    session.flush()
    waiting, candidates, timers = [], [], []
    for number in range(tasks):
        due = policies.due(session, KEY, AT + timedelta(seconds=7 * number))
        element = {"instance_id": 1, "element_id": "Task_reply", "name": "答复"}
        limit = {"policy_key": KEY, "level": "", "base_at": due.base_at, "unit": UNIT}
        task = f"task{number}"
        waiting.append(
            {
                "id": task,
                "process_id": "redating",
                "lane": "",
                "candidates": ["unit_handler:JT"],
                "created_at": AT,
                "due_at": due.moment,
                **element,
                **limit,
            }
        )
        candidates.append({"task_id": task, "candidate": "unit_handler:JT", "due_at": due.moment})
        jobs = [(f"{task}:{n}", "warning", at) for n, at in enumerate(due.warnings, 1)]
        jobs += [
            (f"{task}:overdue", "overdue", due.moment),
            (f"event{number}", "event", due.moment),
        ]
        timers += [
            {
                "id": id_,
                "kind": kind,
                "task_id": None if kind == "event" else task,
                "due_at": at,
                "attempts": 0,
                **element,
                **limit,
            }
            for id_, kind, at in jobs
        ]
    for table, rows in ((UserTask, waiting), (TaskCandidate, candidates), (TimerJob, timers)):
        session.execute(insert(table), rows)
