"""Events beside an activity wait as long as it lasts."""

import pytest

from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    boundary,
    call,
    definitions,
    each,
    end,
    message,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
)
from tests.service.engine.pieces import NEWS, reminded


@pytest.mark.parametrize("repeated", [False, True])
def test_a_timer_on_a_call_takes_everything_inside_with_it(repeated: bool) -> None:
    inside = boundary("t2", "h", timer("P9D"), interrupting=False)
    diagram = definitions(
        process(
            "p",
            *(start(), call("c", "q", each("units", "unit") if repeated else "")),
            *(boundary("t", "c", timer("P30D")), user("late"), user("z"), end()),
            *(path("s", "c", "z", "e"), path("t", "late", "e")),
        ),
        process(
            "q",
            start("s2"),
            user("h"),
            inside,
            end("e2"),
            end("e3"),
            path("s2", "h", "e2"),
            path("t2", "e3"),
        ),
    )
    walk = Walk(diagram, {"units": ["甲", "乙"]})
    assert "t2" in walk.timers

    walk.fire("t")

    assert (walk.waiting, walk.timers) == (["late"], [])
    assert walk.do("late").ended


def test_a_message_on_a_subprocess_that_does_not_interrupt() -> None:
    inside = (start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), sub("c", *inside), boundary("m", "c", message("M"), interrupting=False)),
            *(user("r"), end(), end("e2"), path("s", "c", "e"), path("m", "r", "e2")),
        ),
    )

    walk = Walk(diagram).receive("整改通知已下发")

    assert walk.waiting == ["a", "r"]
    assert walk.do("r").do("a").ended


def test_a_subprocess_may_say_the_message_that_interrupts_it() -> None:
    inside = (start("s1"), user("a"), end("e1", message("M")), path("s1", "a", "e1"))
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), sub("c", *inside), boundary("m", "c", message("M")), user("r"), user("z")),
            *(end(), path("s", "c", "z", "e"), path("m", "r", "e")),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["r"]
    assert walk.do("r").ended


def test_an_interrupting_timer_takes_the_task_away() -> None:
    walk = Walk(reminded(True)).fire("t")

    assert (walk.waiting, walk.timers) == (["r"], [])
    assert walk.do("r").execution.end_event == "e2"


def test_a_reminder_leaves_the_task_and_survives_it() -> None:
    walk = Walk(reminded(False)).fire("t")
    assert (walk.waiting, walk.timers) == (["a", "r"], [])

    walk.do("a")
    assert walk.waiting == ["r", "z"]

    walk.do("z").do("r")
    assert walk.ended


def test_a_timer_goes_with_the_task_it_hangs_on() -> None:
    walk = Walk(reminded(False)).do("a")

    assert (walk.waiting, walk.timers) == (["z"], [])


def test_a_reminder_by_message_may_come_again_while_the_task_is_open() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), user("a"), boundary("m", "a", message("M"), interrupting=False)),
            *(service("r", "remind"), end(), end("e2"), path("s", "a", "e"), path("m", "r", "e2")),
        ),
    )
    host = Recorder()
    walk = Walk(diagram, {}, host)

    walk.receive("整改通知已下发").receive("整改通知已下发")
    assert [operation for operation, _ in host.calls] == ["remind", "remind"]
    assert walk.waiting == ["a"]

    assert walk.do("a").ended
    assert walk.execution.subscriptions == []


def test_a_message_that_interrupts_takes_the_task_away() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), user("a"), boundary("m", "a", message("M")), user("b"), end()),
            *(path("s", "a", "e"), path("m", "b", "e")),
        ),
    )

    walk = Walk(diagram).receive("整改通知已下发")

    assert (walk.waiting, walk.execution.subscriptions) == (["b"], [])
