"""A process is read with everything drawn in it."""

from tests.service.engine.diagrams import element, end, flow, start, sub, user, xor
from tests.service.engine.drawn.only import read


def test_flows_keep_their_conditions_and_get_an_id_if_they_have_none() -> None:
    bare = '<bpmn:sequenceFlow sourceRef="s" targetRef="x"/>'
    found = read(
        *(start(), xor("x", default="no"), end(), bare, flow("x", "e", id="no")),
        flow("x", "e", "${n &lt; 3}".replace("&lt;", "<"), id="yes"),
    ).flows

    assert [(f.id, f.condition, f.is_default) for f in found] == [
        ("Flow_s_x", None, False),
        ("no", None, True),
        ("yes", "${n < 3}", False),
    ]


def test_several_flows_without_an_id_each_get_their_own() -> None:
    bare = '<bpmn:sequenceFlow sourceRef="x" targetRef="e"/>'
    taken = flow("x", "e", id="Flow_x_e")

    found = read(start(), xor("x"), end(), bare, taken, bare).flows

    assert [f.id for f in found] == ["Flow_x_e_2", "Flow_x_e", "Flow_x_e_3"]


def test_lanes_reach_into_subprocesses() -> None:
    lanes = (
        '<bpmn:laneSet id="L"><bpmn:lane id="l1" name="主办 单位"><bpmn:flowNodeRef>c</bpmn:flowNodeRef>'
        '</bpmn:lane><bpmn:lane id="l2" name="督查室"/></bpmn:laneSet>'
    )
    found = read(lanes, sub("c", user("a")), user("b"))

    assert found.lanes == ("主办 单位", "督查室")
    assert {e.id: e.lane for e in found.elements} == {"c": "主办 单位", "a": "主办 单位", "b": ""}


def test_what_the_dialect_does_not_know_is_remembered_for_the_linter() -> None:
    content = read(element("choreographyTask", "x"), "<bpmn:textAnnotation id='n'/>", "<!-- 注 -->")

    assert content.others == (("x", "choreographyTask"), ("n", "textAnnotation"))
