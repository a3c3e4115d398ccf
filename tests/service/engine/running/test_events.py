"""Starts, ends, messages, signals, errors, timers; every walk saves and loads the instance after every command."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from service.engine.execution import Execution
from service.errors import (
    BpmnError,
    ExpressionFailed,
    MessageNotExpected,
    ProcessFailed,
)
from tests.service.engine.diagrams import (
    MORNING,
    TERMINATE,
    Recorder,
    Walk,
    boundary,
    catch,
    definitions,
    element,
    end,
    error,
    failing,
    fork,
    inputs,
    message,
    one,
    path,
    process,
    service,
    start,
    sub,
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


def test_months_are_counted_on_the_calendar_of_the_people() -> None:
    host = Recorder()
    host.zone = timezone(timedelta(hours=8))
    early = datetime(2026, 11, 29, 23, tzinfo=UTC)  # seven o'clock on 30 November in Beijing

    walk = Walk(reminded(False, "P3M"), {}, host, early)

    [due] = [timer.due_at for timer in walk.execution.timers]
    assert due == datetime(2027, 2, 27, 23, tzinfo=UTC)  # 28 February there


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


# --- links, several starts -----------------------------------------------------------------------


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


# --- event subprocesses --------------------------------------------------------------------------


def aside(event: str, interrupting: bool = True, *inside: str) -> str:
    inner = inside or (user("u"), end("ue"), path("x", "u", "ue"))
    begin = start("x", event, isInterrupting=str(interrupting).lower())
    return element("subProcess", "esp", begin, *inner, triggeredByEvent="true")


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


def failing_inside(*asides: str, boundary_too: bool = False) -> Any:
    outer = (boundary("o", "b", failing("late")), user("w"), end("we"), path("o", "w", "we"))
    return definitions(
        error("late"),
        '<bpmn:escalation id="U" name="催" escalationCode="urge"/>',
        process(
            "p",
            start(),
            sub(
                "b",
                *(
                    start("s1"),
                    user("a"),
                    end("e1", failing("late")),
                    path("s1", "a", "e1"),
                    *asides,
                ),
            ),
            *(user("z"), end(), path("s", "b", "z", "e")),
            *(outer if boundary_too else ()),
        ),
    )


def test_an_error_is_handled_by_the_nearest_event_subprocess_before_a_boundary_event() -> None:
    walk = Walk(failing_inside(aside(failing("late")), boundary_too=True)).do("a", n=1)

    assert walk.waiting == ["u"]
    assert walk.do("u").waiting == ["z"]
    assert walk.path == ["s", "s1", "a", "e1", "x", "u", "ue", "esp", "b"]
    assert walk.task("z").variables == {"n": 1}


def test_an_error_in_an_event_subprocess_goes_to_the_outside() -> None:
    inside = (user("u"), end("ue", failing("late")), path("x", "u", "ue"))
    walk = Walk(failing_inside(aside(failing("late"), True, *inside), boundary_too=True))

    assert walk.do("a").do("u").waiting == ["w"]


def test_an_error_at_the_top_is_handled_by_an_event_subprocess_there() -> None:
    diagram = definitions(
        error("late"),
        process(
            "p",
            *(start(), fork("g"), user("a"), user("b"), end("e", failing("late")), end("e2")),
            *(path("s", "g", "a", "e"), path("g", "b", "e2"), aside(failing("late"))),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["u"]
    assert walk.do("u").ended


def test_an_escalation_starts_an_event_subprocess_and_the_flow_goes_on() -> None:
    urge = '<bpmn:escalationEventDefinition escalationRef="U"/>'
    diagram = definitions(
        '<bpmn:escalation id="U" name="催" escalationCode="urge"/>',
        process(
            "p",
            *(start(), throw("t", urge), user("a"), end(), path("s", "t", "a", "e")),
            aside(urge, False),
        ),
    )

    assert Walk(diagram).waiting == ["a", "u"]


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


# --- errors of operations ------------------------------------------------------------------------


def refusing(call: Any) -> Any:
    raise BpmnError("no_budget", "没有预算。")


def asking(*beside: str) -> Any:
    return definitions(
        error("no_budget"),
        process(
            "p",
            *(start(), service("k", "ask"), user("z"), end(), path("s", "k", "z", "e"), *beside),
        ),
    )


def test_an_error_an_operation_reports_goes_where_it_is_drawn() -> None:
    host = Recorder({"ask": refusing})
    beside = (boundary("o", "k", failing("no_budget")), user("w"), end("we"), path("o", "w", "we"))

    assert Walk(asking(*beside), {}, host).waiting == ["w"]
    assert Walk(asking(aside(failing("no_budget"))), {}, host).waiting == ["u"]


def test_an_error_nobody_draws_is_the_refusal_of_the_operation() -> None:
    with pytest.raises(BpmnError, match="没有预算"):
        Walk(asking(), {}, Recorder({"ask": refusing}))
