"""Where tokens part and meet; every walk saves and loads the instance after every command."""

from typing import Any

import pytest

from service.errors import ExpressionFailed, ProcessFailed
from tests.service.engine.diagrams import (
    MORNING,
    Walk,
    catch,
    definitions,
    element,
    end,
    flow,
    fork,
    message,
    one,
    path,
    process,
    some,
    start,
    timer,
    user,
    xor,
)
from tests.service.engine.pieces import NEWS


def test_a_task_waits_for_its_person_and_then_the_next_one_waits() -> None:
    walk = Walk(one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")))

    walk.do("a", 意见="同意")

    assert walk.waiting == ["b"]
    assert walk.task("b").variables == {"意见": "同意"}
    assert walk.do("b").ended
    assert walk.execution.end_event == "e"


def test_an_untyped_or_manual_task_lets_the_token_pass() -> None:
    walk = Walk(
        one(
            *(start(), element("task", "a"), element("manualTask", "b"), end()),
            path("s", "a", "b", "e"),
        )
    )

    assert walk.ended
    assert walk.path == ["s", "a", "b", "e"]


@pytest.mark.parametrize(("amount", "taken"), [(5, "b"), (15, "c"), (150, "d")])
def test_an_exclusive_gateway_takes_the_first_condition_that_holds_or_the_default(
    amount: int, taken: str
) -> None:
    diagram = one(
        *(start(), xor("x", default="x-b"), user("b"), user("c"), user("d"), end()),
        *(path("s", "x"), flow("x", "b"), flow("x", "d", "amount > 100")),
        *(flow("x", "c", "${amount > 10}"), path("b", "e"), path("c", "e"), path("d", "e")),
    )

    assert Walk(diagram, {"amount": amount}).waiting == [taken]


def test_without_a_default_flow_a_gateway_fails_rather_than_guesses() -> None:
    diagram = one(
        *(start(), xor("x"), user("b"), user("c"), end(), path("s", "x"), flow("x", "b", "n < 0")),
        *(flow("x", "c", "n > 1"), path("b", "e"), path("c", "e")),
    )

    assert Walk(diagram, {"n": 2}).waiting == ["c"]
    with pytest.raises(ExpressionFailed) as failure:
        Walk(diagram, {"n": 0})
    assert failure.value.element == "x"
    assert "没有一个条件成立（n < 0；n > 1）" in str(failure.value)
    assert failure.value.values == "n = 0"


@pytest.mark.parametrize(
    ("variables", "values"),
    [
        ({"result": "maybe"}, 'note 没有值，result = "maybe"'),
        ({"result": "长" * 100, "note": ["a"]}, 'note = ["a"]，result = "' + "长" * 79 + "…"),
        ({"result": None, "note": True, "other": 1}, "note = true，result = null"),
    ],
)
def test_where_nothing_holds_the_conditions_and_what_they_read_are_said(
    variables: dict[str, Any], values: str
) -> None:
    yes = flow("x", "b", "${result == 'yes'}").replace(" id=", ' name="同意" id=')
    no = flow("x", "c", "${execution.getVariable('note') == 'no'}")
    diagram = one(
        *(start(), xor("x"), user("b"), user("c"), end(), path("s", "x"), yes, no),
        *(path("b", "e"), path("c", "e")),
    )

    with pytest.raises(ExpressionFailed) as failure:
        Walk(diagram, variables)

    assert "（“同意”：${result == 'yes'}；${execution.getVariable('note')" in str(failure.value)
    assert (failure.value.values, failure.value.process_id) == (values, "p")
    assert "maybe" not in str(failure.value)


def test_two_answers_of_one_gateway_may_lead_to_the_same_task() -> None:
    diagram = one(
        *(start(), user("a"), xor("x", default="no"), user("b"), end(), path("s", "a", "x")),
        *(flow("x", "b", id="no"), flow("x", "b", "n == 1", id="yes"), path("b", "e")),
    )

    for n, flow_id in ((1, "yes"), (2, "no")):
        walk = Walk(diagram).do("a", n=n).do("b")
        assert [step.flow_id for step in walk.steps if step.element_id == "b"] == [flow_id]


def test_a_parallel_block_joins_when_every_branch_has_come() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), user("c"), fork("j"), user("z"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "b", "j"), path("g", "c", "j")),
            path("j", "z", "e"),
        )
    )

    walk.do("b").do("c")
    assert walk.waiting == ["a"]

    walk.do("a")
    assert walk.waiting == ["z"]


