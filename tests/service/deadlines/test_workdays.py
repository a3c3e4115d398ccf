"""Limits end where the Civil Code and the State Council's holiday notices say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines import seed
from service.deadlines.workdays import (
    LOCAL,
    Calendar,
    Day,
    Unit,
    add_months,
    end_of,
    local_day,
    moment,
)

CHINA = Calendar.of(
    (day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)), seed.CONFIRMED
)
WEEKDAYS = Calendar.of((), ())
CM, CD, WD, WH, CH = Unit.MONTHS, Unit.DAYS, Unit.WORKDAYS, Unit.WORK_HOURS, Unit.CLOCK_HOURS

days = st.dates(date(2024, 11, 1), date(2027, 2, 28))
counts = st.integers(1, 400)
moments = st.datetimes(datetime(2025, 1, 2), datetime(2026, 12, 1), timezones=st.just(LOCAL)).map(
    lambda at: at.replace(microsecond=0)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-02-13", 5, WD, "2026-02-27"),
        ("2026-02-13", 3, WD, "2026-02-25"),
        ("2026-09-18", 10, WD, "2026-10-09"),
        ("2026-04-29", 3, WD, "2026-05-07"),
        ("2026-09-30", 1, WD, "2026-10-08"),
        ("2025-09-26", 5, WD, "2025-10-10"),
        ("2026-03-18", 20, WD, "2026-04-16"),
        ("2026-03-18", 30, WD, "2026-04-30"),
        ("2026-03-18", 1, CM, "2026-04-20"),  # 18 April is a Saturday
        ("2026-03-18", 3, CM, "2026-06-18"),
        ("2026-03-18", 6, CM, "2026-09-18"),
        ("2026-06-25", 3, CM, "2026-09-28"),  # 25 September is Mid-Autumn
        ("2026-07-01", 3, CM, "2026-10-08"),  # 1 October begins seven days off
        ("2025-11-30", 3, CM, "2026-02-28"),  # a Saturday that is worked
        ("2026-01-31", 1, CM, "2026-02-28"),  # no 31 February
        ("2026-03-18", 30, CD, "2026-04-17"),
        ("2026-09-01", 30, CD, "2026-10-08"),
    ],
)
def test_limits_end_on_the_day_the_law_says(start: str, amount: int, unit: Unit, end: str) -> None:
    base_at = local(f"{start}T09:30")

    due = CHINA.due(base_at, amount, unit)

    assert due == local(f"{end}T18:00")
    assert due.tzinfo is UTC


def test_the_months_of_2026_have_as_many_workdays_as_published() -> None:
    ends = [date(2025, 12, 31), *(date(2026, m + 1, 1) - timedelta(1) for m in range(1, 12))]
    ends.append(date(2026, 12, 31))

    worked = [CHINA.count(ends[m], ends[m + 1]) for m in range(12)]

    assert worked == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(worked) == 248
    assert CHINA.count(date(2024, 12, 31), date(2025, 12, 31)) == 248


def test_the_start_day_is_not_counted_even_late_at_night() -> None:
    early, late = local("2026-03-18T00:00"), local("2026-03-18T23:59")

    assert CHINA.due(early, 1, WD) == CHINA.due(late, 1, WD) == local("2026-03-19T18:00")


def test_the_day_is_the_day_where_the_office_is() -> None:
    evening_in_utc = datetime(2026, 3, 18, 17, 0, tzinfo=UTC)  # 01:00 on the 19th in Shanghai

    assert local_day(evening_in_utc) == date(2026, 3, 19)
    assert CHINA.due(evening_in_utc, 1, WD) == local("2026-03-20T18:00")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-18T09:00", 2, "2026-03-18T11:00"),
        ("2026-03-18T11:00", 2, "2026-03-18T15:00"),  # over the noon break
        ("2026-03-18T12:30", 2, "2026-03-18T16:00"),  # in the noon break
        ("2026-03-18T17:00", 2, "2026-03-19T09:30"),  # over night
        ("2026-03-20T17:00", 4, "2026-03-23T11:30"),  # over a weekend
        ("2026-03-21T10:00", 1, "2026-03-23T09:30"),  # on a Saturday
        ("2026-02-14T17:00", 2, "2026-02-24T09:30"),  # a worked Saturday before Spring Festival
        ("2026-03-18T16:00", 2, "2026-03-18T18:00"),  # to the very end of the day
        ("2026-03-18T10:00", 2, "2026-03-18T12:00"),  # to the very start of the break
        ("2026-03-18T07:00", 1, "2026-03-18T09:30"),
        ("2026-03-18T20:00", 1, "2026-03-19T09:30"),
        ("2026-03-18T08:30", 15, "2026-03-19T18:00"),  # two days of seven and a half hours
        ("2026-03-19T10:30", -4, "2026-03-18T16:00"),
        ("2026-03-23T08:30", -2, "2026-03-20T16:00"),
        ("2026-03-22T12:00", -2, "2026-03-20T16:00"),
    ],
)
def test_hours_pass_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert CHINA.add_hours(local(start), hours) == local(end)


def test_clock_hours_pass_at_night_too() -> None:
    assert CHINA.due(local("2026-03-20T17:00"), 24, CH) == local("2026-03-21T17:00")


def test_counting_back_never_ends_later_than_asked() -> None:
    meeting = local("2026-10-28T09:00")

    assert CHINA.due(meeting, -10, CD) == local("2026-10-16T18:00")  # the 18th is a Sunday
    assert CHINA.due(meeting, -20, CD) == local("2026-10-08T18:00")
    assert CHINA.due(meeting, -5, WD) == local("2026-10-21T18:00")


def test_warnings_reach_people_when_the_day_begins() -> None:
    due = local("2026-06-18T18:00")

    assert CHINA.warning(due, 30, CD) == local("2026-05-19T08:30")
    assert CHINA.warning(due, 10, WD) == local("2026-06-04T08:30")
    assert CHINA.warning(due, 4, CD) == local("2026-06-12T08:30")  # Sunday's comes on Friday
    assert CHINA.warning(due, 0, WD) == local("2026-06-18T08:30")
    assert CHINA.warning(due, -1, WD) == local("2026-06-22T08:30")  # after Dragon Boat
    assert CHINA.warning(local("2026-03-19T09:30"), 2, WH) == local("2026-03-18T17:00")
    assert CHINA.warning(local("2026-03-22T09:30"), 6, CH) == local("2026-03-22T03:30")


def test_a_fixed_day_of_the_year_is_the_next_one() -> None:
    august = Unit.YEARLY

    assert CHINA.due(local("2026-03-01T09:00"), 831, august) == local("2026-08-31T18:00")
    assert CHINA.due(local("2025-09-01T09:00"), 831, august) == local("2026-08-31T18:00")
    assert CHINA.nominal_day(date(2026, 1, 1), 229, august) == date(2026, 2, 28)


def test_a_unit_that_counts_no_days_has_no_day() -> None:
    with pytest.raises(ValueError, match="TIMES"):
        CHINA.due_day(date(2026, 3, 18), 2, Unit.TIMES)


def test_a_year_nobody_entered_is_monday_to_friday_and_says_so() -> None:
    assert WEEKDAYS.add(date(2026, 2, 13), 5) == date(2026, 2, 20)
    assert WEEKDAYS.provisional(date(2026, 12, 1), date(2027, 1, 5)) == [2026, 2027]
    assert CHINA.provisional(date(2026, 12, 1), date(2027, 1, 5)) == [2027]
    assert CHINA.provisional(date(2025, 1, 1), date(2026, 12, 31)) == []


def test_a_local_closure_is_one_more_row() -> None:
    flood = Day(date(2026, 7, 15), "holiday", "防汛停班")
    calendar = Calendar.of([*CHINA.days.values(), flood], CHINA.confirmed)

    assert calendar.add(date(2026, 7, 14), 1) == date(2026, 7, 16)
    assert CHINA.add(date(2026, 7, 14), 1) == date(2026, 7, 15)


def test_every_unit_has_a_name_people_read() -> None:
    assert [unit.label for unit in Unit][:4] == ["个月", "日", "个工作日", "个工作小时"]
    assert all(unit.label for unit in Unit)


@given(days, counts)
def test_a_due_date_counted_in_workdays_is_worked_and_later(day: date, n: int) -> None:
    end = CHINA.add(day, n)

    assert CHINA.is_workday(end)
    assert end > day


@given(days, counts)
def test_counting_is_the_inverse_of_adding(day: date, n: int) -> None:
    assert CHINA.count(day, CHINA.add(day, n)) == n
    assert CHINA.count(CHINA.add(day, n), day) == -n


@given(days, counts)
def test_going_back_undoes_going_forward_from_a_workday(day: date, n: int) -> None:
    worked = CHINA.on_or_after(day)

    assert CHINA.add(CHINA.add(worked, n), -n) == worked


@given(days, st.integers(1, 60))
def test_counting_by_steps_equals_counting_at_once(day: date, n: int) -> None:
    by_steps = day
    for _ in range(n):
        by_steps += timedelta(days=1)
        while not CHINA.is_workday(by_steps):
            by_steps += timedelta(days=1)

    assert CHINA.add(day, n) == by_steps


@given(days, st.integers(1, 60))
def test_counting_back_by_steps_equals_counting_back_at_once(day: date, n: int) -> None:
    by_steps = day
    for _ in range(n):
        by_steps -= timedelta(days=1)
        while not CHINA.is_workday(by_steps):
            by_steps -= timedelta(days=1)

    assert CHINA.add(day, -n) == by_steps


@given(days, days, counts, st.sampled_from([WD, CD, CM]))
def test_who_starts_later_never_ends_earlier(one: date, other: date, n: int, unit: Unit) -> None:
    earlier, later = sorted([one, other])

    assert CHINA.due_day(earlier, n, unit) <= CHINA.due_day(later, n, unit)


@given(days, counts, counts, st.sampled_from([WD, CD, CM]))
def test_a_longer_limit_never_ends_earlier(day: date, one: int, other: int, unit: Unit) -> None:
    shorter, longer = sorted([one, other])

    assert CHINA.due_day(day, shorter, unit) <= CHINA.due_day(day, longer, unit)


@given(days, counts, st.sampled_from([WD, CD, CM]))
def test_every_limit_ends_on_a_workday_after_its_start(day: date, n: int, unit: Unit) -> None:
    end = CHINA.due_day(day, n, unit)

    assert end > day
    assert CHINA.is_workday(end)


@given(days, st.integers(0, 200))
def test_a_month_end_stays_in_its_month(day: date, n: int) -> None:
    end = add_months(day, n)

    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == n
    assert end.day <= day.day


@given(moments, st.integers(1, 200))
def test_office_hours_are_never_spent_outside_the_office(at: datetime, n: int) -> None:
    end = CHINA.add_hours(at, n)
    clock = end.astimezone(LOCAL).time()

    assert end > at
    assert CHINA.is_workday(local_day(end))
    assert clock.hour * 60 + clock.minute in {*range(510, 721), *range(840, 1081)}


@given(moments, st.integers(1, 100), st.integers(1, 100))
def test_office_hours_add_up(at: datetime, one: int, other: int) -> None:
    assert CHINA.add_hours(CHINA.add_hours(at, one), other) == CHINA.add_hours(at, one + other)


@given(moments, st.integers(1, 100))
def test_office_hours_can_be_taken_back(at: datetime, n: int) -> None:
    opened = CHINA.add_hours(CHINA.add_hours(at, 1), -1)

    assert CHINA.add_hours(CHINA.add_hours(opened, n), -n) == opened


@given(moments, st.integers(1, 30), st.sampled_from([WD, CD]))
def test_a_warning_comes_before_the_end(at: datetime, n: int, unit: Unit) -> None:
    due = CHINA.due(at, 60, WD)
    warning = CHINA.warning(due, n, unit)

    assert warning < due
    assert CHINA.is_workday(local_day(warning))


@given(days)
def test_the_day_ends_at_six_in_the_evening(day: date) -> None:
    assert end_of(day) == moment(day, datetime(2000, 1, 1, 18).time())
    assert local_day(end_of(day)) == day
