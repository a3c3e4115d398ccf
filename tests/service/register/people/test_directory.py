"""Nobody acts except as who they are; what an attempt to sign in reveals is nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.people import directory as people
from service.tables.people import Person, Post, Unit, WebSession

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
CHEAP = people.PasswordCost(passes=1, memory_kib=8, lanes=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD = "correct horse"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        _city(session)
        yield session


def _city(session: Session) -> None:
    session.add_all(
        [
            Unit(
                code="JT",
                name="清沅市交通运输局",
                short_name="交通局",
                system="government",
                level="city",
            ),
            Unit(
                code="YX",
                name="清沅市云溪镇",
                short_name="云溪镇",
                system="government",
                level="town",
            ),
            Unit(
                code="CJ",
                name="财政经济工作委员会",
                short_name="财经工委",
                system="congress",
                level="city",
            ),
            Unit(
                code="OLD",
                name="原粮食局",
                short_name="粮食局",
                system="government",
                level="city",
                active=False,
            ),
        ]
    )
    secret = people.hash_password(PASSWORD, CHEAP)
    cast = {"wang": "王敏", "li": "李强", "zhao": "赵静", "gone": "钱进"}
    session.add_all(
        Person(login=login, name=name, password_hash=secret, active=login != "gone")
        for login, name in cast.items()
    )
    session.flush()
    session.add_all(
        [
            Post(login="wang", role="unit_liaison", scope="JT"),
            Post(login="wang", role="unit_reviewer", scope="JT"),
            Post(login="wang", role="publisher"),
            Post(login="li", role="unit_head", scope="JT"),
            Post(login="li", role="unit_handler", scope="YX"),
            Post(login="gone", role="unit_liaison", scope="JT"),
        ]
    )
    session.flush()


def _sign_in(session: Session, login: str, password: str, at: datetime = AT) -> people.SignIn:
    return people.sign_in(session, login, password, at, "127.0.0.1", "test", CHEAP)


def _token(session: Session, at: datetime = AT) -> str:
    token = _sign_in(session, "wang", PASSWORD, at).token
    assert token is not None
    return token


# Who is who


def test_one_person_holds_several_posts(session: Session) -> None:
    wang = people.actor(session, "wang")

    assert wang.name == "王敏"
    assert wang.units == ("JT",)
    assert wang.groups == {
        "unit_liaison", "unit_liaison:JT", "unit_reviewer", "unit_reviewer:JT", "publisher",
    }  # fmt: skip
    assert wang.holds("unit_liaison:JT")
    assert wang.holds("user:wang")
    assert not wang.holds("unit_liaison:YX")
    assert not wang.holds("user:li")


def test_somebody_without_posts_is_still_somebody(session: Session) -> None:
    zhao = people.actor(session, "zhao")

    assert zhao.groups == frozenset()
    assert zhao.candidates == {"user:zhao"}


@pytest.mark.parametrize("login", ["gone", "nobody", ""])
def test_closed_and_unknown_accounts_act_nowhere(session: Session, login: str) -> None:
    with pytest.raises(NotAllowed):
        people.actor(session, login)


@pytest.mark.parametrize(
    ("group", "logins"),
    [
        ("unit_liaison:JT", ["wang"]),  # and not the closed account
        ("unit_handler", ["li"]),
        ("unit_liaison:YX", []),
        ("publisher", ["wang"]),
        ("user:li", ["li"]),
        ("user:gone", []),
    ],
)
def test_who_holds_a_group(session: Session, group: str, logins: list[str]) -> None:
    assert [holder.login for holder in people.holders(session, group)] == logins


def test_which_groups_somebody_can_be_reached_for(session: Session) -> None:
    asked = ["unit_liaison", "unit_head:JT", "unit_head:YX", "financeDept", "user:li", "user:demo"]

    reachable = people.reachable(session, asked)

    assert reachable == {"unit_liaison", "unit_head:JT", "user:li"}
    assert reachable == {group for group in asked if people.holders(session, group)}
    assert people.reachable(session, []) == frozenset()


def test_a_closed_account_is_not_reached(session: Session) -> None:
    session.scalars(select(Person).where(Person.login == "wang")).one().active = False
    session.flush()

    assert people.reachable(session, ["unit_liaison:JT", "user:gone", "publisher"]) == frozenset()


def test_names_of_many_take_one_question(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        _city(session)
    questions: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *given: questions.append(given[2]))

    with sqlite.transaction() as session:
        found = people.names(session, ["wang", "li", "gone", "nobody", None, "wang"])
        nothing = people.names(session, [None])

    assert found == {"wang": "王敏", "li": "李强", "gone": "钱进"}
    assert nothing == {}
    assert len(questions) == 1


def test_units_are_found_by_code_and_by_system(session: Session) -> None:
    assert people.unit(session, "JT").short_name == "交通局"
    assert [unit.code for unit in people.units(session)] == ["CJ", "JT", "YX"]
    assert [unit.code for unit in people.units(session, "congress")] == ["CJ"]
    assert people.unit_names(session, ["JT", None]) == {"JT": "交通局"}
    assert people.unit_names(session, []) == {}
    assert people.unit_names(session)["OLD"] == "粮食局"
    with pytest.raises(NotFound, match="XX"):
        people.unit(session, "XX")


def test_a_group_reads_like_an_office(session: Session) -> None:
    found = people.group_names(
        session,
        ["unit_liaison:JT", "unit_head:JT", "town_presidium:YX", "work_committee:CJ", "deputy_office", "user:li"],
    )  # fmt: skip

    assert found == {
        "unit_liaison:JT": "交通局联络员",
        "unit_head:JT": "交通局主要负责人",
        "town_presidium:YX": "云溪镇人大主席团",
        "work_committee:CJ": "财经工委",
        "deputy_office": "人大代表工委",
        "user:li": "李强",
    }


# Signing in


def test_the_right_password_opens_a_session(session: Session) -> None:
    token = _token(session)

    signed_in = people.session_actor(session, token, AT)

    assert signed_in is not None
    assert signed_in.login == "wang"
    assert people.session_actor(session, token + "x", AT) is None


def test_the_database_never_holds_the_token(session: Session) -> None:
    token = _token(session)

    [row] = session.scalars(select(WebSession))

    assert token not in row.token_hash
    assert row.address == "127.0.0.1"


def test_every_refusal_reads_the_same(session: Session) -> None:
    refusals = {
        _sign_in(session, "wang", "wrong").refusal,
        _sign_in(session, "nobody", PASSWORD).refusal,
        _sign_in(session, "gone", PASSWORD).refusal,
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
    verify = people._verify
    monkeypatch.setattr(
        people, "_verify", lambda known, *rest: checks.append(known) or verify(known, *rest)
    )

    refused = _sign_in(session, login, "wrong")

    assert refused.token is None
    assert len(checks) == 1
    assert checks[0].startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(session: Session) -> None:
    for _ in range(5):
        assert _sign_in(session, "wang", "wrong").token is None

    assert _sign_in(session, "wang", PASSWORD, AT + 14 * MINUTE).token is None
    assert _sign_in(session, "wang", PASSWORD, AT + 15 * MINUTE).token is not None


def test_four_failures_lock_nothing_and_success_forgets_them(session: Session) -> None:
    for _ in range(4):
        _sign_in(session, "wang", "wrong")
    assert _sign_in(session, "wang", PASSWORD).token is not None
    for _ in range(4):
        _sign_in(session, "wang", "wrong")

    assert _sign_in(session, "wang", PASSWORD).token is not None


def test_each_further_failure_locks_twice_as_long_up_to_a_day(session: Session) -> None:
    at, locks = AT, []
    for _ in range(14):
        _sign_in(session, "wang", "wrong", at)
        until = session.scalars(select(Person.locked_until).where(Person.login == "wang")).one()
        if until is not None:
            locks.append(until - at)
            at = until

    assert [lock / MINUTE for lock in locks[:4]] == [15, 30, 60, 120]
    assert locks[-1] == DAY


def test_attempts_on_a_locked_account_do_not_prolong_the_lock(session: Session) -> None:
    for _ in range(5):
        _sign_in(session, "wang", "wrong")
    for _ in range(20):
        _sign_in(session, "wang", "wrong", AT + MINUTE)

    assert _sign_in(session, "wang", PASSWORD, AT + 15 * MINUTE).token is not None


def test_failures_are_counted_even_though_nobody_got_in(database: Database) -> None:
    with database.transaction() as session:
        _city(session)
    for _ in range(5):
        with database.transaction() as session:
            _sign_in(session, "wang", "wrong")

    with database.transaction() as session:
        assert _sign_in(session, "wang", PASSWORD).token is None


def test_checking_a_password_takes_no_writers_turn(database: Database) -> None:
    with database.transaction() as session:
        _city(session)
    with database.reading() as session:
        right = people.check(session, "wang", PASSWORD, AT, CHEAP)
        wrong = people.check(session, "wang", "wrong", AT, CHEAP)

    with database.transaction() as session:
        assert people.settle(session, right, AT, "", "").token is not None
        assert people.settle(session, wrong, AT, "", "").token is None
    assert PASSWORD not in repr(right)
    assert "argon2" not in repr(right)


def test_a_check_made_before_the_lock_opens_nothing_after_it(session: Session) -> None:
    guessed = people.check(session, "wang", PASSWORD, AT, CHEAP)
    for _ in range(5):
        _sign_in(session, "wang", "wrong")

    assert people.settle(session, guessed, AT, "", "").token is None


def test_a_check_of_the_old_password_opens_nothing_after_a_new_one(session: Session) -> None:
    old = people.check(session, "wang", PASSWORD, AT, CHEAP)
    people.set_password(session, "wang", "another one", AT, CHEAP)

    assert people.settle(session, old, AT, "", "").token is None


def test_a_hash_of_another_strength_is_renewed_at_the_next_sign_in(session: Session) -> None:
    stronger = people.PasswordCost(passes=2, memory_kib=16, lanes=1)

    people.sign_in(session, "wang", PASSWORD, AT, cost=stronger)

    renewed = session.scalars(select(Person.password_hash).where(Person.login == "wang")).one()
    assert renewed is not None
    assert "m=16,t=2,p=1" in renewed
    assert people.sign_in(session, "wang", PASSWORD, AT, cost=stronger).token is not None


def test_a_broken_hash_refuses_instead_of_failing(session: Session) -> None:
    session.scalars(select(Person).where(Person.login == "wang")).one().password_hash = "junk"

    assert _sign_in(session, "wang", PASSWORD).token is None


def test_a_new_password_lifts_the_lock_and_ends_old_sessions(session: Session) -> None:
    token = _token(session)
    for _ in range(5):
        _sign_in(session, "wang", "wrong")

    people.set_password(session, "wang", "another one", AT, CHEAP)

    assert people.session_actor(session, token, AT) is None
    assert _sign_in(session, "wang", PASSWORD).token is None
    assert _sign_in(session, "wang", "another one").token is not None


def test_a_password_for_nobody_is_refused(session: Session) -> None:
    with pytest.raises(NotFound, match="nobody"):
        people.set_password(session, "nobody", PASSWORD, AT, CHEAP)


@pytest.mark.parametrize(("idle", "is_in"), [(8 * HOUR - MINUTE, True), (8 * HOUR, False)])
def test_a_session_ends_after_eight_idle_hours(
    session: Session, idle: timedelta, is_in: bool
) -> None:
    token = _token(session)

    assert (people.session_actor(session, token, AT + idle) is not None) == is_in


def test_visits_keep_a_session_alive_for_at_most_seven_days(session: Session) -> None:
    token, at = _token(session), AT
    while at < AT + 8 * DAY and people.session_actor(session, token, at):
        at += 7 * HOUR

    assert AT + 7 * DAY <= at < AT + 7 * DAY + 7 * HOUR


def test_a_visit_is_written_at_most_once_a_minute(database: Database) -> None:
    with database.transaction() as session:
        _city(session)
        token = _token(session)
    seen = []
    for seconds in (59, 60, 100, 120):
        with database.transaction() as session:
            people.session_actor(session, token, AT + timedelta(seconds=seconds))
        with database.reading() as session:
            seen.append((session.scalars(select(WebSession.seen_at)).one() - AT).seconds)

    assert seen == [0, 60, 60, 120]


def test_a_page_that_only_shows_learns_whether_the_visit_is_worth_keeping(
    database: Database,
) -> None:
    with database.transaction() as session:
        _city(session)
        token = _token(session)

    with database.reading() as session:
        people.session_actor(session, token, AT + MINUTE / 2)
        early = bool(session.dirty)
        people.session_actor(session, token, AT + MINUTE)
        late = bool(session.dirty)
    with database.reading() as session:
        kept = session.scalars(select(WebSession.seen_at)).one()

    assert (early, late, kept) == (False, True, AT)


def test_signing_out_ends_this_session_only(session: Session) -> None:
    phone, desk = _token(session), _token(session)

    people.sign_out(session, phone, AT)

    assert people.session_actor(session, phone, AT) is None
    assert people.session_actor(session, desk, AT) is not None
    assert len(people.web_sessions(session, "wang", AT)) == 1


def test_signing_out_everywhere_ends_all_of_one_person(session: Session) -> None:
    mine, other = _token(session), _sign_in(session, "li", PASSWORD).token
    assert other is not None

    people.sign_out_everywhere(session, "wang", AT)

    assert people.session_actor(session, mine, AT) is None
    assert people.session_actor(session, other, AT) is not None


def test_a_closed_account_is_out_at_once(session: Session) -> None:
    token = _token(session)

    session.scalars(select(Person).where(Person.login == "wang")).one().active = False

    assert people.session_actor(session, token, AT) is None


def test_ended_sessions_are_forgotten(session: Session) -> None:
    out, alive = _token(session), _token(session, AT + 3 * HOUR)
    people.sign_out(session, out, AT)
    _token(session, AT - 6 * HOUR)

    forgotten = people.forget_ended_sessions(session, AT + 4 * HOUR)

    assert forgotten == 2
    assert people.session_actor(session, alive, AT + 4 * HOUR) is not None


# API tokens


def test_an_api_token_stands_for_its_person_until_it_expires(session: Session) -> None:
    token = people.issue_api_token(session, "wang", "报表", AT, AT + DAY)

    found = people.api_actor(session, token, AT + DAY - MINUTE)

    assert found is not None
    assert found.login == "wang"
    assert people.api_actor(session, token, AT + DAY) is None
    assert people.api_actor(session, "tbp_other", AT) is None


def test_the_database_never_holds_an_api_token(session: Session) -> None:
    token = people.issue_api_token(session, "wang", "报表", AT)

    [row] = people.api_tokens(session, "wang")

    assert row.name == "报表"
    assert token not in row.token_hash


def test_a_revoked_api_token_opens_nothing(session: Session) -> None:
    token = people.issue_api_token(session, "wang", "报表", AT)
    [row] = people.api_tokens(session, "wang")

    people.revoke_api_token(session, "wang", row.id, AT)

    assert people.api_actor(session, token, AT) is None


def test_nobody_revokes_somebody_elses_token(session: Session) -> None:
    token = people.issue_api_token(session, "wang", "报表", AT)
    [row] = people.api_tokens(session, "wang")

    with pytest.raises(NotFound):
        people.revoke_api_token(session, "li", row.id, AT)

    assert people.api_actor(session, token, AT) is not None


# Opening accounts


def test_a_new_account_has_its_posts_and_signs_in(session: Session) -> None:
    people.add(session, "sun", "孙浩", ["unit_head:YX", "auditor"], "first one", CHEAP)

    sun = people.actor(session, "sun")

    assert sun.groups == {"unit_head", "unit_head:YX", "auditor"}
    assert _sign_in(session, "sun", "first one").token is not None


@pytest.mark.parametrize(
    ("login", "groups", "refusal"),
    [("wang", ["auditor"], NotAllowed), ("sun", ["tea_maker"], NotFound)],
)
def test_an_account_is_opened_once_and_with_known_posts(
    session: Session, login: str, groups: list[str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        people.add(session, login, "孙浩", groups, "first one", CHEAP)
