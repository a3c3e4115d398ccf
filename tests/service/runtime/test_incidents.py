"""A failure is seen by an operator once, keeps what it needs to be run again, and ends with the success."""

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service.errors import (
    ExpressionFailed,
    NotAllowed,
    OperationFailed,
    RetryFailed,
    ServiceError,
)
from service.runtime import incidents, retries, tasks, timers
from service.runtime.instances import Command
from service.tables.runtime import TimerJob
from tests.service.runtime import mended
from tests.service.runtime.broken import (
    BROKEN,
    LATER,
    NOON,
    attempt,
    fails,
    people_there,
    unresolved,
)
from tests.service.runtime.lamps import (
    HANDLER,
    REPAIRED,
    REPORTER,
    done,
    first,
    instance,
    reported,
    to_do,
)

__all__ = ["people_there"]


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


def test_the_person_s_own_second_attempt_ends_the_incident(lamps):
    instance_id = fails(lamps)

    done(lamps, HANDLER, REPAIRED, LATER)

    assert unresolved(lamps) == []
    assert instance(lamps, instance_id).status == "running"


def test_an_instance_is_failed_while_one_of_its_failures_is_open(lamps):
    instance_id = fails(lamps)
    with lamps.transaction() as session:
        error = OperationFailed(element="Other", cause="x")
        incidents.record(session, instance_id, Command("receive", "m"), error, None, NOON)

    done(lamps, HANDLER, REPAIRED, LATER)

    assert instance(lamps, instance_id).status == "failed"
    [left] = unresolved(lamps)
    with lamps.transaction() as session:
        retries.dismiss(session, left.id, "operator", LATER)
    assert instance(lamps, instance_id).status == "running"


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


@pytest.mark.parametrize(
    "condition",
    [
        "grade > 5",  # the conversion would repeat the text
        'grade == "良" and paid == 1',  # no condition holds
        "grade == note + 1 and paid > 1",
    ],
)
def test_no_failure_says_what_a_sealed_task_was_answered(database, condition):
    drawn = mended.graded(condition).replace(b"grade == 2", b'grade == "3"')
    instance_id = mended.begun(database, {"g.bpmn": drawn}, "graded", paid=1)
    mended.hand_in(database, instance_id, stars=1)

    with pytest.raises(ServiceError) as failed:
        mended.hand_in(database, instance_id, note="7")

    [incident] = mended.open_(database, instance_id)
    with pytest.raises(RetryFailed) as again:
        retries.run_again(database, incident.id, mended.OPERATOR, NOON)
    said = f"{incident.sentence} {incident.cause} {failed.value} {vars(failed.value)} {again.value}"
    assert "很差" not in said


def test_a_timer_that_fails_where_a_hand_in_failed_is_counted_as_one(lamps):
    instance_id = fails(lamps)
    with lamps.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.kind == "cycle"]
    failure = OperationFailed(element="Task_repair", cause="x")

    with lamps.transaction() as session:
        incidents.timer_failed(session, job.id, failure, job.due_at)

    [incident] = unresolved(lamps)
    assert (incident.command, incident.attempts, incident.cause) == ("complete", 2, "x")
    assert incident.payload == {"values": BROKEN}


def test_a_hand_in_that_fails_where_a_timer_failed_is_what_is_run_again(lamps):
    instance_id = reported(lamps)
    with lamps.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.kind == "cycle"]
    with lamps.transaction() as session:
        failure = OperationFailed(element="Task_repair", cause="x")
        incidents.timer_failed(session, job.id, failure, job.due_at)

    attempt(lamps, first(lamps, HANDLER).id, BROKEN)

    [incident] = unresolved(lamps)
    assert (incident.command, incident.by, incident.attempts) == ("complete", "li", 2)


def test_hand_ins_of_several_tasks_that_fail_at_one_element_stay_apart(lamps):
    instance_id = fails(lamps)

    with lamps.transaction() as session:
        failure = OperationFailed(element="Task_repair", cause="x")
        incidents.record(session, instance_id, Command("complete", "other"), failure, "li", NOON)

    assert len(unresolved(lamps)) == 2


def test_what_nobody_waits_for_any_more_is_no_incident(lamps):
    """The town takes over: the hand-in that failed is no longer wanted."""
    instance_id = fails(lamps)
    with lamps.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.kind == "event"]

    with lamps.transaction() as session:
        timers.fire(session, job.id, job.due_at)

    assert unresolved(lamps) == []
    assert instance(lamps, instance_id).status == "running"


def test_a_poisoned_timer_is_one_incident_however_often_it_is_tried_and_ends_with_its_success(
    lamps,
):
    """Forty-one retries later its cause is gone."""
    instance_id = reported(lamps)
    with lamps.reading() as session:
        [job] = session.scalars(select(TimerJob).where(TimerJob.kind == "cycle"))
    at = job.due_at
    for _ in range(41):
        with lamps.transaction() as session:
            incidents.timer_failed(session, job.id, RuntimeError("no line"), at)
        with lamps.reading() as session:
            at = session.get_one(TimerJob, job.id).not_before
    [incident] = unresolved(lamps)
    assert incident.attempts == 41
    assert instance(lamps, instance_id).status == "failed"

    assert fire_due_timers(lamps, at) > 0

    assert unresolved(lamps) == []
    assert instance(lamps, instance_id).status == "running"
