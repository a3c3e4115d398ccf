"""Running work whose due dates were counted by the seeded limits, written as the runtime writes it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import policies
from service.deadlines.book import Within
from service.tables.runtime import (
    DeployedProcess,
    Deployment,
    ProcessInstance,
    TaskCandidate,
    TimerJob,
    UserTask,
)

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)  # Wednesday morning

OpenTask = Callable[..., UserTask]


@pytest.fixture
def working(database: Database) -> Iterator[Session]:
    """A session on a database with limits, a calendar and one running instance, number 1."""
    with database.transaction() as session:
        policies.seed(session, AT)
        session.add(Deployment(id=1, content_hash="x", deployed_at=AT))
        session.flush()
        session.add(
            DeployedProcess(
                id=1, deployment_id=1, process_id="handling", version=1, name="办理",
                file="handling.bpmn", calls={},
            )
        )  # fmt: skip
        session.flush()
        session.add(
            ProcessInstance(
                id=1, deployed_process_id=1, process_id="handling", business_key="suggestion:1",
                status="running", state=b"", version=1, started_at=AT, history_seq=0,
                history_hash="",
            )
        )  # fmt: skip
        session.flush()
        yield session


@pytest.fixture
def open_task(working: Session) -> OpenTask:
    def add(
        id_: str,
        key: str,
        base_at: datetime = AT,
        *,
        level: str = "",
        cap_on: str | None = None,
        due_at: datetime | None = None,
        now: datetime = AT,
        within: Within | None = None,
    ) -> UserTask:
        due = policies.due(working, key, base_at, level, cap_on, within=within)
        moment = due_at or due.moment
        limits = {
            "policy_key": key, "level": level, "base_at": base_at, "cap_on": cap_on,
            "outer_key": due.outer_key, "begun_at": due.begun_at,
        }  # fmt: skip
        task = UserTask(
            id=id_, instance_id=1, process_id="handling", business_key="suggestion:1",
            element_id="Task_sign", name="签收", lane="承办单位", candidates=["unit_liaison:JT"],
            created_at=AT, due_at=moment, **limits,
        )  # fmt: skip
        working.add(task)
        working.flush()
        working.add(TaskCandidate(task_id=id_, candidate="unit_liaison:JT", due_at=moment))
        jobs = [(str(n), "warning", at) for n, at in enumerate(due.warnings, 1)]
        working.add_all(
            TimerJob(
                id=f"{id_}:{suffix}", instance_id=1, kind=kind, task_id=id_,
                element_id="Task_sign", name="签收", due_at=at, **limits,
            )
            for suffix, kind, at in [*jobs, ("overdue", "overdue", moment)]
            if at > now
        )  # fmt: skip
        working.flush()
        return task

    return add
