"""Tasks, and activities that contain others; every walk saves and loads the instance after every command."""

import itertools
from typing import Any

import pytest

from service.engine.running import spiff
from service.errors import (
    BpmnError,
    ExpressionFailed,
    OperationFailed,
    ProcessFailed,
    StepLimitExceeded,
    TaskNotOpen,
)
from tests.service.engine.diagrams import (
    TERMINATE,
    Recorder,
    Walk,
    boundary,
    call,
    catch,
    definitions,
    each,
    element,
    end,
    error,
    extensions,
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


def test_a_command_has_a_limit_of_time_that_names_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = itertools.count(0, 3)
    monkeypatch.setattr(spiff, "perf_counter", lambda: float(next(seconds)))
    tasks = [f"t{n}" for n in range(9)]
    diagram = one(start(), *(service(t, "o") for t in tasks), end(), path("s", *tasks, "e"))

    with pytest.raises(StepLimitExceeded) as failure:
        Walk(diagram)

    assert failure.value.element == "t2"


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

    assert walk.task("z").variables == {"units": ["交通局", "公安局"], "reply": "交通局的答复"}


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
    assert walk.task("z").variables == {"members": ["wang", "li"], "vote": 2}


def test_instances_see_what_those_before_them_wrote_and_the_condition_sees_it_too() -> None:
    counting = Recorder({"count": lambda c: {"yes": c.variables["yes"] + c.parameters["vote"]}})
    ballot = sub(
        "b",
        *(each("members", "m", True, "yes >= 2"), start("s1"), user("a")),
        *(service("n", "count", inputs(vote="${vote}")), end("e1"), path("s1", "a", "n", "e1")),
    )
    diagram = one(start(), ballot, user("z"), end(), path("s", "b", "z", "e"))
    walk = Walk(diagram, {"members": list("甲乙丙丁"), "yes": 0}, counting)

    walk.do("a", vote=1).do("a", vote=0).do("a", vote=1)

    assert walk.waiting == ["z"]
    assert walk.task("z").variables["yes"] == 2
    assert "m" not in walk.task("z").variables


def test_services_at_once_do_not_lose_one_anothers_counts() -> None:
    counting = Recorder({"count": lambda call: {"n": call.variables["n"] + 1}})
    counter = element(
        "serviceTask",
        "c",
        each("items", "i"),
        camunda__type="external",
        camunda__topic="count",
    )
    diagram = one(start(), counter, user("z"), end(), path("s", "c", "z", "e"))

    walk = Walk(diagram, {"items": [1, 2, 3], "n": 0}, counting)

    assert walk.task("z").variables["n"] == 3


def test_an_open_instance_keeps_its_own_answer_against_a_later_one() -> None:
    diagram = one(
        *(start(), user("a", each("members", "m")), user("z"), end(), path("s", "a", "z", "e")),
    )
    walk = Walk(diagram, {"members": ["甲", "乙", "丙"], "vote": "未投"})

    walk.do("a", where={"m": "甲"}, vote="同意")
    assert walk.task("a", m="乙").variables["vote"] == "同意"
    walk.do("a", where={"m": "丙"}, vote="反对").do("a")

    assert walk.task("z").variables == {"members": ["甲", "乙", "丙"], "vote": "反对"}


def test_a_counter_is_there_for_who_asks_for_it() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    named = user("a", loop, camunda__assignee="${leaders[loopCounter]}")
    walk = Walk(
        one(start(), named, user("z"), end(), path("s", "a", "z", "e")), {"leaders": ["甲", "乙"]}
    )

    assert [t.assignee for t in walk.execution.user_tasks] == ["甲", "乙"]
    assert walk.do("a").do("a").task("z").variables == {"leaders": ["甲", "乙"]}


# --- loops ---------------------------------------------------------------------------------------


def again(condition: str = "", **attributes: str) -> str:
    inner = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:standardLoopCharacteristics{given}>{inner}</bpmn:standardLoopCharacteristics>"


def looping(*inside: str) -> Any:
    return one(start(), user("a", *inside), user("z"), end(), path("s", "a", "z", "e"))


def test_a_loop_goes_on_while_its_condition_holds_and_keeps_what_was_written() -> None:
    walk = Walk(looping(again("not complete")))

    walk.do("a", complete=False, note="一稿")
    assert walk.waiting == ["a"]
    walk.do("a", complete=True)

    assert walk.task("z").variables == {"complete": True, "note": "一稿"}
    assert [s.kind for s in walk.steps if s.element_id == "a"] == [
        "userTask",
        "userTask",
        "standardLoop",
    ]


def test_a_loop_that_tests_before_may_not_be_done_at_all() -> None:
    diagram = looping(again("missing > 0", testBefore="true"))

    assert Walk(diagram, {"missing": 0}).waiting == ["z"]
    assert Walk(diagram, {"missing": 1}).do("a", missing=0).waiting == ["z"]


def test_a_loop_with_a_maximum_ends_there() -> None:
    walk = Walk(looping(again(loopMaximum="2"))).do("a")

    assert walk.waiting == ["a"]
    assert walk.do("a").waiting == ["z"]
    assert walk.task("z").variables == {}


def test_a_subprocess_may_be_looped_and_ended_by_its_limit() -> None:
    body = sub("b", again("True"), start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
    limit = boundary("t", "b", timer("P1D"))
    diagram = one(
        *(start(), body, limit, user("z"), end(), end("e2")),
        *(path("s", "b", "z", "e"), path("t", "e2")),
    )
    walk = Walk(diagram).do("a").do("a")
    assert (walk.waiting, walk.timers) == (["a"], ["t"])

    assert walk.fire("t").ended


# --- scripts, inputs and outputs, data -----------------------------------------------------------


def script(text: str, **attributes: str) -> str:
    return element("scriptTask", "x", f"<bpmn:script>{text}</bpmn:script>", **attributes)


@pytest.mark.parametrize(
    ("text", "attributes", "computed"),
    [
        ("total = price * 2\nlarge = total &gt; 10", {}, {"total": 12, "large": True}),
        ("price += 1;", {"scriptFormat": "python"}, {"price": 7}),
        ("${price / 2}", {"scriptFormat": "juel", "camunda__resultVariable": "half"}, {"half": 3}),
    ],
)
def test_a_script_computes_values(text: str, attributes: Any, computed: Any) -> None:
    diagram = one(start(), script(text, **attributes), user("z"), end(), path("s", "x", "z", "e"))

    assert Walk(diagram, {"price": 6}).task("z").variables == {"price": 6, **computed}


def mapped(ins: dict[str, str], outs: dict[str, str]) -> str:
    items = [
        f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in ins.items()
    ]
    items += [
        f'<camunda:outputParameter name="{k}">{v}</camunda:outputParameter>'
        for k, v in outs.items()
    ]
    return extensions(f"<camunda:inputOutput>{''.join(items)}</camunda:inputOutput>")


def test_inputs_of_a_task_are_its_own_and_outputs_stay() -> None:
    named = mapped({"unit": "${lead}", "days": "${5}"}, {"answer": "${reply}-${unit}"})
    diagram = one(start(), user("a", named), user("z"), end(), path("s", "a", "z", "e"))
    walk = Walk(diagram, {"lead": "JT", "unit": "GA"})
    assert walk.task("a").variables == {"lead": "JT", "unit": "JT", "days": 5}

    walk.do("a", reply="A", days=9)

    assert walk.task("z").variables == {"lead": "JT", "unit": "GA", "reply": "A", "answer": "A-JT"}


def test_outputs_of_an_operation_are_reckoned_from_what_it_was_told_and_returned() -> None:
    named = mapped({"unit": "${lead}"}, {"sentence": "${unit}：${result}"})
    host = Recorder({"ask": lambda call: {"result": f"{call.parameters['unit']}已办"}})
    diagram = one(
        *(start(), service("x", "ask", named), user("z"), end(), path("s", "x", "z", "e")),
    )

    walk = Walk(diagram, {"lead": "JT", "unit": "GA"}, host)

    assert walk.task("z").variables == {
        "lead": "JT",
        "unit": "GA",
        "result": "JT已办",
        "sentence": "JT：JT已办",
    }


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


def test_a_process_begins_with_the_values_of_its_data_objects() -> None:
    objects = "".join(
        f'<bpmn:dataObject id="d{n}" name="{name}" itemSubjectRef="xsd:{kind}"><bpmn:extensionElements>'
        f"<flowable:value>{value}</flowable:value></bpmn:extensionElements></bpmn:dataObject>"
        for n, (name, kind, value) in enumerate(
            [
                ("n", "int", "3"),
                ("ok", "boolean", "true"),
                ("who", "string", "甲"),
                ("q", "double", "1.5"),
            ]
        )
    )
    diagram = one(objects, start(), user("a"), end(), path("s", "a", "e"))

    assert Walk(diagram, {"who": "乙"}).task("a").variables == {
        "n": 3,
        "ok": True,
        "who": "乙",
        "q": 1.5,
    }


def test_one_write_of_variables_has_a_limit() -> None:
    walk = Walk(one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")))

    with pytest.raises(ProcessFailed) as failure:
        walk.execution.complete(walk.task("a").id, {"text": "长" * 100_000})
    assert failure.value.element == "a"


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


def test_an_error_nobody_handles_ends_there() -> None:
    diagram = definitions(
        error("涉密"),
        process(
            "p",
            *(start(), fork("g"), user("a"), user("b"), end("e", failing("涉密")), end("e2")),
            *(path("s", "g", "a", "e"), path("g", "b", "e2")),
        ),
    )

    walk = Walk(diagram).do("a")

    assert walk.waiting == ["b"]
    assert walk.do("b").ended


def test_who_catches_an_error_may_keep_its_code_and_its_words() -> None:
    keeping = '<bpmn:errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="words"/>'
    diagram = one(
        *(start(), service("k", "ask"), end(), path("s", "k", "e")),
        *(boundary("o", "k", keeping), user("w"), end("we"), path("o", "w", "we")),
    )

    def refusing(call: Any) -> Any:
        raise BpmnError("no_budget", "没有预算。")

    walk = Walk(diagram, {}, Recorder({"ask": refusing}))

    assert walk.task("w").variables == {"code": "no_budget", "words": "没有预算。"}


def test_a_call_that_maps_nothing_shares_nothing() -> None:
    apart = extensions('<camunda:in businessKey="${key}"/>')
    walk = Walk(calling(apart), {"case": 1})
    assert walk.task("h").variables == {}

    assert walk.do("h", reply="B").task("z").variables == {"case": 1}


def test_what_instances_put_out_is_gathered_in_their_order() -> None:
    gathering = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="u">'
        "<bpmn:loopDataOutputRef>opinions</bpmn:loopDataOutputRef>"
        '<bpmn:outputDataItem name="opinion"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    walk = Walk(
        one(start(), user("a", gathering), user("z"), end(), path("s", "a", "z", "e")),
        {"units": ["甲", "乙"]},
    )

    walk.do("a", where={"u": "乙"}, opinion="乙的意见").do("a", opinion="甲的意见")

    assert walk.task("z").variables == {"units": ["甲", "乙"], "opinions": ["甲的意见", "乙的意见"]}


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
