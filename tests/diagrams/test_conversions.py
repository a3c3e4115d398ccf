"""What was answered on a form decides as it does in Camunda 7 and Flowable, wherever an expression decides."""

from collections.abc import Mapping
from typing import Any

import pytest

from service.database import Database
from service.engine.language.timing import LOCAL
from service.errors import ExpressionFailed
from service.register.people.directory import Actor
from service.runtime import blame, tasks
from service.tables.runtime import TimerJob, UserTask
from tests.diagrams.corpus import do, fire, start, wrong
from tests.diagrams.test_corpus import Story
from tests.drawing import diagram, extensions, timer, user

START, END = '<startEvent id="s" name="已开始"/>', '<endEvent id="e" name="已结束"/>'
AGREED = "result:enum:意见:true:false"
CODED = "result:enum:意见:1:0:other"
OK, DAYS, NOTE, HELD_ON = (
    "ok:boolean:同意",
    "days:long:天数",
    "note:string:备注",
    "held_on:date:会期",
)
AMOUNT = "amount:number:金额"
TODAY, TOMORROW = "2026-03-02", "2026-03-03"

DECIDED: dict[str, list[tuple[str, str, Mapping[str, Any], str]]] = {
    "a choice of true and false": [
        (AGREED, "${result}", {"result": "true"}, "甲"),
        (AGREED, "${result}", {"result": "false"}, "乙"),
        (AGREED, "result", {"result": "false"}, "乙"),
        (AGREED, "${!result}", {"result": "false"}, "甲"),
        (AGREED, "${result == true}", {"result": "true"}, "甲"),
        (AGREED, "${result == false}", {"result": "false"}, "甲"),
        (AGREED, "${result && true}", {"result": "false"}, "乙"),
        (AGREED, "${result || false}", {"result": "false"}, "乙"),
        (AGREED, "${result ? true : false}", {"result": "false"}, "乙"),
        (AGREED, "${result}", {"result": None}, "乙"),
    ],
    "a choice of numbers": [
        (CODED, "${result == 1}", {"result": "1"}, "甲"),
        (CODED, "${result == 1}", {"result": "0"}, "乙"),
        (CODED, "${result > 0}", {"result": "1"}, "甲"),
        (CODED, "${result + 1 == 2}", {"result": "1"}, "甲"),
        (CODED, "${result != 1.0}", {"result": "1"}, "乙"),
    ],
    "a truth value beside text": [
        (OK, "${ok == 'true'}", {"ok": True}, "甲"),
        (OK, "${ok == 'true'}", {"ok": False}, "乙"),
        (OK, "${'TRUE' eq ok}", {"ok": True}, "甲"),
        (OK, "${ok != 'false'}", {"ok": True}, "甲"),
        (OK, "${ok == 'false'}", {"ok": None}, "乙"),
    ],
    "a number beside text": [
        (DAYS, "${days == '3'}", {"days": 3}, "甲"),
        (DAYS, "${days > '20'}", {"days": 3}, "乙"),
        (AMOUNT, "${amount == '2.5'}", {"amount": 2.5}, "甲"),
        (DAYS, "${days < '2.5'}", {"days": 3}, "乙"),
        (NOTE, "${note > 3}", {"note": "20"}, "甲"),
        (NOTE, "${note == 3}", {"note": "3.0"}, "甲"),
        (NOTE, "${note * 2 >= '6'}", {"note": "3"}, "甲"),
        (NOTE, "${note + note > 3}", {"note": "2"}, "甲"),
    ],
    "what was left empty": [
        (DAYS, "${days >= 3}", {}, "乙"),
        (DAYS, "${days < 3}", {}, "乙"),
        (DAYS, "${days + 1 < 3}", {}, "甲"),
        (DAYS, "${days == null}", {}, "甲"),
        (DAYS, "${empty days}", {}, "甲"),
        (NOTE, "${note == '急'}", {}, "乙"),
        (NOTE, "${note.startsWith('急') || '急' in note || len(note) > 3}", {}, "乙"),
        (NOTE, "${!empty note}", {}, "乙"),
        (HELD_ON, "${held_on > now() || held_on <= now()}", {}, "乙"),
        (AGREED, "${result.equals('true') || result.part.of == 1}", {}, "乙"),
    ],
    "quotients and remainders": [
        (DAYS, "${days div 2 > 2}", {"days": 5}, "甲"),
        (DAYS, "${days / 2 == 2.5}", {"days": 5}, "甲"),
        (DAYS, "${days mod 2 == 1}", {"days": 5}, "甲"),
        (DAYS, "${-days % 3 == -2}", {"days": 5}, "甲"),
    ],
    "days": [
        (HELD_ON, "${held_on > now()}", {"held_on": TOMORROW}, "甲"),
        (HELD_ON, "${held_on > now()}", {"held_on": TODAY}, "乙"),
        (HELD_ON, "${now() >= held_on && now() < held_on.plusDays(1)}", {"held_on": TODAY}, "甲"),
        (HELD_ON, "${held_on.plusDays(1) == '2026-03-03'}", {"held_on": TODAY}, "甲"),
        (HELD_ON, "${held_on < '2026-03-01T16:00:00Z'}", {"held_on": TODAY}, "乙"),
        (HELD_ON, "${held_on.minusWeeks(1) < dateTime()}", {"held_on": "2026-03-09"}, "甲"),
    ],
}  # fmt: skip


