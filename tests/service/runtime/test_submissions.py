"""What a person hands in: what becomes variables, what is kept, and that nothing sealed is."""

from datetime import timedelta

from sqlalchemy import select

from service import history
from service.runtime import instances, tasks
from service.tables.runtime import HistoryEvent, ProcessInstance, Submission
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    BEYOND,
    HANDLER,
    REPAIRED,
    REPORTER,
    done,
    first,
    marks,
    reported,
)

NOON = MORNING + timedelta(hours=3)


def complete(database, task_id, values, person):
    with database.transaction() as session:
        tasks.complete(session, task_id, values, person, NOON)


def test_what_a_start_form_asked_is_kept_and_routed(lamps):
    instance_id = reported(lamps)

    task = first(lamps, HANDLER)
    with lamps.reading() as session:
        [submission] = session.scalars(select(Submission))
        variables = instances.variables(session, instance_id, task.id, NOON)
    assert submission.values["note"] == "晚上很黑"
    assert variables["place"] == "人民路 12 号"
    assert variables["reporter"] == "wang"
    assert "note" not in variables  # longtext does not route


def test_only_what_the_form_routes_becomes_variables(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    complete(lamps, task.id, {**BEYOND, "level": "forged"}, HANDLER)

    [open_task] = [first(lamps, HANDLER)]
    with lamps.reading() as session:
        variables = instances.variables(session, instance_id, open_task.id, NOON)
    assert variables["result"] == "beyond"
    assert variables["cost"] == 0.0
    assert variables["repaired_by"] == "li"
    assert "remark" not in variables
    assert "level" not in variables


def test_a_task_without_a_form_routes_everything(lamps):
    instance_id = reported(lamps)
    done(lamps, HANDLER, BEYOND)

    done(lamps, HANDLER, {"poles": 2})

    task = first(lamps, REPORTER)
    with lamps.reading() as session:
        assert instances.variables(session, instance_id, task.id, NOON)["poles"] == 2


def test_a_sealed_answer_is_kept_nowhere_but_in_its_register(lamps):
    instance_id = reported(lamps)
    done(lamps, HANDLER, REPAIRED)
    task = first(lamps, REPORTER)

    complete(lamps, task.id, {"rating": "bad"}, REPORTER)

    with lamps.reading() as session:
        submission = session.get_one(Submission, task.id)
        [event] = [e for e in history.of(session, instance_id) if e.name == "评价"]
        row = session.get_one(ProcessInstance, instance_id)
        everything = session.scalars(select(HistoryEvent.data)).all()
        assert history.verify(session, instance_id).intact
    assert (submission.sealed, submission.values) == (True, {})
    assert event.data["sealed"] is True
    assert "submitted" not in event.data
    assert "bad" not in str(everything)
    assert b"bad" not in row.state
    assert marks(lamps) == ["repaired", "rated"]


def test_the_history_vouches_for_what_was_handed_in(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)
    complete(lamps, task.id, REPAIRED, HANDLER)

    with lamps.transaction() as session:
        session.get_one(Submission, task.id).values = {**REPAIRED, "cost": 99.0}

    with lamps.reading() as session:
        assert not history.verify(session, instance_id).intact
