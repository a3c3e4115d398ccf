"""A subprocess shares its variables, a call passes what it names, an event subprocess is seen when it is done."""

from typing import Any

import pytest

from service.errors import MessageNotExpected
from tests.service.engine.diagrams import (
    TERMINATE,
    Walk,
    definitions,
    end,
    error,
    extensions,
    message,
    one,
    path,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.service.engine.pieces import NEWS, SIGNAL, aside, calling, mapped


def test_an_embedded_subprocess_gives_everything_back() -> None:
    inside = (start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
    walk = Walk(one(start(), sub("c", *inside), user("b"), end(), path("s", "c", "b", "e")))

    walk.do("a", 结论="立案")

    assert walk.task("b").variables == {"结论": "立案"}
    assert walk.path == ["s", "s1", "a", "e1", "c"]


def test_a_call_sees_and_returns_everything_unless_told_otherwise() -> None:
    walk = Walk(calling(), {"case": 1})
    assert walk.task("h").variables == {"case": 1}

    walk.do("h", reply="B")

    assert walk.task("z").variables == {"case": 1, "reply": "B"}


def test_a_call_takes_in_and_gives_out_what_it_names() -> None:
    named = extensions(
        '<camunda:in source="case" target="suggestion" />',
        '<camunda:in sourceExpression="${case + 1}" target="next" />',
        '<camunda:out source="reply" target="unit_reply" />',
    )
    walk = Walk(calling(named), {"case": 1, "other": 2})
    assert walk.task("h").variables == {"suggestion": 1, "next": 2}

    walk.do("h", reply="B", draft="长文")

    assert walk.task("z").variables == {"case": 1, "other": 2, "unit_reply": "B"}


def test_a_call_may_take_everything_and_rename_some() -> None:
    named = extensions('<camunda:in variables="all" />', '<camunda:in source="a" target="b" />')

    assert Walk(calling(named), {"a": 1}).task("h").variables == {"a": 1, "b": 1}


def test_inputs_of_a_subprocess_are_seen_inside_and_gone_afterwards() -> None:
    body = sub(
        "b",
        mapped({"x": "1"}, {"y": "${x}2"}),
        start("s1"),
        user("a"),
        end("e1"),
        path("s1", "a", "e1"),
    )
    walk = Walk(one(start(), body, user("z"), end(), path("s", "b", "z", "e")))
    assert walk.task("a").variables == {"x": "1"}

    assert walk.do("a", w=3).task("z").variables == {"w": 3, "y": "12"}


def test_a_call_that_maps_nothing_shares_nothing() -> None:
    apart = extensions('<camunda:in businessKey="${key}"/>')
    walk = Walk(calling(apart), {"case": 1})
    assert walk.task("h").variables == {}

    assert walk.do("h", reply="B").task("z").variables == {"case": 1}


def with_aside(event: str, interrupting: bool = True, *inside: str) -> Any:
    return definitions(
        NEWS,
        error("late"),
        '<bpmn:escalation id="U" name="催" escalationCode="urge"/>',
        process(
            "p",
            *(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")),
            aside(event, interrupting, *inside),
        ),
    )


def test_an_event_that_interrupts_its_process_ends_all_else_in_it() -> None:
    walk = Walk(with_aside(message("M"))).do("a", n=1)

    walk.receive("整改通知已下发", by="督查室")
    assert walk.waiting == ["u"]
    assert walk.task("u").variables == {"n": 1, "by": "督查室"}
    assert walk.execution.subscriptions == []
    walk.do("u", done=True)

    assert walk.ended
    assert walk.path == ["s", "a", "x", "u", "ue", "esp"]
    assert walk.execution.end_event == "ue"
    assert walk.execution.result == {"n": 1, "by": "督查室", "done": True}


def test_an_event_that_does_not_interrupt_may_come_again_and_the_process_waits_for_it() -> None:
    walk = Walk(with_aside(message("M"), False))

    walk.receive("整改通知已下发", no=1).receive("整改通知已下发", no=2)
    assert walk.waiting == ["a", "u", "u"]
    walk.do("a").do("b")
    assert not walk.ended
    walk.do("u", where={"no": 1}).do("u")

    assert walk.ended


def test_what_was_written_aside_is_seen_when_it_is_done_and_does_not_undo_what_came_since() -> None:
    walk = Walk(with_aside(message("M"), False), {"state": "旧"})

    walk.receive("整改通知已下发").do("a", state="新", reply="B").do("u", urged=True)
    assert walk.task("b").variables == {"state": "新", "reply": "B", "urged": True}

    assert walk.do("b").execution.result == {"state": "新", "reply": "B", "urged": True}


def test_what_is_aside_when_the_flow_has_ended_loses_nothing() -> None:
    walk = Walk(with_aside(message("M"), False), {"state": "旧"})

    walk.receive("整改通知已下发").do("a", state="新").do("b", last=1).do("u", urged=True)

    assert walk.execution.result == {"state": "新", "last": 1, "urged": True}


def test_what_begins_aside_after_the_flow_has_ended_still_sees_the_variables() -> None:
    walk = Walk(with_aside(message("M"), False), {"level": "县"})

    walk.receive("整改通知已下发", no=1).do("a").do("b", last=1).receive("整改通知已下发", no=2)

    assert walk.task("u", no=2).variables == {"level": "县", "last": 1, "no": 2}


def test_a_process_ends_without_waiting_for_events_that_did_not_come() -> None:
    walk = Walk(with_aside(timer("P30D"), False))
    assert walk.timers == ["x"]

    walk.do("a").do("b")

    assert walk.ended
    assert walk.timers == []


def test_a_limit_of_the_whole_process_fires_once() -> None:
    walk = Walk(with_aside(timer("P30D"), False)).fire("x")

    assert (walk.waiting, walk.timers) == (["a", "u"], [])
    assert walk.do("u").do("a").do("b").ended


def test_a_cycle_beside_the_process_goes_on_until_the_process_ends() -> None:
    quick = (end("ue"), path("x", "ue"))
    walk = Walk(with_aside(timer("R/P7D", "timeCycle"), False, *quick))

    walk.fire("x").fire("x").do("a").fire("x").do("b")

    assert walk.ended
    assert walk.path.count("esp") == 3


def test_a_signal_starts_an_event_subprocess() -> None:
    assert Walk(with_aside(SIGNAL)).receive("停水", "signal").waiting == ["u"]


def test_an_event_subprocess_belongs_to_the_subprocess_it_is_drawn_in() -> None:
    body = sub(
        "b", start("s1"), user("a"), end("e1"), path("s1", "a", "e1"), aside(message("M"), False)
    )
    diagram = definitions(
        NEWS, process("p", start(), body, user("z"), end(), path("s", "b", "z", "e"))
    )
    walk = Walk(diagram).receive("整改通知已下发")

    assert walk.do("a").waiting == ["u"]
    assert walk.do("u").waiting == ["z"]
    with pytest.raises(MessageNotExpected):
        walk.receive("整改通知已下发")


def test_a_terminate_event_takes_event_subprocesses_along() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), user("a"), end("e", TERMINATE), path("s", "a", "e")),
            aside(message("M"), False),
        ),
    )

    walk = Walk(diagram).receive("整改通知已下发").do("a")

    assert walk.ended
    assert walk.execution.subscriptions == []
