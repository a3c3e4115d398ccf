"""A conclusion asks something for every problem."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cases, conclusions
from tests.conftest import MORNING
from tests.service.register.supervision.examined import PROBLEMS, draft, examination, opened


def test_a_conclusion_asks_something_for_every_problem(session: Session) -> None:
    case = opened(session)
    cases.examine(session, case.id, examination(*PROBLEMS), "xu_jing", MORNING)

    with pytest.raises(NotAllowed, match="第 2 个问题还没有写到"):
        conclusions.conclude(session, case.id, draft("补方案"), "xu_jing", MORNING)


def test_a_conclusion_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        conclusions.get(session, 99)
