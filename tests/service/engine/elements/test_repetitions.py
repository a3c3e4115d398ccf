"""An activity for each of several, at once or in turn, and again while a condition holds."""

from typing import Any

import pytest

from service.errors import ExpressionFailed
from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    boundary,
    call,
    definitions,
    each,
    element,
    end,
    error,
    failing,
    flow,
    inputs,
    message,
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
from tests.service.engine.pieces import NEWS, units


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


def test_what_instances_put_out_is_gathered_in_their_order() -> None:
    walk = Walk(
        one(start(), user("a", gathering()), user("z"), end(), path("s", "a", "z", "e")),
        {"units": ["甲", "乙"]},
    )

    walk.do("a", where={"u": "乙"}, opinion="乙的意见").do("a", opinion="甲的意见")

    assert walk.task("z").variables == {"units": ["甲", "乙"], "opinions": ["甲的意见", "乙的意见"]}


def gathering(sequential: bool = False, until: str = "") -> str:
    """For each of `units`, and what each puts out as `opinion` becomes the list `opinions`."""
    enough = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"'
        ' camunda:collection="units" camunda:elementVariable="u">'
        "<bpmn:loopDataOutputRef>opinions</bpmn:loopDataOutputRef>"
        f'<bpmn:outputDataItem name="opinion"/>{enough}</bpmn:multiInstanceLoopCharacteristics>'
    )


def cut(host: str, *event: str, interrupting: bool = True) -> Any:
    """A process whose repeated activity `c`, in which `h` is done for each unit, has an event beside it."""
    beside = boundary("t", "c", *(event or (timer("P5D"),)), interrupting=interrupting)
    return definitions(
        *(NEWS, error("X")),
        process(
            "p",
            *(start(), host, beside, user("late"), user("z"), end()),
            *(path("s", "c", "z", "e"), path("t", "late", "e")),
        ),
        process("q", start("s2"), user("h"), end("e2"), path("s2", "h", "e2")),
    )


def countersign(sequential: bool = False) -> str:
    return element("userTask", "c", gathering(sequential))


def each_inside(sequential: bool = False) -> str:
    return sub("c", gathering(sequential), start("s1"), user("h"), end("e1"), path("s1", "h", "e1"))


def each_called(sequential: bool = False) -> str:
    return call("c", "q", gathering(sequential))


HOSTS = {
    "tasks": (countersign, "c"),
    "subprocesses": (each_inside, "h"),
    "calls": (each_called, "h"),
}


@pytest.mark.parametrize("kind", HOSTS)
@pytest.mark.parametrize("sequential", [False, True])
def test_a_timer_that_cuts_a_repetition_keeps_what_was_collected(
    kind: str, sequential: bool
) -> None:
    host, task = HOSTS[kind]
    walk = Walk(cut(host(sequential)), {"units": list("甲乙丙")})

    walk.do(task, opinion="甲的意见").do(task, opinion="乙的意见").fire("t")

    assert walk.task("late").variables["opinions"] == ["甲的意见", "乙的意见"]
    assert walk.waiting == ["late"]


@pytest.mark.parametrize("kind", HOSTS)
def test_where_nobody_has_answered_the_list_is_empty(kind: str) -> None:
    walk = Walk(cut(HOSTS[kind][0]()), {"units": list("甲乙")}).fire("t")

    assert walk.task("late").variables["opinions"] == []


@pytest.mark.parametrize("kind", HOSTS)
def test_a_message_that_cuts_a_repetition_keeps_what_was_collected(kind: str) -> None:
    host, task = HOSTS[kind]
    walk = Walk(cut(host(), message("M")), {"units": list("甲乙")}).do(task, opinion="甲的意见")

    walk.receive("整改通知已下发")

    assert walk.task("late").variables["opinions"] == ["甲的意见"]


