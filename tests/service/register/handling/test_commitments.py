"""Promises are proposed, become binding, and are replaced by later ones of the same source, never deleted."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.register.handling import commitments
from service.register.handling.kinds import CommitmentStatus, Source
from service.tables.assignments import Assignment
from service.tables.handling import Commitment
from tests.conftest import MORNING
from tests.handled import assign, promised, session_of, suggest

RAILS = promised("加装护栏", due_on=date(2026, 6, 30))
SIGNS = promised("增设警示", due_on=date(2026, 4, 30), is_public=None)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def test_promises_are_listed_by_date(session: Session, assignment: Assignment) -> None:
    commitments.make(session, assignment, Source.PLAN, [RAILS, SIGNS], "jt_chengban", MORNING)

    assert [c.text for c in commitments.of(session, assignment.id)] == ["增设警示", "加装护栏"]


def test_a_proposed_promise_binds_once_it_is_approved(
    session: Session, assignment: Assignment
) -> None:
    [row] = commitments.make(
        session, assignment, Source.PLAN, [RAILS], "jt_chengban", MORNING, CommitmentStatus.PROPOSED
    )

    commitments.open_(session, assignment.id, Source.PLAN)

    session.refresh(row)
    assert row.status == "open"
    assert row.is_public


def test_later_promises_take_the_place_of_earlier_ones(
    session: Session, assignment: Assignment
) -> None:
    commitments.make(session, assignment, Source.PLAN, [RAILS, SIGNS], "jt_chengban", MORNING)

    commitments.make(session, assignment, Source.PLAN, [SIGNS], "jt_chengban", MORNING)

    assert [c.text for c in commitments.of(session, assignment.id, Source.PLAN)] == ["增设警示"]
    kept = session.scalars(select(Commitment.status).order_by(Commitment.id)).all()
    assert kept == ["replaced", "replaced", "open"]


def test_sources_do_not_touch_each_other(session: Session, assignment: Assignment) -> None:
    commitments.make(session, assignment, Source.PLAN, [RAILS], "jt_chengban", MORNING)
    commitments.make(session, assignment, Source.REPLY, [SIGNS], "jt_chengban", MORNING)

    commitments.replace(session, assignment.id, Source.REPLY)

    assert [c.source for c in commitments.of(session, assignment.id)] == ["plan"]
