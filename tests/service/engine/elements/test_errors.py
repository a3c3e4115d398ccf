"""An error goes to the nearest event that catches it; a cancellation ends its transaction."""

from typing import Any

import pytest

from service.errors import BpmnError
from tests.service.engine.diagrams import (
    CANCEL,
    Recorder,
    Walk,
    boundary,
    call,
    definitions,
    each,
    element,
    end,
    error,
    failing,
    flow,
    fork,
    one,
    path,
    process,
    service,
    start,
    sub,
    throw,
    timer,
    transaction,
    user,
    xor,
)
from tests.service.engine.pieces import aside, up


@pytest.mark.parametrize("repeated", [False, True])
def test_an_error_travels_to_the_nearest_boundary_that_knows_it(repeated: bool) -> None:
    diagram = definitions(
        error("涉密"),
        process(
            "p",
            *(start(), call("c", "q", each("units", "unit") if repeated else "")),
            *(boundary("b", "c", failing("涉密")), user("seal"), user("z"), end()),
            *(path("s", "c", "z", "e"), path("b", "seal", "e")),
        ),
        process(
            "q",
            *(start("s2"), fork("g"), user("h"), user("i"), end("e2", failing("涉密")), end("e3")),
            *(path("s2", "g"), path("g", "h", "e2"), path("g", "i", "e3")),
        ),
    )
    walk = Walk(diagram, {"units": ["甲", "乙"]})

    walk.do("h")

    assert walk.waiting == ["seal"]
    assert walk.do("seal").ended


