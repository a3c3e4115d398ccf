"""A small office whose people have addresses, and what is written to them."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import notifications
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.tables.messages import Message
from service.tables.people import Person, Post, Unit
from service.tables.runtime import (
    DeployedProcess,
    Deployment,
    ProcessInstance,
    TaskCandidate,
    UserTask,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
"""A Monday morning in office hours."""

NIGHT = datetime(2026, 3, 2, 22, tzinfo=LOCAL)
BASE = "https://tbp.example.gov.cn"
PEOPLE = {
    "wang": ("王敏", "wang@example.gov.cn", "13800000001", [("unit_liaison", "JT")]),
    "li": ("李强", "li@example.gov.cn", "", [("unit_liaison", "JT"), ("unit_handler", "JT")]),
    "zhao": ("赵静", "", "13800000003", [("unit_head", "JT")]),
    "qian": ("钱进", "", "", [("unit_liaison", "JT")]),
}


def furnish(session: Session) -> None:
    """Write the office, the limits and a process that runs."""
    policies.seed(session, NINE)
    session.add(
        Unit(code="JT", name="交通运输局", short_name="交通局", system="government", level="city")
    )
    session.flush()
    for login, (name, email, phone, posts) in PEOPLE.items():
        session.add(Person(login=login, name=name, email=email, phone=phone))
        session.flush()
        session.add_all(Post(login=login, role=role, scope=scope) for role, scope in posts)
    session.add(Deployment(id=1, content_hash="x", deployed_at=NINE))
    session.flush()
    session.add(
        DeployedProcess(
            id=1, deployment_id=1, process_id="p", version=1, name="办理", file="p.bpmn", calls={}
        )
    )
    session.flush()
    session.add(
        ProcessInstance(
            id=1, deployed_process_id=1, process_id="p", business_key=None, status="running",
            state=b"", version=1, started_at=NINE, history_seq=0, history_hash="",
        )
    )  # fmt: skip
    session.flush()


def tell(
    session: Session,
    recipient: str,
    text: str = "请签收。",
    *,
    kind: str = "dispatched_to_unit",
    link: str = "/suggestions/17",
    at: datetime = NINE,
    key: str = "suggestion:17",
) -> None:
    """Write a notice."""
    notifications.enqueue(
        session, recipient, kind, text, at, dedupe_key=f"{text}:{at}", link=link, business_key=key
    )


def open_task(
    session: Session,
    task_id: str,
    candidate: str,
    due_at: datetime | None,
    name: str = "起草答复",
    at: datetime = NINE,
) -> None:
    """Let a task wait for a group."""
    session.add(
        UserTask(
            id=task_id, instance_id=1, process_id="p", element_id="Task_x", name=name, lane="",
            candidates=[candidate], created_at=at, due_at=due_at,
        )
    )  # fmt: skip
    session.flush()
    due = due_at or datetime(9999, 12, 31, tzinfo=LOCAL)
    session.add(TaskCandidate(task_id=task_id, candidate=candidate, due_at=due))
    session.flush()


def written(session: Session) -> list[Message]:
    """Return the messages, in the order of person and channel."""
    query = select(Message).order_by(Message.login, Message.channel, Message.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


@pytest.fixture
def office(database: Database) -> Database:
    with database.transaction() as session:
        furnish(session)
    return database


@pytest.fixture
def session(office: Database) -> Iterator[Session]:
    with office.transaction() as session:
        yield session
