"""The clock wakes at the right moment, for what this process writes and for what another one does."""

import threading
import time
from datetime import timedelta

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select, update

from scheduler import clockwork as clockworks
from scheduler.clockwork import Chore, Clockwork
from service import clock
from service.database import Database
from service.errors import DatabaseUnavailable
from service.runtime import timers
from service.tables.people import Notification
from service.tables.runtime import SchedulerLease, TimerJob
from tests.service.runtime.lamps import lamps, marks, reported

__all__ = ["lamps"]

SOON = timedelta(seconds=0.3)


@pytest.fixture
def running(lamps):
    """A clock that keeps this database's time, stopped when the test ends."""
    clockwork = Clockwork(lamps)
    clockwork.start()
    yield clockwork
    clockwork.stop()


def reminder_due(database, due_at, instance_id):
    """Give an instance's reminder another date, as an administrator does, and nudge nobody."""
    with database.transaction() as session:
        own = TimerJob.instance_id == instance_id
        session.execute(update(TimerJob).where(own, TimerJob.kind == "cycle").values(due_at=due_at))


def until(condition, seconds=10.0):
    """Wait for a fact; say whether it came to be."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_what_is_overdue_at_the_start_fires_at_once(lamps):
    """Scheduler down for a day: nothing is missed for being late."""
    for _ in range(3):
        reminder_due(lamps, clock.now() - timedelta(days=1), reported(lamps, clock.now()))
    clockwork = Clockwork(lamps)

    clockwork.start()

    assert until(lambda: marks(lamps) == ["reminded"] * 3)
    clockwork.stop()


def test_what_this_process_writes_is_fired_on_time(lamps, running, monkeypatch):
    """The look at the table is far away: only the nudge after the commit can be in time."""
    monkeypatch.setattr(clockworks, "LOOK_EVERY", timedelta(seconds=1))
    assert until(lambda: len(heartbeats(lamps)) == 1)
    due_at = clock.now() + SOON

    reported(lamps, due_at - timedelta(days=1))

    assert until(lambda: marks(lamps) == ["reminded"])
    assert fired_at(lamps) - due_at < timedelta(seconds=0.6)
    assert fired_at(lamps) >= due_at


def fired_at(database):
    with database.reading() as session:
        return session.scalars(
            select(Notification.created_at).where(Notification.kind == "test")
        ).one()


def heartbeats(database):
    with database.reading() as session:
        return timers.clocks(session, clock.now())


def test_what_another_process_writes_is_found_by_looking(lamps, running):
    assert until(lambda: len(heartbeats(lamps)) == 1)
    other = Database(lamps.url.render_as_string(hide_password=False))

    reported(other, clock.now() - timedelta(days=1))

    assert until(lambda: marks(lamps) == ["reminded"], seconds=6)
    other.close()


def test_an_earlier_timer_replaces_a_later_wake_up(lamps, running):
    reported(lamps, clock.now())  # due in a day
    due_at = clock.now() + SOON

    reported(lamps, due_at - timedelta(days=1))

    assert until(lambda: marks(lamps) == ["reminded"], seconds=2)


def test_a_wake_up_that_was_lost_is_not_waited_for(lamps):
    clockwork = Clockwork(lamps)
    clockwork._armed_for = clock.now() - timedelta(hours=1)  # the machine slept

    clockwork.start()
    reported(lamps, clock.now() - timedelta(days=1))

    assert until(lambda: marks(lamps) == ["reminded"])
    clockwork.stop()


def test_it_beats_and_falls_silent(lamps):
    clockwork = Clockwork(lamps)
    clockwork.start()
    assert until(lambda: [one.holder for one in heartbeats(lamps)] == [clockwork.holder])

    clockwork.stop()

    assert heartbeats(lamps) == []
    assert lamps.on_due == []
    clockwork.stop()  # a second time is harmless


def test_a_clock_that_runs_ahead_rings_at_once_for_what_is_due_by_it(lamps):
    reported(lamps, clock.now())  # due in a day
    clock.run_ahead(timedelta(days=2))
    clockwork = Clockwork(lamps)
    try:
        clockwork.start()

        assert until(lambda: marks(lamps) == ["reminded"])
    finally:
        clockwork.stop()
        clock.run_ahead(timedelta())


def test_stopping_finishes_the_transaction_at_hand(lamps, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    fire_due = timers.fire_due

    def slow(session, at, limit):
        fired = fire_due(session, at, limit)
        begun.set()
        go_on.wait(5)
        return fired

    monkeypatch.setattr(timers, "fire_due", slow)
    reported(lamps, clock.now() - timedelta(days=1))
    clockwork = Clockwork(lamps)
    clockwork.start()
    assert begun.wait(5)
    stopping = threading.Thread(target=clockwork.stop)
    stopping.start()
    time.sleep(0.1)
    go_on.set()
    stopping.join(5)

    assert not stopping.is_alive()
    assert marks(lamps) == ["reminded"]


def test_a_wake_up_asked_for_while_stopping_holds_nothing_up(lamps, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    reported(lamps, clock.now() + timedelta(days=1))
    clockwork = Clockwork(lamps)
    add_job = clockwork._scheduler.add_job

    def slow(*given, **more):
        if more.get("id") == "wake":
            begun.set()
            go_on.wait(5)
        return add_job(*given, **more)

    monkeypatch.setattr(clockwork._scheduler, "add_job", slow)
    clockwork.start()
    assert begun.wait(5)
    stopping = threading.Thread(target=clockwork.stop, daemon=True)
    stopping.start()
    time.sleep(0.1)
    go_on.set()
    stopping.join(5)

    assert not stopping.is_alive()


def test_a_database_that_is_away_is_looked_for_again(lamps, monkeypatch):
    away = [True]
    fire_due = timers.fire_due

    def sometimes(session, at, limit):
        if away:
            away.pop()
            raise DatabaseUnavailable
        return fire_due(session, at, limit)

    monkeypatch.setattr(timers, "fire_due", sometimes)
    reported(lamps, clock.now() - timedelta(days=1))
    clockwork = Clockwork(lamps)

    clockwork.start()

    assert until(lambda: marks(lamps) == ["reminded"])
    clockwork.stop()


def test_chores_are_done_and_a_failing_one_stops_nothing(lamps):
    done = []

    def fails(database, at):
        raise RuntimeError("no broom")

    often = IntervalTrigger(seconds=1)
    chores = (
        Chore("fails", fails, often, timedelta(seconds=5)),
        Chore("works", lambda database, at: done.append(at), often, timedelta(seconds=5)),
    )
    clockwork = Clockwork(lamps, chores)

    clockwork.start()

    assert until(lambda: len(done) == 1)
    with lamps.reading() as session:
        names = set(session.scalars(select(SchedulerLease.name)))
    assert {"chore:fails", "chore:works"} <= names
    clockwork.stop()
