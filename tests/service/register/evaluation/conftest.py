"""A case that was replied to, and the one evaluation that waits for its deputy."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.evaluation import evaluations
from service.tables.evaluation import Evaluation
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, populate, replied


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session)
        yield session


@pytest.fixture
def case(session: Session) -> RepliedCase:
    return replied(session)


@pytest.fixture
def row(session: Session, case: RepliedCase) -> Evaluation:
    [row] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
    return row
