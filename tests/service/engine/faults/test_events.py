"""Events that would not happen as drawn are refused."""

import pytest

from tests.service.engine.diagrams import (
    CANCEL,
    boundary,
    catch,
    condition,
    element,
    end,
    error,
    failing,
    fork,
    message,
    path,
    process,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes, found

LINK = '<bpmn:linkEventDefinition name="x"/>'
COMPENSATE = "<bpmn:compensateEventDefinition/>"


REFUSED: Refused = {
    "compensation boundary": (
        (*ROAD, boundary("x", "a", COMPENSATE), end("e2"), path("x", "e2")),
        ("unsupported-event", "x"),
    ),
    "compensation throw": (
        (start(), throw("x", COMPENSATE), end(), path("s", "x", "e")),
        ("unsupported-event", "x"),
    ),
    "compensation task": (
        (start(), user("x", isForCompensation="true"), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "link without its other end": (
        (start(), throw("x", LINK), path("s", "x")),
        ("link-alone", "x"),
    ),
    "link at the border of a task": (
        (*ROAD, boundary("x", "a", LINK), end("e2"), path("x", "e2")),
        ("unsupported-event", "x"),
    ),
    "start of a process by a condition": (
        (start("x", condition("v > 1")), end(), path("x", "e")),
        ("unsupported-event", "x"),
    ),
    "throwing a condition": (
        (start(), throw("x", condition("v > 1")), end(), path("s", "x", "e")),
        ("unsupported-event", "x"),
    ),
    "waiting for a cancellation in the flow": (
        (start(), catch("x", CANCEL), end(), path("s", "x", "e")),
        ("unsupported-event", "x"),
    ),
    "several events on one": (
        (start(), catch("x", timer("P1D"), message("M")), end(), path("s", "x", "e")),
        ("several-events", "x"),
    ),
    "catch of nothing": ((start(), catch("x"), end(), path("s", "x", "e")), ("event-empty", "x")),
    "undeclared message": (
        (start(), catch("x", message("nowhere")), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "signal without a name": (
        (start(), throw("x", "<bpmn:signalEventDefinition/>"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "receive task with an undeclared message": (
        (start(), element("receiveTask", "x", messageRef="gone"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "send task that sends nothing": (
        (start(), element("sendTask", "x"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "boundary on nothing": (
        (*ROAD, boundary("x", "gone", timer("P1D")), end("e2"), path("x", "e2")),
        ("boundary-host", "x"),
    ),
    "boundary on a gateway": (
        (
            start(),
            fork("g"),
            end(),
            path("s", "g", "e"),
            boundary("x", "g", timer("P1D")),
            end("e2"),
            path("x", "e2"),
        ),
        ("boundary-host", "x"),
    ),
    "error boundary on a task": (
        (*ROAD, boundary("x", "a", "<bpmn:errorEventDefinition/>"), end("e2"), path("x", "e2")),
        ("boundary-error", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


@pytest.mark.parametrize(
    "event",
    [
        *(timer("P1D"), timer("R/P7D", "timeCycle"), timer('deadline("sign")', "timeDate")),
        *(message("M"), '<bpmn:signalEventDefinition signalRef="M"/>'),
    ],
)
def test_a_start_event_may_wait_for_a_moment_a_message_or_a_signal(event: str) -> None:
    assert found(process("p", start("s", event), user("a"), end(), path("s", "a", "e"))) == []


def test_a_process_that_says_what_it_begins_with_is_worth_a_word() -> None:
    parts = (start("s", message("M")), user("a"), throw("t", message("M")), end())

    warned = codes(*parts, path("s", "a", "t", "e"), severity="warning")

    assert warned == {("start-itself", "s")}


def test_an_error_nobody_catches_is_told_unless_something_outward_does() -> None:
    late = failing("late")
    body = sub("b", start("s1"), end("x", late), path("s1", "x"))
    beside = (boundary("o", "b", late), end("oe"), path("o", "oe"))
    road = (start(), body, end(), path("s", "b", "e"))
    aside = element(
        "subProcess",
        "a",
        start("s2", late),
        end("y", late),
        path("s2", "y"),
        triggeredByEvent="true",
    )

    def uncaught(*parts: str) -> list[str]:
        told = found(error("late"), process("p", *parts))
        return [f.element for f in told if f.code == "error-uncaught"]

    assert uncaught(*road) == ["x"]
    assert uncaught(*road, *beside) == []
    assert uncaught(*road, aside) == ["y"]


def test_a_receive_task_without_a_message_is_told_from_outside_and_noted() -> None:
    drawn = (start(), element("receiveTask", "x", name="等 回函"), end(), path("s", "x", "e"))

    [finding] = [f for f in found(process("p", *drawn)) if f.code == "receive-open"]

    assert (finding.severity, finding.element) == ("warning", "x")
    assert "名为“等 回函”的消息" in finding.message
    assert not codes(*drawn)
