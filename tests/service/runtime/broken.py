"""A repair that cannot be noted: the hand-in of the lamp process fails, and somebody looks after it."""

from datetime import timedelta

import pytest

from service.errors import (
    OperationFailed,
)
from service.register.people.directory import Actor
from service.runtime import incidents, retries, tasks
from service.tables.people import Person, Post
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    HANDLER,
    REPAIRED,
    REPORTER,
    first,
    reported,
)

NOON = MORNING + timedelta(hours=3)
LATER = MORNING + timedelta(hours=5)
OPERATOR = Actor("operator", "运维", frozenset({"operator"}))
BROKEN = {**REPAIRED, "remark": "boom"}


@pytest.fixture(autouse=True)
def people_there(lamps):
    with lamps.transaction() as session:
        for person, role, scope in ((HANDLER, "unit_handler", "JT"), (REPORTER, "deputy", None)):
            session.add(Person(login=person.login, name=person.name, password_hash=None))
            session.flush()
            session.add(Post(login=person.login, role=role, scope=scope))


def fails(database, values=BROKEN, at=NOON):
    """Let the handler's hand-in fail and be recorded; returns the instance."""
    instance_id = reported(database)
    task = first(database, HANDLER)
    attempt(database, task.id, values, at)
    return instance_id


def attempt(database, task_id, values, at=NOON):
    with pytest.raises(OperationFailed), incidents.recording(database, at) as session:
        tasks.complete(session, task_id, values, HANDLER, at)


def unresolved(database):
    with database.reading() as session:
        return incidents.unresolved(session)


def retry(database, incident, at=LATER):
    with database.transaction() as session:
        retries.retry(session, incident.id, "operator", at)


def repaired_register(context):
    """登记维修结果。"""
    return {"repaired_by": context.by}


repaired_register.__name__ = "note_repair"
