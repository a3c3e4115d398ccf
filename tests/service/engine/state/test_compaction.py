"""A state does not grow with what is finished."""

from tests.service.engine.diagrams import (
    Walk,
    boundary,
    end,
    flow,
    fork,
    one,
    path,
    start,
    timer,
    user,
    xor,
)
from tests.service.engine.state.test_stored import REASSIGNED, SUGGESTION


def test_a_thousand_reassignments_cost_no_more_than_ten() -> None:
    walk = Walk(REASSIGNED, SUGGESTION)
    sizes: list[int] = []
    kept: list[int] = []

    for number in range(1000):
        walk.do("assign", unit=f"U{number % 7}")
        walk.do("b").do("a")
        if number % 10 == 0:
            walk.fire("t").do("remind", read=number)
        sizes.append(walk.size)
        kept.append(sum(len(w.tasks) for w in walk.execution._instance.active()))
        walk.do("sign").do("judge", again=True)

    assert max(kept[10:]) <= max(kept[:10])
    assert max(sizes) <= 600


def test_a_loop_inside_one_branch_stays_small_while_the_other_waits() -> None:
    walk = Walk(
        one(
            *(
                start(),
                fork("g"),
                user("wait"),
                xor("m"),
                user("a"),
                user("b"),
                xor("x", default="x-j"),
            ),
            *(
                fork("j"),
                end(),
                path("s", "g"),
                path("g", "wait", "j"),
                path("g", "m", "a", "b", "x", "j"),
            ),
            *(flow("x", "m", "again"), path("j", "e")),
        )
    )

    for number in range(200):
        walk.do("a", n=number).do("b", again=True)

    assert len(walk.execution._instance.tasks) <= 6
    assert walk.do("a").do("b", again=False).do("wait").ended


def test_a_loop_over_a_task_with_a_deadline_leaves_no_trace_of_the_passes_before() -> None:
    walk = Walk(
        one(
            *(start(), xor("m"), user("a"), boundary("t", "a", timer("P1D")), user("b")),
            *(xor("x", default="x-e"), end(), path("s", "m", "a", "b", "x", "e")),
            *(flow("x", "m", "again"), flow("t", "b")),
        )
    )

    for number in range(200):
        walk.do("a", n=number).do("b", again=True)

    assert len(walk.execution._instance.tasks) <= 6
    assert walk.fire("t").do("b", again=False).ended


def test_a_finished_call_leaves_nothing_behind() -> None:
    walk = Walk(REASSIGNED, SUGGESTION).do("assign").do("a").do("b").do("sign")

    assert list(walk.execution._instance.subprocesses) == []


def test_a_token_waiting_at_a_join_survives_while_its_siblings_split_further() -> None:
    walk = Walk(
        one(
            *(
                start(),
                fork("g"),
                user("a"),
                user("pre"),
                fork("h"),
                user("b"),
                user("c"),
                fork("j"),
            ),
            *(
                end(),
                path("s", "g"),
                path("g", "a", "j"),
                path("g", "pre", "h"),
                path("h", "b", "j"),
            ),
            path("h", "c", "j", "e"),
        )
    )

    assert walk.do("a").do("pre").do("b").do("c").ended
