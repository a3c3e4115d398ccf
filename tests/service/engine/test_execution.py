"""One instance in memory, by its public verbs."""

from datetime import UTC, datetime, timedelta

import pytest

from service.engine.execution import Execution
from service.errors import MessageNotExpected, OperationFailed, TaskNotOpen
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    boundary,
    call,
    catch,
    definitions,
    each,
    end,
    extensions,
    flow,
    fork,
    one,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.service.engine.pieces import begun

ROAD = one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e"))


def test_ids_are_cheap_and_lead_to_details() -> None:
    execution = begun(one(start(), user("a"), boundary("t", "a", timer("P1D")), end(), path("s", "a", "e"), path("t", "e")))  # fmt: skip

    [task_id], [timer_id] = execution.task_ids, execution.timer_ids

    assert execution.task(task_id).element_id == "a"
    assert execution.timer(timer_id).due_at == MORNING + timedelta(days=1)


def test_the_variables_of_any_waiting_token_can_be_read() -> None:
    execution = begun(one(start(), catch("t", timer("P1D")), end(), path("s", "t", "e")), n=1)

    assert execution.variables(execution.timer_ids[0]) == {"n": 1}
    with pytest.raises(TaskNotOpen):
        execution.variables("0" * 32)


# --- commands ------------------------------------------------------------------------------------


def test_a_task_is_completed_once() -> None:
    execution = begun()
    [first] = execution.task_ids
    execution.complete(first, {})

    with pytest.raises(TaskNotOpen):
        execution.complete(first, {})

    assert [task.element_id for task in execution.user_tasks] == ["b"]


@pytest.mark.parametrize("which", ["a timer", "a waiting join", "nonsense"])
def test_only_what_waits_for_a_person_can_be_completed(which: str) -> None:
    execution = begun(
        one(
            *(
                start(),
                fork("g"),
                user("a"),
                catch("t", timer("P1D")),
                fork("j"),
                end(),
                path("s", "g"),
            ),
            *(path("g", "a", "j"), path("g", "t", "j"), path("j", "e")),
        )
    )
    execution.complete(execution.task_ids[0], {})
    ids = {
        "a timer": execution.timer_ids[0],
        "a waiting join": next(
            t.id for t in execution._instance.living() if t.task_spec.name == "j"
        ),
        "nonsense": "x",
    }

    with pytest.raises(TaskNotOpen):
        execution.complete(ids[which], {})


def test_a_timer_fires_once_whatever_the_clock_says() -> None:
    diagram = one(start(), catch("t", timer("P30D")), user("a"), end(), path("s", "t", "a", "e"))
    execution = begun(diagram)
    [timer_id] = execution.timer_ids

    assert execution.fire(timer_id, MORNING)
    assert not execution.fire(timer_id, MORNING)
    assert not execution.fire(execution.task_ids[0], MORNING)
    assert len(execution.task_ids) == 1


def test_exactly_one_of_several_due_timers_fires() -> None:
    diagram = one(
        *(start(), user("a"), user("r"), end(), end("e2"), path("s", "a", "e"), path("r", "e2")),
        *(boundary("t1", "a", timer("P1D"), interrupting=False), path("t1", "r")),
        *(boundary("t2", "a", timer("P1D"), interrupting=False), path("t2", "r")),
    )
    execution = begun(diagram)
    [first, second] = execution.timers

    execution.fire(first.id, first.due_at + timedelta(days=7))

    assert [t.element_id for t in execution.timers] == [second.element_id]
    assert [t.element_id for t in execution.user_tasks] == ["a", "r"]


def test_time_is_what_the_command_says() -> None:
    diagram = one(
        *(start(), catch("t", timer("P1D")), user("a"), boundary("u", "a", timer("P1D")), end()),
        *(path("s", "t", "a", "e"), path("u", "e")),
    )
    execution = begun(diagram)
    later = datetime(2031, 1, 1, tzinfo=UTC)

    execution.fire(execution.timer_ids[0], later)

    assert execution.timers[0].due_at == later + timedelta(days=1)


def test_a_message_nobody_waits_for_is_refused() -> None:
    with pytest.raises(MessageNotExpected):
        begun().receive("整改通知已下发", "message", {})


def test_cancelling_ends_everything_at_every_depth() -> None:
    inside = process("q", start("s2"), user("h"), boundary("t", "h", timer("P1D")), end("e2"), path("s2", "h", "e2"), path("t", "e2"))  # fmt: skip
    diagram = definitions(
        process("p", start(), fork("g"), call("c", "q", each("units", "unit")), user("a"), fork("j"), end(), path("s", "g"), path("g", "c", "j"), path("g", "a", "j", "e")),
        inside,
    )  # fmt: skip
    execution = begun(diagram, units=["甲", "乙"])

    execution.cancel()

    assert execution.ended
    assert execution.end_event is None
    assert (execution.task_ids, execution.timer_ids, execution.subscriptions) == ([], [], [])
    again = Execution.load(diagram, execution.dump(), Recorder(), MORNING)
    assert (again.ended, again.task_ids) == (True, [])


def test_the_callers_own_objects_are_not_shared() -> None:
    units = ["交通局"]
    execution = begun(units=units)
    units.append("公安局")

    assert execution.user_tasks[0].variables == {"units": ["交通局"]}


