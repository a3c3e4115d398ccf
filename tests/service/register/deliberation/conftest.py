"""A session with the city in it, and a case that was replied to."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from tests.replied_case import RepliedCase, populate, replied


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session)
        yield session


@pytest.fixture
def case(session: Session) -> RepliedCase:
    return replied(session, ["JT"], assists=["GA"])
