"""A changed limit with 100,000 running timers: seconds to foresee and to carry out, without loading an instance."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from service.database import Database
from service.deadlines import changes, policies
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


def measure(database: Database, tasks: int = 20_000) -> dict[str, float]:
    """Fill an empty database with tasks of one limit, five timers each, and make the limit a month shorter."""
    with database.transaction() as session:
        policies.seed(session, AT)
        _fill(session, tasks)
    with database.transaction() as session:
        book = policies.in_force(session)
        shorter = book.policy(KEY, "", date(2026, 3, 18))._replace(amount=2)
        begun = time.perf_counter()
        foreseen = changes.preview(session, shorter, AT)
        previewed = time.perf_counter() - begun
    begun = time.perf_counter()
    with database.transaction() as session:
        change = changes.apply(session, shorter, "测速", None, AT)
    applied = time.perf_counter() - begun
    if not foreseen.jobs == change.moved_timers == 5 * tasks:
        raise AssertionError(f"{change.moved_timers} timers moved, {5 * tasks} expected")
    return {"timers": 5 * tasks, "preview_seconds": previewed, "apply_seconds": applied}


def _fill(session: Any, tasks: int) -> None:
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
        limit = {"policy_key": KEY, "level": "", "base_at": due.base_at}
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
