"""A task asks for a decision in its dialect, and writes of the answer what that dialect says."""

from typing import Any

import pytest

from service.engine import bundle
from service.engine.deciding import ruling
from service.engine.deciding.decisions import Answer
from service.engine.deciding.ruling import Ruling
from service.engine.definitions import parse
from service.errors import ProcessFailed
from tests.service.engine.deciding.asking import TABLE, camunda, decide, drawn, fields, found
from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    document,
    element,
    extensions,
    inputs,
    one,
    process,
)

NONE, ONE, TWO = (
    Answer(rows, False, ("a",)) for rows in ((), ({"a": 1},), ({"a": 1}, {"a": None}))
)
WIDE = Answer(({"a": 1, "b": 2},), False, ("a", "b"))


def walked(task: str, **variables: Any) -> Walk:
    host = Recorder()
    host.decisions = bundle.read({"level.dmn": TABLE}).decisions
    return Walk(one(*drawn(task)), variables, host)


@pytest.mark.parametrize(
    ("mapping", "answer", "value"),
    [
        ("singleEntry", ONE, 1),
        ("singleEntry", NONE, None),
        ("singleResult", ONE, {"a": 1}),
        ("singleResult", WIDE, {"a": 1, "b": 2}),
        ("singleResult", NONE, None),
        ("collectEntries", TWO, [1]),
        ("collectEntries", NONE, []),
        ("resultList", TWO, [{"a": 1}, {"a": None}]),
        ("resultList", WIDE, [{"a": 1, "b": 2}]),
        ("resultList", NONE, []),
    ],
)
def test_camunda_maps_the_answer_to_one_variable(mapping: str, answer: Answer, value: Any) -> None:
    asked = Ruling("d", "latest", "v", mapping)

    assert ruling.variables(asked, answer, "x") == {"v": value}


@pytest.mark.parametrize(
    ("mapping", "answer", "says"),
    [
        ("singleEntry", TWO, "给出了 2 个结果.*collectEntries"),
        ("singleResult", TWO, "给出了 2 个结果.*resultList"),
        ("singleEntry", WIDE, "有几个输出列（a、b）"),
        ("collectEntries", WIDE, "有几个输出列（a、b）"),
    ],
)
def test_what_does_not_fit_the_mapping_fails(mapping: str, answer: Answer, says: str) -> None:
    with pytest.raises(ProcessFailed, match=f"决策“d”{says}") as failed:
        ruling.variables(Ruling("d", "latest", "v", mapping), answer, "x")

    assert failed.value.element == "x"


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        (NONE, {}),
        (WIDE, {"a": 1, "b": 2}),
        (TWO, {"d": [{"a": 1}, {"a": None}]}),
        (Answer(({"a": 1},), True, ("a",)), {"d": [{"a": 1}]}),
        (Answer((), True, ("a",)), {"d": []}),
    ],
)
def test_flowable_writes_each_output_or_a_list(answer: Answer, written: dict[str, Any]) -> None:
    assert ruling.variables(Ruling("d", "latest"), answer, "x") == written


def test_flowable_may_ask_for_at_least_one_answer() -> None:
    with pytest.raises(ProcessFailed, match="没有一条规则满足"):
        ruling.variables(Ruling("d", "latest", must_hit=True), NONE, "x")


@pytest.mark.parametrize(
    ("task", "written"),
    [
        (camunda(resultVariable="v", mapDecisionResult="singleEntry"), {"v": "high"}),
        (camunda(resultVariable="v"), {"v": [{"result": "high"}]}),
        (camunda(), {}),
        (
            decide(flowable__decisionRef="level", activiti__resultVariable="v"),
            {"v": [{"result": "high"}]},
        ),
        (
            decide(fields(decisionTableReferenceKey="level"), flowable__type="dmn"),
            {"result": "high"},
        ),
        (
            element(
                "serviceTask", "x", fields(decisionTableReferenceKey="level"), flowable__type="dmn"
            ),
            {"result": "high"},
        ),
    ],
)
def test_every_dialect_is_decided(task: str, written: dict[str, Any]) -> None:
    assert [finding for finding in found(task) if finding.severity == "error"] == []

    walk = walked(task, size=6)

    assert walk.task("u").variables == {"size": 6, **written}


