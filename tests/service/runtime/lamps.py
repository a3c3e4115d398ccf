"""Broken street lamps: a small process with everything the runtime has to keep, and the people who repair them.

A resident's report is a start form; the unit's handler repairs, with a limit, a daily reminder and a last moment after
which the town takes over; an unrepairable lamp is replaced; the reporter rates in secret.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from service import operations
from service.database import Database
from service.deadlines import policies
from service.operations import OPERATIONS, Context, Operation
from service.register.people.directory import Actor
from service.runtime import deployments, inbox, publishing, tasks
from service.tables.people import Notification
from service.tables.runtime import ProcessInstance, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, service, timer, user

REPORTER = Actor("wang", "王", frozenset({"deputy"}))
HANDLER = Actor("li", "李", frozenset({"unit_handler", "unit_handler:JT"}))
COLLEAGUE = Actor("zhao", "赵", frozenset({"unit_handler", "unit_handler:JT"}))
STRANGER = Actor("qian", "钱", frozenset({"unit_handler", "unit_handler:WJ"}))
TOWN = Actor("sun", "孙", frozenset({"town_presidium", "town_presidium:SM"}))
NOBODY = Actor("nobody", "无", frozenset())

REPORT = {"place": "人民路 12 号", "unit": "JT", "note": "晚上很黑"}
REPAIRED = {"result": "repaired", "cost": 12.5, "remark": "已更换灯泡"}
BEYOND = {"result": "beyond", "cost": 0.0, "remark": "灯杆断了"}

LAMP = diagram(
    "lamp",
    "路灯报修",
    '<startEvent id="Start_reported" name="路灯已报修">'
    + extensions(
        ["place:string:地点", "unit:unit:单位", "note:longtext:说明"],
        on_complete="open_lamp",
        starters="deputy",
    )
    + "</startEvent>"
    + user(
        "Task_repair",
        "维修路灯",
        extensions(
            ["result:enum:结果:repaired:beyond", "cost:number:费用", "remark:longtext:备注"],
            deadline="sign",
            on_complete="note_repair",
        ),
        candidateGroups="unit_handler:${unit}",
    )
    + timer("Timer_reminder", "每日提醒", "Task_repair", "timeCycle", "R3/P1D", False)
    + timer("Timer_taken_over", "镇里接手", "Task_repair", "timeDuration", "P30D", True)
    + service("Task_remind", "提醒维修", "remind_handler", place="${place}")
    + user("Task_take_over", "镇里维修", candidateGroups="town_presidium")
    + '<exclusiveGateway id="Gateway_repairable" name="路灯能修好吗?"/>'
    + user("Task_replace", "更换路灯", candidateGroups="unit_handler:${unit}")
    + user(
        "Task_rate",
        "评价",
        extensions(["rating:enum:评价:good:bad"], sealed="true", on_complete="keep_rating"),
        assignee="${reporter}",
    )
    + '<endEvent id="End_reminded" name="维修单位已提醒"/>'
    + '<endEvent id="End_lit" name="路灯已亮"/>',
    [
        ("Start_reported", "Task_repair"),
        ("Task_repair", "Gateway_repairable"),
        ("Gateway_repairable", "Task_rate", "能"),
        ("Gateway_repairable", "Task_replace", "不能", 'result == "beyond"'),
        ("Task_replace", "Task_rate"),
        ("Timer_reminder", "Task_remind"),
        ("Task_remind", "End_reminded"),
        ("Timer_taken_over", "Task_take_over"),
        ("Task_take_over", "Task_rate"),
        ("Task_rate", "End_lit"),
    ],
)


def open_lamp(context: Context) -> dict[str, Any]:
    """登记报修。"""
    context.key(f"lamp:{context.instance_id}")
    return {"reporter": context.by, "opened_at": context.at.isoformat()}


def note_repair(context: Context) -> dict[str, Any]:
    """登记维修结果。"""
    if context.values["remark"] == "boom":
        raise RuntimeError("the register is broken")
    note(context, f"repaired:{context.instance_id}", f"{context.by} {context.values['remark']}")
    return {"repaired_by": context.by}


def remind_handler(context: Context) -> None:
    """提醒维修单位。"""
    note(context, f"reminded:{context.instance_id}:{context.at}", context.parameters["place"])


def keep_rating(context: Context) -> dict[str, Any]:
    """密存评价。"""
    note(context, f"rated:{context.instance_id}", context.values["rating"])
    return {}


def note(context: Context, key: str, text: str) -> None:
    """Leave a mark in the register that a test can count; a second one of the same key is refused."""
    context.session.add(
        Notification(
            dedupe_key=key, recipient="test", kind="test", text=text, created_at=context.at
        )
    )


@contextmanager
def registered(*functions: Any) -> Iterator[None]:
    """Let diagrams name these functions for a while."""
    operations.load()
    before = dict(OPERATIONS)
    OPERATIONS.update({one.__name__: Operation(one, is_open=True) for one in functions})
    try:
        yield
    finally:
        OPERATIONS.clear()
        OPERATIONS.update(before)


@pytest.fixture
def lamps(database: Database) -> Iterator[Database]:
    """A database in which the lamp process is deployed."""
    with registered(open_lamp, note_repair, remind_handler, keep_rating):
        deployed(database, {"lamp.bpmn": LAMP})
        yield database


def deployed(database: Database, files: dict[str, bytes]) -> deployments.Deployed:
    """Deploy files, with the limits every installation starts with."""
    with database.transaction() as session:
        policies.seed(session, MORNING)
        return publishing.deploy(session, files, "designer", MORNING)


def reported(database: Database, at=MORNING) -> int:
    """Report a broken lamp; returns the instance."""
    with database.transaction() as session:
        return tasks.start(session, "lamp", REPORT, REPORTER, at).id


def to_do(database: Database, person: Actor) -> list[str]:
    """Return the names of what a person finds in the inbox."""
    with database.reading() as session:
        return [task.name for task in inbox.of(session, person)]


def first(database: Database, person: Actor) -> UserTask:
    """Return the first task of a person's inbox."""
    with database.reading() as session:
        return inbox.of(session, person)[0]


def done(database: Database, person: Actor, values: dict[str, Any], at=MORNING) -> None:
    """Complete the first task of a person's inbox."""
    task = first(database, person)
    with database.transaction() as session:
        tasks.complete(session, task.id, values, person, at)


def instance(database: Database, instance_id: int) -> ProcessInstance:
    with database.reading() as session:
        return session.get_one(ProcessInstance, instance_id)


def marks(database: Database) -> list[str]:
    """Return what operations left in the register, in order."""
    with database.reading() as session:
        rows = session.query(Notification).filter_by(kind="test").order_by(Notification.id)
        return [row.dedupe_key.partition(":")[0] for row in rows]
