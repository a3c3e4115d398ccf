"""What sets an event off is said, and what becomes of the rest."""

import pytest

from tests.service.engine.diagrams import (
    boundary,
    call,
    element,
    end,
    flow,
    message,
    path,
    start,
    timer,
    user,
)
from tests.service.engine.telling.shown import ERROR, ESCALATION, SIGNAL, lines, of_process, said


def test_a_boundary_event_says_whether_the_task_goes_on():
    texts = [line.text for line in of_process("review_registration")]

    assert any(
        text.startswith("“修改建议”进行期间，如果“补充修改期限届满”（期限“")
        and text.endswith("”），原任务继续。")
        for text in texts
    )


@pytest.mark.parametrize(
    ("inner", "interrupting", "sentence"),
    [
        (timer("P15D"), True, "“x”进行期间，如果“b”（15 天后），原任务停止。"),
        (
            timer("R3/PT10M", "timeCycle"),
            False,
            "“x”进行期间，如果“b”（每 10 分钟一次，共 3 次），原任务继续。",
        ),
        (message("M"), True, "“x”进行期间，如果收到消息“已下发”（b），原任务停止。"),
        (SIGNAL, False, "“x”进行期间，如果听到信号“全部停止”（b），原任务继续。"),
        (ERROR, True, "“x”进行期间，如果出现错误“impossible”（b），原任务停止。"),
        (ESCALATION, False, "“x”进行期间，如果收到上报“ask”（b），原任务继续。"),
    ],
)
def test_a_boundary_event_says_what_happens(inner: str, interrupting: bool, sentence: str) -> None:
    drawn = call("x", "q") + boundary("b", "x", inner, interrupting=interrupting) + flow("b", "e")

    assert said(drawn, "b") == sentence


def event_part(inner: str, interrupting: str) -> str:
    inside = (
        element("startEvent", "t", inner, name="t", isInterrupting=interrupting),
        user("w"),
        end("f"),
        path("t", "w", "f"),
    )
    return element("subProcess", "x", *inside, name="撤回处理", triggeredByEvent="true")


@pytest.mark.parametrize(
    ("interrupting", "sentence"),
    [
        ("true", "进行期间，如果收到消息“已下发”（t），原来的办理停止，转入“撤回处理”这一段。"),
        (
            "false",
            "进行期间，如果收到消息“已下发”（t），原来的办理继续，同时进行“撤回处理”这一段。",
        ),
    ],
)
def test_an_event_subprocess_says_what_becomes_of_the_rest(
    interrupting: str, sentence: str
) -> None:
    part = event_part(message("M"), interrupting)

    assert lines(start(), user("a"), end(), path("s", "a", "e"), part)["x"].text == sentence
