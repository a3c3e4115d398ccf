"""Activities that could not be done are refused."""

import pytest

from tests.service.engine.diagrams import (
    element,
    end,
    extensions,
    path,
    process,
    properties,
    start,
    user,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes, found

REFUSED: Refused = {
    "script of another language": (
        (
            start(),
            element(
                "scriptTask",
                "x",
                "<bpmn:script>a.each { b = it }</bpmn:script>",
                scriptFormat="groovy",
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("script-language", "x"),
    ),
    "script that does more than compute": (
        (
            start(),
            element("scriptTask", "x", "<bpmn:script>print(a)</bpmn:script>"),
            end(),
            path("s", "x", "e"),
        ),
        ("script", "x"),
    ),
    "script without a line": (
        (start(), element("scriptTask", "x"), end(), path("s", "x", "e")),
        ("script", "x"),
    ),
    "loop without an end": (
        (start(), user("x", "<bpmn:standardLoopCharacteristics/>"), end(), path("s", "x", "e")),
        ("standard-loop", "x"),
    ),
    "loop a few times": (
        (
            start(),
            user("x", '<bpmn:standardLoopCharacteristics loopMaximum="some"/>'),
            end(),
            path("s", "x", "e"),
        ),
        ("standard-loop", "x"),
    ),
    "input that is a list": (
        (
            start(),
            user(
                "x",
                extensions(
                    '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/></camunda:inputParameter></camunda:inputOutput>'
                ),
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("parameter-kind", "x"),
    ),
    "data object with another value": (
        (
            '<bpmn:dataObject id="d" itemSubjectRef="xsd:int"><bpmn:extensionElements><flowable:value>三</flowable:value></bpmn:extensionElements></bpmn:dataObject>',
            *ROAD,
        ),
        ("data-object", "p"),
    ),
    "service without an operation": (
        (
            start(),
            element("serviceTask", "x", camunda__class="org.example.Delegate"),
            end(),
            path("s", "x", "e"),
        ),
        ("operation-missing", "x"),
    ),
    "decision that is not named": (
        (start(), element("businessRuleTask", "x"), end(), path("s", "x", "e")),
        ("operation-missing", "x"),
    ),
    "several instances of nothing": (
        (
            start(),
            user("x", "<bpmn:multiInstanceLoopCharacteristics/>"),
            end(),
            path("s", "x", "e"),
        ),
        ("collection-missing", "x"),
    ),
    "mail": (
        (start(), element("serviceTask", "x", flowable__type="mail"), end(), path("s", "x", "e")),
        ("service-type", "x"),
    ),
    "java class": (
        (
            start(),
            element("serviceTask", "x", camunda__class="org.example.X"),
            end(),
            path("s", "x", "e"),
        ),
        ("operation-missing", "x"),
    ),
    "bean that sends": (
        (
            start(),
            element("sendTask", "x", activiti__delegateExpression="${x}"),
            end(),
            path("s", "x", "e"),
        ),
        ("operation-missing", "x"),
    ),
    "due date in words": (
        (start(), user("x", flowable__dueDate="下 周"), end(), path("s", "x", "e")),
        ("due-invalid", "x"),
    ),
    "follow-up at an hour there is not": (
        (
            start(),
            user("x", camunda__followUpDate="2026-03-05T25:00:00"),
            end(),
            path("s", "x", "e"),
        ),
        ("due-invalid", "x"),
    ),
    "priority in words": (
        (start(), user("x", camunda__priority="高"), end(), path("s", "x", "e")),
        ("priority-invalid", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


FORM = '<camunda:formData><camunda:formField id="n" type="string"/></camunda:formData>'


def test_a_program_is_named_where_an_operation_replaces_it() -> None:
    drawn = element("serviceTask", "x", flowable__delegateExpression="${registerDelegate}")
    [finding] = found(process("p", start(), drawn, end(), path("s", "x", "e")))

    assert "${registerDelegate}" in finding.message


def test_what_is_said_twice_or_elsewhere_is_worth_a_word() -> None:
    both = user("a", properties(deadline="sign"), camunda__dueDate="P3D")
    program = element("serviceTask", "x", camunda__topic="op", camunda__class="org.example.X")
    drawn = user("b", extensions(FORM), camunda__formKey="embedded:x")

    warned = codes(
        *(start(), both, program, drawn, end(), path("s", "a", "x", "b", "e")), severity="warning"
    )

    assert warned == {("due-twice", "a"), ("ignored", "x")}


COMPUTES = {
    "script": element("scriptTask", "x", "<bpmn:script>a = 1</bpmn:script>", scriptFormat="groovy"),
    "service": element("serviceTask", "x", camunda__expression="${execution.setVariable('a', 1)}"),
    "send": element("sendTask", "x", flowable__expression="#{a = 1}"),
    "rule": element("businessRuleTask", "x", activiti__expression="${true}"),
}
RUNS_A_PROGRAM = {
    "bean": {"camunda__expression": "${notifier.send(a)}"},
    "bean by name": {"camunda__expression": "${notifier}"},
    "class beside an expression": {
        "camunda__expression": "${true}",
        "camunda__class": "org.example.X",
    },
}


@pytest.mark.parametrize("what", COMPUTES)
def test_what_only_computes_needs_no_operation(what: str) -> None:
    assert not codes(start(), COMPUTES[what], end(), path("s", "x", "e"))


@pytest.mark.parametrize("what", RUNS_A_PROGRAM)
def test_what_may_run_a_program_needs_an_operation(what: str) -> None:
    drawn = element("serviceTask", "x", **RUNS_A_PROGRAM[what])

    assert ("operation-missing", "x") in codes(start(), drawn, end(), path("s", "x", "e"))
