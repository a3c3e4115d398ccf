"""A stage does at its moment what everybody does in service, and time goes where it is told to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.errors import FormInvalid, NotAllowed
from service.playing.stage import Stage
from service.runtime import inbox, timers
from service.tables.people import Unit
from service.tables.runtime import HistoryEvent
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    HANDLER,
    REPAIRED,
    REPORT,
    REPORTER,
    STRANGER,
    TOWN,
    instance,
    marks,
    reported,
    to_do,
)


@pytest.fixture
def stage(lamps):
    with lamps.transaction() as session:
        session.add(
            Unit(code="JT", name="交通局", short_name="交通局", system="government", level="city")
        )
    return Stage(lamps, MORNING)


def test_a_person_starts_what_they_may_start(stage):
    with stage.database.transaction() as session:
        instance_id = stage.start(session, "lamp", REPORTER, lambda form: REPORT).id

    row = instance(stage.database, instance_id)
    assert (row.started_by, row.started_at) == ("wang", MORNING)


def test_nobody_starts_what_they_may_not_start(stage):
    with pytest.raises(ValueError), stage.database.transaction() as session:
        stage.start(session, "lamp", STRANGER, lambda form: REPORT)


def test_an_answer_sees_the_form_it_is_written_in(stage):
    reported(stage.database)
    seen = []

    def answer(form):
        seen.append(form.variables["place"])
        return REPAIRED

    with stage.database.transaction() as session:
        [task] = inbox.of(session, HANDLER)
        stage.hand_in(session, task.id, HANDLER, answer)

    assert seen == ["人民路 12 号"]
    assert to_do(stage.database, REPORTER) == ["评价"]


def test_what_a_page_would_refuse_is_refused(stage):
    reported(stage.database)
    with stage.database.transaction() as session:
        [task] = inbox.of(session, HANDLER)

        with pytest.raises(FormInvalid):
            stage.hand_in(session, task.id, HANDLER, lambda form: {"result": "lost"})
        with pytest.raises(NotAllowed):
            stage.hand_in(session, task.id, STRANGER, lambda form: REPAIRED)


def test_on_the_way_to_a_moment_each_timer_fires_when_it_is_due(stage):
    instance_id = reported(stage.database)

    stage.until(MORNING + timedelta(days=31))

    assert stage.at == MORNING + timedelta(days=31)
    assert marks(stage.database) == ["reminded"] * 3
    assert to_do(stage.database, TOWN) == ["镇里维修"]
    with stage.database.reading() as session:
        taken_over = session.scalars(
            select(HistoryEvent.at).where(
                HistoryEvent.instance_id == instance_id,
                HistoryEvent.element_id == "Timer_taken_over",
            )
        ).first()
    assert taken_over == MORNING + timedelta(days=30)


def test_one_timer_fires_alone(stage):
    instance_id = reported(stage.database)
    stage.at = MORNING + timedelta(days=31)
    with stage.database.reading() as session:
        [cycle] = [job for job in timers.of(session, instance_id) if job.kind == "cycle"]

    stage.fire_one(cycle.id)

    assert marks(stage.database) == ["reminded"]
    assert to_do(stage.database, HANDLER) == ["维修路灯"]


def test_time_never_goes_back(stage):
    stage.until(MORNING - timedelta(days=1))

    assert stage.at == MORNING


def test_timers_may_be_fired_another_way(lamps):
    fired = []
    stage = Stage(lamps, MORNING, lambda database, at: fired.append(at))

    stage.fire()

    assert fired == [MORNING]
