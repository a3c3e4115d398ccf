"""What every test of the people starts with."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from tests.service.register.people.cast import (
    enter,
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        enter(session)
        yield session
