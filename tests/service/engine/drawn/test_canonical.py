"""Two files of one meaning have one digest; whatever changes how a process runs or reads changes it."""

from pathlib import Path

import pytest

from service.engine.drawn import canonical
from tests.service.engine import tables
from tests.service.engine.tables import rule, table

PROCESSES = Path(__file__).parents[4] / "processes"

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = f'xmlns:bpmn="{BPMN}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
BODY = """
  <bpmn:process id="p" name="流程" isExecutable="true">
    <bpmn:laneSet id="Lanes">
      <bpmn:lane id="Lane_a" name="甲"><bpmn:flowNodeRef>Start</bpmn:flowNodeRef><bpmn:flowNodeRef>Gate</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="Lane_b" name="乙"><bpmn:flowNodeRef>Task</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="Start" name="开始了"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:exclusiveGateway id="Gate" name="行吗?" default="f3"/>
    <bpmn:userTask id="Task" name="办理" camunda:candidateGroups="deputy_office">
      <bpmn:documentation>照章办理。</bpmn:documentation>
      <bpmn:extensionElements>
        <camunda:formData><camunda:formField id="a" label="甲" type="string"/><camunda:formField id="b" label="乙" type="string"/></camunda:formData>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="End" name="完成了"/>
    <bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Gate"/>
    <bpmn:sequenceFlow id="f2" sourceRef="Gate" targetRef="Task"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">x == 1</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="Gate" targetRef="End"/>
  </bpmn:process>
"""


def digest(body: str = BODY, head: str = HEAD) -> str:
    return canonical.digest(f'<bpmn:definitions {head} id="D">{body}</bpmn:definitions>'.encode())


def moved(text: str, piece: str, before: str) -> str:
    assert piece in text
    assert before in text
    return text.replace(piece, "").replace(before, piece + before)


END = '<bpmn:endEvent id="End" name="完成了"/>'
F1 = '<bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Gate"/>'
F3 = '<bpmn:sequenceFlow id="f3" sourceRef="Gate" targetRef="End"/>'
LANE = '<bpmn:lane id="Lane_b" name="乙"><bpmn:flowNodeRef>Task</bpmn:flowNodeRef></bpmn:lane>'
FIELD = '<camunda:formField id="b" label="乙" type="string"/>'


@pytest.mark.parametrize(
    "other",
    [
        moved(BODY, END, "<bpmn:startEvent"),
        moved(BODY, F1, "<bpmn:startEvent"),
        moved(BODY, LANE, '<bpmn:lane id="Lane_a"'),
        moved(BODY, "<bpmn:flowNodeRef>Gate</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>Start"),
        BODY.replace("<bpmn:outgoing>f1</bpmn:outgoing>", ""),
        BODY.replace('id="Gate" name="行吗?"', "name='行吗?' id='Gate'"),
        BODY.replace("x == 1", "<![CDATA[x == 1]]>"),
        BODY.replace("照章办理。", "\n  照章办理。 "),
        BODY.replace("<bpmn:startEvent", "<!-- a remark --><bpmn:startEvent"),
        BODY.replace('<bpmn:endEvent id="End"', '<bpmn:endEvent id="End" camunda:asyncBefore="false"'),
        BODY.replace('id="End" name="完成了"/>', 'id="End" name="完成了"><bpmn:extensionElements/></bpmn:endEvent>'),
        BODY.replace("bpmn:", "model:"),
        BODY + '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="Di"/>',
        BODY.replace("\n    ", "\n"),
    ],
)  # fmt: skip
def test_how_it_is_written_down_does_not_count(other: str) -> None:
    head = HEAD.replace("xmlns:bpmn=", "xmlns:model=") if "model:" in other else HEAD
    text = f'<D {head} exporter="X">{other}</D>'.replace(
        "D ", "model:definitions " if "model:" in other else "bpmn:definitions ", 1
    ).replace("</D>", "</model:definitions>" if "model:" in other else "</bpmn:definitions>")

    assert canonical.digest(text.encode()) == digest()


@pytest.mark.parametrize(
    "other",
    [
        moved(BODY, F3, '<bpmn:sequenceFlow id="f2"'),  # a gateway asks its flows in this order
        moved(BODY, FIELD, '<camunda:formField id="a"'),
        BODY.replace('label="乙"', 'label="丙"'),
        BODY.replace("x == 1", "x == 2"),
        BODY.replace("照章办理。", "照章办理！"),
        BODY.replace('default="f3"', 'default="f2"'),
        BODY.replace("deputy_office", "unit_handler"),
        BODY.replace('id="Lane_b" name="乙"', 'id="Lane_b" name="丙"'),
        BODY.replace(F1, ""),
        BODY.replace(' isExecutable="true"', ""),
        BODY.replace('targetRef="End"', 'targetRef="Task"'),
    ],
)
def test_what_changes_how_it_runs_or_reads_counts(other: str) -> None:
    assert digest(other) != digest()


def test_own_diagrams_all_mean_something_else() -> None:
    found = [canonical.digest(one.read_bytes()) for one in PROCESSES.glob("*.bpmn")]

    assert len(set(found)) == len(found) > 20


def test_the_order_of_the_rules_of_a_table_counts_and_its_layout_does_not() -> None:
    one = tables.file(tables.decision("level", table(rule("> 5", "1"), rule("> 1", "2"))))
    other = tables.file(tables.decision("level", table(rule("> 1", "2"), rule("> 5", "1"))))

    assert canonical.digest(one) != canonical.digest(other)
    assert canonical.digest(one) == canonical.digest(one.replace(b"><", b">\n <"))


@pytest.mark.parametrize("content", [b"", b"letter", b"<a><b></a>", b"<!DOCTYPE a><a/>"])
def test_of_what_cannot_be_read_the_bytes_count(content: bytes) -> None:
    assert canonical.digest(content) == canonical.digest(bytes(content))
    assert canonical.digest(content) != canonical.digest(content + b" ")
