"""What a later step fails on is a sentence at the field it was handed in by; what nobody at the form can mend, an incident."""

from typing import Any

import pytest
from sqlalchemy import select

from service.database import Database
from service.errors import ExpressionFailed, FormInvalid, RetryFailed
from service.runtime import instances, retries, tasks
from service.runtime.incidents import recording, unresolved
from service.tables.people import Person, Post
from service.tables.runtime import ProcessInstance, Submission, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, timer, user
from tests.service.runtime.lamps import HANDLER, REPORTER, deployed, first, to_do

START = '<startEvent id="Start_a" name="已申请"/>'
END = '<endEvent id="End_z" name="已办结"/>'
OTHER_END = '<endEvent id="End_y" name="已转交"/>'
FORM = [
    "days:long:天数",
    "word:string:说明",
    "remind_on:string:提醒时间",
    "whom:string:请谁",
    "kind:enum:种类:a:b",
]


def handed(inner: str = "") -> str:
    """The form everybody fills in first, and what is drawn beside it."""
    return user("Task_a", "填写", extensions(FORM), candidateGroups="unit_handler") + inner


def gateway(kind: str, otherwise: str = "") -> str:
    default = f' default="{otherwise}"' if otherwise else ""
    return f'<{kind} id="Gateway_g" name="怎么办？"{default}/>'


def behind(id_: str, name: str, inner: str = "", **attributes: str) -> str:
    return user(id_, name, inner, **{"candidateGroups": "unit_handler", **attributes})


