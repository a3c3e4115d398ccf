"""An administrator changes a limit while everybody works and the clock runs: all of it succeeds, nothing contradicts."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from service import history
from service.deadlines import changes, policies
from service.errors import TaskNotOpen
from service.runtime import inbox, tasks, timers
from service.tables.runtime import ProcessInstance, TaskCandidate, TimerJob, UserTask
from tests.conftest import MORNING
from tests.service.runtime.lamps import BEYOND, HANDLER, REPAIRED, lamps, reported

__all__ = ["lamps"]

CASES = 40


@pytest.mark.slow
def test_limits_change_while_tasks_are_handed_in_and_timers_fire(lamps):
    for _ in range(CASES):
        reported(lamps)
    with lamps.reading() as session:
        policy = policies.in_force(session).policy("sign", "", MORNING.date())
        open_tasks = [task.id for task in inbox.of(session, HANDLER, CASES)]
        due = timers.due(session, MORNING + timedelta(days=40))
    wrong: list[Exception] = []

    def safely(work):
        try:
            work()
        except Exception as error:
            wrong.append(error)

    def hand_in(ids, values):
        for id_ in ids:
            try:
                with lamps.transaction() as session:
                    tasks.complete(session, id_, values, HANDLER, MORNING)
            except TaskNotOpen:
                continue

    def fire():
        for id_ in due:
            with lamps.transaction() as session:
                timers.fire(session, id_, MORNING + timedelta(days=40))

    def change():
        for amount in range(4, 16):
            with lamps.transaction() as session:
                changes.apply(session, policy._replace(amount=amount), "试行", "admin", MORNING)

    works = [
        lambda: hand_in(open_tasks[::2], REPAIRED),
        lambda: hand_in(open_tasks[1::2], BEYOND),
        fire,
        change,
    ]
    threads = [threading.Thread(target=safely, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    with lamps.reading() as session:
        for id_ in session.scalars(select(ProcessInstance.id)):
            assert history.verify(session, id_).intact
        rows = session.execute(
            select(UserTask.due_at, TaskCandidate.due_at, TimerJob.due_at)
            .join(TaskCandidate, TaskCandidate.task_id == UserTask.id)
            .join(TimerJob, TimerJob.task_id == UserTask.id)
            .where(TimerJob.kind == "overdue")
        ).all()
        assert all(task == candidate == job for task, candidate, job in rows)
