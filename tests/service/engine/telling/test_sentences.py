"""Each kind of element has its sentence."""

import pytest

from tests.service.engine.diagrams import (
    CANCEL,
    call,
    catch,
    each,
    element,
    end,
    flow,
    fork,
    message,
    path,
    properties,
    service,
    some,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.service.engine.telling.shown import ERROR, ESCALATION, LINK, SIGNAL, lines, said


@pytest.mark.parametrize(
    ("drawn", "sentence"),
    [
        (user("x", name="起草"), "办理人办理“起草”。"),
        (
            user("x", name="起草", camunda__candidateGroups="deputy_office"),
            "人大代表工委办理“起草”。",
        ),
        (
            user("x", properties(deadline="contact.before"), name="起草"),
            "办理人办理“起草”，期限“办前沟通”。",
        ),
        (element("task", "x", name="起草"), "经过“起草”，不在这里停留。"),
        (service("x", "note"), "系统自动完成“x”。"),
        (element("scriptTask", "x", name="合计"), "系统计算“合计”。"),
        (
            element("businessRuleTask", "x", name="定级", camunda__decisionRef="grade"),
            "系统按决策表“grade”判断“定级”。",
        ),
        (element("sendTask", "x", name="发函", messageRef="M"), "系统发出消息“已下发”（发函）。"),
        (element("receiveTask", "x", name="收函", messageRef="M"), "等待消息“已下发”（收函）。"),
        (call("x", "q"), "进入“x”流程。"),
        (sub("x", user("y")), "进入“x”这一段。"),
        (catch("x", timer("P3M")), "等待“x”（3 个月后）。"),
        (catch("x", message("M")), "等待消息“已下发”（x）。"),
        (catch("x", SIGNAL), "等待信号“全部停止”（x）。"),
        (throw("x", message("M")), "发出消息“已下发”（x）。"),
        (throw("x", ESCALATION), "发出上报“ask”（x）。"),
        (throw("x", LINK), "转到“x”。"),
        (catch("x", LINK), "从“x”接着往下走。"),
        (element("intermediateThrowEvent", "x", name="已审"), "到达“已审”。"),
        (
            user("x", each("units", "unit"), name="会签"),
            "办理人办理“会签”（按“units”同时各做一份）。",
        ),
        (
            user(
                "x", each("${units}", "unit", sequential=True, until="nrOfCompletedInstances > 2")
            ),
            "办理人办理“x”（按“units”逐个进行，“nrOfCompletedInstances”大于 2就不再等其余的）。",
        ),
        (
            catch(
                "x",
                "<bpmn:conditionalEventDefinition><bpmn:condition>a > 1</bpmn:condition></bpmn:conditionalEventDefinition>",
            ),
            "等到“a”大于 1。",
        ),
    ],
)
def test_each_kind_of_element_has_its_sentence(drawn: str, sentence: str) -> None:
    assert said(drawn) == sentence


@pytest.mark.parametrize(
    ("inner", "sentence"),
    [
        ("", "结束：e。"),
        ("<bpmn:terminateEventDefinition/>", "全部结束，其余各路停止：e。"),
        (CANCEL, "取消这一段，还没办完的都停止：e。"),
        (ERROR, "报出错误“impossible”并结束：e。"),
        (ESCALATION, "上报“ask”并结束：e。"),
        (message("M"), "发出消息“已下发”并结束：e。"),
        (SIGNAL, "发出信号“全部停止”并结束：e。"),
    ],
)
def test_an_end_says_how_it_ends(inner: str, sentence: str) -> None:
    assert lines(start(), end("e", inner), path("s", "e"))["e"].text == sentence


@pytest.mark.parametrize(
    ("inner", "sentence"),
    [
        ("", "开始：s。"),
        (timer("R/P1D", "timeCycle"), "如果“s”（每天一次，不限次数），从这里开始。"),
        (message("M"), "如果收到消息“已下发”（s），从这里开始。"),
    ],
)
def test_a_start_says_what_starts_it(inner: str, sentence: str) -> None:
    assert lines(start("s", inner), end(), path("s", "e"))["s"].text == sentence


def test_a_parallel_split_and_its_join() -> None:
    found = lines(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        end(),
        path("s", "f", "a", "j", "e"),
        path("f", "b", "j"),
    )

    assert (found["f"].text, found["f"].then) == ("以下各路同时进行。", "接着是第 3 步、第 4 步。")
    assert found["j"].text == "各路都完成后再继续。"


def test_an_inclusive_gateway_says_that_several_ways_may_be_taken() -> None:
    found = lines(
        start(),
        some("x"),
        user("a"),
        user("b"),
        some("y"),
        end(),
        path("s", "x"),
        flow("x", "a", when="ok"),
        flow("x", "b", when="!ok"),
        path("a", "y", "e"),
        path("b", "y"),
    )

    assert (
        found["x"].text == "判断：x（符合的几条路同时走）"
        or found["x"].text == "符合条件的几条路同时走："
    )
    assert found["y"].text == "已经走了的各路都完成后再继续。"


def test_an_event_gateway_waits_for_what_comes_first() -> None:
    found = lines(
        start(),
        element("eventBasedGateway", "x", name=""),
        catch("a", timer("P1D")),
        catch("b", message("M")),
        end(),
        path("s", "x", "a", "e"),
        path("x", "b", "e"),
    )

    assert found["x"].text == "等待，看下面哪一件先发生。"
