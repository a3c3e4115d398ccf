"""What cannot be asked of a decision is found before it is deployed."""

import pytest

from tests.service.engine import tables
from tests.service.engine.deciding.asking import PAIR, camunda, decide, fields, found
from tests.service.engine.tables import rule, table


@pytest.mark.parametrize(
    ("task", "code", "says"),
    [
        (decide(camunda__decisionRef=""), "decision-missing", "没有写明用哪张决策表"),
        (decide(camunda__decisionRef="${which}"), "decision-missing", "不写表达式"),
        (decide(flowable__type="dmn"), "decision-missing", "没有写明用哪张决策表"),
        (
            decide(
                fields(decisionTableReferenceKey="level", sameDeployment="${x}"),
                flowable__type="dmn",
            ),
            "decision-setting",
            "true 或 false",
        ),
        (decide(), "operation-missing", "Decision reference"),
        (
            decide(camunda__decisionRef="levels"),
            "called-decision",
            "“levels”不存在.*可用的有：level",
        ),
        (camunda(resultVariable="v", mapDecisionResult="best"), "decision-mapping", "singleEntry"),
        (
            camunda(resultVariable="v", decisionRefBinding="versionTag"),
            "decision-binding",
            "latest",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(task: str, code: str, says: str) -> None:
    [finding] = [finding for finding in found(task) if finding.severity == "error"]

    assert (finding.file, finding.element, finding.code) == ("p.bpmn", "x", code)
    assert says.partition(".*")[0] in finding.message
    assert says.rpartition(".*")[2] in finding.message


def test_a_decision_that_is_deployed_already_may_be_asked() -> None:
    task = camunda(resultVariable="v")

    assert [f.code for f in found(task, b"")] == ["called-decision"]
    assert found(task, b"", "level") == []
    bound = camunda(resultVariable="v", decisionRefBinding="deployment")
    assert [f.code for f in found(bound, b"", "level")] == ["called-decision"]


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (camunda(), "decision-unused"),
        (camunda(resultVariable="v", decisionRefTenantId="a"), "ignored"),
        (
            decide(
                fields(decisionTableReferenceKey="level", sameDeployment="false", tenant="a"),
                flowable__type="dmn",
            ),
            "ignored",
        ),
    ],
)
def test_what_has_no_effect_is_told(task: str, code: str) -> None:
    [finding] = found(task)

    assert (finding.severity, finding.code) == ("warning", code)


def test_a_mapping_that_cannot_hold_the_table_s_answer_is_told_before() -> None:
    wide = tables.file(tables.decision("level", PAIR.format("FIRST")))
    many = tables.file(tables.decision("level", table(rule("-", "1"), hitPolicy="COLLECT")))
    task = camunda(resultVariable="v", mapDecisionResult="singleEntry")

    assert [(f.code, f.severity) for f in found(task, wide)] == [("decision-mapping", "error")]
    assert [(f.code, f.severity) for f in found(task, many)] == [("decision-several", "warning")]
