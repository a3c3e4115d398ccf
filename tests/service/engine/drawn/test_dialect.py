"""Every name of the three vendors is carried, harmless, or said to be lost."""

import pytest

from service.engine.drawn import dialect, reading
from tests.service.engine.diagrams import (
    document,
    element,
    extensions,
    flow,
    process,
    service,
    start,
    timer,
    user,
)


def ignored(*inner: str, **attributes: str) -> tuple[str, ...]:
    drawn = document(process("p", user("a", *inner, **attributes)))
    return reading.read("p.bpmn", drawn).processes[0].elements[0].ignored


def test_the_table_says_of_each_name_what_becomes_of_it() -> None:
    lost = {name: words for name, words in dialect.EXTENSIONS.items() if len(words) > 1}

    assert dialect.effect("dueDate") == dialect.CARRIED
    assert dialect.effect("asyncBefore") == dialect.HARMLESS
    assert "taskListener" in lost
    assert not any(words.endswith("。") for words in lost.values()), "the check adds the full stop"


@pytest.mark.parametrize(
    "name",
    [
        *("asyncBefore", "asyncAfter", "exclusive", "jobPriority", "historyTimeToLive"),
        *("versionTag", "taskPriority", "diagramRelationId", "dueDate", "priority", "formKey"),
    ],
)
@pytest.mark.parametrize("vendor", ["camunda", "flowable", "activiti"])
def test_what_changes_no_step_is_passed_over_in_silence(vendor: str, name: str) -> None:
    assert ignored(**{f"{vendor}__{name}": "1"}) == ()


def test_a_listener_is_named_by_its_event_and_by_what_it_would_run() -> None:
    found = ignored(
        extensions(
            '<camunda:taskListener class="org.example.Notify" event="create"/>',
            '<flowable:executionListener event="start" delegateExpression="${log}"/>',
            '<camunda:executionListener event="end"><camunda:script scriptFormat="groovy">x'
            "</camunda:script></camunda:executionListener>",
            "<camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle>",
        )
    )

    assert [told.partition("在")[0] for told in found] == [
        "“taskListener”（create：org.example.Notify）",
        "“executionListener”（start：${log}）",
        "“executionListener”（end：groovy 脚本）",
    ]
    assert all("不会执行" in told and told.endswith("。") for told in found)


def test_what_nobody_knows_is_said_to_have_no_effect() -> None:
    [told] = ignored(camunda__magic="1")

    assert "“magic”" in told
    assert "不受它影响" in told


def test_flows_and_processes_have_listeners_too() -> None:
    listener = extensions('<camunda:executionListener event="take" class="org.example.Take"/>')
    line = flow("s", "e").replace("</bpmn:sequenceFlow>", f"{listener}</bpmn:sequenceFlow>")

    [read] = reading.read("p.bpmn", document(process("p", listener, start(), line))).processes

    assert "org.example.Take" in read.ignored[0]
    assert "org.example.Take" in read.flows[0].ignored[0]


def test_extensions_of_others_are_not_ours_to_judge() -> None:
    drawn = user("a", extensions('<bpmn:other class="x"/>'), xsi__type="y")

    [read] = reading.read("p.bpmn", document(process("p", drawn))).processes

    assert read.elements[0].ignored == ()


def test_a_service_and_a_timer_that_run_as_drawn_have_nothing_ignored() -> None:
    parts = (start("s", timer("P1D")), service("x", "op"), element("endEvent", "e"))

    [read] = reading.read("p.bpmn", document(process("p", *parts))).processes

    assert [item.ignored for item in read.elements] == [(), (), ()]


def test_a_rule_of_a_field_that_is_not_checked_here_is_said_to_be_lost() -> None:
    assert dialect.constraint("maxlength") == dialect.CARRIED
    assert "maxlength" in dialect.constraint("validator")
