"""A task may have variables of its own, and a script computes them."""

from typing import Any

import pytest

from tests.service.engine.diagrams import Walk, element, end, one, path, start, user
from tests.service.engine.pieces import mapped


def script(text: str, **attributes: str) -> str:
    return element("scriptTask", "x", f"<bpmn:script>{text}</bpmn:script>", **attributes)


@pytest.mark.parametrize(
    ("text", "attributes", "computed"),
    [
        ("total = price * 2\nlarge = total &gt; 10", {}, {"total": 12, "large": True}),
        ("price += 1;", {"scriptFormat": "python"}, {"price": 7}),
        ("${price / 2}", {"scriptFormat": "juel", "camunda__resultVariable": "half"}, {"half": 3}),
    ],
)
def test_a_script_computes_values(text: str, attributes: Any, computed: Any) -> None:
    diagram = one(start(), script(text, **attributes), user("z"), end(), path("s", "x", "z", "e"))

    assert Walk(diagram, {"price": 6}).task("z").variables == {"price": 6, **computed}


@pytest.mark.parametrize(
    ("attributes", "computed"),
    [
        ({"camunda__expression": "${execution.setVariable('done', true)}"}, {"done": True}),
        (
            {"flowable__expression": "${price * 2}", "flowable__resultVariable": "total"},
            {"total": 12},
        ),
        (
            {"activiti__expression": "#{price}", "activiti__resultVariableName": "cost"},
            {"cost": 6},
        ),
        ({"camunda__expression": "${price > 3}"}, {}),
    ],
)
def test_a_service_may_only_compute(attributes: Any, computed: Any) -> None:
    service = element("serviceTask", "x", **attributes)
    walk = Walk(one(start(), service, user("z"), end(), path("s", "x", "z", "e")), {"price": 6})

    assert walk.task("z").variables == {"price": 6, **computed}
    assert walk.host.calls == []


def test_inputs_of_a_task_are_its_own_and_outputs_stay() -> None:
    named = mapped({"unit": "${lead}", "days": "${5}"}, {"answer": "${reply}-${unit}"})
    diagram = one(start(), user("a", named), user("z"), end(), path("s", "a", "z", "e"))
    walk = Walk(diagram, {"lead": "JT", "unit": "GA"})
    assert walk.task("a").variables == {"lead": "JT", "unit": "JT", "days": 5}

    walk.do("a", reply="A", days=9)

    assert walk.task("z").variables == {"lead": "JT", "unit": "GA", "reply": "A", "answer": "A-JT"}