def test_an_error_that_cuts_a_repetition_keeps_what_was_collected() -> None:
    """The instance in which it was thrown has put nothing out."""
    inner = (
        *(start("s1"), user("h"), xor("x", "x-e1"), end("e1"), end("bad", failing("X"))),
        *(path("s1", "h", "x", "e1"), flow("x", "bad", "opinion == '不同意'")),
    )
    diagram = cut(sub("c", gathering(), *inner), failing("X"))
    walk = Walk(diagram, {"units": list("甲乙丙")}).do("h", opinion="同意")

    walk.do("h", opinion="不同意")

    assert walk.task("late").variables["opinions"] == ["同意"]


def test_a_reminder_beside_a_repetition_reads_what_was_collected_and_changes_nothing() -> None:
    walk = Walk(cut(countersign(), interrupting=False), {"units": list("甲乙")})

    walk.do("c", opinion="甲的意见").fire("t")
    assert walk.task("late").variables["opinions"] == ["甲的意见"]
    walk.do("c", opinion="乙的意见")

    assert walk.task("z").variables["opinions"] == ["甲的意见", "乙的意见"]


def test_a_second_round_that_is_cut_has_its_own_list() -> None:
    again = xor("x", "x-e2")
    diagram = one(
        *(start(), countersign(), boundary("t", "c", timer("P5D")), again, user("late")),
        *(end("e2"), end(), path("s", "c", "x", "e2"), flow("x", "c", "len(opinions) == 2")),
        path("t", "late", "e"),
    )
    walk = Walk(diagram, {"units": list("甲乙")}).do("c", opinion="一").do("c", opinion="二")

    walk.do("c", opinion="三").fire("t")

    assert walk.task("late").variables["opinions"] == ["三"]


def test_a_timer_around_a_repetition_keeps_what_was_collected_inside() -> None:
    inner = (start("s1"), countersign(), user("h"), end("e1"), path("s1", "c", "h", "e1"))
    diagram = one(
        *(start(), sub("around", *inner), boundary("t", "around", timer("P5D")), user("late")),
        *(end(), end("e2"), path("s", "around", "e"), path("t", "late", "e2")),
    )
    walk = Walk(diagram, {"units": list("甲乙")}).do("c", opinion="甲的意见")

    walk.fire("t")

    assert walk.task("late").variables["opinions"] == ["甲的意见"]


def test_a_repetition_is_enough_by_what_it_has_collected() -> None:
    diagram = one(
        *(start(), user("a", gathering(until="'反对' in opinions")), user("z"), end()),
        path("s", "a", "z", "e"),
    )
    walk = Walk(diagram, {"units": list("甲乙丙丁")})

    walk.do("a", opinion="同意")
    assert walk.waiting == ["a", "a", "a"]
    walk.do("a", opinion="反对")

    assert walk.waiting == ["z"]


def counted(number: str, sequential: bool = False) -> Any:
    loop = each("people", "person", sequential).replace(
        "</bpmn:multi", f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality></bpmn:multi"
    )
    return one(
        *(start(), user("a", loop, camunda__assignee="${person}"), user("z"), end()),
        path("s", "a", "z", "e"),
    )


THREE = ["li", "wang", "zhao"]


@pytest.mark.parametrize("number", ["2", "${n}", "${text}"])
def test_a_number_bounds_a_list(number: str) -> None:
    walk = Walk(counted(number), {"people": THREE, "n": 2, "text": "2"})

    assert [task.assignee for task in walk.execution.user_tasks] == ["li", "wang"]
    assert walk.do("a").do("a").waiting == ["z"]


def test_a_number_bounds_a_list_that_is_asked_one_after_another() -> None:
    walk = Walk(counted("${n}", sequential=True), {"people": THREE, "n": 2})

    assert walk.do("a", n=1).waiting == ["a"]  # it was counted when the activity began
    assert walk.do("a").waiting == ["z"]


def test_none_of_a_list_means_going_on() -> None:
    assert Walk(counted("0"), {"people": THREE}).waiting == ["z"]
    assert Walk(counted("0"), {}).waiting == ["z"]


@pytest.mark.parametrize("number", ["4", "${nobody}", "${people}", "${-n}", "${half}", "${yes}"])
def test_more_than_there_are_or_no_number_fails_at_its_element(number: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        Walk(counted(number), {"people": THREE, "n": 1, "half": 1.5, "yes": True})

    assert failure.value.element == "a"