def test_an_error_nobody_handles_ends_there() -> None:
    diagram = definitions(
        error("涉密"),
        process(
            "p",
            *(start(), fork("g"), user("a"), user("b"), end("e", failing("涉密")), end("e2")),
            *(path("s", "g", "a", "e"), path("g", "b", "e2")),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["b"]
    assert walk.do("b").ended


def test_who_catches_an_error_may_keep_its_code_and_its_words() -> None:
    keeping = '<bpmn:errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="words"/>'
    diagram = one(
        *(start(), service("k", "ask"), end(), path("s", "k", "e")),
        *(boundary("o", "k", keeping), user("w"), end("we"), path("o", "w", "we")),
    )

    def refusing(call: Any) -> Any:
        raise BpmnError("no_budget", "没有预算。")

    walk = Walk(diagram, {}, Recorder({"ask": refusing}))

    assert walk.task("w").variables == {"code": "no_budget", "words": "没有预算。"}


def test_an_escalation_reminds_the_outside_and_goes_on() -> None:
    diagram = definitions(
        '<bpmn:escalation id="X" name="超期" escalationCode="超期"/>',
        process(
            "p",
            *(
                start(),
                sub(
                    "c",
                    start("s1"),
                    user("a"),
                    throw("x", up()),
                    user("b"),
                    end("e1"),
                    path("s1", "a", "x", "b", "e1"),
                ),
            ),
            *(boundary("n", "c", up(), interrupting=False), user("r"), end(), end("e2")),
            *(path("s", "c", "e"), path("n", "r", "e2")),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["b", "r"]
    assert walk.do("b").do("r").ended


def failing_inside(*asides: str, boundary_too: bool = False) -> Any:
    outer = (boundary("o", "b", failing("late")), user("w"), end("we"), path("o", "w", "we"))
    return definitions(
        error("late"),
        '<bpmn:escalation id="U" name="催" escalationCode="urge"/>',
        process(
            "p",
            start(),
            sub(
                "b",
                *(
                    start("s1"),
                    user("a"),
                    end("e1", failing("late")),
                    path("s1", "a", "e1"),
                    *asides,
                ),
            ),
            *(user("z"), end(), path("s", "b", "z", "e")),
            *(outer if boundary_too else ()),
        ),
    )


def test_an_error_is_handled_by_the_nearest_event_subprocess_before_a_boundary_event() -> None:
    walk = Walk(failing_inside(aside(failing("late")), boundary_too=True)).do("a", n=1)

    assert walk.waiting == ["u"]
    assert walk.do("u").waiting == ["z"]
    assert walk.path == ["s", "s1", "a", "e1", "x", "u", "ue", "esp", "b"]
    assert walk.task("z").variables == {"n": 1}


def test_an_error_in_an_event_subprocess_goes_to_the_outside() -> None:
    inside = (user("u"), end("ue", failing("late")), path("x", "u", "ue"))
    walk = Walk(failing_inside(aside(failing("late"), True, *inside), boundary_too=True))

    assert walk.do("a").do("u").waiting == ["w"]


def test_an_error_at_the_top_is_handled_by_an_event_subprocess_there() -> None:
    diagram = definitions(
        error("late"),
        process(
            "p",
            *(start(), fork("g"), user("a"), user("b"), end("e", failing("late")), end("e2")),
            *(path("s", "g", "a", "e"), path("g", "b", "e2"), aside(failing("late"))),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["u"]
    assert walk.do("u").ended


def test_an_escalation_starts_an_event_subprocess_and_the_flow_goes_on() -> None:
    urge = '<bpmn:escalationEventDefinition escalationRef="U"/>'
    diagram = definitions(
        '<bpmn:escalation id="U" name="催" escalationCode="urge"/>',
        process(
            "p",
            *(start(), throw("t", urge), user("a"), end(), path("s", "t", "a", "e")),
            aside(urge, False),
        ),
    )

    assert Walk(diagram).waiting == ["a", "u"]


def refusing(call: Any) -> Any:
    raise BpmnError("no_budget", "没有预算。")


def asking(*beside: str) -> Any:
    return definitions(
        error("no_budget"),
        process(
            "p",
            *(start(), service("k", "ask"), user("z"), end(), path("s", "k", "z", "e"), *beside),
        ),
    )


def test_an_error_an_operation_reports_goes_where_it_is_drawn() -> None:
    host = Recorder({"ask": refusing})
    beside = (boundary("o", "k", failing("no_budget")), user("w"), end("we"), path("o", "w", "we"))

    assert Walk(asking(*beside), {}, host).waiting == ["w"]
    assert Walk(asking(aside(failing("no_budget"))), {}, host).waiting == ["u"]


def test_an_error_nobody_draws_is_the_refusal_of_the_operation() -> None:
    with pytest.raises(BpmnError, match="没有预算"):
        Walk(asking(), {}, Recorder({"ask": refusing}))


def cancelling(*beside: str, marker: str = "") -> tuple[str, ...]:
    """A transaction with two tasks at once, of which the first cancels it, and what is drawn beside them."""
    body = (start("s1"), fork("g"), user("a"), user("b"), end("x", CANCEL), end("e1"))
    ways = (path("s1", "g", "a", "x"), path("g", "b", "e1"))
    return (
        *(start(), transaction("t", marker, *body, *ways, *beside), user("z"), end()),
        *(boundary("c", "t", CANCEL), user("u"), end("ue"), path("s", "t", "z", "e")),
        path("c", "u", "ue"),
    )


def test_a_cancelled_transaction_is_withdrawn_and_goes_on_with_what_was_written_in_it() -> None:
    reminding = (boundary("r", "b", timer("P1D"), interrupting=False), end("re"), path("r", "re"))
    begin = start("l", timer("P9D"), isInterrupting="false")
    inside = (begin, end("le"), path("l", "le"))
    listening = element("subProcess", "esp", *inside, triggeredByEvent="true")
    walk = Walk(one(*cancelling(*reminding, listening)), {"n": 0})
    assert walk.timers == ["l", "r"]

    walk.do("a", n=1)

    assert (walk.waiting, walk.timers) == (["u"], [])
    assert walk.task("u").variables == {"n": 1}
    assert walk.do("u").ended
    assert walk.path == ["s", "s1", "g", "a", "x", "c", "u", "ue"]


def test_a_transaction_nobody_cancels_goes_on_as_an_ordinary_subprocess() -> None:
    body = (start("s1"), user("a"), xor("g", "g-e1"), end("x", CANCEL), end("e1"))
    ways = (path("s1", "a", "g", "e1"), flow("g", "x", "n > 1"))
    diagram = one(
        *(start(), transaction("t", *body, *ways), user("z"), end(), path("s", "t", "z", "e")),
        *(boundary("c", "t", CANCEL), user("u"), end("ue"), path("c", "u", "ue")),
    )

    assert Walk(diagram).do("a", n=1).waiting == ["z"]
    assert Walk(diagram).do("a", n=2).waiting == ["u"]


def test_one_instance_of_a_repeated_transaction_cancels_them_all() -> None:
    walk = Walk(one(*cancelling(marker=each("units", "unit"))), {"units": ["甲", "乙"]})
    assert walk.waiting == ["a", "a", "b", "b"]

    walk.do("a", where={"unit": "乙"})

    assert walk.waiting == ["u"]
    assert walk.do("u").ended


def test_only_the_transaction_it_stands_in_is_cancelled() -> None:
    inner = transaction("t2", start("s2"), user("i"), end("x2", CANCEL), path("s2", "i", "x2"))
    outer = (
        *(start("s1"), inner, boundary("c2", "t2", CANCEL), user("k"), end("x", CANCEL)),
        *(end("e1"), path("s1", "t2", "e1"), path("c2", "k", "x")),
    )
    walk = Walk(
        one(
            *(start(), transaction("t", *outer), end(), path("s", "t", "e")),
            *(boundary("c", "t", CANCEL), user("u"), end("ue"), path("c", "u", "ue")),
        )
    )

    assert walk.do("i").waiting == ["k"]
    assert walk.do("k").waiting == ["u"]


def test_what_a_called_process_cancels_is_its_own_transaction() -> None:
    diagram = definitions(
        process("p", start(), call("h", "q"), user("after"), end(), path("s", "h", "after", "e")),
        process("q", *cancelling()),
    )
    walk = Walk(diagram).do("a")

    assert walk.waiting == ["u"]
    assert walk.do("u").waiting == ["after"]


def test_a_token_put_at_the_end_that_cancels_cancels() -> None:
    walk = Walk(one(*cancelling()))
    plan = walk.execution.plan_move([walk.task("a").id, walk.task("b").id], "x")
    assert plan.sound

    walk.execution.move(plan, {})
    walk._saved()

    assert walk.waiting == ["u"]