def story(database: Database, elements: str, flows: list[tuple[str, ...]]) -> Story:
    told = Story(database)
    told.followed = "p"
    told.deploy({"p.bpmn": diagram("p", "试办", START + elements + END, flows)})
    return told


def begun(database: Database, elements: str, flows: list[tuple[str, ...]], **given: Any) -> Story:
    told = story(database, elements, flows)
    told.take([start("p", "case:1", **given)])
    return told


def waiting(told: Story) -> list[str]:
    return [task.name for task in told.rows(UserTask)]


def asked(*fields: str, more: str = "") -> str:
    return user("a", "填写", extensions(fields) + more, candidateGroups="deputy_office")


def branching(kind: str, field: str, condition: str) -> tuple[str, list[tuple[str, ...]]]:
    elements = asked(field) + f'<{kind} id="g" name="怎么办？" default="Flow_4"/>'
    elements += user("x", "甲", candidateGroups="deputy_office") + user(
        "y", "乙", candidateGroups="deputy_office"
    )
    flows = [("s", "a"), ("a", "g"), ("g", "x", "是", condition), ("g", "y", "否")]
    return elements, [*flows, ("x", "e"), ("y", "e")]


@pytest.mark.parametrize(
    ("field", "condition", "answer", "way"),
    [
        pytest.param(*row, id=f"{kind}: {row[1]}, {row[2]}")
        for kind, rows in DECIDED.items()
        for row in rows
    ],
)
@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_an_answer_takes_the_way_it_takes_in_the_vendors(
    sqlite: Database, gateway: str, field: str, condition: str, answer: Mapping[str, Any], way: str
) -> None:
    told = begun(sqlite, *branching(gateway, field, condition))

    told.take([do("填写", **answer)])

    assert waiting(told) == [way]


# --- wherever an expression decides --------------------------------------------------------------


def several(how: str, fields: str = AGREED) -> tuple[str, list[tuple[str, ...]]]:
    """A task that is done several times, and one behind it."""
    return (
        user("a", "会签", extensions([fields]) + how, candidateGroups="deputy_office")
        + user("x", "汇总", candidateGroups="deputy_office"),
        [("s", "a"), ("a", "x"), ("x", "e")],
    )


COUNTERSIGN = (
    '<multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who">'
    "<completionCondition>{}</completionCondition></multiInstanceLoopCharacteristics>"
)
ROUNDS = (
    '<standardLoopCharacteristics loopMaximum="5" testBefore="{}"><loopCondition>{}</loopCondition>'
    "</standardLoopCharacteristics>"
)


@pytest.mark.parametrize("condition", ["${result}", "${result == true}", "${!(!result)}", "result"])
def test_a_choice_of_false_lets_the_others_sign(database: Database, condition: str) -> None:
    told = begun(database, *several(COUNTERSIGN.format(condition)), people=["li", "wang", "zhao"])

    told.take([do("会签", result="false")])
    assert waiting(told) == ["会签", "会签"]

    told.take([do("会签", result="true")])
    assert waiting(told) == ["汇总"]


@pytest.mark.parametrize(
    "count", ["${nrOfCompletedInstances >= '2'}", "${nrOfCompletedInstances div 2 == 1}"]
)
def test_a_count_may_be_compared_with_text(database: Database, count: str) -> None:
    told = begun(database, *several(COUNTERSIGN.format(count)), people=["li", "wang", "zhao"])

    told.take([do("会签", result="false"), do("会签", result="false")])

    assert waiting(told) == ["汇总"]


@pytest.mark.parametrize(
    "condition", ["${result}", "${result == 'true'}", "${result ? true : false}"]
)
def test_a_choice_of_false_begins_no_further_round(database: Database, condition: str) -> None:
    told = begun(database, *several(ROUNDS.format("false", condition)))

    told.take([do("会签", result="true"), do("会签", result="true")])
    assert waiting(told) == ["会签"]

    told.take([do("会签", result="false")])
    assert waiting(told) == ["汇总"]


