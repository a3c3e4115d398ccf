"""Messages leave when people are at work, and the day's is written once a day."""

from datetime import date, datetime, time

import pytest
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.delivery import house
from service.delivery.house import House
from service.errors import StaleVersion
from tests.service.delivery.conftest import NIGHT, NINE


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("day", "clock", "leaves"),
    [
        ("2026-03-02", "08:29", False),
        ("2026-03-02", "08:30", True),
        ("2026-03-02", "12:00", False),
        ("2026-03-02", "14:00", True),
        ("2026-03-02", "18:00", False),
        ("2026-03-01", "09:00", False),  # Sunday
        ("2026-02-28", "09:00", True),  # a made-up Saturday after 春节
        ("2026-02-16", "09:00", False),  # 春节
    ],
)
def test_messages_leave_in_office_hours_of_workdays(
    session: Session, day: str, clock: str, leaves: bool
) -> None:
    assert House().may_leave(policies.calendar(session), at(day, clock)) is leaves


def test_what_falls_at_night_waits_for_the_morning(session: Session) -> None:
    calendar = policies.calendar(session)

    assert House().opens_at(calendar, NIGHT) == at("2026-03-03", "08:30")
    assert House().opens_at(calendar, at("2026-03-02", "12:30")) == at("2026-03-02", "14:00")
    assert House().opens_at(calendar, at("2026-02-14", "19:00")) == at("2026-02-24", "08:30")
    assert House().opens_at(calendar, NINE) == NINE


def test_on_a_quiet_day_nothing_leaves(session: Session) -> None:
    calendar = policies.calendar(session)
    quiet = House(quiet_days=frozenset({date(2026, 3, 2)}))
    always = House(office_hours_only=False, quiet_days=frozenset({date(2026, 3, 2)}))

    assert not quiet.may_leave(calendar, NINE)
    assert not always.may_leave(calendar, NINE)
    assert quiet.opens_at(calendar, NINE) == at("2026-03-03", "08:30")
    assert always.opens_at(calendar, NINE) == at("2026-03-03", "00:00")


def test_the_message_of_the_day_is_due_once_from_its_hour_on(session: Session) -> None:
    calendar = policies.calendar(session)
    ten = House(daily_at=time(10))

    assert not ten.is_day_due(calendar, NINE)
    assert ten.is_day_due(calendar, at("2026-03-02", "10:00"))
    assert ten.is_day_due(calendar, at("2026-03-02", "16:00"))
    assert not House(last_daily_on=date(2026, 3, 2)).is_day_due(calendar, NINE)
    assert not House().is_day_due(calendar, NIGHT)


def test_the_second_of_two_who_change_the_rules_is_told(session: Session) -> None:
    seen = house.of(session).version
    house.put(session, True, True, time(9), [date(2026, 5, 2)], seen)

    with pytest.raises(StaleVersion):
        house.put(session, False, True, time(8), [], seen)

    assert house.of(session).daily_at == time(9)
    assert house.of(session).quiet_days == {date(2026, 5, 2)}


def test_that_the_day_is_done_is_remembered(session: Session) -> None:
    house.day_is_done(session, NINE)

    kept = house.of(session)
    assert (kept.last_daily_on, kept.last_daily_at) == (date(2026, 3, 2), NINE)
