"""Texts that are no expression are refused, wherever they stand."""

import pytest

from tests.service.engine.diagrams import (
    boundary,
    call,
    each,
    end,
    extensions,
    flow,
    inputs,
    message,
    path,
    service,
    start,
    throw,
    timer,
    user,
    xor,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused

REFUSED: Refused = {
    "condition": (
        (
            start(),
            xor("g", default="g-e"),
            user("a"),
            end(),
            path("s", "g"),
            flow("g", "e"),
            flow("g", "a", "__import__('os')", id="x"),
            path("a", "e"),
        ),
        ("expression", "x"),
    ),
    "condition in a script language": (
        (
            start(),
            xor("g", default="g-e"),
            user("a"),
            end(),
            path("s", "g"),
            flow("g", "e"),
            flow("g", "a", "n", id="x").replace(
                "<bpmn:conditionExpression", '<bpmn:conditionExpression language="groovy"'
            ),
            path("a", "e"),
        ),
        ("condition-language", "x"),
    ),
    "candidates": (
        (
            start(),
            user("x", camunda__candidateGroups="${unit.getGroups()}"),
            end(),
            path("s", "x", "e"),
        ),
        ("expression", "x"),
    ),
    "collection": (
        (start(), user("x", each("${a b}", "u")), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "completion condition": (
        (start(), user("x", each("us", "u", until="n >")), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "parameter": (
        (start(), service("x", "op", inputs(a="${b")), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "passing": (
        (
            start(),
            call("x", "q", extensions('<camunda:in sourceExpression="${a.b()}" target="c"/>')),
            end(),
            path("s", "x", "e"),
        ),
        ("expression", "x"),
    ),
    "message parameter": (
        (start(), throw("x", message("M", inputs(a="${1 +}"))), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "field": (
        (
            start(),
            user(
                "x",
                extensions(
                    '<camunda:formData><camunda:formField id="f" defaultValue="${a"/></camunda:formData>'
                ),
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("expression", "x"),
    ),
    "shown field": (
        (
            start(),
            user(
                "x",
                extensions(
                    '<camunda:formData><camunda:formField id="f"><camunda:properties>'
                    '<camunda:property id="showIf" value="a ="/></camunda:properties>'
                    "</camunda:formField></camunda:formData>"
                ),
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("expression", "x"),
    ),
    "cron": (
        (
            *ROAD,
            boundary("x", "a", timer("0 0/5 * * * ?", "timeCycle"), interrupting=False),
            end("e2"),
            path("x", "e2"),
        ),
        ("timer-invalid", "x"),
    ),
    "start by a moment that a variable says": (
        (start("x", timer("${when}", "timeDate")), user("a"), end(), path("x", "a", "e")),
        ("timer-invalid", "x"),
    ),
    "start by a moment without a time": (
        (start("x", "<bpmn:timerEventDefinition/>"), user("a"), end(), path("x", "a", "e")),
        ("timer-empty", "x"),
    ),
    "start by an error": (
        (
            start("x", '<bpmn:errorEventDefinition errorRef="M"/>'),
            user("a"),
            end(),
            path("x", "a", "e"),
        ),
        ("unsupported-event", "x"),
    ),
    "start by a condition": (
        (start("x", "<bpmn:conditionalEventDefinition/>"), user("a"), end(), path("x", "a", "e")),
        ("unsupported-event", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])
