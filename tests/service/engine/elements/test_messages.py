"""A message or a signal reaches those who wait for its name."""

import pytest

from service.errors import MessageNotExpected
from tests.service.engine.diagrams import (
    Walk,
    catch,
    definitions,
    element,
    end,
    fork,
    inputs,
    message,
    path,
    process,
    start,
    throw,
    user,
)
from tests.service.engine.pieces import NEWS, SIGNAL


def test_a_message_inside_the_instance_reaches_who_waits_for_it() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), fork("g"), user("a"), throw("m", message("M", inputs(round="${n + 1}")))),
            *(catch("w", message("M")), user("b"), fork("j"), end()),
            *(path("s", "g"), path("g", "a", "m", "j"), path("g", "w", "b", "j"), path("j", "e")),
        ),
    )
    walk = Walk(diagram, {"n": 1})
    assert [(s.name, s.kind) for s in walk.execution.subscriptions] == [
        ("整改通知已下发", "message")
    ]

    walk.do("a", secret="不外传")

    assert walk.task("b").variables == {"n": 1, "round": 2}
    assert walk.thrown == []


def test_a_message_nobody_inside_waits_for_is_reported_outward() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            start(),
            user("a"),
            end("e", message("M", inputs(case="${n}"))),
            path("s", "a", "e"),
        ),
    )

    walk = Walk(diagram, {"n": 7}).do("a")

    [said] = walk.thrown
    assert (said.kind, said.name, said.payload, said.element_id) == (
        "message",
        "整改通知已下发",
        {"case": 7},
        "e",
    )


def test_a_message_from_outside_brings_its_payload() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            start(),
            element("receiveTask", "w", messageRef="M"),
            user("b"),
            end(),
            path("s", "w", "b", "e"),
        ),
    )
    walk = Walk(diagram)

    walk.receive("整改通知已下发", 期限="七日")

    assert walk.task("b").variables == {"期限": "七日"}
    with pytest.raises(MessageNotExpected):
        walk.receive("整改通知已下发")


def test_a_signal_reaches_everybody_and_the_outside() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), fork("g"), catch("w", SIGNAL), catch("v", SIGNAL), user("a"), fork("j")),
            *(throw("t", SIGNAL), end(), path("s", "g"), path("g", "w", "j"), path("g", "v", "j")),
            *(path("g", "a", "t", "j"), path("j", "e")),
        ),
    )
    walk = Walk(diagram)

    walk.do("a")

    assert walk.ended
    assert [said.name for said in walk.thrown] == ["停水"]
