"""A time that cannot be computed is refused."""

import pytest

from tests.service.engine.diagrams import boundary, catch, end, path, start, timer
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes
from tests.service.engine.pieces import aside

CYCLE = timer("R3/P1D", "timeCycle")

REFUSED: Refused = {
    "timer without a time": (
        (start(), catch("x", "<bpmn:timerEventDefinition/>"), end(), path("s", "x", "e")),
        ("timer-empty", "x"),
    ),
    "timer with an empty time": (
        (start(), catch("x", timer("")), end(), path("s", "x", "e")),
        ("timer-empty", "x"),
    ),
    "timer with nonsense": (
        (start(), catch("x", timer("three days")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
    "repetition without a pause": (
        (*ROAD, boundary("x", "a", timer("R/PT0S", "timeCycle"), interrupting=False)),
        ("timer-invalid", "x"),
    ),
    "fraction that is not the last amount": (
        (start(), catch("x", timer("P1.5DT2H")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
    "date that is none": (
        (start(), catch("x", timer("2026-02-30T09:00:00", "timeDate")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


@pytest.mark.parametrize("text", ["PT0S", "P0D", "PT1.5H", "P0.5D", "PT0,5S"])
def test_no_time_at_all_and_part_of_an_hour_are_durations(text: str) -> None:
    drawn = (start(), catch("x", timer(text)), end(), path("s", "x", "e"))

    assert not codes(*drawn)


ONCE = {
    "in the flow": (start(), catch("x", CYCLE), end(), path("s", "x", "e")),
    "beside a task it ends": (*ROAD, boundary("x", "a", CYCLE), end("e2"), path("x", "e2")),
    "at an event subprocess that interrupts": (*ROAD, aside(CYCLE)),
}
AGAIN = {
    "beside a task that goes on": (
        *ROAD,
        boundary("x", "a", CYCLE, interrupting=False),
        end("e2"),
        path("x", "e2"),
    ),
    "at an event subprocess that does not interrupt": (*ROAD, aside(CYCLE, False)),
    "at the start": (start("x", CYCLE), end(), path("x", "e")),
}


@pytest.mark.parametrize("where", ONCE)
def test_a_repetition_that_comes_once_is_noted(where: str) -> None:
    assert not codes(*ONCE[where])
    assert ("timer-cycle", "x") in codes(*ONCE[where], severity="warning")


@pytest.mark.parametrize("where", AGAIN)
def test_a_repetition_that_comes_again_is_as_it_should_be(where: str) -> None:
    assert not codes(*AGAIN[where])
    assert ("timer-cycle", "x") not in codes(*AGAIN[where], severity="warning")
