"""Flows and gateways that would lead elsewhere than drawn are refused."""

import pytest

from tests.service.engine.diagrams import (
    catch,
    element,
    end,
    flow,
    fork,
    path,
    process,
    service,
    some,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes, found


def chosen(choosing: str) -> tuple[str, ...]:
    """What is given as `g`, with a way to the end and one over a task, each under a condition."""
    ways = (flow("g", "e", "n"), flow("g", "a", "m"))
    return (start(), choosing, user("a"), end(), path("s", "g"), *ways, path("a", "e"))


REFUSED: Refused = {
    "two start events": (
        (*ROAD, start("x"), path("x", "a")),
        ("several-starts", "x"),
    ),
    "no start at all": ((user("a"), user("b"), path("a", "b", "a")), ("no-start", "p")),
    "nothing inside": ((start(), sub("x"), end(), path("s", "x", "e")), ("empty", "x")),
    "flow to nowhere": ((*ROAD, flow("a", "gone", id="x")), ("flow-end", "x")),
    "flow over the border": (
        (
            start(),
            sub("c", start("s1"), user("u"), end("e1"), path("s1", "u", "e1")),
            end(),
            path("s", "c", "e"),
            flow("s", "u", id="x"),
        ),
        ("flow-crosses", "x"),
    ),
    "flow out of an end": ((*ROAD, flow("e", "a", id="x")), ("flow-direction", "x")),
    "flow into a start": ((*ROAD, flow("a", "s", id="x")), ("flow-direction", "x")),
    "flow drawn twice": ((*ROAD, flow("s", "a", id="x")), ("flow-twice", "x")),
    "gateway flow without a condition": (
        (
            start(),
            xor("g", default="g-e"),
            user("a"),
            end(),
            path("s", "g"),
            flow("g", "e"),
            flow("g", "a", id="x"),
            path("a", "e"),
        ),
        ("condition-missing", "x"),
    ),
    "default flow that is not there": (
        chosen(xor("g", default="gone")),
        ("default-unknown", "g"),
    ),
    "default flow that leaves elsewhere": (
        chosen(xor("g", default="s-g")),
        ("default-unknown", "g"),
    ),
    "default flow of an inclusive gateway that is not there": (
        chosen(some("g", default="gone")),
        ("default-unknown", "g"),
    ),
    "default flow of a task that is not there": (
        chosen(user("g", default="gone")),
        ("default-unknown", "g"),
    ),
    "condition on a parallel flow": (
        (
            start(),
            fork("g"),
            user("a"),
            user("b"),
            fork("j"),
            end(),
            path("s", "g"),
            flow("g", "a", "n", id="x"),
            path("g", "b", "j", "e"),
            path("a", "j"),
        ),
        ("condition-ignored", "x"),
    ),
    "event gateway before a task": (
        (
            start(),
            element("eventBasedGateway", "g"),
            user("a"),
            end(),
            path("s", "g"),
            flow("g", "a", id="x"),
            path("a", "e"),
        ),
        ("event-gateway", "x"),
    ),
    "join that waits for itself": (
        (
            start(),
            fork("j"),
            user("a"),
            xor("g", default="g-e"),
            end(),
            path("s", "j", "a", "g"),
            flow("g", "e"),
            flow("g", "j", "again", id="x"),
        ),
        ("join-waits-for-itself", "x"),
    ),
    "island": ((*ROAD, user("x"), path("x", "e")), ("unreachable", "x")),
    "dead end without an exit": (
        (
            *ROAD[:1],
            xor("m"),
            user("x"),
            end(),
            xor("g", default="g-e"),
            user("b"),
            path("s", "g"),
            flow("g", "e"),
            flow("g", "m", "n"),
            path("m", "x", "b", "m"),
        ),
        ("no-way-out", "x"),
    ),
    "loop that never rests": (
        (
            start(),
            xor("m"),
            service("x", "op"),
            xor("g", default="g-e"),
            end(),
            path("s", "m", "x", "g"),
            flow("g", "e"),
            flow("g", "m", "again"),
        ),
        ("restless-loop", "m"),
    ),
    "loop through a subprocess that never rests": (
        (
            start(),
            xor("m"),
            sub("c", start("s1"), service("o", "op"), end("e1"), path("s1", "o", "e1")),
            xor("g", default="g-e"),
            end(),
            path("s", "m", "c", "g"),
            flow("g", "e"),
            flow("g", "m", "again"),
        ),
        ("restless-loop", "m"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


def test_a_script_may_count_its_way_out_of_a_circle_and_that_is_worth_a_word() -> None:
    counting = (
        *(start(), xor("m"), element("scriptTask", "x", "<bpmn:script>n = n + 1</bpmn:script>")),
        *(xor("g", default="g-e"), end(), path("s", "m", "x", "g"), flow("g", "e")),
        flow("g", "m", "n < 3"),
    )

    assert codes(*counting) == set()
    assert codes(*counting, severity="warning") == {("restless-loop", "m")}


def test_a_default_flow_that_is_not_there_is_answered_with_those_that_are() -> None:
    [finding] = found(process("p", *chosen(xor("g", default="gone"))))

    assert "默认流“gone”" in finding.message
    assert "“g-e”、“g-a”" in finding.message


def test_a_gateway_that_looks_at_no_conditions_needs_no_default_flow() -> None:
    split = fork("g").replace("<bpmn:parallelGateway", '<bpmn:parallelGateway default="gone"')

    assert codes(start(), split, user("a"), end(), path("s", "g", "a", "e")) == set()


def _three(kind: str, default: str | None = None) -> tuple[str, ...]:
    """A gateway with a condition, a flow without, and another condition, in this order."""
    return (
        *(start(), element(kind, "g", default=default), user("a"), user("b"), end()),
        *(path("s", "g"), flow("g", "a", "n"), flow("g", "b", id="x"), flow("g", "e", "m")),
        *(path("a", "e"), path("b", "e")),
    )


@pytest.mark.parametrize(
    ("kind", "words"), [("exclusiveGateway", "永远走不到"), ("inclusiveGateway", "总会走这一条")]
)
def test_one_flow_without_a_condition_is_taken_at_its_turn_and_noted(kind: str, words: str) -> None:
    findings = found(process("p", *_three(kind)))

    [finding] = [f for f in findings if f.code == "condition-missing"]
    assert (finding.severity, finding.element) == ("warning", "x")
    assert words in finding.message
    assert "default-missing" not in {f.code for f in findings}


def test_beside_a_default_flow_a_flow_without_a_condition_is_refused() -> None:
    assert ("condition-missing", "x") in codes(*_three("exclusiveGateway", "g-e"))
    assert ("condition-missing", "x") not in codes(*_three("inclusiveGateway", "g-e"))


@pytest.mark.parametrize(("text", "is_refused"), [("PT0S", True), ("P0D", True), ("PT1S", False)])
def test_a_circle_that_waits_for_no_time_at_all_never_rests(text: str, is_refused: bool) -> None:
    circle = (
        *(start(), xor("m"), catch("x", timer(text)), xor("g", default="g-e"), end()),
        *(path("s", "m", "x", "g"), flow("g", "e"), flow("g", "m", "again")),
    )

    assert (("restless-loop", "m") in codes(*circle)) == is_refused
