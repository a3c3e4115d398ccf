"""Cases that throw 材料送达 and cases that wait for it: in the flow, beside a task, once and twice."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service import history
from service.database import Database
from service.runtime import inbox, instances, tasks
from service.tables.runtime import CaseMessage
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import HANDLER, deployed

NOON = MORNING + timedelta(hours=3)
NEWS = '<message id="News" name="材料送达"/><message id="More" name="补充材料"/>'
ASKED = '<startEvent id="Start_asked" name="已提出"/>'
DONE = '<endEvent id="End_done" name="已办完"/>'


def handler(id_, name, inner=""):
    return user(id_, name, inner, candidateGroups="unit_handler")


def throwing(id_, inner="", reference="News"):
    return (
        f'<intermediateThrowEvent id="{id_}" name="{id_}"><messageEventDefinition id="{id_}_says"'
        f' messageRef="{reference}">{inner}</messageEventDefinition></intermediateThrowEvent>'
    )


def waiting(id_, reference="News"):
    return (
        f'<intermediateCatchEvent id="{id_}" name="{id_}"><messageEventDefinition id="{id_}_waits"'
        f' messageRef="{reference}"/></intermediateCatchEvent>'
    )


def row(process_id, *elements, ids):
    """A process whose elements stand in a row between its start and its end."""
    road = ["Start_asked", *ids.split(), "End_done"]
    flows = list(itertools.pairwise(road))
    return diagram(process_id, process_id, ASKED + "".join(elements) + DONE, flows, before=NEWS)


def payload(**values):
    """What a message carries."""
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'
        for name, value in values.items()
    )
    return f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>"


SENDER = row(
    "sender",
    handler("Task_send", "发料"),
    throwing("Throw_one", payload(number="${1}")),
    throwing("Throw_two", payload(number="${2}")),
    ids="Task_send Throw_one Throw_two",
)
ONCE = row(
    "once",
    handler("Task_send", "发料"),
    throwing("Throw_one", payload(number="${1}")),
    handler("Task_stay", "留守"),
    ids="Task_send Throw_one Task_stay",
)
RECEIVER = row(
    "receiver",
    handler("Task_enter", "登记"),
    '<receiveTask id="Task_wait" name="等材料" messageRef="News"/>',
    handler("Task_work", "办理"),
    ids="Task_enter Task_wait Task_work",
)
TWICE = row(
    "twice",
    waiting("Catch_one"),
    handler("Task_first", "先办"),
    waiting("Catch_two"),
    handler("Task_second", "再办"),
    ids="Catch_one Task_first Catch_two Task_second",
)
STAYING = row("staying", handler("Task_stay", "留守"), ids="Task_stay")
INSIDE = diagram(
    "inside",
    "自己发给自己",
    ASKED
    + '<parallelGateway id="Gateway_split"/>'
    + throwing("Throw_one", payload(number="${1}"))
    + '<endEvent id="End_sent" name="已发出"/>'
    + handler("Task_enter", "登记")
    + waiting("Catch_one")
    + handler("Task_work", "办理")
    + DONE,
    [
        ("Start_asked", "Gateway_split"),
        ("Gateway_split", "Throw_one"),
        ("Throw_one", "End_sent"),
        ("Gateway_split", "Task_enter"),
        ("Task_enter", "Catch_one"),
        ("Catch_one", "Task_work"),
        ("Task_work", "End_done"),
    ],
    before=NEWS,
)
BESIDE = diagram(
    "beside",
    "边办边等",
    ASKED
    + handler("Task_enter", "登记")
    + handler("Task_work", "办理")
    + '<boundaryEvent id="Heard" name="听到" attachedToRef="Task_work"><messageEventDefinition'
    ' id="Heard_waits" messageRef="News"/></boundaryEvent>' + handler("Task_again", "重办") + DONE,
    [
        ("Start_asked", "Task_enter"),
        ("Task_enter", "Task_work"),
        ("Task_work", "End_done"),
        ("Heard", "Task_again"),
        ("Task_again", "End_done"),
    ],
    before=NEWS,
)
DRAWN = {
    "sender.bpmn": SENDER,
    "once.bpmn": ONCE,
    "receiver.bpmn": RECEIVER,
    "twice.bpmn": TWICE,
    "staying.bpmn": STAYING,
    "inside.bpmn": INSIDE,
    "beside.bpmn": BESIDE,
}


@pytest.fixture
def cases(database: Database) -> Database:
    deployed(database, DRAWN)
    return database


def do(database, name, values=None, at=NOON):
    """Let the handler do the task of this name that was given out first."""
    with database.reading() as session:
        task = next(one for one in inbox.of(session, HANDLER) if one.name == name)
    with database.transaction() as session:
        tasks.complete(session, task.id, values or {}, HANDLER, at)


def settle(database, at=NOON):
    """Let the clock do what is due; returns how much it was."""
    return fire_due_timers(database, at)


def kept(database):
    """Return the messages on their way or kept, in order."""
    with database.reading() as session:
        return list(session.scalars(select(CaseMessage).order_by(CaseMessage.id)))


def notes(database, instance_id):
    """Return what the history of an instance says of messages."""
    with database.reading() as session:
        assert history.verify(session, instance_id).intact
        return [
            (one.kind, one.name)
            for one in history.of(session, instance_id)
            if one.kind.startswith("message_")
        ]


def variables(database, name):
    """Return the variables at the handler's task of this name."""
    with database.reading() as session:
        task = next(one for one in inbox.of(session, HANDLER) if one.name == name)
        return instances.variables(session, task.instance_id, task.id, NOON)
