"""An operator sees of a failure where, why and when it is tried again; of a rating only that something failed."""

import pytest

from service.database import Database
from service.errors import OperationFailed
from service.handlers import mending
from service.register.people import directory as people
from service.runtime import incidents, retries, timers
from service.runtime.instances import Command
from tests.conftest import MORNING
from tests.processes.test_handling import ANSWERS
from tests.service.runtime.broken import people_there
from tests.service.runtime.lamps import lamps, reported
from tests.world import World

__all__ = ["lamps", "people_there"]

OPERATOR = people.Actor("yw", "运维", frozenset({"operator"}))


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


def failed(database: Database, instance_id: int, element: str, command: Command) -> int:
    with database.transaction() as session:
        error = OperationFailed(f"“{element}”失败，评价是 bad。", element=element, cause="bad")
        return incidents.record(session, instance_id, command, error, None, MORNING).id


def shown(database: Database, incident_id: int, person: people.Actor = OPERATOR) -> mending.Failure:
    with database.reading() as session:
        return mending.failure(session, person, incidents.get(session, incident_id))


def test_a_timer_that_failed_says_where_and_when_it_is_tried_again(lamps):
    instance_id = reported(lamps)
    with lamps.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.kind == "cycle"]
    with lamps.transaction() as session:
        incidents.timer_failed(session, job.id, RuntimeError("no line"), job.due_at)
        [row] = incidents.unresolved(session)
        incident_id = row.id

    found = shown(lamps, incident_id)

    assert (found.process, found.element, found.element_id) == (
        "路灯报修",
        "每日提醒",
        "Timer_reminder",
    )
    assert found.next_at
    assert found.next_at > job.due_at
    assert found.version
    assert found.version.version == 1
    assert (found.can_retry, found.is_concealed) == (True, False)


def test_what_a_sealed_hand_in_was_is_not_run_again_by_others(lamps):
    instance_id = reported(lamps)
    incident_id = failed(lamps, instance_id, "Task_rate", Command("complete", "task"))

    assert not shown(lamps, incident_id).can_retry


def test_a_start_that_failed_belongs_to_no_instance(lamps):
    with lamps.transaction() as session:
        error = OperationFailed(element="Start_reported", cause="x")
        command = Command("start", "lamp", {"values": {}})
        incident_id = incidents.record(session, None, command, error, "wang", MORNING).id

    found = shown(lamps, incident_id)

    assert (found.instance, found.version, found.element) == (None, None, "Start_reported")


def test_while_a_case_is_evaluated_only_that_something_failed_is_shown(world):
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    incident_id = failed(
        world.database, world.case.instance, "Gateway_satisfied", Command("fire", "x")
    )

    with world.reading() as session:
        keeper, clerk = people.actor(session, "运维"), people.actor(session, "代工委甲")
    found, followed = (shown(world.database, incident_id, one) for one in (keeper, clerk))

    assert (found.sentence, found.cause, found.element, found.element_id, found.process) == (
        mending.CONCEALED,
        "",
        "",
        "",
        "",
    )
    assert "bad" in followed.sentence
    with world.reading() as session:
        left = mending.rest(session, keeper, world.case.instance)
    assert "填写评价" not in left.sentence
    assert "另有 1 条异常没有处理" in left.sentence


def test_after_a_dismissal_it_is_said_what_the_case_still_waits_for(lamps):
    instance_id = reported(lamps)
    with lamps.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.kind == "cycle"]
    with lamps.transaction() as session:
        incidents.timer_failed(session, job.id, RuntimeError("no line"), job.due_at)
        [row] = incidents.unresolved(session)
        retries.dismiss(session, row.id, "yw", MORNING, "不用提醒了")
        left = mending.rest(session, OPERATOR, instance_id)

    assert left.status == "running"
    assert "任务“维修路灯”还等人办理" in left.sentence
    assert "定时作业“每日提醒”还会自动再试" in left.sentence
