"""A failure is seen by an operator, keeps what it needs to be run again, and ends with the success."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import audit, history
from service.audit import Act
from service.errors import (
    ExpressionFailed,
    MessageNotExpected,
    NotAllowed,
    NotFound,
    OperationFailed,
)
from service.runtime import incidents, tasks, timers
from service.runtime.instances import Command
from service.tables.people import Person, Post
from service.tables.runtime import Incident, ProcessInstance, TimerJob
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    HANDLER,
    REPAIRED,
    REPORT,
    REPORTER,
    done,
    first,
    instance,
    marks,
    registered,
    reported,
    to_do,
)

NOON = MORNING + timedelta(hours=3)
LATER = MORNING + timedelta(hours=5)
BROKEN = {**REPAIRED, "remark": "boom"}


@pytest.fixture(autouse=True)
def people_there(lamps):
    with lamps.transaction() as session:
        for person, role, scope in ((HANDLER, "unit_handler", "JT"), (REPORTER, "deputy", None)):
            session.add(Person(login=person.login, name=person.name, password_hash=None))
            session.flush()
            session.add(Post(login=person.login, role=role, scope=scope))


def fails(database, values=BROKEN, at=NOON):
    """Let the handler's hand-in fail and be recorded; returns the instance."""
    instance_id = reported(database)
    task = first(database, HANDLER)
    attempt(database, task.id, values, at)
    return instance_id


def attempt(database, task_id, values, at=NOON):
    with pytest.raises(OperationFailed), incidents.recording(database, at) as session:
        tasks.complete(session, task_id, values, HANDLER, at)


def unresolved(database):
    with database.reading() as session:
        return incidents.unresolved(session)


def retry(database, incident, at=LATER):
    with database.transaction() as session:
        incidents.retry(session, incident.id, "operator", at)


def repaired_register(context):
    """登记维修结果。"""
    return {"repaired_by": context.by}


repaired_register.__name__ = "note_repair"


def test_a_failed_hand_in_is_recorded_with_what_it_takes_to_run_it_again(lamps):
    instance_id = fails(lamps)

    [incident] = unresolved(lamps)
    assert (incident.command, incident.element_id) == ("complete", "Task_repair")
    assert (incident.instance_id, incident.by) == (instance_id, "li")
    assert incident.payload == {"values": BROKEN}
    assert "已记录并通知运维人员" in incident.sentence
    assert "RuntimeError: the register is broken" in incident.cause
    assert (incident.first_at, incident.attempts) == (NOON, 1)
    assert instance(lamps, instance_id).status == "failed"
    assert instance(lamps, instance_id).version == 1
    assert to_do(lamps, HANDLER) == ["维修路灯"]


def test_the_same_failure_again_is_counted(lamps):
    fails(lamps)
    attempt(lamps, first(lamps, HANDLER).id, BROKEN, LATER)

    [incident] = unresolved(lamps)

    assert (incident.attempts, incident.first_at, incident.last_at) == (2, NOON, LATER)


def test_the_incidents_of_one_instance_are_told_apart(lamps):
    failed = fails(lamps)
    other = reported(lamps)

    with lamps.reading() as session:
        of_failed = incidents.unresolved(session, instance_id=failed)
        of_other = incidents.unresolved(session, instance_id=other)

    assert [one.instance_id for one in of_failed] == [failed]
    assert of_other == []