def test_branches_keep_what_they_wrote_and_do_not_undo_one_another() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), fork("j"), user("z"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "b", "j"), path("j", "z", "e")),
        ),
        {"a": "原值", "units": ["甲", "乙", "丙"]},
    )

    walk.do("a", a="甲的意见", units=["甲"]).do("b", b="乙的意见")

    assert walk.task("z").variables == {"a": "甲的意见", "b": "乙的意见", "units": ["甲"]}


def looping(*inside: str) -> Any:
    """A block that is gone through until `again` is false."""
    return one(
        *(start(), xor("m"), *inside, user("z"), xor("x", default="x-e"), end()),
        *(path("s", "m"), path("z", "x", "e"), flow("x", "m", "again")),
    )


def test_a_parallel_join_in_a_loop_waits_again_in_every_pass() -> None:
    diagram = looping(
        *(fork("g"), user("a"), fork("g2"), user("b"), user("c"), fork("j2"), fork("j")),
        *(path("m", "g"), path("g", "a", "j"), path("g", "g2"), path("g2", "b", "j2")),
        *(path("g2", "c", "j2"), path("j2", "j", "z")),
    )
    walk = Walk(diagram)

    for number in range(4):
        walk.do("a", a=number)
        assert walk.waiting == ["b", "c"]
        walk.do("c")
        assert walk.waiting == ["b"]
        walk.do("b")
        assert walk.waiting == ["z"]
        walk.do("z", again=number < 3)

    assert walk.ended
    assert walk.execution.result["a"] == 3


def test_branches_split_twice_and_joined_at_once_wait_for_all_three() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), fork("g2"), user("b"), user("c"), fork("j"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "g2"), path("g2", "b", "j")),
            *(path("g2", "c", "j", "e"),),
        )
    )

    walk.do("a").do("b")
    assert not walk.ended

    assert walk.do("c").ended


def test_an_inclusive_join_waits_for_the_branches_taken_in_every_pass() -> None:
    diagram = looping(
        *(user("q"), some("g", default="g-c"), user("a"), user("b"), user("c"), some("j")),
        *(path("m", "q", "g"), flow("g", "a", "x"), flow("g", "b", "y"), flow("g", "c")),
        *(path("a", "j"), path("b", "j"), path("c", "j"), path("j", "z")),
    )
    walk = Walk(diagram)

    walk.do("q", x=True, y=True).do("b")
    assert walk.waiting == ["a"]
    walk.do("a").do("z", again=True)
    walk.do("q", x=False, y=True)
    assert walk.waiting == ["b"]
    walk.do("b").do("z", again=True)
    walk.do("q", x=False, y=False)
    assert walk.waiting == ["c"]
    assert walk.do("c").do("z", again=False).ended


def test_an_inclusive_join_goes_on_when_a_branch_turns_away() -> None:
    diagram = one(
        *(start(), some("g", default="g-c"), user("a"), user("b"), user("c"), some("j")),
        *(user("z"), end(), xor("x", default="x-j"), end("e2"), path("s", "g")),
        *(flow("g", "a", "n > 0"), flow("g", "b", "n > 0"), flow("g", "c"), path("c", "j")),
        *(path("a", "x"), flow("x", "j"), flow("x", "e2", "withdrawn"), path("b", "j", "z", "e")),
    )
    walk = Walk(diagram, {"n": 1})
    assert walk.waiting == ["a", "b"]

    walk.do("b")
    assert walk.waiting == ["a"]
    walk.do("a", withdrawn=True)

    assert walk.waiting == ["z"]


