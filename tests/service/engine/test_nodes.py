"""What each kind of element does; every walk saves and loads the instance after every command."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.errors import (
    ExpressionFailed,
    MessageNotExpected,
    OperationFailed,
    ProcessFailed,
    StepLimitExceeded,
    TaskNotOpen,
)
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    boundary,
    call,
    catch,
    definitions,
    each,
    element,
    end,
    extensions,
    flow,
    fork,
    inputs,
    message,
    one,
    path,
    process,
    service,
    some,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

NEWS = '<bpmn:message id="M" name="整改通知已下发"/><bpmn:signal id="S" name="停水"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"


def error(code: str) -> str:
    return f'<bpmn:error id="E_{code}" name="{code}" errorCode="{code}"/>'


def failing(code: str) -> str:
    return f'<bpmn:errorEventDefinition errorRef="E_{code}"/>'


# --- tasks and gateways --------------------------------------------------------------------------


def test_a_task_waits_for_its_person_and_then_the_next_one_waits() -> None:
    walk = Walk(one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")))

    walk.do("a", 意见="同意")

    assert walk.waiting == ["b"]
    assert walk.task("b").variables == {"意见": "同意"}
    assert walk.do("b").ended
    assert walk.execution.end_event == "e"


def test_an_untyped_or_manual_task_lets_the_token_pass() -> None:
    walk = Walk(
        one(
            *(start(), element("task", "a"), element("manualTask", "b"), end()),
            path("s", "a", "b", "e"),
        )
    )

    assert walk.ended
    assert walk.path == ["s", "a", "b", "e"]


@pytest.mark.parametrize(("amount", "taken"), [(5, "b"), (15, "c"), (150, "d")])
def test_an_exclusive_gateway_takes_the_first_condition_that_holds_or_the_default(
    amount: int, taken: str
) -> None:
    diagram = one(
        *(start(), xor("x", default="x-b"), user("b"), user("c"), user("d"), end()),
        *(path("s", "x"), flow("x", "b"), flow("x", "d", "amount > 100")),
        *(flow("x", "c", "${amount > 10}"), path("b", "e"), path("c", "e"), path("d", "e")),
    )

    assert Walk(diagram, {"amount": amount}).waiting == [taken]


def test_without_a_default_flow_a_gateway_fails_rather_than_guesses() -> None:
    diagram = one(
        *(start(), xor("x"), user("b"), user("c"), end(), path("s", "x"), flow("x", "b", "n < 0")),
        *(flow("x", "c", "n > 1"), path("b", "e"), path("c", "e")),
    )

    assert Walk(diagram, {"n": 2}).waiting == ["c"]
    with pytest.raises(ExpressionFailed) as failure:
        Walk(diagram, {"n": 0})
    assert failure.value.element == "x"


def test_two_answers_of_one_gateway_may_lead_to_the_same_task() -> None:
    diagram = one(
        *(start(), user("a"), xor("x", default="no"), user("b"), end(), path("s", "a", "x")),
        *(flow("x", "b", id="no"), flow("x", "b", "n == 1", id="yes"), path("b", "e")),
    )

    for n, flow_id in ((1, "yes"), (2, "no")):
        walk = Walk(diagram).do("a", n=n).do("b")
        assert [step.flow_id for step in walk.steps if step.element_id == "b"] == [flow_id]


def test_a_parallel_block_joins_when_every_branch_has_come() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), user("c"), fork("j"), user("z"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "b", "j"), path("g", "c", "j")),
            path("j", "z", "e"),
        )
    )

    walk.do("b").do("c")
    assert walk.waiting == ["a"]

    walk.do("a")
    assert walk.waiting == ["z"]


def test_branches_keep_what_they_wrote_and_do_not_undo_one_another() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), fork("j"), user("z"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "b", "j"), path("j", "z", "e")),
        ),
        {"a": "原值", "units": ["甲", "乙", "丙"]},
    )

    walk.do("a", a="甲的意见", units=["甲"]).do("b", b="乙的意见")

    assert walk.task("z").variables == {"a": "甲的意见", "b": "乙的意见", "units": ["甲"]}


def looping(*inside: str) -> Any:
    """A block that is gone through until `again` is false."""
    return one(
        *(start(), xor("m"), *inside, user("z"), xor("x", default="x-e"), end()),
        *(path("s", "m"), path("z", "x", "e"), flow("x", "m", "again")),
    )


def test_a_parallel_join_in_a_loop_waits_again_in_every_pass() -> None:
    diagram = looping(
        *(fork("g"), user("a"), fork("g2"), user("b"), user("c"), fork("j2"), fork("j")),
        *(path("m", "g"), path("g", "a", "j"), path("g", "g2"), path("g2", "b", "j2")),
        *(path("g2", "c", "j2"), path("j2", "j", "z")),
    )
    walk = Walk(diagram)

    for number in range(4):
        walk.do("a", a=number)
        assert walk.waiting == ["b", "c"]
        walk.do("c")
        assert walk.waiting == ["b"]
        walk.do("b")
        assert walk.waiting == ["z"]
        walk.do("z", again=number < 3)

    assert walk.ended
    assert walk.execution.result["a"] == 3


def test_branches_split_twice_and_joined_at_once_wait_for_all_three() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), fork("g2"), user("b"), user("c"), fork("j"), end()),
            *(path("s", "g"), path("g", "a", "j"), path("g", "g2"), path("g2", "b", "j")),
            *(path("g2", "c", "j", "e"),),
        )
    )

    walk.do("a").do("b")
    assert not walk.ended

    assert walk.do("c").ended


def test_an_inclusive_join_waits_for_the_branches_taken_in_every_pass() -> None:
    diagram = looping(
        *(user("q"), some("g", default="g-c"), user("a"), user("b"), user("c"), some("j")),
        *(path("m", "q", "g"), flow("g", "a", "x"), flow("g", "b", "y"), flow("g", "c")),
        *(path("a", "j"), path("b", "j"), path("c", "j"), path("j", "z")),
    )
    walk = Walk(diagram)

    walk.do("q", x=True, y=True).do("b")
    assert walk.waiting == ["a"]
    walk.do("a").do("z", again=True)
    walk.do("q", x=False, y=True)
    assert walk.waiting == ["b"]
    walk.do("b").do("z", again=True)
    walk.do("q", x=False, y=False)
    assert walk.waiting == ["c"]
    assert walk.do("c").do("z", again=False).ended


def test_an_inclusive_join_goes_on_when_a_branch_turns_away() -> None:
    diagram = one(
        *(start(), some("g", default="g-c"), user("a"), user("b"), user("c"), some("j")),
        *(user("z"), end(), xor("x", default="x-j"), end("e2"), path("s", "g")),
        *(flow("g", "a", "n > 0"), flow("g", "b", "n > 0"), flow("g", "c"), path("c", "j")),
        *(path("a", "x"), flow("x", "j"), flow("x", "e2", "withdrawn"), path("b", "j", "z", "e")),
    )
    walk = Walk(diagram, {"n": 1})
    assert walk.waiting == ["a", "b"]

    walk.do("b")
    assert walk.waiting == ["a"]
    walk.do("a", withdrawn=True)

    assert walk.waiting == ["z"]


def test_the_first_event_behind_an_event_gateway_wins() -> None:
    diagram = definitions(
        NEWS,
        process(
            "p",
            *(start(), element("eventBasedGateway", "g"), catch("t", timer("P9D"))),
            *(catch("u", timer("P2D")), catch("m", message("M")), user("a"), user("b"), end()),
            *(path("s", "g"), path("g", "t", "a"), path("g", "u", "a"), path("g", "m", "b")),
            *(path("a", "e"), path("b", "e")),
        ),
    )
    walk = Walk(diagram)
    assert [(t.element_id, (t.due_at - MORNING).days) for t in walk.execution.timers] == [
        ("t", 9),
        ("u", 2),
    ]

    walk.receive("整改通知已下发")

    assert (walk.waiting, walk.timers) == (["b"], [])
    assert Walk(diagram).fire("u").waiting == ["a"]


def test_a_token_that_can_only_wait_for_ever_is_an_error_and_not_a_silence() -> None:
    diagram = one(
        *(start(), user("q"), xor("x", default="x-a"), user("a"), user("b"), fork("j"), end()),
        *(path("s", "q", "x"), flow("x", "a"), flow("x", "b", "n"), path("a", "j"), path("b", "j")),
        path("j", "e"),
    )
    walk = Walk(diagram).do("q", n=False)

    with pytest.raises(ProcessFailed) as failure:
        walk.do("a")

    assert failure.value.element == "j"


# --- service tasks -------------------------------------------------------------------------------


def test_a_service_task_hands_its_parameters_to_the_operation_and_keeps_the_answer() -> None:
    host = Recorder({"number": lambda call: {"number": f"第{call.variables['n']}号"}})
    diagram = one(
        *(start(), service("a", "number", inputs(kind="${level}", text="第${n}件")), user("b")),
        *(end(), path("s", "a", "b", "e")),
    )

    walk = Walk(diagram, {"n": 17, "level": "city"}, host)

    [(operation, asked)] = host.calls
    assert (operation, asked.element_id, asked.process_id) == ("number", "a", "p")
    assert asked.parameters == {"kind": "city", "text": "第17件"}
    assert walk.task("b").variables["number"] == "第17号"


def test_an_operation_cannot_change_the_variables_behind_the_engine() -> None:
    def meddle(call: Any) -> None:
        call.variables["n"] = 2

    with pytest.raises(OperationFailed) as failure:
        Walk(
            one(start(), service("a", "op"), end(), path("s", "a", "e")),
            {"n": 1},
            Recorder({"op": meddle}),
        )

    assert failure.value.element == "a"


def test_what_an_operation_returns_must_fit_into_the_saved_state() -> None:
    host = Recorder({"op": lambda call: {"thing": object()}})

    with pytest.raises(OperationFailed) as failure:
        Walk(one(start(), service("a", "op"), end(), path("s", "a", "e")), {}, host)

    assert failure.value.element == "a"


def test_a_refusal_by_an_operation_passes_through_unchanged() -> None:
    def refuse(call: Any) -> None:
        raise TaskNotOpen("这件建议已经立案。")

    with pytest.raises(TaskNotOpen, match="已经立案"):
        Walk(
            one(start(), service("a", "op"), end(), path("s", "a", "e")),
            {},
            Recorder({"op": refuse}),
        )


def test_what_the_host_wants_to_see_is_not_wrapped() -> None:
    class Gone(Exception):
        pass

    def gone(*anything: Any) -> None:
        raise Gone

    for parts in (
        (service("a", "op"), path("s", "a", "e")),
        (catch("a", timer('deadline("x")', "timeDate")), path("s", "a", "e")),
    ):
        host = Recorder({"op": gone}, deadline=gone)
        host.passing = (Gone,)  # type: ignore[attr-defined]
        with pytest.raises(Gone):
            Walk(one(start(), *parts, end()), {}, host)


def test_a_run_of_service_tasks_has_a_limit() -> None:
    ids = [f"a{number}" for number in range(600)]
    diagram = one(start(), *(service(i, "op") for i in ids), end(), path("s", *ids, "e"))

    with pytest.raises(StepLimitExceeded) as failure:
        Walk(diagram)

    assert failure.value.element == "a499"


def test_the_limit_counts_for_each_process_of_its_own_and_anew_for_each_command() -> None:
    walk = Walk(units(), {"units": list(range(600))})
    execution = walk.execution

    for task_id in execution.task_ids:
        execution.complete(task_id, {})

    assert [task.element_id for task in execution.user_tasks] == ["z"]


def test_three_hundred_tasks_in_a_row_run() -> None:
    ids = [f"a{number}" for number in range(300)]
    walk = Walk(one(start(), *map(user, ids), end(), path("s", *ids, "e")))

    for key in ids:
        walk.do(key)

    assert walk.ended
    assert Walk(one(start(), *(service(i, "op") for i in ids), end(), path("s", *ids, "e"))).ended


# --- events --------------------------------------------------------------------------------------


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


# --- subprocesses, calls, several instances ------------------------------------------------------


def test_an_embedded_subprocess_gives_everything_back() -> None:
    inside = (start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
    walk = Walk(one(start(), sub("c", *inside), user("b"), end(), path("s", "c", "b", "e")))

    walk.do("a", 结论="立案")

    assert walk.task("b").variables == {"结论": "立案"}
    assert walk.path == ["s", "s1", "a", "e1", "c"]


def test_embedded_subprocesses_of_two_processes_may_have_the_same_id() -> None:
    def inside(key: str) -> str:
        return sub("c", start("s1"), user(key), end("e1"), path("s1", key, "e1"))

    diagram = definitions(
        process("p", start(), inside("a"), call("k", "q"), end(), path("s", "c", "k", "e")),
        process("q", start("s2"), inside("b"), end("e2"), path("s2", "c", "e2")),
    )

    assert Walk(diagram).do("a").do("b").ended


def test_a_terminate_event_ends_its_own_subprocess_only() -> None:
    inside = (
        *(start("s1"), fork("g"), user("a"), user("b"), end("e1", TERMINATE), end("e3")),
        *(path("s1", "g"), path("g", "a", "e1"), path("g", "b", "e3")),
    )
    walk = Walk(one(start(), sub("c", *inside), user("z"), end(), path("s", "c", "z", "e")))

    walk.do("a", why="撤回")

    assert walk.waiting == ["z"]
    assert walk.task("z").variables == {"why": "撤回"}


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


CALLED = process("q", start("s2"), user("h"), end("e2"), path("s2", "h", "e2"))


def calling(*inside: str) -> Any:
    caller = process(
        "p", start(), call("c", "q", *inside), user("z"), end(), path("s", "c", "z", "e")
    )
    return definitions(caller, CALLED)


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


def units(sequential: bool = False, until: str | None = None, *inside: str) -> Any:
    return calling(each("units", "unit", sequential, until), *inside)


def test_each_unit_gets_its_own_process_and_the_host_waits_for_all() -> None:
    walk = Walk(units(), {"units": ["交通局", "公安局"]})

    walk.do("h", where={"unit": "公安局"}, reply="公安局的答复")
    assert [task.variables["unit"] for task in walk.execution.user_tasks] == ["交通局"]
    walk.do("h", reply="交通局的答复")

    assert walk.task("z").variables == {"units": ["交通局", "公安局"]}


def test_units_one_after_another() -> None:
    walk = Walk(units(sequential=True), {"units": [{"unit": "甲"}, {"unit": "乙"}]})
    seen = []

    while walk.waiting == ["h"]:
        seen.append(walk.task("h").variables["unit"]["unit"])
        walk.do("h")

    assert seen == ["甲", "乙"]
    assert walk.waiting == ["z"]


def test_enough_units_are_enough_and_the_others_are_taken_back() -> None:
    enough = "nrOfCompletedInstances / nrOfInstances >= 0.5 or reply == '否决'"
    diagram = units(False, enough)
    walk = Walk(diagram, {"units": list("甲乙丙丁")})

    walk.do("h", reply="同意")
    assert walk.waiting == ["h"] * 3
    walk.do("h", reply="同意")
    assert walk.waiting == ["z"]

    assert Walk(diagram, {"units": list("甲乙丙丁")}).do("h", reply="否决").waiting == ["z"]


def test_nobody_to_ask_means_going_on() -> None:
    walk = Walk(units(), {"units": []})

    assert walk.waiting == ["z"]
    assert [s.kind for s in walk.steps if s.element_id == "c"] == ["multiInstance"]


def test_a_user_task_for_each_person_keeps_its_candidates_apart() -> None:
    diagram = one(
        *(start(), user("a", each("${members}", "member"), camunda__assignee="${member}")),
        *(user("z"), end(), path("s", "a", "z", "e")),
    )
    walk = Walk(diagram, {"members": ["wang", "li"]})

    assert sorted(str(t.assignee) for t in walk.execution.user_tasks) == ["li", "wang"]
    walk.do("a", vote=1).do("a", vote=2)
    assert walk.task("z").variables == {"members": ["wang", "li"]}


def test_a_subprocess_for_each_unit_inside_another_for_each_round() -> None:
    inner = sub(
        "i", each("units", "unit"), start("s2"), user("a"), end("e2"), path("s2", "a", "e2")
    )
    outer = sub(
        "o", each("rounds", "round", True), start("s1"), inner, end("e1"), path("s1", "i", "e1")
    )
    walk = Walk(
        one(start(), outer, end(), path("s", "o", "e")), {"units": ["甲", "乙"], "rounds": [1, 2]}
    )
    seen = []

    while not walk.ended:
        task = walk.task("a")
        seen.append((task.variables["round"], task.variables["unit"]))
        walk.do("a")

    assert seen == [(1, "甲"), (1, "乙"), (2, "甲"), (2, "乙")]


def test_a_collection_that_is_no_list_fails_at_its_element() -> None:
    with pytest.raises(ExpressionFailed) as failure:
        Walk(units(), {"units": "交通局"})

    assert failure.value.element == "c"


def test_a_loop_cardinality_counts() -> None:
    several = (
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tExpression">'
        "${n + 1}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    diagram = one(start(), user("a", several), end(), path("s", "a", "e"))

    assert Walk(diagram, {"n": 2}).waiting == ["a", "a", "a"]


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


@pytest.mark.parametrize("repeated", [False, True])
def test_an_error_travels_to_the_nearest_boundary_that_knows_it(repeated: bool) -> None:
    diagram = definitions(
        error("涉密"),
        process(
            "p",
            *(start(), call("c", "q", each("units", "unit") if repeated else "")),
            *(boundary("b", "c", failing("涉密")), user("seal"), user("z"), end()),
            *(path("s", "c", "z", "e"), path("b", "seal", "e")),
        ),
        process(
            "q",
            *(start("s2"), fork("g"), user("h"), user("i"), end("e2", failing("涉密")), end("e3")),
            *(path("s2", "g"), path("g", "h", "e2"), path("g", "i", "e3")),
        ),
    )
    walk = Walk(diagram, {"units": ["甲", "乙"]})

    walk.do("h")

    assert walk.waiting == ["seal"]
    assert walk.do("seal").ended


def test_an_error_nobody_handles_is_a_failure_that_names_it() -> None:
    diagram = definitions(
        error("涉密"),
        process("p", start(), user("a"), end("e", failing("涉密")), path("s", "a", "e")),
    )

    with pytest.raises(ProcessFailed, match="涉密") as failure:
        Walk(diagram).do("a")

    assert failure.value.element == "e"


def test_an_escalation_reminds_the_outside_and_goes_on() -> None:
    diagram = definitions(
        '<bpmn:escalation id="X" name="超期" escalationCode="超期"/>',
        process(
            "p",
            *(
                start(),
                sub(
                    "c",
                    start("s1"),
                    user("a"),
                    throw("x", up()),
                    user("b"),
                    end("e1"),
                    path("s1", "a", "x", "b", "e1"),
                ),
            ),
            *(boundary("n", "c", up(), interrupting=False), user("r"), end(), end("e2")),
            *(path("s", "c", "e"), path("n", "r", "e2")),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["b", "r"]
    assert walk.do("b").do("r").ended


def up() -> str:
    return '<bpmn:escalationEventDefinition escalationRef="X"/>'


def test_calls_may_not_go_ever_deeper() -> None:
    diagram = definitions(
        *(
            process(
                f"p{n}",
                start(f"s{n}"),
                call(f"c{n}", f"p{n + 1}"),
                end(f"e{n}"),
                path(f"s{n}", f"c{n}", f"e{n}"),
            )
            for n in range(25)
        ),
        process("p25", start("s25"), user("a"), end("e25"), path("s25", "a", "e25")),
        id="p0",
    )

    with pytest.raises(ProcessFailed) as failure:
        Walk(diagram)

    assert failure.value.element == "c20"


# --- ends ----------------------------------------------------------------------------------------


def test_what_an_ended_branch_wrote_is_there_at_the_end_of_the_process() -> None:
    inside = process(
        "q",
        *(start("s2"), user("h"), boundary("t", "h", timer("P1D"), interrupting=False), user("r")),
        *(user("k"), end("e2"), end("e3"), path("s2", "h", "k", "e2"), path("t", "r", "e3")),
    )
    diagram = definitions(
        process("p", start(), call("c", "q"), user("z"), end(), path("s", "c", "z", "e")), inside
    )

    # The main path ends first; the reminder, with older variables, ends last.
    walk = (
        Walk(diagram, {"state": "旧"})
        .fire("t")
        .do("h", conclusion="立案")
        .do("k", state="新")
        .do("r", read=True)
    )
    assert walk.task("z").variables == {"state": "新", "conclusion": "立案", "read": True}

    # The reminder ends first.
    walk = (
        Walk(diagram, {"state": "旧"})
        .fire("t")
        .do("r", read=True)
        .do("h", conclusion="立案")
        .do("k", state="新")
    )
    assert walk.task("z").variables == {"state": "新", "conclusion": "立案", "read": True}


def test_a_process_without_start_and_end_events_starts_and_ends_all_the_same() -> None:
    walk = Walk(one(user("a"), user("b"), path("a", "b")))

    assert walk.waiting == ["a"]
    assert walk.do("a").do("b").ended