def test_a_task_with_a_topic_stays_an_operation() -> None:
    task = element("businessRuleTask", "x", camunda__topic="count", camunda__decisionRef="level")
    host = Recorder({"count": lambda call: {"counted": 3}})

    walk = Walk(one(*drawn(task)), {}, host)

    assert walk.task("u").variables == {"counted": 3}


def test_inputs_of_the_task_are_seen_by_the_table_and_by_nothing_after() -> None:
    task = decide(
        inputs(size="${amount * 2}"),
        camunda__decisionRef="level",
        camunda__resultVariable="v",
        camunda__mapDecisionResult="singleEntry",
    )

    assert walked(task, amount=3).task("u").variables == {"amount": 3, "v": "high"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${decisionResult.singleEntry}", "high"),
        ("${decisionResult.singleResult.result}", "high"),
        ("${decisionResult.firstResult.result}", "high"),
        ("${decisionResult[0].result}", "high"),
        ("${len(decisionResult.resultList)}", 1),
        ("${size + 1}", 7),
    ],
)
def test_outputs_of_the_task_have_the_whole_answer(text: str, value: Any) -> None:
    output = f'<camunda:outputParameter name="found">{text}</camunda:outputParameter>'
    task = decide(
        extensions(f"<camunda:inputOutput>{output}</camunda:inputOutput>"),
        camunda__decisionRef="level",
    )

    assert found(task) == []
    assert walked(task, size=6).task("u").variables == {"size": 6, "found": value}


def test_of_two_answers_none_is_the_single_one() -> None:
    assert ruling.whole(TWO)["firstResult"] == {"a": 1}
    assert "singleResult" not in ruling.whole(TWO)
    assert "singleEntry" not in ruling.whole(WIDE)
    assert ruling.whole(NONE)["singleEntry"] is None


def test_the_newest_table_is_asked_each_time() -> None:
    task = camunda(resultVariable="v", mapDecisionResult="singleEntry")
    walk = walked(task, size=6)
    changed = TABLE.replace(b"high", b"higher")

    walk.host.decisions = bundle.read({"level.dmn": changed}).decisions
    again = Walk(walk.definitions, {"size": 6}, walk.host)

    assert again.task("u").variables["v"] == "higher"


def test_a_bound_table_is_that_of_its_own_files() -> None:
    task = camunda(
        resultVariable="v", mapDecisionResult="singleEntry", decisionRefBinding="deployment"
    )
    files = {"p.bpmn": document(process("p", *drawn(task))), "level.dmn": TABLE}
    parsed = parse(files)

    walk = Walk(parsed["p"].bind(parsed), {"size": 1}, Recorder())

    assert walk.task("u").variables["v"] == "low"


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ({}, "high", ["decision-bound"]),
        ({"sameDeployment": "true"}, "high", ["decision-bound"]),
        ({"sameDeployment": "false"}, "newer", []),
    ],
)
def test_flowable_keeps_to_the_table_of_its_own_files(
    setting: dict[str, str], value: str, told: list[str]
) -> None:
    task = decide(fields(decisionTableReferenceKey="level", **setting), flowable__type="dmn")
    files = {"p.bpmn": document(process("p", *drawn(task))), "level.dmn": TABLE}
    parsed = parse(files)
    host = Recorder()
    host.decisions = bundle.read({"d": TABLE.replace(b"high", b"newer")}).decisions

    walk = Walk(parsed["p"].bind(parsed), {"size": 6}, host)

    assert walk.task("u").variables["result"] == value
    assert [finding.code for finding in found(task)] == told


def test_flowable_takes_the_newest_where_its_own_files_have_none() -> None:
    task = decide(fields(decisionTableReferenceKey="level"), flowable__type="dmn")

    assert found(task, b"", "level") == []
    assert walked(task, size=6).task("u").variables["result"] == "high"


def test_a_table_that_is_not_deployed_is_named() -> None:
    with pytest.raises(ProcessFailed, match="环节“x”要用的决策“level”没有部署") as failed:
        Walk(one(*drawn(camunda(resultVariable="v"))), {"size": 1}, Recorder())

    assert failed.value.element == "x"
