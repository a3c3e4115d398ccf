"""An example is such as the diagram uses it; a rehearsal that is given it goes on."""

from typing import Any

import pytest

from service.simulation import examples
from tests.service.engine.diagrams import (
    catch,
    definitions,
    each,
    element,
    end,
    extensions,
    flow,
    inputs,
    path,
    process,
    start,
    timer,
    user,
    xor,
)


def used(*middle: str, ids: tuple[str, ...] = ("a",)) -> Any:
    return definitions(process("p", start(), *middle, end(), path("s", *ids, "e")))


def asked(condition: str, back: bool = False) -> Any:
    """A gateway with this condition on the way on, or on the way back."""
    on, again = (None, condition) if back else (condition, None)
    return definitions(
        process(
            "p",
            *(start(), user("a"), xor("x", default="x-e" if back else "x-a"), end()),
            *(path("s", "a", "x"), flow("x", "e", on), flow("x", "a", again)),
        )
    )


@pytest.mark.parametrize(
    ("drawn", "example"),
    [
        (user("a", camunda__assignee="${x}"), "li"),
        (user("a", camunda__candidateUsers="wang,${x}"), "li"),
        (user("a", camunda__candidateGroups="${x}"), "unit_handler"),
        (user("a", camunda__candidateGroups="unit_handler:${x}"), "JT"),
        (user("a", each("x", "one")), ["li", "wang"]),
        (user("a", each("${x.people}", "one")), {"people": ["li", "wang"]}),
        (user("a", camunda__dueDate="${x}"), "2026-12-31"),
        (user("a", camunda__dueDate="P${x}D"), 3),
        (user("a", camunda__priority="${x}"), 50),
        (catch("a", timer("${x}")), "P1D"),
        (catch("a", timer("x")), "P1D"),
        (catch("a", timer("P${x}D")), 3),
        (catch("a", timer("${x}", "timeDate")), "2026-12-31T09:00:00+08:00"),
        (catch("a", timer("${x}", "timeCycle")), "R3/P1D"),
        (
            user(
                "a",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>${x}"
                "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
            ),
            2,
        ),
        (catch("a", timer("${now().plusDays(x)}", "timeDate")), 3),
        (
            user(
                "a",
                '<bpmn:multiInstanceLoopCharacteristics camunda:collection="x" '
                'camunda:elementVariable="one" />',
                camunda__assignee="${one.login}",
                camunda__priority="${one.weight * 10}",
            ),
            [{"login": "li", "weight": 3}] * 2,
        ),
        (element("scriptTask", "a", "<bpmn:script>y = x * 2</bpmn:script>"), 3),
        (element("scriptTask", "a", "<bpmn:script>y = x + '5'</bpmn:script>"), 3),
        (element("scriptTask", "a", "<bpmn:script>y = '第' + x</bpmn:script>"), "文字"),
        (element("serviceTask", "a", camunda__expression="${y = x.size()}"), ["li", "wang"]),
        (user("a", inputs(title="关于${x}")), "文字"),
        (user("a", extensions(), camunda__formKey="forms/x"), True),
    ],
)
def test_an_example_is_of_the_kind_its_place_asks_for(drawn: str, example: Any) -> None:
    assert examples.of("x", used(drawn)) == example


@pytest.mark.parametrize(
    ("condition", "on", "back"),
    [
        ("${x}", True, False),
        ("${!x}", False, True),
        ("${x == 'yes'}", "yes", "不是yes"),
        ("${'yes' == x}", "yes", "不是yes"),
        ("${x != 'no'}", "不是no", "no"),
        ("${x > 5}", 6, 5),
        ("${5 > x}", 4, 5),
        ("${x >= -2}", -2, -3),
        ("${x == true}", True, False),
        ("${x == null}", None, "文字"),
        ("${x in ['a', 'b']}", "a", "不是a"),
        ("${'a' in x}", ["a"], ["a"]),
        ("${x.size() > 1}", ["li", "wang"], ["li"]),
        ("${len(x) == 3}", ["li", "wang", "zhao"], ["li", "wang", "zhao", "chen"]),
        ("${x.contains('a')}", ["a"], ["li", "wang"]),
        ("${x.equals('a')}", "a", "不是a"),
        ("${x.startsWith('a')}", "a", "不是a"),
        ("${empty x}", "", "文字"),
        ("${other > 1 && x == 'a'}", "a", "不是a"),
        ("${x.level == 2}", {"level": 2}, {"level": 3}),
        ("${execution.getVariable('x') == 'a'}", "a", "不是a"),
        ("${x / 2 > 4}", 3, 3),
        ("${other > x}", 3, 3),
        ("${x ? true : false}", True, False),
    ],
)
def test_an_example_leads_on_and_not_back(condition: str, on: Any, back: Any) -> None:
    assert examples.of("x", asked(condition)) == on
    assert examples.of("x", asked(condition, back=True)) == back


def test_a_variable_is_followed_into_a_call_and_through_a_mapping() -> None:
    caller = process(
        "p",
        *(
            start(),
            element(
                "callActivity",
                "c",
                extensions('<camunda:in source="x" target="y"/>'),
                calledElement="q",
            ),
        ),
        *(end(), path("s", "c", "e")),
    )
    called = process("q", start("s2"), user("b", inputs(who="${y}"), camunda__assignee="${who}"), end("e2"), path("s2", "b", "e2"))  # fmt: skip

    assert examples.of("x", definitions(caller, called)) == "li"
