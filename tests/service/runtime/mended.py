"""Cases that stand still because of a value or a drawing, and the operator who mends them."""

from typing import Any

import pytest
from sqlalchemy import select

from service.database import Database
from service.errors import ServiceError
from service.register.people.directory import Actor
from service.runtime import incidents, instances, migrations, tasks, variables
from service.runtime.variables import Value
from service.tables.people import Person, Post
from service.tables.runtime import Incident, ProcessInstance, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, timer, user
from tests.service.runtime.lamps import HANDLER, deployed

OPERATOR = Actor("yun", "运维", frozenset({"operator"}))
ADMIN = Actor("guan", "管理员", frozenset({"admin"}))
DESIGNER = Actor("she", "设计员", frozenset({"designer"}))
DESK = {"candidateGroups": "unit_handler"}


def question(condition: str = "n > 3", before: str = "", name: str = "question") -> bytes:
    """A task, and a question behind it that reads a variable nobody sets."""
    return diagram(
        name,
        "量水位",
        '<startEvent id="Start_a" name="水位已报"/>'
        + user("Task_measure", "测量水位", **DESK)
        + before
        + '<exclusiveGateway id="Gateway_high" name="水位高吗?"/>'
        + '<endEvent id="End_high" name="已开闸"/><endEvent id="End_low" name="已记录"/>',
        [
            ("Start_a", "Task_measure"),
            ("Task_measure", "Gateway_high"),
            ("Gateway_high", "End_high", "高", condition),
            ("Gateway_high", "End_low", "不高"),
        ],
    )


def rounds(sequential: bool = True) -> bytes:
    """A task, and after it one for each unit of a list that somebody wrote as a text."""
    each = (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" '
        'camunda:collection="${units}" camunda:elementVariable="unit"/>'
    )
    return diagram(
        "rounds",
        "逐个通知",
        '<startEvent id="Start_a" name="名单已定"/>'
        + user("Task_check", "核对名单", **DESK)
        + user("Task_tell", "通知单位", each, **DESK)
        + '<endEvent id="End_z" name="已通知"/>',
        [("Start_a", "Task_check"), ("Task_check", "Task_tell"), ("Task_tell", "End_z")],
    )


def calling(document: str = "") -> bytes:
    return diagram(
        "outer",
        "防汛",
        '<startEvent id="Start_a" name="汛期已到"/>'
        '<callActivity id="Call_question" name="量水位" calledElement="question">'
        f"<documentation>先量水位。{document}</documentation><extensionElements>"
        '<camunda:in variables="all"/><camunda:out variables="all"/></extensionElements>'
        "</callActivity>" + '<endEvent id="End_z" name="已处置"/>',
        [("Start_a", "Call_question"), ("Call_question", "End_z")],
    )


def alarm() -> bytes:
    """A task whose alarm asks for a value when its time has come."""
    return diagram(
        "alarm",
        "值班",
        '<startEvent id="Start_a" name="已接班"/>'
        + user("Task_watch", "值守", **DESK)
        + timer("Timer_alarm", "到点提醒", "Task_watch", "timeDuration", "PT1H", False)
        + '<exclusiveGateway id="Gateway_loud" name="要拉响吗?"/>'
        + '<endEvent id="End_loud" name="已拉响"/><endEvent id="End_quiet" name="未拉响"/>'
        + '<endEvent id="End_z" name="已交班"/>',
        [
            ("Start_a", "Task_watch"),
            ("Task_watch", "End_z"),
            ("Timer_alarm", "Gateway_loud"),
            ("Gateway_loud", "End_loud", "要", "loud"),
            ("Gateway_loud", "End_quiet", "不要"),
        ],
    )


def rated() -> bytes:
    """A question after an answer and a sealed rating, neither of which is an operator's to change."""
    return diagram(
        "rated",
        "评价试点",
        '<startEvent id="Start_a" name="已开始"/>'
        + user(
            "Task_answer",
            "答复",
            extensions(["kind:enum:类别:A:B", "count:long:件数"]),
            **DESK,
        )
        + user("Task_rate", "评价", extensions(["stars:long:分数"], sealed="true"), **DESK)
        + '<exclusiveGateway id="Gateway_kind" name="哪一类?"/>'
        + user("Task_more", "补充", candidateGroups="${who}")
        + '<endEvent id="End_z" name="已办结"/>',
        [
            ("Start_a", "Task_answer"),
            ("Task_answer", "Task_rate"),
            ("Task_rate", "Gateway_kind"),
            ("Gateway_kind", "Task_more", "要补充", 'kind == "A" and more and stars'),
            ("Gateway_kind", "End_z", "不用"),
            ("Task_more", "End_z"),
        ],
    )


