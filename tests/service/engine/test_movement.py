"""Moving tokens by hand, and whole instances to another version: nothing is left waiting for what cannot come."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.engine.execution import Move
from service.errors import TaskNotOpen
from tests.service.engine.diagrams import (
    Walk,
    boundary,
    call,
    catch,
    condition,
    definitions,
    each,
    element,
    end,
    flow,
    fork,
    one,
    path,
    process,
    start,
    timer,
    user,
    xor,
)
from tests.service.engine.pieces import LIMIT, ROAD, beside

BLOCK = one(
    *(start(), user("before"), fork("g"), user("a1"), user("a2"), user("b1"), user("b2")),
    *(fork("j"), user("after"), end(), path("s", "before", "g"), path("g", "a1", "a2", "j")),
    path("g", "b1", "b2", "j", "after", "e"),
)


def moved(walk: Walk, element_id: str, *tasks: str, **variables: Any) -> Move:
    """Plan a move, make it when it is sound, and save and load."""
    ids = [walk.task(task).id for task in tasks]
    plan = walk.execution.plan_move(ids, element_id)
    if plan.sound:
        walk.execution.move(plan, variables)
        walk._saved()
    return plan


def test_a_task_is_sent_back_with_its_variables_and_its_timers_are_gone() -> None:
    walk = Walk(ROAD).do("a", draft="一稿")
    assert walk.timers == ["t"]

    plan = moved(walk, "a", "b", reason="请补充数据")

    assert plan.sound
    assert len(plan.withdrawn) == 2
    assert (walk.waiting, walk.timers) == (["a"], [])
    assert walk.task("a").variables == {"draft": "一稿", "reason": "请补充数据"}
    assert walk.do("a").timers == ["t"]


def test_a_task_may_be_skipped() -> None:
    walk = Walk(ROAD)

    assert moved(walk, "c", "a").sound

    assert walk.waiting == ["c"]
    assert walk.do("c").ended


def test_a_token_put_before_a_task_with_timers_arms_them() -> None:
    walk = Walk(ROAD)

    moved(walk, "b", "a")

    assert (walk.waiting, walk.timers) == (["b"], ["t"])
    assert walk.fire("t").waiting == ["b", "r"]


def test_a_moved_token_came_by_no_flow() -> None:
    walk = Walk(ROAD).do("a")
    moved(walk, "a", "b")
    walk.steps.clear()

    walk.do("a")

    assert [(s.element_id, s.flow_id, s.from_element) for s in walk.steps] == [("a", None, None)]


def test_what_waits_for_a_timer_may_be_moved_too() -> None:
    walk = Walk(one(start(), catch("t", timer("P9D")), user("a"), end(), path("s", "t", "a", "e")))
    [timer_id] = walk.execution.timer_ids

    walk.execution.move(walk.execution.plan_move([timer_id], "a"), {})

    assert (walk.waiting, walk.timers) == (["a"], [])


def test_a_reminder_given_already_stays() -> None:
    walk = Walk(ROAD).do("a").fire("t")

    moved(walk, "a", "b")

    assert walk.waiting == ["a", "r"]


def test_a_call_is_left_with_everything_inside_it() -> None:
    diagram = definitions(
        process("p", start(), user("a"), call("c", "q", each("units", "unit")), end(), path("s", "a", "c", "e")),
        process("q", start("s2"), user("h"), boundary("t", "h", timer("P1D")), end("e2"), path("s2", "h", "e2"), path("t", "e2")),
    )  # fmt: skip
    walk = Walk(diagram, {"units": ["甲", "乙"]}).do("a")
    frame = next(t.id for t in walk.execution._instance.living() if t.task_spec.name == "c")

    walk.execution.move(walk.execution.plan_move([frame], "a"), {})

    assert (walk.waiting, walk.timers) == (["a"], [])


def test_inside_a_call_a_token_stays_inside() -> None:
    diagram = definitions(
        process("p", start(), call("c", "q"), user("z"), end(), path("s", "c", "z", "e")),
        process("q", start("s2"), user("h"), user("i"), end("e2"), path("s2", "h", "i", "e2")),
    )
    walk = Walk(diagram).do("h")

    assert walk.execution.targets(walk.task("i").id) == ["h", "i", "e2"]
    assert moved(walk, "h", "i").process_id == "q"
    assert walk.do("h").do("i").waiting == ["z"]


def test_an_event_gateway_is_left_with_all_its_events() -> None:
    walk = Walk(
        one(
            *(start(), user("a"), element("eventBasedGateway", "g"), catch("t", timer("P1D"))),
            *(catch("u", timer("P2D")), end(), path("s", "a", "g"), path("g", "t", "e")),
            path("g", "u", "e"),
        )
    ).do("a")

    walk.execution.move(walk.execution.plan_move([walk.execution.timer_ids[0]], "a"), {})

    assert (walk.waiting, walk.timers) == (["a"], [])


def test_within_its_branch_a_token_moves_freely() -> None:
    walk = Walk(BLOCK).do("before").do("a1").do("b1")

    assert moved(walk, "a1", "a2").sound

    assert walk.waiting == ["a1", "b2"]
    assert walk.do("b2").do("a1").do("a2").do("after").ended


def test_a_branch_may_not_leave_the_block_while_the_other_goes_on() -> None:
    for target in ("before", "after"):
        walk = Walk(BLOCK).do("before")

        assert not moved(walk, target, "a1").sound
        assert walk.waiting == ["a1", "b1"]


def test_a_branch_may_not_move_into_another() -> None:
    walk = Walk(BLOCK).do("before").do("b1")

    assert not moved(walk, "b1", "a1").sound


def test_the_whole_block_may_be_sent_back() -> None:
    walk = Walk(BLOCK).do("before").do("a1", a=1).do("b1", b=2)

    assert moved(walk, "before", "a2", "b2").sound

    assert walk.task("before").variables == {"a": 1, "b": 2}
    assert walk.do("before").do("a1").do("a2").do("b1").do("b2").do("after").ended


def test_a_token_already_at_the_join_goes_back_with_the_rest() -> None:
    walk = Walk(BLOCK).do("before").do("a1").do("a2", a=1)
    assert walk.waiting == ["b1"]

    plan = moved(walk, "before", "b1")

    assert plan.sound
    assert len(plan.withdrawn) == 2
    assert walk.task("before").variables == {"a": 1}
    assert walk.do("before").waiting == ["a1", "b1"]


def test_a_plan_that_is_not_sound_cannot_be_made() -> None:
    walk = Walk(BLOCK).do("before")
    plan = walk.execution.plan_move([walk.task("a1").id], "after")

    with pytest.raises(ValueError, match="j"):
        walk.execution.move(plan, {})


def test_a_plan_of_yesterday_is_refused() -> None:
    walk = Walk(ROAD)
    plan = walk.execution.plan_move([walk.task("a").id], "c")
    walk.do("a")

    with pytest.raises(TaskNotOpen):
        walk.execution.move(plan, {})


@pytest.mark.parametrize("target", ["g", "j", "s", "nowhere"])
def test_a_token_is_put_only_where_one_token_is_enough(target: str) -> None:
    walk = Walk(BLOCK)

    with pytest.raises(ValueError):
        walk.execution.plan_move([walk.task("before").id], target)


def test_single_instances_of_several_do_not_move() -> None:
    walk = Walk(one(start(), user("a", each("us", "u")), user("b"), end(), path("s", "a", "b", "e")), {"us": [1, 2]})  # fmt: skip

    with pytest.raises(ValueError):
        walk.execution.plan_move([walk.execution.task_ids[0]], "b")


NESTED = one(
    *(start(), xor("m"), user("p"), fork("g"), user("a"), fork("h"), user("b"), user("c")),
    *(boundary("t", "b", timer("P1D"), interrupting=False), user("r"), end("e2"), fork("k")),
    *(user("d"), fork("j"), user("z"), xor("x", default="x-e"), end(), path("s", "m", "p", "g")),
    *(path("g", "a", "j"), path("g", "h", "b", "k"), path("h", "c", "k", "d", "j", "z", "x")),
    *(flow("x", "e"), flow("x", "m", "again"), path("t", "r", "e2")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.booleans()), max_size=15))
def test_after_any_moves_the_instance_still_runs_to_its_end(orders: list[Any]) -> None:
    walk = Walk(NESTED, {"again": False})
    for which, where, moving in orders:
        tasks = walk.execution.user_tasks
        if not tasks:
            break
        task = tasks[which % len(tasks)]
        targets = walk.execution.targets(task.id)
        if moving:
            moved(walk, targets[where % len(targets)], task.element_id)
        else:
            walk.do(task.element_id, again=where % 3 == 0)

    for _ in range(30):
        if walk.ended:
            break
        assert walk.waiting
        walk.do(walk.waiting[0], again=False)

    assert walk.ended


def test_a_token_of_the_flow_is_moved_without_touching_what_goes_on_beside_it() -> None:
    walk = Walk(beside(LIMIT)).fire("x").do("a", n=1)

    assert moved(walk, "a", "b").sound

    assert walk.waiting == ["a", "u"]
    assert "late" not in walk.execution.targets(walk.task("a").id)
    assert walk.do("u").do("a").do("b").ended


def test_what_waits_for_a_condition_is_moved_on_and_back_to_it() -> None:
    diagram = one(
        *(start(), fork("g"), user("k"), end("ek"), path("s", "g", "k", "ek")),
        *(catch("x", condition("v > 1")), user("a"), end(), path("g", "x", "a", "e")),
    )
    walk = Walk(diagram, {"v": 0})
    [waits] = walk.execution.subscriptions

    plan = walk.execution.plan_move([waits.id], "a")
    walk.execution.move(plan, {})
    walk._saved()

    assert (plan.sound, walk.waiting, walk.execution.subscriptions) == (True, ["a", "k"], [])
    moved(walk, "x", "a")
    assert walk.waiting == ["k"]
    assert walk.do("k", v=2).waiting == ["a"]
