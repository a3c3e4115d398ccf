"""Operations are given what the diagram says, and what they return becomes variables."""

from typing import Any

import pytest

from service.errors import OperationFailed, TaskNotOpen
from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    catch,
    end,
    inputs,
    one,
    path,
    service,
    start,
    timer,
    user,
)
from tests.service.engine.pieces import mapped


def test_a_service_task_hands_its_parameters_to_the_operation_and_keeps_the_answer() -> None:
    host = Recorder({"number": lambda call: {"number": f"第{call.variables['n']}号"}})
    diagram = one(
        *(start(), service("a", "number", inputs(kind="${level}", text="第${n}件")), user("b")),
        *(end(), path("s", "a", "b", "e")),
    )

    walk = Walk(diagram, {"n": 17, "level": "city"}, host)

    [(operation, asked)] = host.calls
    assert (operation, asked.element_id, asked.process_id) == ("number", "a", "p")
    assert asked.parameters == {"kind": "city", "text": "第17件"}
    assert walk.task("b").variables["number"] == "第17号"


def test_an_operation_cannot_change_the_variables_behind_the_engine() -> None:
    def meddle(call: Any) -> None:
        call.variables["n"] = 2

    with pytest.raises(OperationFailed) as failure:
        Walk(
            one(start(), service("a", "op"), end(), path("s", "a", "e")),
            {"n": 1},
            Recorder({"op": meddle}),
        )

    assert failure.value.element == "a"


def test_what_an_operation_returns_must_fit_into_the_saved_state() -> None:
    host = Recorder({"op": lambda call: {"thing": object()}})

    with pytest.raises(OperationFailed) as failure:
        Walk(one(start(), service("a", "op"), end(), path("s", "a", "e")), {}, host)

    assert failure.value.element == "a"


def test_a_refusal_by_an_operation_passes_through_unchanged() -> None:
    def refuse(call: Any) -> None:
        raise TaskNotOpen("这件建议已经立案。")

    with pytest.raises(TaskNotOpen, match="已经立案"):
        Walk(
            one(start(), service("a", "op"), end(), path("s", "a", "e")),
            {},
            Recorder({"op": refuse}),
        )


def test_what_the_host_wants_to_see_is_not_wrapped() -> None:
    class Gone(Exception):
        pass

    def gone(*anything: Any) -> None:
        raise Gone

    for parts in (
        (service("a", "op"), path("s", "a", "e")),
        (catch("a", timer('deadline("x")', "timeDate")), path("s", "a", "e")),
    ):
        host = Recorder({"op": gone}, deadline=gone)
        host.passing = (Gone,)  # type: ignore[attr-defined]
        with pytest.raises(Gone):
            Walk(one(start(), *parts, end()), {}, host)


def test_outputs_of_an_operation_are_computed_from_what_it_was_given_and_returned() -> None:
    named = mapped({"unit": "${lead}"}, {"sentence": "${unit}：${result}"})
    host = Recorder({"ask": lambda call: {"result": f"{call.parameters['unit']}已办"}})
    diagram = one(
        *(start(), service("x", "ask", named), user("z"), end(), path("s", "x", "z", "e")),
    )

    walk = Walk(diagram, {"lead": "JT", "unit": "GA"}, host)

    assert walk.task("z").variables == {
        "lead": "JT",
        "unit": "GA",
        "result": "JT已办",
        "sentence": "JT：JT已办",
    }