def graded(condition: str = "grade == 1", is_sealed: bool = True) -> bytes:
    """A sealed answer that becomes a variable, a task, and a question that cannot be decided by it."""
    given = (
        '<camunda:inputOutput><camunda:outputParameter name="grade">${"很差"}'
        "</camunda:outputParameter></camunda:inputOutput></extensionElements>"
    )
    rating = extensions(["stars:long:分数"], **({"sealed": "true"} if is_sealed else {}))
    return diagram(
        "graded",
        "密封评分",
        '<startEvent id="Start_a" name="已开始"/>'
        + user("Task_rate", "评分", rating.replace("</extensionElements>", given), **DESK)
        + user("Task_file", "归档", extensions(["note:string:备注"]), **DESK)
        + '<exclusiveGateway id="Gateway_grade" name="评得怎样?"/>'
        + '<endEvent id="End_good" name="已表扬"/><endEvent id="End_bad" name="已督办"/>',
        [
            ("Start_a", "Task_rate"),
            ("Task_rate", "Task_file"),
            ("Task_file", "Gateway_grade"),
            ("Gateway_grade", "End_good", "好", condition),
            ("Gateway_grade", "End_bad", "差", "grade == 2"),
        ],
    )


def begun(database: Database, files: dict[str, bytes], process_id: str, **values: Any) -> int:
    """Deploy and start; the handler is there to do the tasks."""
    deployed(database, files)
    with database.transaction() as session:
        if session.scalar(select(Person).where(Person.login == HANDLER.login)) is None:
            session.add(Person(login=HANDLER.login, name=HANDLER.name, password_hash=None))
            session.flush()
            session.add(Post(login=HANDLER.login, role="unit_handler", scope="JT"))
    with database.transaction() as session:
        return instances.start(session, process_id, values, None, MORNING).id


def hand_in(database: Database, instance_id: int, **values: Any) -> None:
    """Complete the first open task; where the step fails, it is an incident."""
    with database.reading() as session:
        query = select(UserTask.id).where(UserTask.instance_id == instance_id)
        task_id = session.scalars(query.order_by(UserTask.created_at)).first()
    with incidents.recording(database, MORNING) as session:
        tasks.complete(session, task_id, values, HANDLER, MORNING)


def stuck(database: Database, instance_id: int, **values: Any) -> Incident:
    """Let the next step fail; returns its incident."""
    with pytest.raises(ServiceError):
        hand_in(database, instance_id, **values)
    [found] = open_(database, instance_id)
    return found


def open_(database: Database, instance_id: int) -> list[Incident]:
    with database.reading() as session:
        return incidents.unresolved(session, instance_id=instance_id)


def row(database: Database, instance_id: int) -> ProcessInstance:
    with database.reading() as session:
        return session.get_one(ProcessInstance, instance_id)


def seen(database: Database, instance_id: int, person: Actor = OPERATOR) -> variables.Variables:
    with database.reading() as session:
        return variables.of(session, person, instance_id, MORNING)


def put(
    database: Database, instance_id: int, name: str, value: Any, person: Actor = OPERATOR,
    version: int | None = None, place: str = "", reason: str = "现场核实",
) -> None:  # fmt: skip
    """Set a variable as somebody."""
    version = row(database, instance_id).version if version is None else version
    with database.transaction() as session:
        given = Value(name, value, reason, version, place)
        variables.set_one(session, person, instance_id, given, MORNING)


def planned(
    database: Database, instance_id: int, number: int | None = None, person: Actor = OPERATOR
) -> migrations.Plan:
    with database.reading() as session:
        return migrations.plan(session, person, instance_id, number, MORNING)


def moved(
    database: Database, instance_id: int, number: int | None = None, person: Actor = OPERATOR,
    version: int | None = None, reason: str = "流程图已改正",
) -> migrations.Plan:  # fmt: skip
    """Take an instance to another version as somebody."""
    version = row(database, instance_id).version if version is None else version
    with database.transaction() as session:
        return migrations.migrate(session, person, instance_id, number, reason, version, MORNING)
