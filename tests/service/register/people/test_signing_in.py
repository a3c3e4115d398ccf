"""What an attempt to sign in reveals is nothing."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.register.people import accounts, sessions, signing_in
from service.register.people.passwords import PasswordCost
from service.tables.people import Person
from tests.service.register.people.cast import (
    AT,
    CHEAP,
    DAY,
    HOUR,
    MINUTE,
    PASSWORD,
    enter,
    sign_in,
    signed_in,
)


def test_the_right_password_opens_a_session(session: Session) -> None:
    token = signed_in(session)

    found = sessions.actor(session, token, AT)

    assert found is not None
    assert found.login == "wang"
    assert sessions.actor(session, token + "x", AT) is None


def test_every_refusal_reads_the_same(session: Session) -> None:
    refusals = {
        sign_in(session, "wang", "wrong").refusal,
        sign_in(session, "nobody", PASSWORD).refusal,
        sign_in(session, "gone", PASSWORD).refusal,
    }

    assert len(refusals) == 1
    assert "管理员" in refusals.pop()


@pytest.mark.parametrize("login", ["wang", "nobody", "gone", "locked", "without"])
def test_every_attempt_costs_one_check(
    session: Session, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.add_all(
        [
            Person(login="locked", name="锁", password_hash="x", locked_until=AT + HOUR),
            Person(login="without", name="无", password_hash=None),
        ]
    )
    session.flush()
    checks: list[str] = []
    verify = signing_in.verify
    monkeypatch.setattr(
        signing_in, "verify", lambda known, *rest: checks.append(known) or verify(known, *rest)
    )

    refused = sign_in(session, login, "wrong")

    assert refused.token is None
    assert len(checks) == 1
    assert checks[0].startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(session: Session) -> None:
    for _ in range(5):
        assert sign_in(session, "wang", "wrong").token is None

    assert sign_in(session, "wang", PASSWORD, AT + 14 * MINUTE).token is None
    assert sign_in(session, "wang", PASSWORD, AT + 15 * MINUTE).token is not None


def test_four_failures_lock_nothing_and_success_forgets_them(session: Session) -> None:
    for _ in range(4):
        sign_in(session, "wang", "wrong")
    assert sign_in(session, "wang", PASSWORD).token is not None
    for _ in range(4):
        sign_in(session, "wang", "wrong")

    assert sign_in(session, "wang", PASSWORD).token is not None


def test_each_further_failure_locks_twice_as_long_up_to_a_day(session: Session) -> None:
    at, locks = AT, []
    for _ in range(14):
        sign_in(session, "wang", "wrong", at)
        until = session.scalars(select(Person.locked_until).where(Person.login == "wang")).one()
        if until is not None:
            locks.append(until - at)
            at = until

    assert [lock / MINUTE for lock in locks[:4]] == [15, 30, 60, 120]
    assert locks[-1] == DAY


def test_attempts_on_a_locked_account_do_not_prolong_the_lock(session: Session) -> None:
    for _ in range(5):
        sign_in(session, "wang", "wrong")
    for _ in range(20):
        sign_in(session, "wang", "wrong", AT + MINUTE)

    assert sign_in(session, "wang", PASSWORD, AT + 15 * MINUTE).token is not None


def test_failures_are_counted_even_though_nobody_got_in(database: Database) -> None:
    with database.transaction() as session:
        enter(session)
    for _ in range(5):
        with database.transaction() as session:
            sign_in(session, "wang", "wrong")

    with database.transaction() as session:
        assert sign_in(session, "wang", PASSWORD).token is None


def test_checking_a_password_takes_no_writers_turn(database: Database) -> None:
    with database.transaction() as session:
        enter(session)
    with database.reading() as session:
        right = signing_in.check(session, "wang", PASSWORD, AT, CHEAP)
        wrong = signing_in.check(session, "wang", "wrong", AT, CHEAP)

    with database.transaction() as session:
        assert signing_in.settle(session, right, AT, "", "").token is not None
        assert signing_in.settle(session, wrong, AT, "", "").token is None
    assert PASSWORD not in repr(right)
    assert "argon2" not in repr(right)


def test_a_check_made_before_the_lock_opens_nothing_after_it(session: Session) -> None:
    guessed = signing_in.check(session, "wang", PASSWORD, AT, CHEAP)
    for _ in range(5):
        sign_in(session, "wang", "wrong")

    assert signing_in.settle(session, guessed, AT, "", "").token is None


def test_a_check_of_the_old_password_opens_nothing_after_a_new_one(session: Session) -> None:
    old = signing_in.check(session, "wang", PASSWORD, AT, CHEAP)
    accounts.set_password(session, "wang", "another one", AT, CHEAP)

    assert signing_in.settle(session, old, AT, "", "").token is None


def test_a_hash_of_another_strength_is_renewed_at_the_nextsign_in(session: Session) -> None:
    stronger = PasswordCost(passes=2, memory_kib=16, lanes=1)

    signing_in.sign_in(session, "wang", PASSWORD, AT, cost=stronger)

    renewed = session.scalars(select(Person.password_hash).where(Person.login == "wang")).one()
    assert renewed is not None
    assert "m=16,t=2,p=1" in renewed
    assert signing_in.sign_in(session, "wang", PASSWORD, AT, cost=stronger).token is not None


def test_a_broken_hash_refuses_instead_of_failing(session: Session) -> None:
    session.scalars(select(Person).where(Person.login == "wang")).one().password_hash = "junk"

    assert sign_in(session, "wang", PASSWORD).token is None
