"""A running instance is given another value, seen wherever the old one was; or another version, where it has a place."""

import pytest

from service.engine.definitions import DefinitionSet
from service.errors import ExpressionFailed, ProcessFailed
from tests.service.engine.diagrams import (
    Walk,
    boundary,
    call,
    definitions,
    each,
    end,
    flow,
    fork,
    one,
    path,
    process,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.service.engine.pieces import CALLED, mapped


def begun(drawn: DefinitionSet, **variables: object) -> Walk:
    return Walk(drawn, variables)


def given(walk: Walk, name: str, value: object, place: str = "") -> Walk:
    walk.execution.set_variable(place, name, value)
    walk._saved()
    return walk


def question(*inside: str) -> DefinitionSet:
    """A task, and a question after it that reads `n`."""
    return one(
        *(start(), *inside, user("a"), xor("g"), end("much"), end("little")),
        *(path("s", "a", "g"), flow("g", "much", "n > 3"), flow("g", "little", "n < 4")),
    )


def test_a_value_that_was_missing_lets_the_instance_go_on() -> None:
    walk = Walk(question())
    with pytest.raises(ExpressionFailed):
        Walk(question()).do("a")

    given(walk, "n", 5)

    assert walk.do("a").execution.end_event == "much"


def test_a_value_of_another_kind_is_taken_as_it_is_given() -> None:
    walk = begun(question(), n="five")

    given(walk, "n", 2)

    assert walk.do("a").execution.end_event == "little"


def test_all_branches_see_the_value_and_their_merge_keeps_it() -> None:
    drawn = one(
        *(start(), fork("f"), user("a"), user("b"), fork("j"), user("z"), end()),
        *(path("s", "f", "a", "j", "z", "e"), path("f", "b", "j")),
    )
    walk = begun(drawn, n=1).do("a", a=1)

    given(walk, "n", 9)

    assert walk.task("b").variables["n"] == 9
    assert walk.do("b", b=1).task("z").variables == {"n": 9, "a": 1, "b": 1}


def test_a_branch_that_ended_does_not_bring_its_value_back() -> None:
    drawn = one(
        *(start(), fork("f"), user("a"), user("b"), end("e1"), end("e2")),
        *(path("s", "f", "a", "e1"), path("f", "b", "e2")),
    )
    walk = begun(drawn, n=1).do("a", n=2)

    given(walk, "n", 9)

    assert walk.do("b").execution.result["n"] == 9


def test_the_embedded_subprocess_sees_it_and_so_does_what_follows() -> None:
    inside = sub("c", start("s2"), user("h"), end("e2"), path("s2", "h", "e2"))
    walk = begun(one(start(), inside, user("z"), end(), path("s", "c", "z", "e")), n=1)

    given(walk, "n", 9)

    assert walk.task("h").variables["n"] == 9
    assert walk.do("h").task("z").variables["n"] == 9
    assert [place.elements for place in walk.execution.places()] == [("z",)]


def test_a_called_process_is_a_place_of_its_own() -> None:
    caller = process("p", start(), call("c", "q"), user("z"), end(), path("s", "c", "z", "e"))
    walk = begun(definitions(caller, CALLED), n=1)
    outer, inner = walk.execution.places()

    given(walk, "n", 9, inner.id)

    assert (outer.id, outer.process_id, outer.elements) == ("", "p", ("c",))
    assert (inner.process_id, inner.elements, inner.variables) == ("q", ("h",), {"n": 1})
    assert [place.variables for place in walk.execution.places()] == [{"n": 1}, {"n": 9}]
    with pytest.raises(LookupError):
        given(walk, "n", 9, "elsewhere")


@pytest.mark.parametrize("sequential", [True, False])
def test_the_rounds_of_a_repetition_keep_what_is_their_own(sequential: bool) -> None:
    drawn = one(
        start(), user("a", each("us", "u", sequential)), user("z"), end(), path("s", "a", "z", "e")
    )
    walk = begun(drawn, us=["x", "y"], n=1)

    given(given(walk, "n", 9), "u", "nobody")

    rounds = (
        [walk.task("a").variables]
        if sequential
        else [task.variables for task in walk.execution.user_tasks]
    )
    assert [one["u"] for one in rounds] == ["x", "y"][: len(rounds)]
    assert {one["n"] for one in rounds} == {9}


def test_a_list_of_the_wrong_kind_becomes_one_before_the_next_round() -> None:
    drawn = one(
        start(), user("a", each("us", "u", True)), user("z"), end(), path("s", "a", "z", "e")
    )
    walk = begun(drawn, us=["x", "y"])
    given(walk, "us", "x,y")
    with pytest.raises(ExpressionFailed):
        begun(drawn, us="x,y")

    given(walk, "us", ["x", "y", "v"])

    assert walk.do("a").task("a").variables["u"] == "y"


def test_what_an_input_hides_is_changed_behind_it() -> None:
    drawn = one(
        start(), user("a", mapped({"n": "inner"}, {})), user("z"), end(), path("s", "a", "z", "e")
    )
    walk = begun(drawn, n="outer")

    given(walk, "n", "mended")

    assert walk.task("a").variables["n"] == "inner"
    assert walk.do("a").task("z").variables["n"] == "mended"


def test_nothing_else_moves() -> None:
    walk = begun(question(), n=1, m=2)
    before, tasks = walk.waiting, walk.execution.task_ids

    given(walk, "n", {"any": ["thing", 1, None]})

    assert (walk.waiting, walk.execution.task_ids) == (before, tasks)
    assert walk.task("a").variables == {"n": {"any": ["thing", 1, None]}, "m": 2}


ROAD = one(
    *(start(), user("a"), boundary("t", "a", timer("P9D")), user("r"), user("b")),
    *(end(), end("e2"), path("s", "a", "b", "e"), path("t", "r", "e2")),
)


def test_a_plan_says_where_tokens_stand_and_what_becomes_of_the_timers() -> None:
    later = one(
        *(start(), user("a"), boundary("n", "a", timer("P1D"), interrupting=False), user("b")),
        *(end(), end("e2"), path("s", "a", "b", "e"), path("n", "e2")),
    )

    plan = Walk(ROAD).execution.plan_migration(later)

    assert plan.possible
    assert [(one.process_id, one.element_id, one.problem) for one in plan.standing] == [
        ("p", "a", ""),
        ("p", "t", ""),
    ]
    assert (plan.kept, plan.gone, plan.new) == ((), ("t",), ("n",))


def test_a_plan_keeps_what_both_versions_wait_for_and_moves_nothing() -> None:
    walk = Walk(ROAD)

    plan = walk.execution.plan_migration(ROAD)

    assert (plan.kept, plan.gone, plan.new) == (("t",), (), ())
    assert (walk.waiting, walk.timers) == (["a"], ["t"])


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ((user("b"), path("s", "b", "e")), "gone"),
        ((user("a", each("us", "u")), path("s", "a", "e")), "kind"),
        ((sub("c", start("s2"), user("a"), end("e2"), path("s2", "a", "e2")), path("s", "c", "e")),
         "gone"),
    ],
)  # fmt: skip
def test_a_plan_names_the_token_that_would_stand_nowhere(
    inside: tuple[str, ...], problem: str
) -> None:
    later = one(start(), *inside, end())
    walk = Walk(ROAD)

    plan = walk.execution.plan_migration(later)

    assert not plan.possible
    [found] = [one for one in plan.standing if one.problem and one.element_id == "a"]
    assert found.problem == problem
    with pytest.raises(ProcessFailed):
        walk.execution.migrated(later)