def test_values_are_the_same_before_and_after_saving() -> None:
    execution = begun()
    execution.complete(execution.task_ids[0], {"on": datetime(2026, 3, 2, tzinfo=UTC), "pair": (1, 2), "yes": True, "one": 1})  # fmt: skip
    before = execution.user_tasks[0].variables

    after = Execution.load(ROAD, execution.dump(), Recorder(), MORNING).user_tasks[0].variables

    assert (
        before
        == after
        == {"on": "2026-03-02T00:00:00+00:00", "pair": [1, 2], "yes": True, "one": 1}
    )
    assert after["yes"] is True
    assert after["one"] is not True


def test_what_cannot_be_saved_is_refused_at_once() -> None:
    execution = begun()

    with pytest.raises(OperationFailed) as failure:
        execution.complete(execution.task_ids[0], {"thing": object()})

    assert failure.value.element == "a"


def test_an_execution_kept_in_memory_serves_the_next_command() -> None:
    execution = begun()
    first_trace = execution.trace
    execution.resume(Recorder(), MORNING + timedelta(days=1))

    execution.complete(execution.task_ids[0], {})

    assert [step.element_id for step in first_trace] == ["s"]
    assert [step.element_id for step in execution.trace] == ["a"]


# --- the trace -----------------------------------------------------------------------------------


def test_the_trace_names_every_element_and_the_flow_it_was_reached_by() -> None:
    diagram = one(
        *(start(), user("a"), xor("x", default="no"), service("b", "op"), user("c"), end()),
        *(path("s", "a", "x"), flow("x", "c", id="no"), flow("x", "b", "n > 1", id="yes")),
        *(path("b", "e"), path("c", "e")),
    )
    execution = begun(diagram)
    [task_id] = execution.task_ids
    execution.resume(Recorder(), MORNING)

    execution.complete(task_id, {"n": 2})

    assert [(s.element_id, s.kind, s.from_element, s.flow_id) for s in execution.trace] == [
        ("a", "userTask", "s", "s-a"),
        ("x", "exclusiveGateway", "a", "a-x"),
        ("b", "serviceTask", "x", "yes"),
        ("e", "endEvent", "b", "b-e"),
    ]
    assert execution.trace[0].task_id == task_id
    assert execution.trace[0].process_id == "p"


def test_a_join_appears_once_for_each_token_so_that_every_flow_is_seen() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), fork("j"), end(), path("s", "g")),
            *(path("g", "a", "j"), path("g", "b", "j"), path("j", "e")),
        )
    )
    walk.do("b").do("a")

    assert {step.flow_id for step in walk.steps} == {None, "s-g", "g-a", "g-b", "a-j", "b-j", "j-e"}
    assert [s.flow_id for s in walk.steps if s.element_id == "j"] == ["b-j", "a-j"]


def test_a_boundary_event_comes_from_its_host() -> None:
    walk = Walk(
        one(
            *(start(), user("a"), boundary("t", "a", timer("P1D")), user("b"), end()),
            *(path("s", "a", "e"), path("t", "b", "e")),
        )
    )
    walk.fire("t").do("b")

    assert [(s.element_id, s.from_element, s.flow_id) for s in walk.steps[1:]] == [
        ("t", "a", None),
        ("b", "t", "t-b"),
        ("e", "b", "b-e"),
    ]


def test_the_flow_into_a_host_is_seen_when_it_is_done() -> None:
    inside = sub(
        "c", each("units", "unit"), start("s1"), user("u"), end("e1"), path("s1", "u", "e1")
    )
    walk = Walk(
        one(
            *(start(), inside, boundary("t", "c", timer("P1D")), end(), path("s", "c", "e")),
            path("t", "e"),
        ),
        {"units": [1, 2]},
    )
    walk.do("u").do("u")

    assert [
        (s.element_id, s.kind, s.flow_id) for s in walk.steps if s.element_id in {"c", "e"}
    ] == [
        ("c", "subProcess", "s-c"),
        ("c", "subProcess", "s-c"),
        ("c", "multiInstance", "s-c"),
        ("e", "endEvent", "c-e"),
    ]


def test_what_a_called_process_went_through_carries_its_name() -> None:
    called = extensions('<camunda:in variables="all" />')
    walk = Walk(
        definitions(
            process("p", start(), call("c", "q", called), end(), path("s", "c", "e")),
            process("q", start("s2"), user("h"), end("e2"), path("s2", "h", "e2")),
        )
    )
    walk.do("h")

    assert [(s.process_id, s.element_id) for s in walk.steps] == [
        ("p", "s"),
        ("q", "s2"),
        ("q", "h"),
        ("q", "e2"),
        ("p", "c"),
        ("p", "e"),
    ]


def test_a_reminder_that_ticks_is_in_the_trace_every_time() -> None:
    diagram = one(
        *(start(), user("a"), boundary("t", "a", timer("R/P1D", "timeCycle"), interrupting=False)),
        *(service("r", "remind"), end(), end("e2"), path("s", "a", "e"), path("t", "r", "e2")),
    )

    walk = Walk(diagram).fire("t").fire("t")

    assert walk.path == ["s", "t", "r", "e2", "t", "r", "e2"]
