"""Starts, ends, messages, signals, errors, timers; every walk saves and loads the instance after every command."""

from typing import Any

import pytest

from service.engine.execution import Execution
from service.errors import ProcessFailed
from tests.service.engine.diagrams import (
    MORNING,
    TERMINATE,
    Recorder,
    Walk,
    boundary,
    catch,
    definitions,
    end,
    fork,
    message,
    one,
    path,
    process,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.service.engine.pieces import NEWS


def test_a_token_that_enters_a_link_goes_on_where_it_leaves() -> None:
    link = '<bpmn:linkEventDefinition name="续办"/>'
    walk = Walk(
        one(
            *(start(), user("a"), throw("t", link), catch("c", link), user("b"), end()),
            *(path("s", "a", "t"), path("c", "b", "e")),
        )
    )

    walk.do("a").do("b")

    assert walk.ended
    assert walk.path == ["s", "a", "t", "c", "b", "e"]


def several_starts(*blank: str) -> Any:
    return definitions(
        NEWS,
        process(
            "p",
            *(*(start(name) for name in blank), start("m", message("M")), start("t", timer("P1D"))),
            *(user("a"), user("b"), end(), *(path(name, "a") for name in blank)),
            *(path("m", "b"), path("t", "a"), path("a", "e"), path("b", "e")),
        ),
    )


def test_a_process_begins_at_its_blank_start_or_at_the_one_that_is_named() -> None:
    diagram = several_starts("s")

    assert Walk(diagram).path == ["s"]
    begun = Execution.start(diagram, {}, Recorder(), MORNING, "m")
    assert [step.element_id for step in begun.trace] == ["m"]
    assert [task.element_id for task in begun.user_tasks] == ["b"]


def test_without_a_blank_start_somebody_has_to_say_which() -> None:
    with pytest.raises(ProcessFailed) as failure:
        Walk(several_starts())

    assert "空白" in str(failure.value)
    assert several_starts().process.start is None


def test_a_terminate_event_ends_its_own_subprocess_only() -> None:
    inside = (
        *(start("s1"), fork("g"), user("a"), user("b"), end("e1", TERMINATE), end("e3")),
        *(path("s1", "g"), path("g", "a", "e1"), path("g", "b", "e3")),
    )
    walk = Walk(one(start(), sub("c", *inside), user("z"), end(), path("s", "c", "z", "e")))

    walk.do("a", why="撤回")

    assert walk.waiting == ["z"]
    assert walk.task("z").variables == {"why": "撤回"}


def test_what_a_branch_had_written_before_it_ended_is_kept_when_another_terminates() -> None:
    inside = (
        *(start("s1"), fork("g"), user("a"), user("b"), end("e1", TERMINATE), end("e3")),
        *(path("s1", "g"), path("g", "a", "e1"), path("g", "b", "e3")),
    )
    walk = Walk(one(start(), sub("c", *inside), user("z"), end(), path("s", "c", "z", "e")))

    walk.do("b", opinion="同意").do("a", why="撤回")

    assert walk.task("z").variables == {"opinion": "同意", "why": "撤回"}


def test_a_terminate_event_at_the_top_ends_the_instance() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), end("stop", TERMINATE), end()),
            *(boundary("t", "b", timer("P1D")), end("e2"), path("t", "e2")),
            *(path("s", "g"), path("g", "a", "stop"), path("g", "b", "e")),
        )
    )

    walk.do("a")

    assert walk.ended
    assert walk.execution.end_event == "stop"
    assert (walk.waiting, walk.timers) == ([], [])
