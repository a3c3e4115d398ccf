"""A name nobody fills in is told before the first case fails on it; where something may fill it in, nothing is said."""

from pathlib import Path

import pytest

from service.engine.checking import lint, produced
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.service.engine.checking.unproduced import END, PROPERTY, decided, form, found
from tests.service.engine.diagrams import (
    boundary,
    call,
    catch,
    condition,
    document,
    element,
    end,
    extensions,
    flow,
    message,
    path,
    process,
    service,
    start,
    sub,
    user,
    xor,
)

PROCESSES = Path(__file__).parents[4] / "processes"


def test_a_condition_on_a_value_of_a_form_is_fine() -> None:
    assert decided("title == 'x'") == []
    assert decided("${verdict == 'x' && later}", user("b", form("verdict"))) == []


def test_a_condition_on_what_nobody_fills_in_is_told_with_what_to_do() -> None:
    [finding] = decided("amount > 100", user("b", form("verdict")))

    assert (finding.element, finding.code, finding.severity) == (
        "way",
        "value-unproduced",
        "warning",
    )
    assert "“amount”" in finding.message
    assert "加上这个字段" in finding.message


def test_scripts_and_outputs_produce_what_they_name() -> None:
    script = element(
        "scriptTask", "b", "<bpmn:script>total = 1</bpmn:script>", scriptFormat="python"
    )
    output = extensions(
        '<camunda:inputOutput><camunda:outputParameter name="total">${title}'
        "</camunda:outputParameter></camunda:inputOutput>"
    )

    assert decided("total > 1", script) == []
    assert decided("total > 1", sub("b", user("c", form("y")), output)) == []
    assert [f.element for f in decided("sum_of_all > 1", script)] == ["way"]


@pytest.mark.parametrize(
    "before",
    [
        user("b"),
        service("b", "note"),
        user("b", form("verdict").replace(END, PROPERTY + END)),
        catch("b", message("M")),
        call("b", "elsewhere"),
    ],
)
def test_behind_what_may_bring_anything_nothing_is_missed(before: str) -> None:
    assert decided("amount > 100", before) == []
    assert decided("amount > 100", opening="") == []


def test_called_processes_give_what_they_say_or_everything() -> None:
    mapped = extensions('<camunda:out source="inner" target="outer"/>')

    assert decided("inner == 1", call("b", "q")) == []
    assert decided("outer == 1", call("b", "q", mapped)) == []
    assert [f.element for f in decided("inner == 1", call("b", "q", mapped))] == ["way"]


def test_a_called_process_knows_what_its_caller_hands_down() -> None:
    handed = extensions('<camunda:in source="title" target="subject"/>')
    caller = process(
        "p", start("s", form("title")), call("c", "q", handed), end(), path("s", "c", "e")
    )
    road = (
        xor("x", default="x-qe"),
        user("qa", form("y")),
        end("qe"),
        path("qs", "x", "qe"),
        path("qa", "qe"),
    )

    def asking(name: str) -> str:
        return process(
            "q", start("qs", form("z")), *road, flow("x", "qa", when=f"{name} == 1", id="way")
        )

    assert found(caller, asking("subject")) == []
    assert [f.element for f in found(caller, asking("title"))] == ["way"]


def test_a_subprocess_passes_what_lies_before_it_to_its_inside() -> None:
    inside = (
        start("us"),
        xor("x", default="x-ue"),
        user("um", form("y")),
        end("ue"),
        path("us", "x", "ue"),
        path("um", "ue"),
    )

    def drawn(before: str) -> list[Finding]:
        way = flow("x", "um", when="amount > 1", id="way")
        return found(
            process(
                "p",
                start("s", form("t")),
                before,
                sub("u", *inside, way),
                end(),
                path("s", "b", "u", "e"),
            )
        )

    assert drawn(service("b", "note")) == []
    assert [f.element for f in drawn(user("b", form("v")))] == ["way"]


def test_our_own_diagrams_read_nothing_that_nobody_produces() -> None:
    for file in PROCESSES.glob("*.bpmn"):
        diagram = reading.read(file.name, file.read_bytes())
        assert list(produced.findings(diagram.processes)) == []


def test_the_check_says_it_when_there_is_no_error() -> None:
    parts = (
        start("s", form("title")),
        user("a", form("y"), camunda__assignee="${nobody_knows}"),
        end(),
    )
    files = {"p.bpmn": document(process("p", *parts, path("s", "a", "e")))}

    found = lint.check(files, lint.Known(field_types=frozenset({"string"})))

    assert ("value-unproduced", "a") in {(f.code, f.element) for f in found}


def test_the_list_a_repeated_task_puts_out_is_produced() -> None:
    several = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="title"'
        ' camunda:elementVariable="who"><bpmn:loopDataOutputRef>views</bpmn:loopDataOutputRef>'
        '<bpmn:outputDataItem name="view"/></bpmn:multiInstanceLoopCharacteristics>'
    )

    assert decided("len(views) > 1", user("b", form("view"), several)) == []
    [finding] = decided("len(view) > 1 or vews", user("b", form("view"), several))
    assert "是不是“views”" in finding.message


def test_an_event_waits_in_vain_for_what_nobody_fills_in() -> None:
    beside = (boundary("b", "a", condition("amount > 100")), end("e2"), path("b", "e2"))
    task = user("a", form("verdict"))

    [finding] = found(
        process("p", start("s", form("title")), task, end(), path("s", "a", "e"), *beside)
    )

    assert (finding.element, finding.code) == ("b", "value-unproduced")
    assert "“amount”没有环节产生，条件一直不会成立" in finding.message
