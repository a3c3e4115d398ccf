"""Starts, ends, messages, signals, errors, timers; every walk saves and loads the instance after every command."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.errors import (
    ExpressionFailed,
    MessageNotExpected,
)
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    boundary,
    catch,
    definitions,
    element,
    end,
    fork,
    inputs,
    message,
    one,
    path,
    process,
    service,
    start,
    throw,
    timer,
    user,
)

NEWS = '<bpmn:message id="M" name="整改通知已下发"/><bpmn:signal id="S" name="停水"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'


def reminded(interrupting: bool, text: str = "P15D", form: str = "timeDuration") -> Any:
    return one(
        *(start(), user("a"), boundary("t", "a", timer(text, form), interrupting=interrupting)),
        *(user("r"), user("z"), end(), end("e2"), path("s", "a", "z", "e"), path("t", "r", "e2")),
    )


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


def test_a_cycle_ticks_and_missed_ticks_are_not_made_up_for() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle"))
    [waiting] = walk.execution.timers
    assert (waiting.kind, waiting.due_at) == ("cycle", MORNING + timedelta(days=1))

    walk.fire("t", MORNING + timedelta(days=4, hours=3))

    assert walk.waiting == ["a", "r"]
    assert walk.execution.timers[0].due_at == MORNING + timedelta(days=5)
    assert walk.execution.timers[0].id == waiting.id


def test_a_cycle_ends_after_its_count_and_its_reminders_live_on() -> None:
    walk = Walk(reminded(False, "R2/P1D", "timeCycle")).fire("t").fire("t")
    assert (walk.waiting, walk.timers) == (["a", "r", "r"], [])

    walk.do("a").do("r").do("z").do("r")

    assert walk.ended


def test_reminders_of_a_running_cycle_survive_the_task() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle")).fire("t").do("a")

    assert (walk.waiting, walk.timers) == (["r", "z"], [])
    assert walk.do("r").do("z").ended


def test_daily_reminders_for_a_year_do_not_grow_the_state() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle")).fire("t").do("r")
    size = walk.size

    for _ in range(365):
        walk.fire("t").do("r")

    assert walk.size <= size + 16


def test_months_end_on_their_last_day() -> None:
    at = datetime(2025, 11, 30, 1, tzinfo=UTC)

    walk = Walk(reminded(True, "P3M"), at=at)

    assert walk.execution.timers[0].due_at == datetime(2026, 2, 28, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    moment: datetime
    policy_key: str = "reply"
    level: str = "city"
    base_at: datetime = MORNING
    cap_on: str | None = "2026-06-30"


def test_a_named_limit_stays_with_its_timer() -> None:
    asked: list[Any] = []

    def deadline(variables: Any, key: str) -> Limit:
        asked.append((dict(variables), key))
        return Limit(MORNING + timedelta(days=90))

    host = Recorder(deadline=deadline)
    walk = Walk(reminded(True, 'deadline("reply")', "timeDate"), {"level": "city"}, host)

    [waiting] = walk.execution.timers
    assert asked == [({"level": "city"}, "reply")]
    assert waiting.due_at == MORNING + timedelta(days=90)
    assert waiting.policy is not None
    assert (waiting.policy.key, waiting.policy.level) == ("reply", "city")
    assert (waiting.policy.base_at, waiting.policy.cap_on) == (MORNING, "2026-06-30")


def test_a_limit_elsewhere_is_its_moment_as_text() -> None:
    host = Recorder(
        {"op": lambda call: call.parameters},
        deadline=lambda variables, key: Limit(MORNING),
    )
    diagram = one(
        start(),
        service("a", "op", inputs(until='${deadline("x")}')),
        user("b"),
        end(),
        path("s", "a", "b", "e"),
    )

    assert Walk(diagram, {}, host).task("b").variables == {"until": MORNING.isoformat()}


@pytest.mark.parametrize("value", ["2026-05-01", "soon", "", None, datetime(2026, 5, 1)])
def test_a_moment_that_is_none_fails_at_the_timer_and_names_it(value: Any) -> None:
    host = Recorder(deadline=lambda variables, key: value)

    with pytest.raises(ExpressionFailed) as failure:
        Walk(reminded(True, 'deadline("x")', "timeDate"), {}, host)

    assert failure.value.element == "t"


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
