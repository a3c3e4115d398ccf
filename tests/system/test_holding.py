"""A case that is held goes on being worked on, and nothing of it fires until its clock goes on."""

from datetime import timedelta

from sqlalchemy import select

from service.deadlines import changes
from service.deadlines.lateness import NEVER
from service.runtime import inbox, tasks, timers
from service.tables.runtime import ProcessInstance, TimerJob, UserTask
from tests.conftest import MORNING
from tests.service.runtime.lamps import BEYOND, HANDLER, lamps, reported

__all__ = ["lamps"]
A_DAY = timedelta(days=1)


def test_a_case_is_worked_on_while_its_clock_stands(lamps):
    reported(lamps)
    with lamps.reading() as session:
        case = session.scalars(select(ProcessInstance.business_key)).one()
    with lamps.transaction() as session:
        changes.hold(session, case, "等材料", "admin", MORNING + A_DAY / 2)
    with lamps.reading() as session:
        assert timers.due(session, MORNING + 400 * A_DAY) == []
        assert {job.due_at for job in session.scalars(select(TimerJob))} == {NEVER}
        [task] = inbox.of(session, HANDLER, 10)

    with lamps.transaction() as session:
        tasks.complete(session, task.id, BEYOND, HANDLER, MORNING + 2 * A_DAY)
    with lamps.transaction() as session:
        changes.resume(session, case, "材料齐了", "admin", MORNING + 3 * A_DAY)

    with lamps.reading() as session:
        assert session.scalars(select(UserTask.element_id)).all() == ["Task_replace"]
        assert session.scalars(select(TimerJob)).all() == []


def test_the_reminder_of_a_diagram_comes_after_the_time_that_was_left(lamps):
    reported(lamps)
    with lamps.reading() as session:
        case = session.scalars(select(ProcessInstance.business_key)).one()
    first = MORNING + timedelta(hours=6)

    with lamps.transaction() as session:
        changes.hold(session, case, "等材料", "admin", first)
    with lamps.transaction() as session:
        changes.resume(session, case, "材料齐了", "admin", first + 2 * A_DAY)

    with lamps.reading() as session:
        due = dict(session.execute(select(TimerJob.element_id, TimerJob.due_at)).all())
    assert due["Timer_reminder"] == MORNING + 3 * A_DAY
    assert due["Timer_taken_over"] == MORNING + 32 * A_DAY
    with lamps.transaction() as session:
        [job] = session.scalars(select(TimerJob.id).where(TimerJob.element_id == "Timer_reminder"))
        assert timers.fire(session, job, MORNING + 3 * A_DAY)
