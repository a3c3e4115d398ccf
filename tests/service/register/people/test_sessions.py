"""A session ends when it is idle, old or signed out."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.register.people import sessions
from service.tables.people import Person, WebSession
from tests.service.register.people.cast import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    PASSWORD,
    enter,
    sign_in,
    signed_in,
)


def test_the_database_never_holds_thesigned_in(session: Session) -> None:
    token = signed_in(session)

    [row] = session.scalars(select(WebSession))

    assert token not in row.token_hash
    assert row.address == "127.0.0.1"


@pytest.mark.parametrize(("idle", "is_in"), [(8 * HOUR - MINUTE, True), (8 * HOUR, False)])
def test_a_session_ends_after_eight_idle_hours(
    session: Session, idle: timedelta, is_in: bool
) -> None:
    token = signed_in(session)

    assert (sessions.actor(session, token, AT + idle) is not None) == is_in


def test_visits_keep_a_session_alive_for_at_most_seven_days(session: Session) -> None:
    token, at = signed_in(session), AT
    while at < AT + 8 * DAY and sessions.actor(session, token, at):
        at += 7 * HOUR

    assert AT + 7 * DAY <= at < AT + 7 * DAY + 7 * HOUR


def test_a_visit_is_written_at_most_once_a_minute(database: Database) -> None:
    with database.transaction() as session:
        enter(session)
        token = signed_in(session)
    seen = []
    for seconds in (59, 60, 100, 120):
        with database.transaction() as session:
            sessions.actor(session, token, AT + timedelta(seconds=seconds))
        with database.reading() as session:
            seen.append((session.scalars(select(WebSession.seen_at)).one() - AT).seconds)

    assert seen == [0, 60, 60, 120]


def test_a_page_that_only_shows_learns_whether_the_visit_is_worth_keeping(
    database: Database,
) -> None:
    with database.transaction() as session:
        enter(session)
        token = signed_in(session)

    with database.reading() as session:
        sessions.actor(session, token, AT + MINUTE / 2)
        early = bool(session.dirty)
        sessions.actor(session, token, AT + MINUTE)
        late = bool(session.dirty)
    with database.reading() as session:
        kept = session.scalars(select(WebSession.seen_at)).one()

    assert (early, late, kept) == (False, True, AT)


def test_signing_out_ends_this_session_only(session: Session) -> None:
    phone, desk = signed_in(session), signed_in(session)

    sessions.sign_out(session, phone, AT)

    assert sessions.actor(session, phone, AT) is None
    assert sessions.actor(session, desk, AT) is not None
    assert len(sessions.alive(session, "wang", AT)) == 1


def test_signing_out_everywhere_ends_all_of_one_person(session: Session) -> None:
    mine, other = signed_in(session), sign_in(session, "li", PASSWORD).token
    assert other is not None

    sessions.sign_out_everywhere(session, "wang", AT)

    assert sessions.actor(session, mine, AT) is None
    assert sessions.actor(session, other, AT) is not None


def test_a_closed_account_is_out_at_once(session: Session) -> None:
    token = signed_in(session)

    session.scalars(select(Person).where(Person.login == "wang")).one().active = False

    assert sessions.actor(session, token, AT) is None


def test_ended_sessions_are_forgotten(session: Session) -> None:
    out, alive = signed_in(session), signed_in(session, AT + 3 * HOUR)
    sessions.sign_out(session, out, AT)
    signed_in(session, AT - 6 * HOUR)

    forgotten = sessions.forget_ended(session, AT + 4 * HOUR)

    assert forgotten == 2
    assert sessions.actor(session, alive, AT + 4 * HOUR) is not None
