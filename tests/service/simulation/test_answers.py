"""Answers are taken one after another, and those who are asked together are asked alike."""

from tests.drawing import diagram, user
from tests.service.simulation.drawings import END, START, YES_NO, events, looped


def test_answers_are_taken_visit_by_visit_and_the_last_one_holds(run):
    outcome = run(looped(), answers={"审核": [{"approved": False}] * 2 + [{"approved": True}]})

    assert events(outcome, "userTask") == ["起草", "审核"] * 3


def test_those_who_sign_one_after_another_are_asked_alike(run):
    drawn = diagram(
        "signed",
        "会签",
        START
        + user(
            "Task_b",
            "会签",
            YES_NO + '<multiInstanceLoopCharacteristics isSequential="true">'
            "<loopCardinality>3</loopCardinality>"
            "<completionCondition>approved == false</completionCondition>"
            "</multiInstanceLoopCharacteristics>",
            candidateGroups="gov_office",
        )
        + END,
        [("Start_a", "Task_b"), ("Task_b", "End_z")],
    )

    assert len(events(run(drawn), "userTask")) == 3


def test_each_of_several_instances_is_answered_as_if_it_were_alone(run):
    inner = (
        '<startEvent id="Start_i" name="已到村"/>'
        + user("Task_look", "查看")
        + user("Task_say", "表态", YES_NO, candidateGroups="gov_office")
        + '<exclusiveGateway id="Gateway_ok" name="行吗?"/>'
        + '<endEvent id="End_yes" name="行"/><endEvent id="End_no" name="不行"/>'
    )
    drawn = diagram(
        "villages",
        "走访",
        START
        + f'<subProcess id="Sub_visit" name="走访一个村">{inner}'
        + '<multiInstanceLoopCharacteristics camunda:collection="${villages}" '
        'camunda:elementVariable="village"/></subProcess>' + END,
        [
            ("Start_a", "Sub_visit"),
            ("Sub_visit", "End_z"),
            ("Start_i", "Task_look"),
            ("Task_look", "Task_say"),
            ("Task_say", "Gateway_ok"),
            ("Gateway_ok", "End_yes", "行", "approved"),
            ("Gateway_ok", "End_no", "不行"),
        ],
    )

    outcome = run(drawn, variables={"villages": ["白崖", "河口", "月河"]})

    assert events(outcome, "endEvent") == ["行", "行", "行", "已办结"]
