"""Cases that wait for 已整改 by message or by signal, and a case that says it."""

import pytest

from service.runtime import inbox, instances
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import HANDLER, deployed


def waiting(process_id, kind):
    """A process that waits for 已整改 and then for a person."""
    return diagram(
        process_id,
        "等待",
        '<startEvent id="Start_asked" name="已提出"/>'
        f'<intermediateCatchEvent id="Catch_news" name="已整改"><{kind}EventDefinition'
        f' id="Waits" {kind}Ref="News"/></intermediateCatchEvent>'
        + user("Task_read", "阅读", candidateGroups="unit_handler")
        + '<endEvent id="End_done" name="已阅"/>',
        [("Start_asked", "Catch_news"), ("Catch_news", "Task_read"), ("Task_read", "End_done")],
        before=f'<{kind} id="News" name="已整改"/>',
    )


def saying(kind):
    """A process that says 已整改 when its task is done."""
    return diagram(
        "telling",
        "告知",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user("Task_tell", "告知", candidateGroups="unit_handler")
        + f'<intermediateThrowEvent id="Throw_news" name="已整改"><{kind}EventDefinition'
        f' id="Says" {kind}Ref="News"/></intermediateThrowEvent>'
        '<endEvent id="End_done" name="已告知"/>',
        [("Start_asked", "Task_tell"), ("Task_tell", "Throw_news"), ("Throw_news", "End_done")],
        before=f'<{kind} id="News" name="已整改"/>',
    )


@pytest.fixture
def letters(database):
    deployed(
        database,
        {
            "letter.bpmn": waiting("letter", "message"),
            "broadcast.bpmn": waiting("broadcast", "signal"),
        },
    )
    return database


def start(database, process_id, key):
    with database.transaction() as session:
        return instances.start(session, process_id, {}, None, MORNING, key).id


def to_read(database):
    with database.reading() as session:
        return [task.business_key for task in inbox.of(session, HANDLER)]
