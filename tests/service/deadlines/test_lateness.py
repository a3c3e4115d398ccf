"""What is late is late everywhere and from one moment on: the close of business of its last day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, bindparam, literal, select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import seed
from service.deadlines.lateness import (
    NEVER,
    distance,
    in_time,
    is_late,
    late,
    late_by_day,
    pending,
    workdays_late,
)
from service.deadlines.workdays import LOCAL, Calendar, local_day
from service.tables.base import UTCDateTime

CHINA = Calendar.of(
    (day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)), seed.CONFIRMED
)
MOMENTS = st.datetimes(datetime(2025, 1, 2), datetime(2026, 12, 1), timezones=st.just(LOCAL))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.reading() as session:
        yield session


def holds(session: Session, condition: object) -> bool:
    return bool(session.scalar(select(literal(1)).where(condition)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "due", "words", "urgency"),
    [
        ("2026-03-16T09:00", "2026-03-23T18:00", "还剩 5 个工作日", "calm"),
        ("2026-03-18T09:00", "2026-03-23T18:00", "还剩 3 个工作日", "soon"),
        ("2026-03-22T09:00", "2026-03-23T18:00", "明天到期", "soon"),
        ("2026-03-23T09:00", "2026-03-23T18:00", "今天 18:00 到期", "today"),
        ("2026-03-23T17:59", "2026-03-23T18:00", "今天 18:00 到期", "today"),
        ("2026-03-23T18:00", "2026-03-23T18:00", "今天 18:00 已逾期", "overdue"),
        ("2026-03-23T23:59", "2026-03-23T18:00", "今天 18:00 已逾期", "overdue"),
        ("2026-03-24T00:00", "2026-03-23T18:00", "已超 1 个工作日", "overdue"),
        ("2026-03-25T09:00", "2026-03-23T18:00", "已超 2 个工作日", "overdue"),
        ("2026-03-21T09:00", "2026-03-20T18:00", "已超 1 天（休息日）", "overdue"),
        ("2026-10-01T09:00", "2026-10-06T18:00", "还剩 5 天（休息日）", "soon"),
        ("2026-03-18T09:00", "2026-03-18T11:00", "今天 11:00 到期", "today"),
        ("2026-03-18T11:30", "2026-03-18T11:00", "今天 11:00 已逾期", "overdue"),
        ("2026-09-30T09:00", "2026-10-08T18:00", "还剩 1 个工作日", "soon"),
    ],
)
def test_distance_is_said_in_workdays(at: str, due: str, words: str, urgency: str) -> None:
    found = distance(local(due), local(at), CHINA)

    assert found is not None
    assert (found.words, found.urgency) == (words, urgency)


def test_without_a_limit_nothing_is_late_and_no_distance_is_said() -> None:
    at = local("2026-03-18T09:00")

    assert not is_late(None, at)
    assert distance(None, at, CHINA) is None


def test_a_stopped_clock_is_never_late(session: Session) -> None:
    at = local("2200-01-01T09:00")
    found = distance(NEVER, at, CHINA)

    assert not is_late(NEVER, at)
    assert not holds(session, late(literal(NEVER, UTCDateTime), at.astimezone(UTC)))
    assert found is not None
    assert (found.words, found.is_held) == ("已暂停计时", True)


@given(MOMENTS, MOMENTS)
def test_the_words_say_late_exactly_where_it_is(at: datetime, due: datetime) -> None:
    found = distance(due, at, CHINA)

    assert found is not None
    is_said = found.words.startswith("已超") or found.words.endswith("已逾期")
    assert is_said == is_late(due, at) == (found.urgency == "overdue")
    assert found.words.startswith("已超") == (local_day(due) < local_day(at))


@given(MOMENTS, MOMENTS)
def test_the_working_days_in_the_words_are_those_of_the_figures(
    at: datetime, due: datetime
) -> None:
    found = distance(due, at, CHINA)
    days = workdays_late(CHINA, due, at)

    assert found is not None
    assert days == workdays_late(CHINA, local_day(due), at)
    if days:
        assert found.words == f"已超 {days} 个工作日"


@pytest.mark.parametrize("minutes", [-60, -1, 0, 1, 60])
def test_the_database_says_the_same(session: Session, minutes: int) -> None:
    due = local("2026-03-23T18:00").astimezone(UTC)
    at = due + timedelta(minutes=minutes)
    column = literal(due, UTCDateTime)

    assert holds(session, late(column, at)) == is_late(due, at)
    assert holds(session, pending(column, at, due + timedelta(days=1))) != is_late(due, at)
    assert not holds(session, pending(column, at, due))


@pytest.mark.parametrize(
    ("at", "is_over"),
    [
        ("2026-03-23T17:59", False),
        ("2026-03-23T18:00", True),
        ("2026-03-24T00:01", True),
        ("2026-03-22T23:59", False),
    ],
)
def test_a_day_without_an_hour_is_over_when_the_office_closes(
    session: Session, at: str, is_over: bool
) -> None:
    day = bindparam("day", date(2026, 3, 23), Date)

    assert holds(session, late_by_day(day, local(at))) == is_over


@pytest.mark.parametrize(
    ("at", "due", "provisional"),
    [
        ("2026-12-20T09:00", "2026-12-31T18:00", False),
        ("2026-12-20T09:00", "2027-01-04T18:00", True),
        ("2027-01-05T09:00", "2027-01-04T18:00", True),
        ("2027-01-05T09:00", "2026-12-31T18:00", False),
    ],
)
def test_a_date_that_crosses_an_unconfirmed_year_is_provisional(
    at: str, due: str, provisional: bool
) -> None:
    found = distance(local(due), local(at), CHINA)

    assert found is not None
    assert found.is_provisional is provisional


def test_what_is_done_at_the_last_moment_is_in_time(session: Session) -> None:
    due = local("2026-03-04T18:00:00")

    def asked(done: datetime) -> bool:
        moments = (literal(one, UTCDateTime()) for one in (due, done))
        return bool(session.scalar(select(in_time(*moments))))

    assert asked(due)
    assert asked(due - timedelta(days=1))
    assert not asked(due + timedelta(minutes=1))
