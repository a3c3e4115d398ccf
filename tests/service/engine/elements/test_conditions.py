"""What waits for a condition looks when it begins to wait, and whenever variables it can see were written.

Each story but the last three was played on Camunda 7.24; where a condition goes on waiting, we repeat it less often.
"""

from typing import Any

import pytest

from service.errors import ExpressionFailed, OperationFailed
from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    boundary,
    catch,
    condition,
    definitions,
    each,
    element,
    end,
    flow,
    fork,
    inputs,
    message,
    one,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.service.engine.pieces import NEWS, aside

MANY = condition("${v > 1}")
TASKS = (start(), user("a"), user("c"), end(), path("s", "a", "c", "e"))
AFTER = (user("z"), end("ez"), path("b", "z", "ez"))
CUTS = (boundary("b", "a", MANY), *AFTER)
REMINDS = (boundary("b", "a", MANY, interrupting=False), *AFTER)
BESIDE = (
    *(start(), fork("g"), user("k"), user("m"), end("ek"), path("s", "g", "k", "m", "ek")),
    *(user("a"), end(), path("g", "a", "e")),
)


def of(*parts: str, **variables: Any) -> Walk:
    return Walk(one(*parts), variables)


# --- in the flow ---------------------------------------------------------------------------------

WAITS = (start(), catch("x", MANY), user("a"), end(), path("s", "x", "a", "e"))


def test_a_condition_that_holds_is_not_waited_for() -> None:
    walk = of(*WAITS, v=2)

    assert (walk.waiting, walk.path) == (["a"], ["s", "x"])


@pytest.mark.parametrize("variables", [{"v": 1}, {}])
def test_one_that_does_not_hold_or_has_no_variable_yet_is_waited_for(variables: Any) -> None:
    walk = of(*WAITS, **variables)

    [waits] = walk.execution.subscriptions
    assert (waits.kind, waits.name, waits.element_id, walk.waiting) == ("conditional", "x", "x", [])


def test_a_branch_goes_on_when_another_writes_what_it_waits_for() -> None:
    diagram = (
        *(start(), fork("g"), catch("x", MANY), user("d"), fork("j"), user("z"), end()),
        *(user("a"), user("k"), path("s", "g", "x", "d", "j", "z", "e"), path("g", "a", "k", "j")),
    )
    walk = of(*diagram, v=0)
    assert walk.waiting == ["a"]

    walk.do("a", v=2)

    assert walk.waiting == ["d", "k"]
    assert walk.task("d").variables == {"v": 2}
    walk.do("k", v=7).do("d")
    assert walk.task("z").variables == {"v": 7}  # what it saw was no writing of its own


def test_a_condition_behind_an_event_gateway_ends_the_waiting_for_the_others() -> None:
    diagram = (
        *(start(), fork("f"), user("a"), end("ea"), element("eventBasedGateway", "g")),
        *(catch("x", MANY), catch("t", timer("P1D")), user("c"), user("d"), end("e1"), end("e2")),
        *(path("s", "f", "a", "ea"), path("f", "g", "x", "c", "e1"), path("g", "t", "d", "e2")),
    )
    walk = of(*diagram, v=0).do("a", v=2)

    assert (walk.waiting, walk.timers) == (["c"], [])


def test_what_a_message_brings_is_looked_at_too() -> None:
    diagram = (
        *(start(), fork("g"), catch("x", MANY), user("a"), end(), path("s", "g", "x", "a", "e")),
        *(catch("n", message("M")), user("c"), end("e2"), path("g", "n", "c", "e2")),
    )
    walk = Walk(definitions(NEWS, process("p", *diagram)), {"v": 0})

    walk.receive("整改通知已下发", v=2)

    assert walk.waiting == ["a", "c"]


# --- beside an activity --------------------------------------------------------------------------


def test_the_answer_that_makes_it_hold_interrupts_the_task_it_is_given_to() -> None:
    walk = of(*TASKS, *CUTS, v=0).do("a", v=2)

    assert walk.waiting == ["z"]
    assert walk.task("z").variables == {"v": 2}
    assert walk.do("z").ended


def test_an_answer_that_does_not_make_it_hold_goes_the_usual_way() -> None:
    walk = of(*TASKS, *CUTS, v=0).do("a", v=1)

    assert walk.waiting == ["c"]
    assert walk.execution.subscriptions == []


def test_what_holds_on_entering_interrupts_before_anything_is_done() -> None:
    calls = Recorder()
    diagram = one(start(), service("a", "note"), end(), path("s", "a", "e"), *CUTS)

    walk = Walk(diagram, {"v": 2}, calls)

    assert (walk.waiting, calls.calls) == (["z"], [])
    assert of(*TASKS, *CUTS, v=2).waiting == ["z"]


def test_what_a_service_returns_may_interrupt_it() -> None:
    diagram = one(start(), service("a", "count"), end(), path("s", "a", "e"), *CUTS)

    walk = Walk(diagram, {"v": 0}, Recorder({"count": lambda call: {"v": 7}}))

    assert walk.waiting == ["z"]


