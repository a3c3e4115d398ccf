"""A calendar address stands for one person's calendar until it is renewed, revoked, or its person leaves."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.register.people import feeds, tokens
from service.register.people.passwords import digest
from service.tables.people import CalendarFeed, Person
from tests.service.register.people.cast import AT, DAY


def test_an_address_opens_its_person_s_calendar_until_it_is_revoked(session: Session) -> None:
    secret = feeds.make(session, "wang", AT)

    found = feeds.actor(session, secret)
    assert found is not None
    assert found.login == "wang"
    assert feeds.actor(session, secret[:-1]) is None

    feeds.revoke(session, "wang", AT + DAY)
    assert feeds.actor(session, secret) is None
    assert feeds.standing(session, "wang") is None


def test_renewing_ends_the_earlier_address(session: Session) -> None:
    first, second = (feeds.make(session, "wang", at) for at in (AT, AT + DAY))

    assert feeds.actor(session, first) is None
    assert feeds.actor(session, second) is not None
    standing = feeds.standing(session, "wang")
    assert standing is not None
    assert standing.created_at == AT + DAY


def test_an_address_is_long_and_kept_only_as_a_hash_of_its_purpose(session: Session) -> None:
    secret = feeds.make(session, "wang", AT)

    assert len(secret) >= 43, "256 bits"
    kept = session.scalars(select(CalendarFeed.secret_hash)).one()
    assert secret not in kept
    assert kept != digest(secret), "no token of another purpose has this hash"
    assert tokens.actor(session, secret, AT) is None
    assert feeds.actor(session, tokens.issue(session, "wang", "报表", AT)) is None


def test_whoever_has_left_has_no_calendar(session: Session) -> None:
    secret = feeds.make(session, "wang", AT)
    session.execute(update(Person).where(Person.login == "wang").values(active=False))

    assert feeds.actor(session, secret) is None
