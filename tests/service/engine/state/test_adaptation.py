"""An instance goes on living on another version of its diagram."""

import pytest

from service.engine.definitions import DefinitionSet
from service.engine.execution import Execution
from service.errors import ProcessFailed
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    boundary,
    call,
    condition,
    definitions,
    each,
    end,
    one,
    path,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.service.engine.pieces import LIMIT, ROAD, beside


def migrated(walk: Walk, later: DefinitionSet) -> Walk:
    walk.execution = walk.execution.migrated(later)
    walk.definitions = later
    walk._saved()
    return walk


def test_a_running_instance_goes_on_by_the_new_diagram() -> None:
    later = one(
        *(start(), user("b"), boundary("t", "b", timer("P30D"), interrupting=False), user("n")),
        *(
            user("r"),
            user("c"),
            end(),
            end("e2"),
            path("s", "b", "n", "c", "e"),
            path("t", "r", "e2"),
        ),
    )
    walk = Walk(ROAD).do("a", draft="一稿")
    task, due = walk.task("b").id, walk.execution.timers[0]

    migrated(walk, later)

    assert walk.task("b").id == task
    assert walk.execution.timers == [due]
    assert walk.do("b").waiting == ["n"]
    assert walk.task("n").variables == {"draft": "一稿"}


def test_boundary_events_come_and_go_with_the_version() -> None:
    later = one(
        *(start(), user("a"), boundary("n", "a", timer("P1D"), interrupting=False), user("b")),
        *(end(), end("e2"), path("s", "a", "b", "e"), path("n", "e2")),
    )
    walk = migrated(Walk(ROAD), later)
    assert (walk.waiting, walk.timers) == (["a"], ["n"])

    walk.do("a")
    assert (walk.waiting, walk.timers) == (["b"], [])

    assert migrated(Walk(ROAD).do("a"), later).timers == []


def test_a_reminder_that_was_given_is_not_given_again() -> None:
    walk = Walk(ROAD).do("a").fire("t")

    assert migrated(walk, ROAD).timers == []


def test_an_instance_that_stands_where_nothing_is_drawn_stays_where_it_is() -> None:
    walk = Walk(ROAD).do("a")

    with pytest.raises(ProcessFailed) as failure:
        walk.execution.migrated(one(start(), user("a"), user("c"), end(), path("s", "a", "c", "e")))

    assert failure.value.element == "b"
    assert walk.do("b").waiting == ["c"]


def test_an_element_that_became_another_kind_is_no_place_to_stand() -> None:
    several = one(start(), user("a", each("us", "u")), end(), path("s", "a", "e"))

    with pytest.raises(ProcessFailed) as failure:
        Walk(ROAD).execution.migrated(several)

    assert failure.value.element == "a"


def test_a_call_of_another_process_is_no_place_to_stand() -> None:
    def calling(called: str) -> DefinitionSet:
        inside = process(called, start("s2"), user("h"), end("e2"), path("s2", "h", "e2"))
        return definitions(
            process("p", start(), call("c", called), end(), path("s", "c", "e")), inside
        )

    with pytest.raises(ProcessFailed) as failure:
        Walk(calling("q")).execution.migrated(calling("r"))

    assert failure.value.element == "q"


def test_a_task_inserted_behind_a_running_call_is_not_skipped() -> None:
    def calling(*after: str) -> DefinitionSet:
        inside = sub("c", start("s2"), user("h"), end("e2"), path("s2", "h", "e2"))
        return one(start(), inside, *map(user, after), end(), path("s", "c", *after, "e"))

    walk = migrated(Walk(calling()), calling("n"))

    assert walk.do("h").waiting == ["n"]


def test_the_instance_on_the_old_version_is_left_alone() -> None:
    execution = Execution.start(ROAD, {}, Recorder(), MORNING)
    before = execution.dump()

    execution.migrated(ROAD)

    assert execution.dump() == before


def test_an_event_subprocess_drawn_since_is_armed_and_one_no_longer_drawn_is_forgotten() -> None:
    assert migrated(Walk(beside()), beside(LIMIT)).timers == ["x"]

    without = migrated(Walk(beside(LIMIT)).do("a"), beside())

    assert without.timers == []
    assert without.do("b").ended


def test_a_running_event_subprocess_needs_its_place_in_the_next_version() -> None:
    with pytest.raises(ProcessFailed):
        Walk(beside(LIMIT)).fire("x").execution.migrated(beside())


def test_an_event_that_waits_for_a_condition_is_armed_when_it_is_drawn_later() -> None:
    road = (start(), user("a"), user("c"), end(), path("s", "a", "c", "e"))
    after = (user("z"), end("ez"), path("b", "z", "ez"))
    walk = Walk(one(*road), {"v": 0})

    migrated(walk, one(*road, boundary("b", "a", condition("v > 1")), *after))

    assert [one.element_id for one in walk.execution.subscriptions] == ["b"]
    assert walk.do("a", v=2).waiting == ["z"]


def test_a_condition_that_goes_on_waiting_remembers_what_it_has_seen_on_another_version() -> None:
    road = (start(), user("a"), user("c"), end(), path("s", "a", "c", "e"))
    after = (user("z"), end("ez"), path("b", "z", "ez"))
    reminding = boundary("b", "a", condition("v > 1"), interrupting=False)
    walk = Walk(one(*road, reminding, *after), {"v": 2})
    assert walk.waiting == ["a", "z"]

    migrated(
        walk, one(*road, reminding, user("z"), user("y"), end("ez"), path("b", "z", "y", "ez"))
    )

    assert walk.do("z").waiting == ["a", "y"]
