"""A diagram may name the duties of its own case only."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed
from service.operations import run
from tests.handled import assign, at, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def test_a_duty_of_another_case_is_refused(session: Session) -> None:
    own, foreign = (assign(session, suggest(session).id, "JT") for _ in range(2))

    with pytest.raises(NotAllowed):
        run("begin_handling", at(own, assignment=foreign.id))

    assert run("begin_handling", at(own))["signed_at"]


def test_one_foreign_duty_among_several_is_refused(session: Session) -> None:
    own, foreign = (assign(session, suggest(session).id, "JT") for _ in range(2))
    duties = [{"unit": "JT", "assignment": each.id} for each in (own, foreign)]

    with pytest.raises(NotAllowed):
        run("gather_replies", at(own, separates=duties))