def test_another_branch_may_interrupt_a_task() -> None:
    walk = of(*BESIDE, *CUTS, v=0).do("k", v=2)

    assert walk.waiting == ["m", "z"]
    assert walk.task("z").variables == {"v": 2}


@pytest.mark.parametrize("inside", [("i", "i2"), ("i",)])
def test_what_is_written_inside_a_subprocess_may_interrupt_it(inside: tuple[str, ...]) -> None:
    tasks = (*map(user, inside), end("e1"), path("s1", *inside, "e1"))
    walk = of(start(), sub("a", start("s1"), *tasks), end(), path("s", "a", "e"), *CUTS, v=0)

    walk.do("i", v=2)

    assert walk.waiting == ["z"]
    assert walk.task("z").variables == {"v": 2}


def test_one_of_several_answers_may_interrupt_them_all() -> None:
    many = (start(), user("a", each("units", "unit")), end(), path("s", "a", "e"))
    walk = of(*many, *CUTS, v=0, units=["甲", "乙", "丙"])

    walk.do("a", where={"unit": "乙"}, v=2)

    assert walk.waiting == ["z"]


def test_one_that_goes_on_waiting_happens_at_each_change_of_what_it_reads() -> None:
    loop = (
        *(start(), fork("g"), xor("x", "x-k"), user("k"), user("a"), end(), end("e2")),
        *(path("s", "g", "k", "x", "k"), path("g", "a", "e"), flow("x", "e2", "v > 9")),
    )
    walk = of(*loop, *REMINDS, v=2)
    assert walk.waiting == ["a", "k", "z"]  # at once, for it held

    walk.do("k", other=1)
    assert walk.waiting.count("z") == 1
    walk.do("k", v=2)
    assert walk.waiting.count("z") == 1
    walk.do("k", v=3)
    assert walk.waiting.count("z") == 2
    walk.do("k", v=0)
    assert walk.waiting.count("z") == 2
    walk.do("k", v=3)
    assert walk.waiting.count("z") == 3


def test_its_own_answer_sets_off_a_reminder_and_the_task_is_done() -> None:
    walk = of(*TASKS, *REMINDS, v=0).do("a", v=2)

    assert walk.waiting == ["c", "z"]
    assert walk.do("z").do("c").ended


def test_with_the_name_of_a_variable_only_its_changes_count() -> None:
    named = condition("${v > 1}", camunda__variableName="w")
    walk = of(*BESIDE, boundary("b", "a", named), *AFTER, v=0, w=0)

    assert walk.do("k", v=2).waiting == ["a", "m"]
    assert walk.do("m", w=1).waiting == ["z"]


# --- in a scope ----------------------------------------------------------------------------------


def test_an_event_subprocess_takes_the_place_of_what_goes_on() -> None:
    walk = of(*TASKS, aside(MANY), v=0).do("a", v=2)

    assert walk.waiting == ["u"]
    assert walk.task("u").variables == {"v": 2}
    assert walk.do("u").ended
    assert of(*TASKS, aside(MANY), v=2).waiting == ["u"]


def test_the_last_answer_of_a_process_may_still_begin_it() -> None:
    walk = of(start(), user("a"), end(), path("s", "a", "e"), aside(MANY), v=0).do("a", v=2)

    assert walk.waiting == ["u"]


def test_an_event_subprocess_beside_the_flow_begins_at_each_change() -> None:
    walk = of(*TASKS, aside(MANY, False), v=0).do("a", v=2)
    assert walk.waiting == ["c", "u"]

    walk.do("c", v=3)

    assert walk.waiting == ["u", "u"]
    assert walk.do("u").do("u").ended


# --- our own -------------------------------------------------------------------------------------


def test_a_condition_inside_a_subprocess_sees_its_own_scope() -> None:
    inner = sub("b", start("s1"), catch("x", MANY), end("e1"), path("s1", "x", "e1"))
    walk = of(
        *(start(), fork("g"), inner, user("z"), user("a"), user("k"), end(), end("e2")),
        *(path("s", "g", "b", "z", "e"), path("g", "a", "k", "e2")),
        v=0,
    )

    assert walk.do("a", v=2).waiting == ["k"]


def test_a_task_keeps_the_variables_of_its_own_to_itself() -> None:
    own = user("a", inputs(v="${7}"))
    walk = of(start(), own, user("c"), end(), path("s", "a", "c", "e"), *CUTS, v=0)

    assert walk.waiting == ["a"]


def test_a_condition_that_cannot_be_computed_fails_with_its_name() -> None:
    walk = of(*TASKS, *CUTS, v=0)

    with pytest.raises((ExpressionFailed, OperationFailed)) as caught:
        walk.execution.complete(walk.task("a").id, {"v": ["甲"]})

    assert caught.value.element == "b"


def test_a_value_set_from_outside_is_looked_at_too() -> None:
    walk = of(*WAITS, v=0)
    [place] = walk.execution.places()

    walk.execution.set_variable(place.id, "v", 2)
    walk._saved()

    assert (walk.waiting, walk.execution.subscriptions) == (["a"], [])