def test_the_first_event_behind_an_event_gateway_wins() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), element("eventBasedGateway", "g"), catch("t", timer("P9D"))),
            *(catch("u", timer("P2D")), catch("m", message("M")), user("a"), user("b"), end()),
            *(path("s", "g"), path("g", "t", "a"), path("g", "u", "a"), path("g", "m", "b")),
            *(path("a", "e"), path("b", "e")),
        ),
    )
    walk = Walk(diagram)
    assert [(t.element_id, (t.due_at - MORNING).days) for t in walk.execution.timers] == [
        ("t", 9),
        ("u", 2),
    ]

    walk.receive("整改通知已下发")

    assert (walk.waiting, walk.timers) == (["b"], [])
    assert Walk(diagram).fire("u").waiting == ["a"]


def test_a_token_that_can_only_wait_for_ever_is_an_error_and_not_a_silence() -> None:
    diagram = one(
        *(start(), user("q"), xor("x", default="x-a"), user("a"), user("b"), fork("j"), end()),
        *(path("s", "q", "x"), flow("x", "a"), flow("x", "b", "n"), path("a", "j"), path("b", "j")),
        path("j", "e"),
    )
    walk = Walk(diagram).do("q", n=False)

    with pytest.raises(ProcessFailed) as failure:
        walk.do("a")

    assert failure.value.element == "j"


# --- splits nobody drew a gateway for ------------------------------------------------------------


def test_several_flows_out_of_a_task_go_at_once() -> None:
    walk = Walk(one(start(), user("a"), user("b"), user("c"), path("s", "a", "b"), path("a", "c")))

    assert walk.do("a").waiting == ["b", "c"]
    assert walk.do("b").do("c").ended


@pytest.mark.parametrize(
    ("n", "taken"),
    [(0, ["always"]), (5, ["always", "some"]), (50, ["always", "many", "some"])],
)
def test_conditions_on_flows_out_of_a_task_are_obeyed(n: int, taken: list[str]) -> None:
    diagram = one(
        *(
            start(),
            user("a", default="d"),
            user("always"),
            user("some"),
            user("many"),
            user("other"),
        ),
        *(path("s", "a", "always"), flow("a", "some", "n > 1"), flow("a", "many", "${n > 10}")),
        flow("a", "other", id="d"),
    )

    assert Walk(diagram).do("a", n=n).waiting == taken


def test_a_lone_flow_whose_condition_fails_is_a_failure_that_names_its_task() -> None:
    walk = Walk(one(start(), user("a"), user("b"), path("s", "a"), flow("a", "b", "n > 1")))

    with pytest.raises(ExpressionFailed) as failure:
        walk.do("a", n=0)

    assert failure.value.element == "a"


@pytest.mark.parametrize(("n", "taken"), [(0, "other"), (5, "some")])
def test_the_default_flow_is_for_when_no_other_is_taken(n: int, taken: str) -> None:
    diagram = one(
        *(start(), user("a", default="d"), user("some"), user("other"), path("s", "a")),
        *(flow("a", "some", "n > 1"), flow("a", "other", id="d")),
    )

    assert Walk(diagram).do("a", n=n).waiting == [taken]


@pytest.mark.parametrize(
    ("order", "n", "taken"),
    [("nx", 9, "a"), ("nx", 1, "b"), ("xn", 9, "b"), ("xn", 1, "b")],
)
def test_a_flow_without_a_condition_is_taken_at_its_turn(order: str, n: int, taken: str) -> None:
    flows = {"n": flow("g", "a", "n > 5"), "x": flow("g", "b")}
    diagram = one(
        *(start(), xor("g"), user("a"), user("b"), end(), path("s", "g")),
        *(flows[each] for each in order),
        *(path("a", "e"), path("b", "e")),
    )

    assert Walk(diagram, {"n": n}).waiting == [taken]


@pytest.mark.parametrize(("n", "taken"), [(9, ["a", "b"]), (1, ["b"])])
def test_an_inclusive_gateway_always_takes_a_flow_without_a_condition(
    n: int, taken: list[str]
) -> None:
    diagram = one(
        *(start(), some("g", default="g-c"), user("a"), user("b"), user("c"), end()),
        *(path("s", "g"), flow("g", "a", "n > 5"), flow("g", "b"), flow("g", "c")),
        *(path("a", "e"), path("b", "e"), path("c", "e")),
    )

    assert Walk(diagram, {"n": n}).waiting == taken
