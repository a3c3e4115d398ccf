"""Joins that cannot be reached by all their branches are found before anybody waits at one."""

import pytest

from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.faults import soundness
from tests.service.engine.diagrams import (
    CANCEL,
    boundary,
    document,
    end,
    flow,
    fork,
    path,
    process,
    some,
    start,
    sub,
    timer,
    transaction,
    user,
    xor,
)


def played(*parts: str) -> set[tuple[str, str, str]]:
    [read] = reading.read("p.bpmn", document(process("p", *parts))).processes
    return {(f.severity, f.code, f.element) for f in soundness.findings(Graph(read))}


NEVER = {("error", "join-never", "j")}


def test_exclusive_answers_do_not_meet_in_a_parallel_join() -> None:
    assert (
        played(
            *(start(), xor("g"), user("a"), user("b"), fork("j"), end(), path("s", "g")),
            *(path("g", "a", "j"), path("g", "b", "j"), path("j", "e")),
        )
        == NEVER
    )


def test_a_branch_that_can_turn_away_leaves_the_join_waiting() -> None:
    assert (
        played(
            *(start(), fork("g"), user("a"), user("b"), xor("x"), fork("j"), end(), end("e2")),
            *(path("s", "g"), path("g", "a", "x", "j"), path("x", "e2"), path("g", "b", "j", "e")),
        )
        == NEVER
    )


def test_a_task_taken_away_by_its_timer_may_leave_the_join_waiting() -> None:
    assert (
        played(
            *(
                start(),
                fork("g"),
                user("a"),
                boundary("t", "a", timer("P1D")),
                user("b"),
                fork("j"),
            ),
            *(
                end(),
                end("e2"),
                path("s", "g"),
                path("g", "a", "j"),
                path("t", "e2"),
                path("g", "b", "j", "e"),
            ),
        )
        == NEVER
    )


def test_a_reminder_cannot_be_one_side_of_a_join() -> None:
    assert (
        played(
            *(start(), user("a"), boundary("t", "a", timer("P1D"), interrupting=False), fork("j")),
            *(end(), path("s", "a", "j", "e"), path("t", "j")),
        )
        == NEVER
    )


def test_parallel_work_merged_without_a_join_is_done_twice() -> None:
    assert played(
        *(start(), fork("g"), user("a"), user("b"), xor("m"), user("z"), end(), path("s", "g")),
        *(path("g", "a", "m"), path("g", "b", "m"), path("m", "z", "e")),
    ) == {("warning", "twice", "z"), ("warning", "twice", "e")}


