"""The twin says of every element what happens, who does it, when, and where it goes on."""

from pathlib import Path

import pytest

from service.deadlines import policies
from service.engine import definitions
from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.telling import twin
from service.engine.telling.twin import Names
from tests.service.engine.diagrams import (
    boundary,
    call,
    catch,
    document,
    each,
    element,
    end,
    extensions,
    flow,
    fork,
    message,
    path,
    process,
    properties,
    service,
    some,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

PROCESSES = Path(__file__).parents[4] / "processes"
NAMES = Names(limits=policies.seeded_titles(), roles={"deputy_office": "人大代表工委"})
NAMED = (
    '<bpmn:message id="M" name="已下发"/><bpmn:signal id="S" name="全部停止"/>'
    '<bpmn:error id="E" name="无法办理" errorCode="impossible"/>'
    '<bpmn:escalation id="U" name="请示" escalationCode="ask"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'
LINK = '<bpmn:linkEventDefinition name="x"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="E"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="U"/>'


def told(name: str) -> tuple[twin.Line, ...]:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}
    return twin.tell(definitions.parse(files)[name], NAMES)


def lines(*parts: str) -> dict[str, twin.Line]:
    diagram = reading.read("p.bpmn", document(NAMED, process("p", *parts)))
    return {line.element_id: line for line in twin.tell(Graph(diagram.processes[0]), NAMES)}


def said(drawn: str, id: str = "x") -> str:
    return lines(start(), drawn, end(), path("s", "x", "e"))[id].text


def test_every_element_is_told_once_and_numbered_in_order():
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}

    for one in definitions.parse(files).values():
        lines = twin.tell(one)

        assert {line.element_id for line in lines} == set(one.elements)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_step_says_who_does_it_until_when_and_where_it_goes_on():
    lines = {line.element_id: line for line in told("review_registration")}

    review = lines["Task_review"]

    assert (
        review.text
        == "人大代工委办理“审查建议”，期限“闭会件审查登记或会期件审查登记（最迟闭幕后）”。"
    )
    assert review.then.startswith("接着是第 ")


def test_a_question_names_every_answer_its_condition_and_its_step():
    lines = {line.element_id: line for line in told("review_registration")}
    numbers = {key: line.number for key, line in lines.items()}
    question = next(line for line in lines.values() if line.text == "判断：审查结论是什么?")

    assert "立案（审查结论是“立案登记”），转第" in question.then
    assert "转办（审查结论是“转代表来信”或“转信访”），转第" in question.then
    assert f"退改（其余情况），转第 {numbers['Task_revise']} 步" in question.then


def test_a_boundary_event_says_whether_the_task_goes_on():
    texts = [line.text for line in told("review_registration")]

    assert any(
        text.startswith("“修改建议”进行期间，如果“补充修改期限届满”（期限“")
        and text.endswith("”），原任务继续。")
        for text in texts
    )


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


def test_an_event_subprocess_says_what_starts_it_and_is_told_with_its_inside() -> None:
    found = lines(start(), user("a"), end(), path("s", "a", "e"), event_part(message("M"), "false"))

    assert found["x"].text.startswith("进行期间，如果收到消息“已下发”（t），")
    assert found["x"].text.endswith("“撤回处理”这一段。")
    assert [found[key].number for key in ("x", "t", "w", "f")] == [4, 5, 6, 7]
    assert [found[key].depth for key in ("x", "t", "w")] == [0, 1, 1]


@pytest.mark.parametrize(
    ("attributes", "condition", "sentence"),
    [
        ('testBefore="true"', "again", "办理人办理“x”（只要“again”为是就反复进行）。"),
        (
            'loopMaximum="3"',
            "again",
            "办理人办理“x”（先做一次，之后只要“again”为是就再做，最多 3 次）。",
        ),
        ('loopMaximum="3"', "", "办理人办理“x”（反复进行，最多 3 次）。"),
    ],
)
def test_a_loop_says_how_long_it_goes_on(attributes: str, condition: str, sentence: str) -> None:
    until = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    loop = (
        f"<bpmn:standardLoopCharacteristics {attributes}>{until}</bpmn:standardLoopCharacteristics>"
    )

    assert said(user("x", loop)) == sentence


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


def test_ways_without_names_are_told_by_their_conditions() -> None:
    found = lines(
        start(),
        xor("x", default="x-b"),
        user("a"),
        user("b"),
        end(),
        path("s", "x"),
        flow("x", "a", when="amount > 100"),
        flow("x", "b"),
        path("a", "e"),
        path("b", "e"),
    )

    assert found["x"].then == "“amount”大于 100，转第 3 步；其余情况，转第 4 步。"


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


def test_several_flows_out_of_a_task_are_told_as_such() -> None:
    both = lines(
        start(),
        user("x"),
        user("a"),
        user("b"),
        end(),
        path("s", "x", "a", "e"),
        path("x", "b", "e"),
    )
    chosen = lines(
        start(),
        user("x"),
        user("a"),
        user("b"),
        end(),
        path("s", "x"),
        flow("x", "a", when="ok"),
        flow("x", "b"),
        path("a", "e"),
        path("b", "e"),
    )

    assert both["x"].then == "接着同时进行的是第 3 步、第 4 步。"
    assert chosen["x"].then == "“ok”为是，转第 3 步；转第 4 步。"


def test_a_question_uses_the_words_of_the_form() -> None:
    form = extensions(
        '<camunda:formData><camunda:formField id="conclusion" label="审查结论" type="enum">'
        '<camunda:value id="register" name="立案登记"/></camunda:formField></camunda:formData>'
    )
    found = lines(
        start(),
        user("a", form),
        xor("x", default="x-e"),
        user("b"),
        end(),
        path("s", "a", "x"),
        flow("x", "b", when='conclusion == "register"'),
        flow("x", "e"),
        path("b", "e"),
    )

    assert "审查结论是“立案登记”，转第 4 步" in found["x"].then


def test_who_designs_nothing_reads_the_answers_and_no_codes() -> None:
    answers = (
        *(start(), xor("x", default="no"), user("a"), user("b"), path("s", "x")),
        '<bpmn:sequenceFlow id="yes" name="立案" sourceRef="x" targetRef="a"><bpmn:conditionExpression>'
        "outcome == 'registered'</bpmn:conditionExpression></bpmn:sequenceFlow>",
        flow("x", "b", id="no"),
    )
    drawn = Graph(reading.read("p.bpmn", document(process("p", *answers))).processes[0])

    def then(names: Names) -> str:
        return next(line.then for line in twin.tell(drawn, names) if line.element_id == "x")

    assert then(Names()) == "立案（“outcome”是“registered”），转第 3 步；其余情况，转第 4 步。"
    assert then(Names(are_for_designers=False)) == "立案，转第 3 步；其余情况，转第 4 步。"


def test_a_part_without_a_start_event_is_told_from_what_nothing_leads_to() -> None:
    found = lines(
        start(), sub("x", user("b"), user("a"), path("a", "b")), end(), path("s", "x", "e")
    )

    assert found["a"].number < found["b"].number
