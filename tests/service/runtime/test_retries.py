"""What failed is run again as the same person, or let go, and the answer says what came of it."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from service import audit, history
from service.audit import Act
from service.errors import (
    InstanceNotRunning,
    MessageNotExpected,
    NotAllowed,
    NotFound,
    OperationFailed,
    RetryFailed,
    ServiceError,
    StaleVersion,
    TaskNotOpen,
)
from service.runtime import incidents, retries, tasks, timers
from service.runtime.instances import Command
from service.tables.people import Post
from service.tables.runtime import Incident, ProcessInstance, TimerJob
from tests.conftest import MORNING
from tests.service.runtime import mended
from tests.service.runtime.broken import (
    LATER,
    NOON,
    OPERATOR,
    fails,
    people_there,
    repaired_register,
    retry,
    unresolved,
)
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

__all__ = ["people_there"]


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
        retries.dismiss(session, incident.id, "operator", LATER)

    with pytest.raises(NotFound, match="已经处理完毕"):
        retry(lamps, incident)
    with lamps.reading() as session:
        [event] = [row for row in audit.latest(session, 10) if row.act == Act.INCIDENT]
    assert (event.by, event.sentence) == (
        "operator",
        f"关闭第 {incident.id} 号异常，没有重试。",
    )
    with pytest.raises(NotFound), lamps.transaction() as session:
        retries.dismiss(session, 404, "operator", LATER)


def test_a_retry_that_fails_again_is_counted_and_says_why(lamps):
    fails(lamps)
    [incident] = unresolved(lamps)

    with pytest.raises(
        RetryFailed, match="又试了一次，仍然没有成功：流程在这一步遇到问题"
    ) as failure:
        retries.run_again(lamps, incident.id, OPERATOR, LATER)

    [left] = unresolved(lamps)
    assert (failure.value.status, failure.value.facts["element"]) == (409, "Task_repair")
    assert (left.id, left.attempts, left.last_at) == (incident.id, 2, LATER)


def test_a_retry_and_a_dismissal_stand_in_the_history_with_their_reasons(lamps):
    retried = fails(lamps)
    [incident] = unresolved(lamps)
    with registered(repaired_register):
        retries.run_again(lamps, incident.id, OPERATOR, LATER, "登记已修复")
    dismissed = fails(lamps)
    [incident] = unresolved(lamps)
    with lamps.transaction() as session:
        retries.dismiss(session, incident.id, "operator", LATER, "请本人重报")

    with lamps.reading() as session:
        ends = [history.of(session, one)[-1] for one in (retried, dismissed)]
        intact = [history.verify(session, one).intact for one in (retried, dismissed)]
        reasons = [row.reason for row in audit.latest(session, 2)]
    assert [(one.kind, one.name, one.by) for one in ends] == [
        ("retried", "重试：维修路灯（登记已修复）", "operator"),
        ("dismissed", "不再处理异常：维修路灯（请本人重报）", "operator"),
    ]
    assert intact == [True, True]
    assert reasons == ["请本人重报", "登记已修复"]


def test_a_timer_that_is_not_due_yet_is_not_called_a_success(lamps):
    reported(lamps)
    with lamps.reading() as session:
        [job] = session.scalars(select(TimerJob).where(TimerJob.kind == "cycle"))
    with lamps.transaction() as session:
        incidents.timer_failed(session, job.id, RuntimeError("no line"), job.due_at)
    [incident] = unresolved(lamps)

    with pytest.raises(NotFound, match="撤销或改期"):
        retries.run_again(lamps, incident.id, OPERATOR, NOON)  # before it is due

    assert [one.id for one in unresolved(lamps)] == [incident.id]


def test_a_hand_in_by_somebody_who_may_not_any_more_is_refused_in_words(lamps):
    fails(lamps)
    [incident] = unresolved(lamps)
    with lamps.transaction() as session:
        session.query(Post).filter_by(login="li").delete()

    with pytest.raises(StaleVersion, match="请由现在的承办人办理"):
        retries.run_again(lamps, incident.id, OPERATOR, LATER)


def test_a_retry_and_the_person_s_own_second_attempt_do_not_block_each_other(database):
    """Both lock the instance and its incident; in two orders the database would throw one of them out as busy."""
    refusals = NotFound, TaskNotOpen, InstanceNotRunning, StaleVersion
    drawn = {"q.bpmn": mended.question()}
    for _ in range(4):
        instance_id = mended.begun(database, drawn, "question")
        incident = mended.stuck(database, instance_id)
        mended.put(database, instance_id, "n", 5)
        outcomes: list[str] = []
        barrier = Barrier(2)

        def attempt(command, barrier=barrier, outcomes=outcomes):
            barrier.wait()
            try:
                command()
                outcomes.append("done")
            except refusals:
                outcomes.append("refused")
            except ServiceError as error:
                outcomes.append(type(error).__name__)

        commands = (
            partial(retries.run_again, database, incident.id, mended.OPERATOR, NOON),
            partial(mended.hand_in, database, instance_id),
        )
        threads = [Thread(target=attempt, args=(command,)) for command in commands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["done", "refused"]
        assert mended.row(database, instance_id).end_event == "End_high"