def repeated(cardinality: str) -> str:
    return (
        "<multiInstanceLoopCharacteristics><loopCardinality>"
        f"{cardinality}</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def choosing(kind: str, condition: str, *, has_default: bool) -> bytes:
    flows: list[tuple[str, ...]] = [
        ("Start_a", "Task_a"),
        ("Task_a", "Gateway_g"),
        ("Gateway_g", "Task_b", "要", condition),
        ("Gateway_g", "Task_c", "否则", "" if has_default else "kind == 'b'"),
        ("Task_b", "End_z"),
        ("Task_c", "End_y"),
    ]
    default = "Flow_4" if has_default else ""
    elements = gateway(kind, default) + behind("Task_b", "细办") + behind("Task_c", "简办")
    return diagram("errand", "跑腿", START + handed() + elements + END + OTHER_END, flows)


def going_on(elements: str) -> bytes:
    flows = [("Start_a", "Task_a"), ("Task_a", "Task_b"), ("Task_b", "End_z")]
    return diagram("errand", "跑腿", START + handed() + elements + END, flows)


def waiting_for(text: str, kind: str = "timeDate") -> bytes:
    event = (
        '<intermediateCatchEvent id="Task_b" name="等到提醒">'
        f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{text}</{kind}>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    return going_on(event)


def begun(database: Database, drawn: bytes, **variables: Any) -> UserTask:
    deployed(database, {"errand.bpmn": drawn})
    with database.transaction() as session:
        instances.start(session, "errand", variables, "wang", MORNING)
    return first(database, HANDLER)


def hand_in(database: Database, task: UserTask, **values: Any) -> None:
    given = {"days": None, "word": None, "remind_on": None, "whom": None, "kind": None, **values}
    with recording(database, MORNING) as session:
        tasks.complete(session, task.id, given, HANDLER, MORNING)


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_an_empty_number_takes_the_default_branch(database: Database, kind: str) -> None:
    task = begun(database, choosing(kind, "${days > 5}", has_default=True))

    hand_in(database, task)

    assert to_do(database, HANDLER) == ["简办"]


@pytest.mark.parametrize(
    ("drawn", "field", "sentence"),
    [
        (
            choosing("exclusiveGateway", "${days > 5}", has_default=False),
            "days",
            "后面的“怎么办？”要用到“天数”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            choosing("inclusiveGateway", "${days > 5}", has_default=False),
            "days",
            "后面的“怎么办？”要用到“天数”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            choosing("exclusiveGateway", "${remind_on.plusDays(3) < now()}", has_default=True),
            "remind_on",
            "后面的“怎么办？”要用到“提醒时间”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            going_on(behind("Task_b", "分头办", repeated("${days}"))),
            "days",
            "后面的“分头办”要用到“天数”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            waiting_for("${remind_on}"),
            "remind_on",
            "后面的“等到提醒”要用到“提醒时间”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            going_on(
                behind("Task_b", "办理")
                + timer("Timer_t", "催一催", "Task_b", "timeDate", "${remind_on}", False)
            ),
            "remind_on",
            "后面的“催一催”要用到“提醒时间”，没有填写就走不下去。请填写后再提交。",
        ),
        (
            going_on(behind("Task_b", "办理", dueDate="${remind_on.plusDays(3)}")),
            "remind_on",
            "后面的“办理”要用到“提醒时间”，没有填写就走不下去。请填写后再提交。",
        ),
    ],
)
def test_what_was_left_empty_and_is_needed_is_asked_for_at_its_field(
    database: Database, drawn: bytes, field: str, sentence: str
) -> None:
    task = begun(database, drawn)

    with pytest.raises(FormInvalid) as invalid:
        hand_in(database, task)

    assert sentence in invalid.value.messages[field]
    assert to_do(database, HANDLER) == ["填写"]
    with database.reading() as session:
        assert unresolved(session) == []
        assert session.scalars(select(Submission)).all() == []


@pytest.mark.parametrize(
    ("drawn", "values", "field", "sentence"),
    [
        (
            choosing("exclusiveGateway", "${word > 5}", has_default=True),
            {"word": "三天"},
            "word",
            "“说明”填的“三天”不能用于后面的“怎么办？”（文字“三天”和数字 5不能比较），"
            "流程走不下去。请改正后再提交。",
        ),
        (
            waiting_for("${remind_on}"),
            {"remind_on": "后天"},
            "remind_on",
            "“提醒时间”填的“后天”不能用于后面的“等到提醒”（“后天”不是日期时间",
        ),
        (
            going_on(behind("Task_b", "分头办", repeated("${days}"))),
            {"days": -2},
            "days",
            "“天数”填的“-2”不能用于后面的“分头办”，流程走不下去。请改正后再提交。",
        ),
        (
            going_on(behind("Task_b", "办理", dueDate="${remind_on}")),
            {"remind_on": "月底"},
            "remind_on",
            "“提醒时间”填的“月底”不能用于后面的“办理”",
        ),
    ],
)
def test_what_was_mistyped_is_said_at_its_field_with_the_step_it_fails_in(
    database: Database, drawn: bytes, values: dict[str, Any], field: str, sentence: str
) -> None:
    task = begun(database, drawn)

    with pytest.raises(FormInvalid) as invalid:
        hand_in(database, task, **values)

    assert sentence in invalid.value.messages[field]
    assert to_do(database, HANDLER) == ["填写"]
    with database.reading() as session:
        assert unresolved(session) == []


def test_a_task_for_whoever_is_named_waits_for_its_group_where_nobody_is(
    database: Database,
) -> None:
    task = begun(database, going_on(behind("Task_b", "办理", assignee="${whom}")))

    hand_in(database, task)

    assert to_do(database, HANDLER) == ["办理"]


def test_where_a_value_of_the_case_may_be_the_cause_an_operator_sees_it_too_until_it_is_done(
    database: Database,
) -> None:
    drawn = choosing("exclusiveGateway", "${word > most}", has_default=True)
    task = begun(database, drawn, most=5)

    with pytest.raises(FormInvalid, match="按提示修改"):
        hand_in(database, task, word="三天")

    with database.reading() as session:
        [incident] = unresolved(session)
    assert (incident.element_id, incident.subject) == ("Gateway_g", task.id)

    hand_in(database, task, word="7")

    assert to_do(database, HANDLER) == ["细办"]
    with database.reading() as session:
        assert unresolved(session) == []
        assert session.scalars(select(ProcessInstance.status)).all() == ["running"]


def test_what_no_field_of_the_form_has_to_do_with_stays_an_incident(database: Database) -> None:
    drawn = choosing("exclusiveGateway", "${most > 5}", has_default=True)
    task = begun(database, drawn, most="许多")

    with pytest.raises(ExpressionFailed):
        hand_in(database, task, days=3)

    with database.reading() as session:
        [incident] = unresolved(session)
    assert incident.element_id == "Gateway_g"


def test_a_choice_no_branch_is_drawn_for_stays_an_incident(database: Database) -> None:
    drawn = choosing("exclusiveGateway", "${kind == 'a' && days > 1}", has_default=False)
    task = begun(database, drawn)

    with pytest.raises(ExpressionFailed, match="没有一个条件成立"):
        hand_in(database, task, kind="a", days=1)

    with database.reading() as session:
        assert len(unresolved(session)) == 1


def test_an_incident_that_is_run_again_and_fails_on_the_same_value_fails_as_a_step(
    database: Database,
) -> None:
    drawn = choosing("exclusiveGateway", "${word > most}", has_default=True)
    task = begun(database, drawn, most=5)
    with database.transaction() as session:
        session.add(Person(login=HANDLER.login, name=HANDLER.name, password_hash=None))
        session.flush()
        session.add(Post(login=HANDLER.login, role="unit_handler", scope=None))
    with pytest.raises(FormInvalid):
        hand_in(database, task, word="三天")
    with database.reading() as session:
        [incident] = unresolved(session)

    with pytest.raises(RetryFailed, match="又试了一次"):
        retries.run_again(database, incident.id, REPORTER, MORNING)

    with database.reading() as session:
        [again] = unresolved(session)
    assert again.attempts == 2


STARTING = diagram(
    "errand",
    "跑腿",
    '<startEvent id="Start_a" name="已申请">' + extensions(FORM) + "</startEvent>"
    '<exclusiveGateway id="Gateway_g" name="够不够？" default="Flow_3"/>'
    + behind("Task_b", "细办")
    + behind("Task_c", "简办")
    + END
    + OTHER_END,
    [
        ("Start_a", "Gateway_g"),
        ("Gateway_g", "Task_b", "够", "${remind_on.plusDays(3) < now()}"),
        ("Gateway_g", "Task_c", "不够"),
        ("Task_b", "End_z"),
        ("Task_c", "End_y"),
    ],
)


def test_a_start_form_asks_for_what_the_first_steps_need(database: Database) -> None:
    deployed(database, {"errand.bpmn": STARTING})

    with pytest.raises(FormInvalid) as invalid, recording(database, MORNING) as session:
        instances.start(session, "errand", {"remind_on": None}, REPORTER.login, MORNING)

    assert "后面的“够不够？”要用到“提醒时间”" in invalid.value.messages["remind_on"]
    with database.reading() as session:
        assert unresolved(session) == []
        assert session.scalars(select(ProcessInstance)).all() == []
