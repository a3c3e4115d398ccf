"""Everything that would not run as drawn is refused by file, element and a sentence that says what to draw instead."""

import pytest

from tests.service.engine.diagrams import (
    boundary,
    catch,
    each,
    element,
    end,
    flow,
    path,
    process,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes, found

CYCLE = timer("R3/P1D", "timeCycle")
TERMINATE = "<bpmn:terminateEventDefinition/>"


def test_a_diagram_without_faults_has_none() -> None:
    assert found(process("p", *ROAD)) == []


REFUSED: Refused = {
    "endless candidates": (
        (start(), user("x", camunda__candidateGroups="," * 5001), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


ALLOWED = {
    "gateway whose every answer has a condition": (
        *(start(), xor("x"), user("a"), end(), path("s", "x"), flow("x", "e", "${!ok}")),
        *(flow("x", "a", "${ok}"), path("a", "e")),
    ),
    "terminate end": (start(), user("a"), end("e", TERMINATE), path("s", "a", "e")),
    "reminder by cycle": (
        *(*ROAD, boundary("t", "a", CYCLE, interrupting=False), end("e2"), path("t", "e2")),
    ),
    "two answers to one target": (
        *(start(), xor("g", default="no"), user("a"), end(), path("s", "g")),
        *(flow("g", "a", "n", id="yes"), flow("g", "a", id="no"), path("a", "e")),
    ),
    "loop with a person in it": (
        *(start(), xor("m"), user("a"), xor("g", default="g-e"), end(), path("s", "m", "a", "g")),
        *(flow("g", "e"), flow("g", "m", "again")),
    ),
    "error boundary on a subprocess, any error": (
        *(start(), sub("c", start("s1"), user("u"), end("e1"), path("s1", "u", "e1")), end()),
        *(path("s", "c", "e"), boundary("b", "c", "<bpmn:errorEventDefinition/>"), path("b", "e")),
    ),
    "notes and lanes": (
        *(*ROAD, '<bpmn:laneSet id="L"><bpmn:lane id="l" name="代表"/></bpmn:laneSet>'),
        *("<bpmn:textAnnotation id='n'/>", "<bpmn:association id='q'/>"),
    ),
    "no start or end event": (user("a"), user("b"), path("a", "b")),
    "named limit": (
        start(),
        catch("t", timer('deadline("sign")', "timeDate")),
        end(),
        path("s", "t", "e"),
    ),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_it_is_not_refused(what: str) -> None:
    assert codes(*ALLOWED[what]) == set()


def test_some_things_are_worth_a_word() -> None:
    warned = codes(
        *(start("s"), element("task", "a")),
        user("b", each("us", ""), camunda__formKey="embedded:x"),
        *(xor("g", default="g-e"), end(), path("s", "a", "b", "g"), flow("g", "e", "n")),
        *(flow("g", "b", "m"), xor("x"), end("e2"), end("e3"), boundary("t", "b", timer("P1D"))),
        *(path("t", "x"), flow("x", "e2", "n"), flow("x", "e3", "m")),
        severity="warning",
    )

    assert warned == {
        ("task-passes", "a"),
        ("element-variable", "b"),
        ("form-elsewhere", "b"),
        ("default-condition", "g-e"),
        ("default-missing", "x"),
    }


def pools(*processes: str) -> str:
    drawn = "".join(f'<bpmn:participant id="pool{n}" processRef="{key}"/>' for n, key in enumerate(processes))  # fmt: skip
    return f'<bpmn:collaboration id="c">{drawn}</bpmn:collaboration>'


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        (("p", "p"), {("pool-twice", "pool1")}),
        (("p", "", "p", "p"), {("pool-twice", "pool2")}),
        (("p", "q"), set()),
        (("p", "", ""), set()),
    ],
)
def test_one_process_in_several_pools_is_told(
    drawn: tuple[str, ...], told: set[tuple[str, str]]
) -> None:
    findings = found(pools(*drawn), process("p", *ROAD))

    assert {(f.code, f.element) for f in findings} == told
    assert all(f.severity == "warning" and "只会运行一次" in f.message for f in findings)
