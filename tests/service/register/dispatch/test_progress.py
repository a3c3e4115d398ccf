"""A unit's duty shows what the unit is doing, who does it, and when it answered."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service.database import Database
from service.register.dispatch import progress
from service.register.dispatch.status import AssignmentStatus
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import assign, session_of, suggest


@pytest.fixture
def duty(sqlite: Database) -> Iterator[Assignment]:
    with session_of(sqlite) as session:
        yield assign(session, suggest(session).id, "JT")


def test_a_unit_works_and_answers(duty: Assignment) -> None:
    progress.advance(duty, AssignmentStatus.WORKING)
    assert duty.status == "working"

    progress.answer(duty, MORNING)

    assert (duty.status, duty.replied_at) == ("delivered", MORNING)


def test_the_section_and_perhaps_the_person_are_named(duty: Assignment) -> None:
    progress.entrust(duty, "养护股", None)

    assert (duty.section, duty.handler) == ("养护股", None)


def test_a_duty_nobody_signed_for_counts_from_its_dispatch(duty: Assignment) -> None:
    duty.signed_at, duty.dispatched_at = None, MORNING - timedelta(days=1)
    assert progress.signed_at(duty) == MORNING - timedelta(days=1)

    duty.signed_at = MORNING

    assert progress.signed_at(duty) == MORNING


def test_a_reply_that_comes_back_is_written_again(duty: Assignment) -> None:
    progress.answer(duty, MORNING)

    progress.reopen(duty)

    assert (duty.status, duty.replied_at) == ("drafting", None)
