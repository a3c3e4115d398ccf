"""A condition nothing can make true is refused; one that may be waited for in vain is noted."""

import pytest

from tests.service.engine.diagrams import (
    boundary,
    catch,
    condition,
    element,
    end,
    fork,
    path,
    process,
    start,
    user,
)
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes, found

MANY = condition("${v > 1}")
EMPTY = "<bpmn:conditionalEventDefinition/>"
WAITS = (start(), end(), path("s", "x", "e"))
BESIDE = (start(), fork("g"), user("a"), end(), end("e2"), path("s", "g", "x", "e"))
GROOVY = MANY.replace("<bpmn:condition ", '<bpmn:condition language="groovy" ')

REFUSED: Refused = {
    "nothing to wait for": ((*WAITS, catch("x", EMPTY)), ("condition-empty", "x")),
    "a script": ((*WAITS, catch("x", GROOVY)), ("condition-language", "x")),
    "no expression": ((*WAITS, catch("x", condition("${v >}"))), ("expression", "x")),
    "no variable": ((*WAITS, catch("x", condition("${1 > 2}"))), ("condition-fixed", "x")),
    "only the clock": (
        (
            *ROAD,
            boundary("x", "a", condition("${now() > '2026-01-01'}")),
            end("e2"),
            path("x", "e2"),
        ),
        ("condition-fixed", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


@pytest.mark.parametrize("interrupting", [True, False])
def test_beside_a_task_it_needs_no_other_branch(interrupting: bool) -> None:
    beside = (boundary("x", "a", MANY, interrupting=interrupting), end("e2"), path("x", "e2"))

    assert found(process("p", *ROAD, *beside)) == []


def test_an_event_subprocess_may_begin_by_it() -> None:
    body = (start("x", MANY), end("e1"), path("x", "e1"))

    assert not codes(*ROAD, element("subProcess", "b", *body, triggeredByEvent="true"))


def test_in_the_flow_it_is_noted_where_nothing_else_goes_on() -> None:
    [finding] = found(process("p", *WAITS, catch("x", MANY)))

    assert (finding.code, finding.severity, finding.element) == ("condition-alone", "warning", "x")
    assert "请改用排他网关判断" in finding.message
    assert found(process("p", *BESIDE, catch("x", MANY), path("g", "a", "e2"))) == []


def test_a_condition_on_the_time_too_is_noted() -> None:
    late = condition("${v < now()}")

    noted = codes(*BESIDE, catch("x", late), path("g", "a", "e2"), severity="warning")

    assert noted == {("condition-clock", "x")}


def test_which_kind_of_change_counts_has_no_effect() -> None:
    told = condition("${v > 1}", camunda__variableName="v", camunda__variableEvents="create")

    [finding] = found(process("p", *ROAD, boundary("x", "a", told), end("e2"), path("x", "e2")))

    assert (finding.code, finding.element) == ("ignored", "x")
    assert "“variableEvents”" in finding.message
