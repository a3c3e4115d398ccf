"""A stop says what is missing and where to write it."""

import json

import pytest

from service.simulation import explaining
from service.simulation.outcome import Passed
from service.simulation.scenario import Message
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user


def approval(task: str, condition: str, start: str = '<startEvent id="Start_a" name="已申请"/>'):
    elements = (
        start
        + task
        + '<exclusiveGateway id="Gateway_ok" name="同意吗?"/>'
        + '<endEvent id="End_yes" name="已同意"/><endEvent id="End_no" name="未同意"/>'
    )
    flows = [
        ("Start_a", "Task_b"),
        ("Task_b", "Gateway_ok"),
        ("Gateway_ok", "End_yes", "同意", condition),
        ("Gateway_ok", "End_no", "不同意"),
    ]
    return diagram("approval", "审批", elements, flows)


def test_a_variable_nobody_set_is_named_with_both_ways_to_give_it(run):
    drawn = approval(user("Task_b", "领导审批"), "${result == 'agree'}")

    stop = run(drawn).stop

    assert (stop.reason, stop.element) == ("failed", "Gateway_ok")
    assert "“同意吗?”要用变量“result”" in stop.sentence
    assert """--variables '{"result": "agree"}'""" in stop.sentence
    assert '{"领导审批": {"result": "agree"}}' in stop.sentence


def test_both_ways_work(run):
    drawn = approval(user("Task_b", "领导审批"), "${result == 'agree'}")

    at_start = run(drawn, variables={"result": "agree"})
    with_task = run(drawn, answers={"领导审批": {"result": "agree"}})

    assert at_start.end == with_task.end == "End_yes"


def test_where_every_form_is_fixed_a_field_is_missing_in_the_drawing(run):
    task = user("Task_b", "领导审批", extensions(["remark:string:意见"]))
    start = '<startEvent id="Start_a" name="已申请">' + extensions(["days:long:天数"])

    stop = run(approval(task, "approved", start + "</startEvent>")).stop

    assert "id 为 approved 的字段" in stop.sentence


def test_a_field_that_comes_too_late_is_named_with_its_task(run):
    elements = (
        '<startEvent id="Start_a" name="已申请"/>'
        '<exclusiveGateway id="Gateway_ok" name="同意吗?"/>'
        + user("Task_b", "领导审批", extensions(["approved:boolean:同意"]))
        + '<endEvent id="End_z" name="已办结"/>'
    )
    flows = [
        ("Start_a", "Gateway_ok"),
        ("Gateway_ok", "End_z", "同意", "approved"),
        ("Gateway_ok", "Task_b", "还没有"),
        ("Task_b", "End_z"),
    ]

    stop = run(diagram("late", "太晚", elements, flows)).stop

    assert "“领导审批”的表单" in stop.sentence


def test_a_list_to_repeat_over_is_asked_for_as_a_list(run):
    drawn = approval(
        user(
            "Task_b",
            "会签",
            '<multiInstanceLoopCharacteristics camunda:collection="${leaders}" '
            'camunda:elementVariable="leader"/>',
        ),
        "agreed",
    )

    assert """'{"leaders": ["li", "wang"]}'""" in run(drawn).stop.sentence


def test_an_operation_that_has_no_case_to_act_on_is_named(run):
    elements = (
        '<startEvent id="Start_a" name="已申请"/>'
        '<serviceTask id="Task_b" name="送达" camunda:type="external" '
        'camunda:topic="deliver_assignment"/><endEvent id="End_z" name="已办结"/>'
    )
    drawn = diagram("alone", "单独", elements, [("Start_a", "Task_b"), ("Task_b", "End_z")])

    stop = run(drawn).stop

    assert "“deliver_assignment”只能用在建议的流程里" in stop.sentence
    assert "由登记建议的流程调用它" in stop.sentence


def test_a_circle_is_told_by_the_steps_in_it():
    trace = [
        Passed(MORNING, "p", f"Task_{number % 2}", f"第{number % 2}步", "userTask", None, None)
        for number in range(100)
    ]

    assert "“第0步”、“第1步”" in explaining.circle(trace, 1000)


def test_the_words_of_conditions_are_found_in_every_style(run):
    drawn = approval(
        user("Task_b", "领导审批", extensions(["result:string:结果"])), "${result eq '同意'}"
    )

    assert run(drawn).end == "End_yes"


