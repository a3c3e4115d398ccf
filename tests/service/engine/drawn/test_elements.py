"""An element is read with what is written in it, and in nothing around it."""

import pytest

from service.engine.drawn import source
from tests.service.engine.diagrams import element, extensions, sub, user
from tests.service.engine.drawn.only import only, read


def test_attributes_and_properties_are_read_from_the_element_itself_only() -> None:
    inside = user(
        "inner",
        "<bpmn:documentation>内部说明</bpmn:documentation>",
        extensions(
            '<camunda:properties><camunda:property name="deadline" value="sign"/></camunda:properties>'
        ),
        camunda__candidateGroups="unit_head",
    )
    outer, inner = read(sub("outer", inside)).elements

    assert (dict(outer.properties), outer.documentation, outer.attributes) == ({}, "", {})
    assert inner.properties == {"deadline": "sign"}
    assert inner.documentation == "内部说明"
    assert inner.attributes == {"candidateGroups": "unit_head"}
    assert (outer.scope, inner.scope) == ("", "outer")


@pytest.mark.parametrize("vendor", ["camunda", "flowable", "activiti"])
def test_three_vendors_mean_the_same(vendor: str) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="true" {vendor}:collection="${{us}}"'
        f' {vendor}:elementVariable="u"/>'
    )
    found = only(
        user("a", loop, **{f"{vendor}__assignee": "${u}", f"{vendor}__candidateGroups": "g"})
    )

    assert found.attributes == {"assignee": "${u}", "candidateGroups": "g"}
    assert found.repetition == source.Repetition(True, "${us}", "u", "", "")


@pytest.mark.parametrize("result", ["camunda__resultVariable", "activiti__resultVariableName"])
def test_a_service_with_an_expression_alone_has_a_script(result: str) -> None:
    plain = {"camunda__expression": " ${a + 1} ", result: "b"}

    assert only(element("serviceTask", "x", **plain)).script == source.Script("", "${a + 1}", "b")
    for more in ("camunda__topic", "camunda__class", "camunda__delegateExpression"):
        assert only(element("serviceTask", "x", **plain, **{more: "y"})).script is None
    assert only(user("x", **plain)).script is None