def test_a_loop_that_is_asked_first_is_skipped_for_a_choice_of_false(database: Database) -> None:
    told = begun(database, *several(ROUNDS.format("true", "${wanted}")), wanted="false")

    assert waiting(told) == ["汇总"]


HANDED_ON: list[tuple[str, Any]] = [
    ("${result ? 'wang' : 'li'}", "li"),
    ("${!result ? days / 2 : 0}", 2.5),
    ("${days + '1'}", 6),
    ("${nothing + days}", 5),
    ("${result == false}", True),
    ("${record.nowhere}", None),
    ("${nothing || 'li'}", "li"),
]
KNOWN = {"result": "false", "days": 5, "nothing": None, "ok": True, "record": {}}


def known(told: Story) -> Mapping[str, Any]:
    """Return the variables whoever does the open task sees."""
    [task] = told.rows(UserTask)
    with told.database.reading() as session:
        person = Actor("li", "李", frozenset(task.candidates))
        return tasks.open(session, task.id, person, told.at).variables


@pytest.mark.parametrize(
    ("text", "value"), [*HANDED_ON, ("第${days div 2}天，${ok}，${nothing}。", "第2.5天，true，。")]
)
def test_what_is_passed_to_a_task_is_converted(database: Database, text: str, value: Any) -> None:
    inner = (
        "<extensionElements><camunda:inputOutput>"
        f'<camunda:inputParameter name="found">{text}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    elements = user("x", "汇总", inner, candidateGroups="deputy_office")

    told = begun(database, elements, [("s", "x"), ("x", "e")], **KNOWN)

    assert known(told)["found"] == value


@pytest.mark.parametrize(("text", "value"), HANDED_ON)
def test_what_a_script_assigns_is_converted(database: Database, text: str, value: Any) -> None:
    elements = (
        '<scriptTask id="a" name="计算" scriptFormat="juel">'
        f"<script>found = {text.removeprefix('${').removesuffix('}')}</script></scriptTask>"
    ) + user("x", "汇总", candidateGroups="deputy_office")

    told = begun(database, elements, [("s", "a"), ("a", "x"), ("x", "e")], **KNOWN)

    assert known(told)["found"] == value


@pytest.mark.parametrize(
    ("field", "condition", "answer", "words"),
    [
        (NOTE, "${note > 3}", {"note": "很多"}, r"“怎么办？”的表达式 \$\{note > 3\} 无法计算：文字“很多”和数字 3不能比较。"),
        (CODED, "${result == 1}", {"result": "other"}, "文字“other”和数字 1不能比较"),
        (NOTE, "${note}", {"note": "同意"}, "文字“同意”既不是 true 也不是 false"),
        (NOTE, "${!note}", {"note": "同意"}, "not empty note"),
        (NOTE, "${note + 1 > 3}", {"note": "三"}, "文字“三”不是数字"),
        (DAYS, "${10 / days > 3}", {"days": 0}, "数字 10不能除以 0"),
        (OK, "${ok > 1}", {"ok": True}, "是否值 true和数字 1不能比较"),
        (HELD_ON, "${held_on > nobody}", {"held_on": TODAY}, "变量“nobody”还没有值"),
        (NOTE, "${note < now()}", {"note": "下周"}, "文字“下周”和时间 2026-03-02 09:00不能比较"),
    ],
)  # fmt: skip
def test_what_the_vendors_stop_at_stops_with_the_expression_and_the_values(
    database: Database, field: str, condition: str, answer: Mapping[str, Any], words: str
) -> None:
    told = begun(database, *branching("exclusiveGateway", field, condition))

    with pytest.raises(ExpressionFailed, match=words) as failure, blame.at_nobody():
        told.take([do("填写", **answer)])

    assert failure.value.element == "g"
    assert waiting(told) == ["填写"]


# --- times -----------------------------------------------------------------------------------------


def due(told: Story) -> list[str]:
    return [f"{job.due_at.astimezone(LOCAL):%Y-%m-%d %H:%M}" for job in told.rows(TimerJob)]


MOMENTS = [
    ("timeDate", "${held_on}", "2026-03-12 00:00"),
    ("timeDate", "held_on", "2026-03-12 00:00"),
    ("timeDate", "${held_on.plusDays(3)}", "2026-03-15 00:00"),
    ("timeDate", "${held_on.minusHours(2)}", "2026-03-11 22:00"),
    ("timeDate", "${held_on > now() ? held_on : now()}", "2026-03-12 00:00"),
    ("timeDate", "${held_on}T09:30", "2026-03-12 09:30"),
    ("timeDate", "2026-03-12", "2026-03-12 00:00"),
    ("timeDate", "2026-03-12T14:00:00", "2026-03-12 14:00"),
    ("timeDate", "2026-03-12T06:00:00Z", "2026-03-12 14:00"),
    ("timeCycle", "R2/2026-03-12T09:00:00/P1D", "2026-03-12 09:00"),
]


@pytest.mark.parametrize(("kind", "text", "moment"), MOMENTS)
def test_a_boundary_timer_reads_days_as_days_in_shanghai(
    database: Database, kind: str, text: str, moment: str
) -> None:
    elements = (
        asked(HELD_ON)
        + user("x", "报材料", candidateGroups="deputy_office")
        + timer("t", "到了那天", "x", kind, text.replace(">", "&gt;"), kind != "timeCycle")
        + user("y", "催办", candidateGroups="deputy_office")
    )
    flows = [("s", "a"), ("a", "x"), ("x", "e"), ("t", "y"), ("y", "e")]
    told = begun(database, elements, flows)

    told.take([do("填写", held_on="2026-03-12")])
    assert due(told) == [moment]

    told.take([fire("到了那天")])
    assert "催办" in waiting(told)


@pytest.mark.parametrize(("kind", "text", "moment"), MOMENTS[:-1])
def test_a_catch_event_waits_until_the_day_begins(
    database: Database, kind: str, text: str, moment: str
) -> None:
    escaped = text.replace(">", "&gt;")
    elements = asked(HELD_ON) + user("x", "开会", candidateGroups="deputy_office")
    elements += (
        '<intermediateCatchEvent id="t" name="等到开会"><timerEventDefinition>'
        f'<{kind} xsi:type="tFormalExpression">{escaped}</{kind}></timerEventDefinition></intermediateCatchEvent>'
    )
    told = begun(database, elements, [("s", "a"), ("a", "t"), ("t", "x"), ("x", "e")])

    told.take([do("填写", held_on="2026-03-12"), fire("等到开会", due=moment.replace(" ", "T"))])

    assert waiting(told) == ["开会"]


def test_a_timer_that_waits_for_a_day_nobody_wrote_says_so(database: Database) -> None:
    elements = asked(HELD_ON) + (
        '<intermediateCatchEvent id="t" name="等到开会"><timerEventDefinition>'
        '<timeDate xsi:type="tFormalExpression">${held_on}</timeDate></timerEventDefinition></intermediateCatchEvent>'
    )
    told = begun(database, elements, [("s", "a"), ("a", "t"), ("t", "e")])

    with pytest.raises(ExpressionFailed, match="这个时间还没有填写"), blame.at_nobody():
        told.take([do("填写", held_on=None)])


# --- when a field applies --------------------------------------------------------------------------

WHY = (
    '<camunda:formField id="why" label="理由" type="string"><camunda:properties>'
    '<camunda:property id="showIf" value="{}"/></camunda:properties><camunda:validation>'
    '<camunda:constraint name="required"/></camunda:validation></camunda:formField>'
)


@pytest.mark.parametrize(
    ("field", "condition", "answer", "is_asked"),
    [
        (AGREED, "result", {"result": "true"}, True),
        (AGREED, "result", {"result": "false"}, False),
        (AGREED, "${!result}", {"result": "false"}, True),
        (AGREED, "${result == true}", {"result": "false"}, False),
        (CODED, "${result == 1}", {"result": "1"}, True),
        (OK, "${ok == 'false'}", {"ok": False}, True),
        (DAYS, "${days > '3'}", {"days": 20}, True),
        (DAYS, "${days > 3}", {"days": None}, False),
        (NOTE, "${empty note}", {"note": None}, True),
        (NOTE, "${note > 3}", {"note": "4"}, True),
        (NOTE, "note", {"note": "文字"}, True),  # neither true nor false: it is filled in
        (NOTE, "note", {"note": None}, False),
        (HELD_ON, "${held_on > '2026-03-02'}", {"held_on": TOMORROW}, True),
        (AGREED, "${result ? false : true}", {"result": "false"}, True),
    ],
)
def test_a_field_is_asked_for_by_what_was_answered_before_it(
    sqlite: Database, field: str, condition: str, answer: Mapping[str, Any], is_asked: bool
) -> None:
    written = condition.replace(">", "&gt;")
    form = extensions([field]).replace(
        "</camunda:formData>", WHY.format(written) + "</camunda:formData>"
    )
    elements = user("a", "填写", form, candidateGroups="deputy_office")
    told = begun(sqlite, elements, [("s", "a"), ("a", "e")])

    if is_asked:
        told.take([wrong("填写", **answer), do("填写", **answer, why="因为")])
    else:
        told.take([do("填写", **answer)])

    assert told.instance().status == "ended"
