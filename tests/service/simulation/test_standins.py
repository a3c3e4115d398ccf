"""What is not there is rehearsed by answers, says so, and stays refused where something is deployed."""

import pytest

from service.engine.checking import lint
from service.runtime import names
from service.simulation import standins
from tests.drawing import CAMUNDA, diagram
from tests.service.simulation.drawings import END, START, events

_GATEWAY = '<exclusiveGateway id="Gateway_ok" name="够高吗?"/><endEvent id="End_low" name="太低"/>'
_EXTERNAL = 'xmlns:flowable="http://flowable.org/bpmn"'

MISSING = {
    "a Java class": '<serviceTask id="Task_w" name="评分" camunda:class="org.example.Score"/>',
    "a bean": '<serviceTask id="Task_w" name="评分" camunda:delegateExpression="${scoreBean}"/>',
    "a method": '<serviceTask id="Task_w" name="评分" camunda:expression="${bean.score(person)}"/>',
    "nothing at all": '<serviceTask id="Task_w" name="评分"/>',
    "an unknown operation": '<serviceTask id="Task_w" name="评分" camunda:type="external" camunda:topic="score"/>',
    "a mail": f'<serviceTask id="Task_w" name="评分" {_EXTERNAL} flowable:type="mail"/>',
    "an address": f'<serviceTask id="Task_w" name="评分" {_EXTERNAL} flowable:type="http"/>',
    "a script": '<scriptTask id="Task_w" name="评分" scriptFormat="groovy">'
    "<script>def x = people.collect { it.name }</script></scriptTask>",
    "a process": '<callActivity id="Task_w" name="评分" calledElement="scoring_elsewhere"/>',
    "a decision": '<businessRuleTask id="Task_w" name="评分" camunda:decisionRef="scores_elsewhere"/>',
    "a list as input": '<serviceTask id="Task_w" name="评分" camunda:class="org.example.Score"><extensionElements>'
    '<camunda:inputOutput><camunda:inputParameter name="all"><camunda:list/></camunda:inputParameter>'
    '<camunda:outputParameter name="judge">市人大</camunda:outputParameter></camunda:inputOutput>'
    "</extensionElements></serviceTask>",
}


def scored(work: str) -> bytes:
    flows = [
        ("Start_a", "Task_w"),
        ("Task_w", "Gateway_ok"),
        ("Gateway_ok", "End_z", "高", "score > 60"),
        ("Gateway_ok", "End_low", "低"),
    ]
    return diagram("scored", "评分", START + work + _GATEWAY + END, flows)


@pytest.mark.parametrize("work", MISSING.values(), ids=MISSING)
def test_answers_stand_in_for(run, work):
    drawn = scored(work)

    refused = run(drawn)
    outcome = run(drawn, stub_operations=True, answers={"评分": {"score": 80}})

    assert refused.stop.reason == "refused"
    assert "--stub-operations" in refused.stop.sentence
    assert outcome.end == "End_z"
    assert events(outcome, "stood_in") == ["评分"]
    [reminder] = [one for one in outcome.findings if one.element == "Task_w"]
    assert reminder.severity == "warning"
    assert "演练时由答案代替这一步" in reminder.message


def test_what_can_run_is_not_stood_in_for(run):
    script = '<scriptTask id="Task_w" name="评分" scriptFormat="javascript"><script>score = 70</script></scriptTask>'

    outcome = run(scored(script), stub_operations=True)

    assert outcome.end == "End_z"
    assert events(outcome, "stood_in") == []
    assert events(outcome, "scriptTask") == ["评分"]


def test_several_times_and_cut_by_a_limit(run):
    work = (
        '<callActivity id="Task_w" name="征求意见" calledElement="asking_elsewhere">'
        '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
        "</callActivity>"
    )
    drawn = diagram(
        "asked", "征求", START + work + END, [("Start_a", "Task_w"), ("Task_w", "End_z")]
    )

    outcome = run(drawn, stub_operations=True, variables={"units": ["甲", "乙"]})

    assert outcome.end == "End_z"
    assert events(outcome, "stood_in") == ["征求意见", "征求意见"]


def test_an_end_whose_message_a_program_would_send_just_ends(run):
    end = '<endEvent id="End_z" name="已通知"><messageEventDefinition camunda:class="org.example.Sms"/></endEvent>'
    drawn = diagram("told", "通知", START + end, [("Start_a", "End_z")])

    assert run(drawn).stop.reason == "refused"
    assert run(drawn, stub_operations=True).end == "End_z"


def test_other_errors_are_not_stood_in_for(run):
    drawn = scored(MISSING["a Java class"]).replace(b"score &gt; 60", b"score &gt;")

    outcome = run(drawn, stub_operations=True)

    assert outcome.stop.reason == "refused"
    assert "--stub-operations" not in outcome.stop.sentence


def test_the_copies_differ_only_where_something_is_missing():
    files = {"a.bpmn": scored(MISSING["a bean"]), "b.bpmn": scored("<task id='Task_w' name='x'/>")}

    copies = standins.copies(files, names.released())

    assert copies.files["b.bpmn"] == files["b.bpmn"]
    assert copies.elements == {("a.bpmn", "Task_w")}
    assert CAMUNDA.encode() in copies.files["a.bpmn"]
    assert any(one.severity == "error" for one in lint.check(files, names.released()))
