"""A unit that has signed for a suggestion, and its application for a later day."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines.workdays import end_of
from service.register.extension import applications
from service.register.extension.kinds import State
from service.tables.assignments import Assignment, Extension
from tests.conftest import MORNING
from tests.handled import assign, session_of, suggest
from tests.world import moment

DUE = end_of(moment("2026-06-02").date())


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def duty(session: Session) -> Assignment:
    return assign(session, suggest(session, reply_due_at=DUE).id, "JT", due_at=DUE)


@pytest.fixture
def application(session: Session, duty: Assignment) -> Extension:
    return applications.open_(session, duty, None, 1, "jt_chengban", MORNING)


@pytest.fixture
def granted(application: Extension) -> Extension:
    """The application as it is when the office has just granted it."""
    application.state, application.granted_until = State.GRANTED, moment("2026-07-31").date()
    return application
