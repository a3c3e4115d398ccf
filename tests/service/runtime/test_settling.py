"""A command makes good what it ran itself, and what nobody waits for any more; the rest waits for an operator."""

import pytest

from service.errors import OperationFailed
from service.runtime import incidents, instances, settling, timers
from service.runtime.instances import Command
from service.runtime.waiting import Waiting
from service.tables.runtime import Incident
from tests.conftest import MORNING
from tests.service.runtime.lamps import HANDLER, REPAIRED, done, first, instance, reported


def failed(database, instance_id, *commands):
    """Record a failure for each command, at elements of their own."""
    with database.transaction() as session:
        for number, command in enumerate(commands):
            error = OperationFailed(element=f"Element_{number}", cause="x")
            incidents.record(session, instance_id, command, error, None, MORNING)


def left(database):
    with database.reading() as session:
        return {one.subject for one in incidents.unresolved(session)}


def job_of(database, instance_id, kind):
    with database.reading() as session:
        return next(job for job in timers.of(session, instance_id) if job.kind == kind)


def test_a_step_settles_its_own_failure_and_those_of_what_it_took_away(lamps):
    instance_id = reported(lamps)
    task, timer = first(lamps, HANDLER).id, job_of(lamps, instance_id, "cycle").id
    warning = f"{task}:1"
    commands = [Command("complete", task), Command("fire", timer), Command("fire", warning)]
    failed(lamps, instance_id, *commands, Command("receive", "已到货"))

    done(lamps, HANDLER, REPAIRED)

    assert left(lamps) == {"已到货"}
    assert instance(lamps, instance_id).status == "failed"


def test_what_still_waits_stays_failed(lamps):
    instance_id = reported(lamps)
    task, timer = first(lamps, HANDLER).id, job_of(lamps, instance_id, "cycle")
    failed(lamps, instance_id, Command("complete", task), Command("fire", timer.id))

    with lamps.transaction() as session:
        timers.fire(session, timer.id, timer.due_at)  # which does not end the task

    assert left(lamps) == {task}


@pytest.mark.parametrize("command", ["complete", "fire", "receive"])
def test_an_instance_that_is_over_needs_no_operator(lamps, command):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER).id
    failed(lamps, instance_id, Command(command, task))

    with lamps.transaction() as session:
        instances.terminate(session, instance_id, "重复", "operator", MORNING)

    assert left(lamps) == set()
    assert instance(lamps, instance_id).status == "terminated"


def test_it_says_by_whom_and_when(lamps):
    instance_id = reported(lamps)
    failed(lamps, instance_id, Command("fire", "gone"))

    with lamps.transaction() as session:
        is_left = settling.settle(session, instance_id, "other", Waiting(), "li", MORNING)

    with lamps.reading() as session:
        [row] = session.query(Incident).all()
    assert (is_left, row.resolved_by, row.resolved_at) == (False, "li", MORNING)
