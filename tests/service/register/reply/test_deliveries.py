"""A delivery is counted from its recording, to each deputy of the case."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.proposal import recipients
from service.register.reply import deliveries, replies
from service.register.reply.deliveries import Receipt
from service.register.reply.kinds import DeliveryMethod
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import assign, session_of, suggest
from tests.service.register.reply.test_replies import draft

LATER = MORNING + timedelta(days=30)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def receipts(session: Session, suggestion_id: int) -> list[Receipt]:
    return [
        Receipt(each.deputy, each.suggestion_id, DeliveryMethod.IN_PERSON, date(2026, 3, 2))
        for each in recipients.of(session, suggestion_id)
    ]


def test_delivery_is_counted_from_its_recording(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)
    replies.issue(session, assignment, MORNING)
    given = receipts(session, assignment.suggestion_id)

    reply = deliveries.record(session, assignment, given, "jt_lianluo", LATER)

    assert reply.delivered_at == LATER
    assert [(d.deputy, d.role, d.method) for d in reply.deliveries] == [
        ("d001", "lead", "in_person")
    ]
    assert (assignment.status, assignment.replied_at) == ("delivered", LATER)


def test_a_second_delivery_writes_over_the_first(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)
    given = receipts(session, assignment.suggestion_id)
    deliveries.record(session, assignment, given, "jt_lianluo", MORNING)

    reply = deliveries.record(session, assignment, given, "jt_lianluo", LATER)

    assert [d.recorded_at for d in reply.deliveries] == [LATER]
