"""An event subprocess that could not begin is refused."""

import pytest

from tests.service.engine.diagrams import element, end, message, path, start, sub, timer
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused

CYCLE = timer("R3/P1D", "timeCycle")


def aside(*inside: str) -> str:
    """An event subprocess with this start event, called x."""
    return element("subProcess", "b", *inside, end("e1"), path("x", "e1"), triggeredByEvent="true")


REFUSED: Refused = {
    "event subprocess that nothing starts": (
        (*ROAD, aside(start("x"))),
        ("event-subprocess", "x"),
    ),
    "event subprocess with an empty condition": (
        (*ROAD, aside(start("x", "<bpmn:conditionalEventDefinition/>"))),
        ("condition-empty", "x"),
    ),
    "event subprocess by an error that goes on": (
        (*ROAD, aside(start("x", "<bpmn:errorEventDefinition/>", isInterrupting="false"))),
        ("event-subprocess", "x"),
    ),
    "event subprocess in the flow": (
        (
            start(),
            element(
                "subProcess",
                "x",
                start("s1", message("M")),
                end("e1"),
                path("s1", "e1"),
                triggeredByEvent="true",
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("event-subprocess", "x"),
    ),
    "typed start of an ordinary subprocess": (
        (
            start(),
            sub("b", start("x", message("M")), end("e1"), path("x", "e1")),
            end(),
            path("s", "b", "e"),
        ),
        ("start-typed", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])
