"""A timer start event comes at its moment, again as often as it says, and what was missed comes as one."""

from datetime import UTC, datetime, timedelta

import pytest

from service.engine.drawn.source import Element, EventSource
from service.engine.running import ticks
from service.engine.running.ticks import Tick
from service.errors import ExpressionFailed
from tests.service.engine.diagrams import MORNING

A_DAY = timedelta(days=1)


def first(text: str, form: str = "timeDate") -> Tick | None:
    element = Element(
        "s", "startEvent", "每周例会", events=(EventSource("timer", "", "", form, text),)
    )
    return ticks.first(element, {"deadline": lambda names, key: MORNING + 9 * A_DAY}, MORNING)


@pytest.mark.parametrize(
    ("text", "due_at"),
    [
        ("2026-03-05T18:00:00+08:00", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("P3D", MORNING + 3 * A_DAY),
        ("${now().plusDays(2)}", MORNING + 2 * A_DAY),
        ('deadline("sign")', MORNING + 9 * A_DAY),
    ],
)
def test_a_moment_comes_once(text: str, due_at: datetime) -> None:
    assert first(text) == Tick(due_at, None)


def test_a_moment_that_is_past_does_not_come() -> None:
    assert first("2020-01-01T00:00:00+08:00") is None
    assert first("R2/2020-01-01T00:00:00+08:00/P1D", "timeCycle") is None


def test_a_repetition_comes_every_time_until_there_were_enough() -> None:
    tick = first("R3/P1D", "timeCycle")
    moments = []
    while tick is not None:
        moments.append(tick.due_at)
        assert tick.repetition is not None
        tick = ticks.following(tick.repetition, tick.due_at)

    assert moments == [MORNING + A_DAY, MORNING + 2 * A_DAY, MORNING + 3 * A_DAY]


def test_ticks_missed_come_as_one_and_count() -> None:
    tick = first("R5/P1D", "timeCycle")
    assert tick is not None
    assert tick.repetition is not None

    after = ticks.following(tick.repetition, MORNING + timedelta(days=3, hours=1))

    assert after is not None
    assert after.due_at == MORNING + 4 * A_DAY
    assert ticks.following(tick.repetition, MORNING + 30 * A_DAY) is None


def test_a_repetition_with_a_beginning_keeps_to_it() -> None:
    tick = first("R/2026-02-01T09:00:00+08:00/P7D", "timeCycle")

    assert tick is not None
    assert tick.due_at == datetime(2026, 3, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-02-30", "${missing}", "${'下周'}", "R0/P1D", "${1}"])
def test_a_time_that_is_none_names_the_start_event(text: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        first(text)

    assert failed.value.element == "s"
    assert "每周例会" in str(failed.value)


@pytest.mark.parametrize("text", ["2026-03-05", "2026-03-05T00:00", "2026-03-05T00:00:00+08:00"])
def test_a_day_begins_in_shanghai(text: str) -> None:
    tick = first(text)

    assert tick is not None
    assert tick.due_at == datetime(2026, 3, 4, 16, tzinfo=UTC)


def test_a_repetition_from_a_date_of_the_past_waits_for_its_next_moment() -> None:
    """Of five moments 10, 17 and 24 February are over on MORNING."""
    tick = first("R5/2026-02-10T09:00:00+08:00/P7D", "timeCycle")
    moments = []
    while tick is not None:
        moments.append(tick.due_at)
        assert tick.repetition is not None
        tick = ticks.following(tick.repetition, tick.due_at)

    assert moments == [MORNING + A_DAY, MORNING + 8 * A_DAY]