def test_a_plan_names_the_join_at_which_a_token_would_wait_for_ever() -> None:
    later = one(
        *(start(), fork("f"), user("a"), user("b"), fork("j"), end()),
        *(path("s", "f", "a", "j", "e"), path("f", "b", "j")),
    )

    plan = Walk(one(start(), user("a"), end(), path("s", "a", "e"))).execution.plan_migration(later)

    assert not plan.possible
    assert plan.stuck == (("p", "j"),)


def test_a_token_that_waits_at_a_join_finds_it_again() -> None:
    drawn = one(
        *(start(), fork("f"), user("a"), user("b"), fork("j"), end()),
        *(path("s", "f", "a", "j", "e"), path("f", "b", "j")),
    )
    walk = Walk(drawn).do("a")

    plan = walk.execution.plan_migration(drawn)

    assert plan.possible
    assert [one.element_id for one in plan.standing] == ["b", "j"]


def test_a_plan_looks_into_what_is_called() -> None:
    caller = process("p", start(), call("c", "q"), end(), path("s", "c", "e"))
    mended = process("q", start("s2"), user("h"), user("k"), end("e2"), path("s2", "h", "k", "e2"))
    another = process("q", start("s2"), user("k"), end("e2"), path("s2", "k", "e2"))
    walk = Walk(definitions(caller, CALLED))

    assert walk.execution.plan_migration(definitions(caller, mended)).possible
    plan = walk.execution.plan_migration(definitions(caller, another))
    assert [(one.process_id, one.element_id, one.problem) for one in plan.standing] == [
        ("p", "c", ""),
        ("q", "h", "gone"),
    ]