def test_a_refusal_is_no_incident(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    with pytest.raises(NotAllowed), incidents.recording(lamps, NOON) as session:
        tasks.complete(session, task.id, REPAIRED, REPORTER, NOON)

    assert unresolved(lamps) == []


def test_retrying_hands_in_the_same_values_as_the_same_person(lamps):
    instance_id = fails(lamps)
    [incident] = unresolved(lamps)

    with registered(repaired_register):
        retry(lamps, incident)

    assert unresolved(lamps) == []
    assert to_do(lamps, REPORTER) == ["评价"]
    assert instance(lamps, instance_id).status == "running"
    with lamps.reading() as session:
        row = session.get_one(Incident, incident.id)
        [event] = [e for e in history.of(session, instance_id) if e.name == "维修路灯"]
    assert (row.resolved_by, row.resolved_at) == ("operator", LATER)
    assert event.by == "li"


def test_a_retry_that_fails_again_leaves_the_incident_open(lamps):
    fails(lamps)
    [incident] = unresolved(lamps)

    with pytest.raises(OperationFailed):
        retry(lamps, incident)

    assert [one.id for one in unresolved(lamps)] == [incident.id]


def test_the_person_s_own_second_attempt_ends_the_incident(lamps):
    instance_id = fails(lamps)

    done(lamps, HANDLER, REPAIRED, LATER)

    assert unresolved(lamps) == []
    assert instance(lamps, instance_id).status == "running"


def test_an_instance_is_failed_while_one_of_its_failures_is_open(lamps):
    instance_id = fails(lamps)
    with lamps.transaction() as session:
        error = OperationFailed(element="Other", cause="x")
        incidents.record(session, instance_id, Command("fire", "t"), error, None, NOON)

    done(lamps, HANDLER, REPAIRED, LATER)

    assert instance(lamps, instance_id).status == "failed"
    [left] = unresolved(lamps)
    with lamps.transaction() as session:
        incidents.dismiss(session, left.id, "operator", LATER)
    assert instance(lamps, instance_id).status == "running"


def test_a_failed_timer_is_recorded_set_aside_and_run_again(lamps):
    reported(lamps)
    with lamps.reading() as session:
        [job] = session.scalars(select(TimerJob).where(TimerJob.kind == "cycle"))
    with lamps.transaction() as session:
        incidents.timer_failed(session, job.id, RuntimeError("no line"), job.due_at)
        incidents.timer_failed(session, "gone", RuntimeError("no line"), job.due_at)

    [incident] = unresolved(lamps)
    assert (incident.command, incident.subject) == ("fire", job.id)
    assert incident.element_id == "Timer_reminder"
    with lamps.reading() as session:
        assert timers.due(session, job.due_at) == []

    retry(lamps, incident, job.due_at)

    assert marks(lamps) == ["reminded"]
    assert unresolved(lamps) == []


def test_a_retry_of_a_timer_that_is_gone_says_so(lamps):
    reported(lamps)
    with lamps.transaction() as session:
        job = session.scalars(select(TimerJob).where(TimerJob.kind == "cycle")).one()
        incidents.timer_failed(session, job.id, RuntimeError("no line"), job.due_at)
        session.delete(job)

    [incident] = unresolved(lamps)
    with pytest.raises(NotFound, match="撤销或改期"):
        retry(lamps, incident, MORNING + timedelta(days=2))

    assert [one.id for one in unresolved(lamps)] == [incident.id]


def test_a_failed_start_is_recorded_without_an_instance_and_run_again(lamps):
    def open_lamp(context):
        """登记报修。"""
        raise RuntimeError("no register")

    with (
        registered(open_lamp),
        pytest.raises(OperationFailed),
        incidents.recording(lamps, NOON) as session,
    ):
        tasks.start(session, "lamp", REPORT, REPORTER, NOON)
    [incident] = unresolved(lamps)
    assert (incident.command, incident.subject, incident.instance_id) == ("start", "lamp", None)

    retry(lamps, incident)

    assert to_do(lamps, HANDLER) == ["维修路灯"]
    with lamps.reading() as session:
        assert session.scalars(select(ProcessInstance.started_by)).all() == ["wang"]


def test_a_failed_message_is_run_again_as_it_was(lamps):
    instance_id = reported(lamps)
    facts = {"kind": "message", "business_key": "lamp:1", "payload": {"a": 1}}
    with lamps.transaction() as session:
        error = OperationFailed(element="Catch", cause="x")
        command = Command("receive", "已整改", facts)
        incidents.record(session, instance_id, command, error, "li", NOON)
    [incident] = unresolved(lamps)

    with pytest.raises(MessageNotExpected):  # nobody waits for it in this process: it was sent
        retry(lamps, incident)


def test_a_sealed_answer_is_kept_neither_for_a_retry_nor_in_words(lamps, caplog):
    def keep_rating(context):
        """密存评价。"""
        raise RuntimeError(f"no safe for {context.values['rating']}")

    reported(lamps)
    done(lamps, HANDLER, REPAIRED)
    task = first(lamps, REPORTER)
    with (
        registered(keep_rating),
        pytest.raises(OperationFailed),
        incidents.recording(lamps, NOON) as session,
    ):
        tasks.complete(session, task.id, {"rating": "bad"}, REPORTER, NOON)

    [incident] = unresolved(lamps)
    assert incident.payload == {}
    assert "RuntimeError" in incident.cause
    assert "bad" not in incident.cause
    assert "bad" not in caplog.text
    with pytest.raises(NotAllowed, match="请办理人本人重新提交"):
        retry(lamps, incident)


def test_what_was_dealt_with_is_not_dealt_with_twice(lamps):
    fails(lamps)
    [incident] = unresolved(lamps)
    with lamps.transaction() as session:
        incidents.dismiss(session, incident.id, "operator", LATER)

    with pytest.raises(NotFound, match="已经处理完毕"):
        retry(lamps, incident)
    with lamps.reading() as session:
        [event] = [row for row in audit.latest(session, 10) if row.act == Act.INCIDENT]
    assert (event.by, event.sentence) == (
        "operator",
        f"关闭第 {incident.id} 号异常，没有重试。",
    )
    with pytest.raises(NotFound), lamps.transaction() as session:
        incidents.dismiss(session, 404, "operator", LATER)


def test_an_incident_says_what_the_variables_held(lamps):
    instance_id = reported(lamps)
    error = ExpressionFailed("没有一个条件成立。", cause="no condition holds", values="n = 3")

    with lamps.transaction() as session:
        incidents.record(session, instance_id, Command("fire", "x"), error, None, NOON)

    [incident] = unresolved(lamps)
    assert incident.cause == "no condition holds。这时的值：n = 3。"
    assert "n = 3" not in incident.sentence


def test_an_incident_of_a_sealed_process_says_nothing_of_what_it_held(lamps):
    instance_id = reported(lamps)
    error = ExpressionFailed("没有一个条件成立。", values="bad = 1", process_id="proxy_evaluation")

    with lamps.transaction() as session:
        incidents.record(session, instance_id, Command("fire", "x"), error, None, NOON)

    [incident] = unresolved(lamps)
    assert "bad" not in incident.cause