SOUND = {
    "a parallel block": (
        *(start(), fork("g"), user("a"), user("b"), fork("j"), end(), path("s", "g")),
        *(path("g", "a", "j"), path("g", "b", "j"), path("j", "e")),
    ),
    "a block in a loop, one branch with its own loop": (
        *(start(), xor("m"), fork("g"), user("a"), xor("n"), user("b"), xor("y"), fork("j")),
        *(xor("x"), end(), path("s", "m", "g"), path("g", "a", "j"), path("g", "n", "b", "y", "j")),
        *(path("y", "n"), path("j", "x", "e"), path("x", "m")),
    ),
    "an inclusive block": (
        *(start(), some("g"), user("a"), user("b"), user("c"), some("j"), end(), path("s", "g")),
        *(path("g", "a", "j"), path("g", "b", "j"), path("g", "c", "j"), path("j", "e")),
    ),
    "an inclusive block in one branch of another, beside other work": (
        *(start(), fork("g"), some("i"), user("a"), some("k"), user("b"), user("c"), some("l")),
        *(some("j"), user("w"), fork("x"), end(), path("s", "g", "i", "a", "j", "x", "e")),
        *(path("i", "k", "b", "l", "j"), path("k", "c", "l"), path("g", "w", "x")),
    ),
    "a withdrawal that ends everything": (
        *(start(), fork("g"), user("a"), xor("x"), end("stop", "<bpmn:terminateEventDefinition/>")),
        *(user("b"), fork("j"), end(), path("s", "g"), path("g", "a", "x", "j"), path("x", "stop")),
        *(path("g", "b", "j", "e"),),
    ),
    "a reminder with an end of its own, every pass": (
        *(start(), xor("m"), user("a"), boundary("t", "a", timer("P1D"), interrupting=False)),
        *(user("r"), end("e2"), path("t", "r", "e2"), xor("x"), end(), path("s", "m", "a", "x", "e")),
        path("x", "m"),
    ),
    "an expiry that rejoins the road": (
        *(start(), user("a"), boundary("t", "a", timer("P1D")), user("late"), xor("m"), end()),
        *(path("s", "a", "m", "e"), path("t", "late", "m")),
    ),
    "twelve parallel blocks in a row": (
        *(start(), end(), path("s", "g0")),
        *(
            fork(f"g{n}") + user(f"a{n}") + user(f"b{n}") + user(f"c{n}") + fork(f"j{n}")
            + path(f"g{n}", f"a{n}", f"j{n}") + path(f"g{n}", f"b{n}", f"j{n}")
            + path(f"g{n}", f"c{n}", f"j{n}", f"g{n + 1}" if n < 11 else "e")
            for n in range(12)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SOUND)
def test_a_sound_diagram_is_left_alone(what: str) -> None:
    assert played(*SOUND[what]) == set()


def test_the_inside_of_a_subprocess_is_played_too() -> None:
    inside = (
        *(start("s1"), xor("g"), user("a"), user("b"), fork("j"), end("e1"), path("s1", "g")),
        *(path("g", "a", "j"), path("g", "b", "j"), path("j", "e1")),
    )

    assert played(start(), sub("c", *inside), end(), path("s", "c", "e")) == NEVER


def test_a_diagram_with_too_many_ways_is_given_up_rather_than_played_for_ever() -> None:
    blocks = [
        xor(f"x{n}") + user(f"a{n}") + user(f"b{n}") + path(f"x{n}", f"a{n}", f"j{n}") + path(f"x{n}", f"b{n}", f"j{n}")
        + xor(f"j{n}")
        for n in range(40)
    ]  # fmt: skip
    ways = "".join(path("g", f"x{n}") + path(f"j{n}", "j") for n in range(40))

    assert (
        played(start(), fork("g"), *blocks, fork("j"), end(), ways, path("s", "g"), path("j", "e"))
        == set()
    )


def test_a_default_flow_is_one_of_the_answers() -> None:
    assert played(start(), xor("g", default="d"), user("a"), end(), path("s", "g"), flow("g", "a", "n"), flow("g", "e", id="d"), path("a", "e")) == set()  # fmt: skip


def test_a_flow_written_inside_a_subprocess_that_joins_two_elements_outside_counts_outside() -> (
    None
):
    inside = (start("us"), user("um"), end("ue"), path("us", "um", "ue"), flow("a", "u"))
    parts = (start(), user("a"), sub("u", *inside), end(), path("s", "a"), path("u", "e"))

    assert played(*parts) == set()


def test_two_starts_do_not_meet_in_a_parallel_join() -> None:
    by_timer = start("s2", timer("P1D"))

    assert played(start(), by_timer, fork("j"), end(), path("s", "j", "e"), path("s2", "j")) == NEVER  # fmt: skip


def test_a_branch_that_cancels_the_whole_leaves_no_join_waiting() -> None:
    body = (
        *(start("s1"), fork("g"), user("a"), xor("x"), user("b"), fork("j"), end("e1")),
        *(end("off", CANCEL), path("s1", "g", "a", "x", "j", "e1"), path("g", "b", "j")),
        flow("x", "off"),
    )
    after = (boundary("c", "t", CANCEL), end("e2"), path("c", "e2"))

    assert not played(start(), transaction("t", *body), end(), path("s", "t", "e"), *after)
