"""Moments, durations and repetitions as people and ISO 8601 mean them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from service.engine.language import timing
from service.engine.language.timing import LOCAL, Duration, TimeInvalid

AT = datetime(2026, 1, 31, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P1M", datetime(2026, 2, 28, 1, tzinfo=UTC)),
        ("P3M", datetime(2026, 4, 30, 1, tzinfo=UTC)),
        ("P1Y", datetime(2027, 1, 31, 1, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 1, tzinfo=UTC)),
        ("P25M", datetime(2028, 2, 29, 1, tzinfo=UTC)),
        ("P2W", AT + timedelta(weeks=2)),
        ("P15D", AT + timedelta(days=15)),
        ("PT4H30M", AT + timedelta(hours=4, minutes=30)),
        ("P1DT1S", AT + timedelta(days=1, seconds=1)),
        ("p1d", AT + timedelta(days=1)),
        ("PT0S", AT),
        ("P0D", AT),
        ("P0Y0M", AT),
        ("PT1.5H", AT + timedelta(minutes=90)),
        ("P0.5D", AT + timedelta(hours=12)),
        ("P1,5W", AT + timedelta(days=10.5)),
        ("P1MT0.5M", datetime(2026, 2, 28, 1, 0, 30, tzinfo=UTC)),
        ("PT0.5S", AT + timedelta(milliseconds=500)),
    ],
)
def test_a_duration_after_a_moment(text: str, due: datetime) -> None:
    assert timing.duration(text).after(AT) == due


def test_three_months_from_the_last_of_november_is_the_last_of_february() -> None:
    november = datetime(2025, 11, 30, tzinfo=UTC)

    assert timing.duration("P3M").after(november) == datetime(2026, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "-P1D",
        "P1H",
        "1D",
        "P1.5Y",
        "P1.5DT1H",
        "PT1.H",
        "PT.5S",
        "P999999999999999D",
        "P99999Y",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(TimeInvalid):
        timing.duration(text)


def test_a_moment_carries_its_zone() -> None:
    beijing = timezone(timedelta(hours=8))

    assert timing.moment("2026-03-01T09:00:00+08:00") == datetime(2026, 3, 1, 9, tzinfo=beijing)
    assert timing.moment(" 2026-03-01T09:00:00Z ").tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-03-01T09:00:00", 9), ("2026-03-01 09:00", 9), ("2026-03-01", 0)]
)
def test_a_moment_without_a_zone_is_one_in_shanghai(text: str, hour: int) -> None:
    assert timing.moment(text) == datetime(2026, 3, 1, hour, tzinfo=LOCAL)


@pytest.mark.parametrize("text", ["明天", "", "2026-02-30", "2026-03-01T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(TimeInvalid):
        timing.moment(text)


@pytest.mark.parametrize(
    "value",
    ["2026-03-01", date(2026, 3, 1), "2026-03-01T00:00", datetime(2026, 2, 28, 16, tzinfo=UTC)],
)
def test_a_timer_waits_for_the_midnight_with_which_a_day_begins(value: Any) -> None:
    assert timing.instant(value, AT) == datetime(2026, 3, 1, tzinfo=LOCAL)


@pytest.mark.parametrize("value", [None, ""])
def test_a_timer_cannot_wait_for_nothing(value: Any) -> None:
    with pytest.raises(TimeInvalid, match="还没有填写"):
        timing.instant(value, AT)


def test_a_cycle_ticks_from_when_it_is_armed() -> None:
    cycle = timing.cycle("R3/P1M")

    assert cycle.count == 3
    assert [cycle.tick(n, AT) for n in range(3)] == [
        Duration(months, timedelta()).after(AT) for months in (1, 2, 3)
    ]
    assert cycle.tick(1, AT) == datetime(2026, 3, 31, 1, tzinfo=UTC)


def test_a_cycle_may_name_its_first_or_last_moment() -> None:
    first = timing.cycle("R/2026-03-01T00:00:00Z/P7D")
    last = timing.cycle("R4/P1D/2026-03-05T00:00:00Z")

    assert first.count is None
    assert first.tick(2, AT) == datetime(2026, 3, 15, tzinfo=UTC)
    assert last.tick(0, AT) == datetime(2026, 3, 1, tzinfo=UTC)
    assert timing.cycle("R2/P1M/2026-03-31T00:00:00Z").tick(0, AT).month == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", "R3", "P1D", "R0/P1D", "R3/P1D/P1D/P1D", "R-1/P1D", "R3/P0D", "R/PT0.0000001S"),
        *("R/P1D/2026-03-05T00:00:00Z", "R3/soon/P1D", "0 0 9 * * ?"),
    ],
)
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(TimeInvalid):
        timing.cycle(text)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("PT1H", True),
        ("PT1.5H", True),
        ("P0,5D", True),
        (" P15D\n", True),
        ("R3/PT10M", True),
        ("2026-03-01T09:00:00+08:00", True),
        ("2026-03-01", True),
        ("Pending", False),
        ("Review", False),
        ('deadline("sign")', False),
        ("${due}", False),
        ('"PT1H"', False),
    ],
)
def test_literals_are_told_from_expressions(text: str, literal: bool) -> None:
    assert timing.is_literal(text) is literal


@pytest.mark.parametrize(
    "text", ["R/PT1S", "R/P1M", "R/P1M3D", "R/P1D", "R5/2026-03-01T00:00:00Z/P1Y"]
)
@pytest.mark.parametrize("days", [-40, 0, 1, 27, 28, 31, 59, 365])
def test_the_first_tick_after_a_moment_is_the_first(text: str, days: int) -> None:
    cycle, at = timing.cycle(text), AT + timedelta(days=days)

    number = cycle.ticks_until(at, AT)

    assert cycle.tick(number, AT) > at
    assert number == 0 or cycle.tick(number - 1, AT) <= at


@pytest.mark.parametrize("text", ["三天", "15个工作日", "3天内", "两小时", "半年"])
def test_an_amount_in_words_is_no_name_of_a_variable(text: str) -> None:
    with pytest.raises(timing.TimeInvalid, match="P3D"):
        timing.refuse_words(text)


def test_a_name_that_only_sounds_like_one_may_stay() -> None:
    timing.refuse_words("开会日")
    timing.refuse_words("${三天}")


@pytest.mark.parametrize(
    ("reads", "text"),
    [
        (timing.moment, "0001-01-01T00:00:00+08:00"),
        (timing.moment, "9999-12-31T23:59:59-08:00"),
        (timing.duration, "P" + "9" * 5000 + "D"),
        (timing.cycle, "R" + "9" * 5000 + "/P1D"),
        (timing.cycle, "R5/P900Y/0001-01-01T00:00:00+00:00"),
        (timing.cycle, "R99999999999999/P1D/2026-01-01T00:00:00+00:00"),
    ],
)
def test_times_outside_every_calendar_are_refused_in_words(reads, text):
    with pytest.raises(timing.TimeInvalid, match=r"[\u4e00-\u9fff]") as refused:
        reads(text)

    assert len(str(refused.value)) < 300