def test_where_no_condition_holds_the_conditions_and_their_values_are_said(run):
    elements = (
        '<startEvent id="Start_a" name="已申请"/><exclusiveGateway id="Gateway_ok" name="同意吗?"/>'
        '<endEvent id="End_yes" name="已同意"/><endEvent id="End_no" name="未同意"/>'
    )
    flows = [
        ("Start_a", "Gateway_ok"),
        ("Gateway_ok", "End_yes", "同意", "${result == 'agree'}"),
        ("Gateway_ok", "End_no", "不同意", "${result == 'disagree'}"),
    ]

    stop = run(diagram("approval", "审批", elements, flows), variables={"result": "later"}).stop

    assert "“同意”：${result == 'agree'}；“不同意”：${result == 'disagree'}" in stop.sentence
    assert 'result = "later"' in stop.sentence


@pytest.mark.parametrize(
    ("element", "hint"),
    [
        (user("Task_b", "经办", assignee="${person}"), """'{"person": "li"}'"""),
        (user("Task_b", "经办", dueDate="${day}"), """'{"day": "2026-12-31"}'"""),
        (
            '<intermediateCatchEvent id="Task_b" name="等期限"><timerEventDefinition>'
            "<timeDuration>${limit}</timeDuration></timerEventDefinition></intermediateCatchEvent>",
            """'{"limit": "P1D"}'""",
        ),
    ],
)
def test_a_hint_can_be_obeyed_to_the_letter(run, element, hint):
    elements = '<startEvent id="Start_a"/>' + element + '<endEvent id="End_z" name="已办结"/>'
    drawn = diagram("hinted", "提示", elements, [("Start_a", "Task_b"), ("Task_b", "End_z")])

    assert f"--variables {hint} " in run(drawn).stop.sentence
    assert run(drawn, variables=json.loads(hint[1:-1])).end == "End_z"


def test_a_message_of_several_words_is_quoted_for_the_command_line(run):
    elements = (
        '<startEvent id="Start_a"/><receiveTask id="Task_b" name="等 回函"/>'
        '<endEvent id="End_z" name="已办结"/>'
    )
    drawn = diagram("told", "等函", elements, [("Start_a", "Task_b"), ("Task_b", "End_z")])

    assert "请用 --message '等 回函' 送达。" in run(drawn).stop.sentence
    assert run(drawn, messages=[Message("等 回函")]).end == "End_z"


def test_a_condition_that_never_holds_is_named_with_what_would_help(run):
    elements = (
        '<startEvent id="Start_a" name="已登记"/>'
        '<intermediateCatchEvent id="Condition_low" name="余额不足"><conditionalEventDefinition>'
        "<condition>${balance &lt; 0}</condition></conditionalEventDefinition></intermediateCatchEvent>"
        '<endEvent id="End_low" name="已停止"/>'
    )
    flows = [("Start_a", "Condition_low"), ("Condition_low", "End_low")]
    drawn = diagram("low", "余额", elements, flows)

    stop = run(drawn, variables={"balance": 5}).stop

    assert "在等条件“余额不足”成立，请用 --variables '{\"balance\": -1}'" in stop.sentence
    assert run(drawn, variables={"balance": -5}).end == "End_low"


@pytest.mark.parametrize(
    ("constraint", "value"),
    [("min", "${now()}"), ("max", "${deadline('sign')}"), ("min", "${begins_on}")],
)
def test_a_form_bounded_by_the_moment_a_limit_or_another_field_is_rehearsed_as_it_stands(
    run, constraint, value
):
    form = extensions(["begins_on:date:开始日", "ends_on:date:结束日"]).replace(
        'label="结束日" type="date">',
        'label="结束日" type="date"><camunda:validation>'
        f'<camunda:constraint name="{constraint}" config="{value}"/></camunda:validation>',
    )

    outcome = run(approval(user("Task_b", "定日期", form), "${ends_on != null}"))

    assert outcome.stop is None
    assert outcome.end == "End_yes"


def test_a_limit_on_a_variable_nobody_sets_is_explained_by_its_name_and_no_inner_one(run):
    form = extensions(["count:long:件数"]).replace(
        'type="long">',
        'type="long"><camunda:validation>'
        '<camunda:constraint name="max" config="${most}"/></camunda:validation>',
    )

    stop = run(approval(user("Task_b", "定件数", form), "${count == 3}")).stop

    assert "“most”" in stop.sentence
    assert "__" not in stop.sentence
