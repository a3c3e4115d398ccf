"""Four scheduler processes at once: each timer fires once, whoever fires it, and they stop when they are told to."""

import multiprocessing
import os
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from service import clock, history
from service.runtime import instances, timers
from service.tables.people import Notification
from service.tables.runtime import HistoryEvent, ProcessInstance, TimerJob
from tests.service.runtime.lamps import REPORT, lamps
from tests.system import steps

__all__ = ["lamps"]

TIMERS = 200


@pytest.fixture
def due(lamps):
    """A database in which two hundred reminders are due this moment."""
    at = clock.now()
    with lamps.transaction() as session:
        for _ in range(TIMERS):
            instances.start(session, "lamp", REPORT, "wang", at)
        session.query(TimerJob).filter(TimerJob.kind != "cycle").delete()
        session.query(TimerJob).update({"due_at": at})
    return lamps


@pytest.mark.slow
def test_each_timer_fires_once(due):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.system.steps"])
    url = due.url.render_as_string(hide_password=False)
    schedulers = [context.Process(target=steps.keep_time, args=(url,)) for _ in range(4)]
    for scheduler in schedulers:
        scheduler.start()
    try:
        wait_for(lambda: beating(due) == 4 and nothing_due(due))
    finally:
        for scheduler in schedulers:
            os.kill(scheduler.pid, signal.SIGTERM)
        for scheduler in schedulers:
            scheduler.join(15)

    assert [scheduler.exitcode for scheduler in schedulers] == [0] * 4
    assert beating(due) == 0
    with due.reading() as session:
        fired = Counter(
            session.scalars(
                select(HistoryEvent.instance_id).where(HistoryEvent.element_id == "Timer_reminder")
            )
        )
        ids = list(session.scalars(select(ProcessInstance.id)))
        assert fired == Counter(ids)
        marks = select(func.count()).where(Notification.kind == "test")
        assert session.scalar(marks) == TIMERS
        assert all(history.verify(session, id_).intact for id_ in ids)


def beating(database) -> int:
    with database.reading() as session:
        return len(timers.clocks(session, clock.now()))


def nothing_due(database) -> bool:
    with database.reading() as session:
        return timers.due(session, clock.now()) == []


def wait_for(condition, seconds=60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
