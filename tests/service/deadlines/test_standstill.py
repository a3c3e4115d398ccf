"""A limit steps over the days on which its clock stands; what began after its end does not touch it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines import seed
from service.deadlines.standstill import (
    NEVER,
    Closure,
    Pause,
    Scope,
    apart,
    counted,
    running,
    shifted,
    with_days,
)
from service.deadlines.workdays import Calendar, Unit

CHINA = Calendar.of(
    [day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)], seed.CONFIRMED
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


START = local("2026-07-01T10:00")  # Wednesday


def ends(amount: int, unit: Unit, *pauses: Pause) -> datetime:
    moment, _ = running(lambda met: counted(CHINA, START, amount, unit, met), START, list(pauses))
    return moment


def paused(first: str, until: str | None) -> Pause:
    return Pause(local(f"{first}T10:00"), until and local(f"{until}T09:00"))


@pytest.mark.parametrize(
    ("amount", "unit", "end"),
    [
        (5, Unit.WORKDAYS, "2026-07-15T18:00"),  # 2, 3, 13, 14, 15 July
        (10, Unit.DAYS, "2026-07-20T18:00"),  # 11 July and seven days, a Saturday
        (1, Unit.MONTHS, "2026-08-10T18:00"),  # 1 August and seven days, a Saturday
        (8, Unit.WORK_HOURS, "2026-07-02T10:30"),  # ended before
        (24, Unit.WORK_HOURS, "2026-07-13T11:30"),
        (24 * 7, Unit.CLOCK_HOURS, "2026-07-15T10:00"),
        (831, Unit.YEARLY, "2026-09-07T18:00"),
    ],
)
def test_seven_days_of_a_pause_are_not_counted(amount: int, unit: Unit, end: str) -> None:
    assert ends(amount, unit, paused("2026-07-06", "2026-07-13")) == local(end)


def test_a_limit_whose_clock_stands_is_due_never() -> None:
    assert ends(5, Unit.WORKDAYS, paused("2026-07-06", None)) == NEVER


def test_a_pause_after_the_end_or_before_the_start_changes_nothing() -> None:
    after, before = paused("2026-07-10", None), paused("2026-06-01", "2026-06-20")

    assert ends(5, Unit.WORKDAYS, before, after) == local("2026-07-08T18:00")


def test_a_limit_that_starts_within_a_pause_begins_when_it_ends() -> None:
    assert ends(1, Unit.WORKDAYS, paused("2026-06-29", "2026-07-06")) == local("2026-07-06T18:00")
    assert ends(5, Unit.DAYS, paused("2026-06-29", "2026-07-06")) == local("2026-07-10T18:00")


def test_a_second_pause_counts_where_the_first_has_moved_the_end_to() -> None:
    first, second = paused("2026-07-06", "2026-07-13"), paused("2026-07-14", "2026-07-16")

    assert ends(5, Unit.WORKDAYS, first, second) == local("2026-07-17T18:00")


def test_a_limit_counted_back_ends_where_it_did() -> None:
    assert ends(-5, Unit.WORKDAYS, paused("2026-06-20", "2026-06-22")) == local("2026-06-24T18:00")


def test_a_pause_taken_back_on_the_same_day_costs_nothing() -> None:
    pause = Pause(local("2026-07-06T10:00"), local("2026-07-06T16:00"))

    assert ends(5, Unit.WORKDAYS, pause) == ends(5, Unit.WORKDAYS)
    assert ends(30, Unit.CLOCK_HOURS, pause) == ends(30, Unit.CLOCK_HOURS)


def test_an_end_moved_by_pauses_moves_past_days_off() -> None:
    assert shifted(CHINA, date(2026, 7, 3), START, [paused("2026-07-02", "2026-07-03")]) == local(
        "2026-07-06T18:00"
    )


@pytest.mark.parametrize(
    ("scope", "code", "concerned"),
    [
        (Scope.CITY, "", {"", "JT", "WD", "town:WD"}),
        (Scope.TOWN, "WD", {"WD", "town:WD"}),
        (Scope.UNIT, "WD", {"WD"}),
    ],
)
def test_a_closure_concerns_those_it_names(scope: Scope, code: str, concerned: set[str]) -> None:
    closure = Closure(scope, code, date(2026, 7, 1), date(2026, 7, 3), "防汛")

    assert {place for place in ("", "JT", "WD", "town:WD") if closure.concerns(place)} == concerned
    assert [day.day.day for day in closure.days] == [1, 2, 3]


def test_further_days_off_leave_the_calendar_itself_alone() -> None:
    flood = Closure(Scope.CITY, "", date(2026, 7, 1), date(2026, 7, 1), "防汛")

    assert not with_days(CHINA, flood.days).is_workday(date(2026, 7, 1))
    assert CHINA.is_workday(date(2026, 7, 1))


@given(
    st.integers(1, 60),
    st.sampled_from([Unit.WORKDAYS, Unit.DAYS, Unit.MONTHS, Unit.WORK_HOURS, Unit.CLOCK_HOURS]),
    st.integers(0, 60),
    st.integers(0, 40),
)
def test_a_pause_never_makes_a_limit_end_earlier(
    amount: int, unit: Unit, after: int, length: int
) -> None:
    amount = min(amount, 12) if unit is Unit.MONTHS else amount
    begun = START + timedelta(days=after)
    pause = Pause(begun, begun + timedelta(days=length))

    plain = ends(amount, unit)
    assert plain <= ends(amount, unit, pause)
    assert (ends(amount, unit, pause) == plain) if begun >= plain else True


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(6, 10)]),
        ([("2026-07-01", "2026-07-06")], [(6, 10)]),
        ([("2026-07-01", "2026-07-07")], [(7, 10)]),
        ([("2026-07-07", "2026-07-08")], [(6, 7), (8, 10)]),
        ([("2026-07-07", "2026-07-08"), ("2026-07-09", None)], [(6, 7), (8, 9)]),
        ([("2026-07-06", "2026-07-12")], []),
        ([("2026-07-10", None)], [(6, 10)]),
    ],
)
def test_no_day_is_paused_twice(
    others: list[tuple[str, str | None]], left: list[tuple[int, int]]
) -> None:
    span = paused("2026-07-06", "2026-07-10")

    parts = apart(span, [paused(*other) for other in others])

    assert [(part.first.day, part.end.day) for part in parts] == left


def test_a_time_within_one_day_has_no_day_to_pause() -> None:
    assert list(apart(Pause(local("2026-07-06T09:00"), local("2026-07-06T17:00")), [])) == []
