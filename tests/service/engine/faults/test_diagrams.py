"""Everything that would not run as drawn is refused by file, element and a sentence that says what to draw instead."""

import pytest

from service.engine.drawn import reading
from service.engine.faults.diagrams import faults
from tests.service.engine.diagrams import (
    boundary,
    catch,
    document,
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
    "complex gateway": (
        (start(), element("complexGateway", "x"), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "ad-hoc subprocess": (
        (start(), element("adHocSubProcess", "x", user("u")), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "unknown element": ((*ROAD, element("choreographyTask", "x")), ("unsupported", "x")),
    "missing id": ((*ROAD, '<bpmn:userTask name="无名"/>'), ("id-missing", "")),
    "repeated id": ((*ROAD, user("a")), ("id-duplicate", "a")),
    "endless name": (
        (*ROAD[:1], user("a", name="长" * 201), end(), path("s", "a", "e")),
        ("text-too-long", "a"),
    ),
    "endless candidates": (
        (start(), user("x", camunda__candidateGroups="," * 5001), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "id with odd characters": ((*ROAD, user("a b")), ("id-invalid", "a b")),
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


def test_files_and_processes_that_cannot_be_told_apart_are_refused() -> None:
    one = document(process("p", *ROAD))
    two = document(process("p", *ROAD), process("bad id", *ROAD))
    idle = document(element("process", "q", *ROAD, isExecutable="false"))

    files = {"one.bpmn": one, "two.bpmn": two, "idle.bpmn": idle}
    findings = faults([reading.read(name, content) for name, content in files.items()])

    assert {(f.file, f.code, f.element) for f in findings} == {
        ("one.bpmn", "process-duplicate", "p"),
        ("two.bpmn", "process-duplicate", "p"),
        ("two.bpmn", "process-id", "bad id"),
        ("idle.bpmn", "not-executable", ""),
    }


def test_a_diagram_may_be_long_but_not_endless() -> None:
    keys = [f"a{n}" for n in range(300)]
    assert codes(start(), *map(user, keys), end(), path("s", *keys, "e")) == set()

    keys = [f"a{n}" for n in range(1001)]
    assert ("too-large", "p") in codes(start(), *map(user, keys), end(), path("s", *keys, "e"))


def test_subprocesses_may_be_nested_but_not_endlessly() -> None:
    inside = user("a")
    for n in range(22):
        inside = sub(
            f"c{n}",
            start(f"s{n}"),
            inside,
            end(f"e{n}"),
            path(f"s{n}", f"c{n - 1}" if n else "a", f"e{n}"),
        )

    found_codes = {code for code, _ in codes(start(), inside, end(), path("s", "c21", "e"))}

    assert found_codes == {"nesting"}
