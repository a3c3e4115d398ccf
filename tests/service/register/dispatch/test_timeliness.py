"""How a case stands to its limit follows from its duties, whatever moved them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import policies
from service.deadlines.lateness import NEVER
from service.register.dispatch import timeliness
from service.register.dispatch.status import AssignmentStatus
from service.register.proposal.status import TimeState
from tests import replied_case
from tests.conftest import MORNING
from tests.replied_case import RepliedCase

DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        replied_case.populate(session, MORNING)
        policies.seed(session, MORNING)
        yield session


def stands(session: Session, case: RepliedCase, at: datetime = MORNING) -> TimeState:
    session.flush()
    return timeliness.of(session, [case.suggestion.id], at)[case.suggestion.id]


def case_due(session: Session, *due: datetime | None) -> RepliedCase:
    case = replied_case.answered(session, ("JT", "GA")[: len(due)])
    for duty, due_at in zip(case.duties, due, strict=True):
        duty.due_at, duty.replied_at = due_at, None
    return case


@pytest.mark.parametrize(
    ("due_at", "state"),
    [
        (None, TimeState.ON_TRACK),
        (NEVER, TimeState.ON_HOLD),
        (MORNING + 30 * DAY, TimeState.ON_TRACK),
        (MORNING + 2 * DAY, TimeState.DUE_SOON),
        (MORNING + timedelta(hours=1), TimeState.DUE_SOON),
        (MORNING, TimeState.OVERDUE),
    ],
)
def test_a_case_stands_as_its_duty_does(
    session: Session, due_at: datetime | None, state: TimeState
) -> None:
    assert stands(session, case_due(session, due_at)) is state


def test_the_worst_of_several_units_counts(session: Session) -> None:
    case = case_due(session, MORNING + 30 * DAY, MORNING - DAY)

    assert stands(session, case) is TimeState.OVERDUE


def test_moving_the_limit_makes_it_timely_again(session: Session) -> None:
    case = case_due(session, MORNING - DAY)
    late = stands(session, case)

    case.duties[0].due_at = MORNING + 30 * DAY

    assert (late, stands(session, case)) == (TimeState.OVERDUE, TimeState.ON_TRACK)


@pytest.mark.parametrize(("early", "state"), [(1, TimeState.ON_TRACK), (-1, TimeState.OVERDUE)])
def test_once_answered_it_counts_whether_that_was_in_time(
    session: Session, early: int, state: TimeState
) -> None:
    case = case_due(session, MORNING)
    case.duties[0].replied_at = MORNING - early * DAY

    assert stands(session, case, MORNING + 100 * DAY) is state


def test_an_assisting_unit_and_one_that_lost_the_duty_do_not_count(session: Session) -> None:
    case = replied_case.answered(session, assists=("GA",))
    for duty in case.duties:
        duty.due_at, duty.replied_at = MORNING - DAY, None
    case.duties[0].status = AssignmentStatus.REASSIGNED

    assert stands(session, case) is TimeState.ON_TRACK


def test_the_latest_round_counts(session: Session) -> None:
    case = case_due(session, MORNING - DAY, MORNING + 30 * DAY)
    case.duties[1].round = 2

    assert stands(session, case) is TimeState.ON_TRACK


def test_what_is_merged_stands_as_its_main_suggestion(session: Session) -> None:
    case = replied_case.answered(session, merged=("代表丙",))
    case.duties[0].due_at, case.duties[0].replied_at = MORNING - DAY, None
    session.flush()
    [child] = case.merged

    found = timeliness.of(session, [case.suggestion.id, child.id], MORNING)

    assert set(found.values()) == {TimeState.OVERDUE}
