"""What the clock does: everything due, each once, in order, and one failure is only its own."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler import jobs
from scheduler.jobs import beat, do_once, fall_silent, fire_due_timers
from service.errors import DatabaseUnavailable
from service.runtime import incidents, timers
from service.tables.people import Notification
from service.tables.runtime import SchedulerLease, TimerJob
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import (
    HANDLER,
    TOWN,
    deployed,
    instance,
    lamps,
    marks,
    registered,
    reported,
    to_do,
)

__all__ = ["lamps"]

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


def left(database):
    with database.reading() as session:
        return list(session.scalars(select(TimerJob)))


def test_nothing_is_fired_before_its_time(lamps):
    reported(lamps)

    assert fire_due_timers(lamps, MORNING + A_DAY - A_MINUTE) == 0
    assert fire_due_timers(lamps, MORNING + A_DAY) == 1
    assert fire_due_timers(lamps, MORNING + A_DAY) == 0


def test_after_a_week_without_a_scheduler_everything_due_fires_in_due_order(lamps):
    for number in range(3):
        reported(lamps, MORNING + number * A_MINUTE)
    expected = [
        (job.due_at, job.kind) for job in left(lamps) if job.due_at <= MORNING + timedelta(days=7)
    ]

    fire_due_timers(lamps, MORNING + timedelta(days=7))

    with lamps.reading() as session:
        rows = session.scalars(select(Notification).order_by(Notification.id))
        told = [row.kind for row in rows]
    wanted = {"cycle": "test", "warning": "warning", "overdue": "overdue"}
    assert told == [wanted[kind] for _, kind in sorted(expected)]
    assert all(job.due_at > MORNING + timedelta(days=7) for job in left(lamps))


def test_a_month_of_silence_hands_every_task_over_once(lamps):
    ids = [reported(lamps) for _ in range(5)]

    fire_due_timers(lamps, MORNING + timedelta(days=31))

    assert to_do(lamps, TOWN) == ["镇里维修"] * 5
    assert to_do(lamps, HANDLER) == []
    assert left(lamps) == []
    assert {instance(lamps, id_).status for id_ in ids} == {"running"}


def test_more_than_fit_in_one_transaction_are_all_fired(lamps, monkeypatch):
    monkeypatch.setattr(jobs, "TOGETHER", 3)
    for _ in range(8):
        reported(lamps)

    assert fire_due_timers(lamps, MORNING + A_DAY) == 8

    assert marks(lamps) == ["reminded"] * 8


def broken_for(instance_id):
    def remind_handler(context):
        """提醒维修单位。"""
        if context.instance_id == instance_id:
            raise RuntimeError("no line")
        context.session.add(
            Notification(
                dedupe_key=f"reminded:{context.instance_id}:{context.at}",
                recipient="test",
                kind="test",
                text="",
                created_at=context.at,
            )
        )

    return remind_handler


def test_one_that_fails_steps_aside_and_the_others_fire(lamps):
    ids = [reported(lamps) for _ in range(5)]

    with registered(broken_for(ids[2])):
        fire_due_timers(lamps, MORNING + A_DAY)

    assert marks(lamps) == ["reminded"] * 4
    with lamps.reading() as session:
        [incident] = incidents.unresolved(session)
        assert timers.due(session, MORNING + A_DAY) == []
    assert (incident.instance_id, incident.command) == (ids[2], "fire")
    assert incident.element_id == "Task_remind"
    assert "no line" in incident.cause
    assert instance(lamps, ids[2]).status == "failed"
    assert instance(lamps, ids[2]).version == 1


def test_one_that_fails_is_tried_again_later_and_its_incident_ends(lamps):
    instance_id = reported(lamps)
    with registered(broken_for(instance_id)):
        fire_due_timers(lamps, MORNING + A_DAY)
        fire_due_timers(lamps, MORNING + A_DAY + A_MINUTE)
    with lamps.reading() as session:
        [incident] = incidents.unresolved(session)
        assert incident.attempts == 2

    fire_due_timers(lamps, MORNING + A_DAY + 3 * A_MINUTE)

    assert marks(lamps) == ["reminded"]
    with lamps.reading() as session:
        assert incidents.unresolved(session) == []
    assert instance(lamps, instance_id).status == "running"


def test_poisoned_timers_never_delay_a_healthy_one(lamps, monkeypatch):
    """More that fail than fit in one transaction; the healthy one is fired in the same look."""
    monkeypatch.setattr(jobs, "TOGETHER", 4)
    poisoned = [reported(lamps) for _ in range(10)]
    healthy = reported(lamps, MORNING + A_MINUTE)

    def remind_handler(context):
        """提醒维修单位。"""
        if context.instance_id in poisoned:
            raise RuntimeError("no line")

    with registered(remind_handler):
        fire_due_timers(lamps, MORNING + A_DAY + A_MINUTE)

    assert instance(lamps, healthy).version == 2
    with lamps.reading() as session:
        assert len(incidents.unresolved(session)) == 10


def test_it_stops_between_transactions_when_told_to(lamps, monkeypatch):
    monkeypatch.setattr(jobs, "TOGETHER", 2)
    for _ in range(6):
        reported(lamps)
    asked = []

    def stopping():
        asked.append(True)
        return len(asked) > 2

    assert fire_due_timers(lamps, MORNING + A_DAY, stopping) == 4
    assert marks(lamps) == ["reminded"] * 4


def test_a_database_that_is_away_is_no_incident(postgresql_server):
    from service.database import Database

    gone = Database("postgresql://nobody@127.0.0.1:1/nowhere")

    with pytest.raises(DatabaseUnavailable):
        fire_due_timers(gone, MORNING)


def test_four_at_once_fire_each_timer_once(lamps):
    for _ in range(40):
        reported(lamps)
    fired = []

    def go():
        while True:
            found = fire_due_timers(lamps, MORNING + A_DAY)
            fired.append(found)
            with lamps.reading() as session:
                if not timers.due(session, MORNING + A_DAY):
                    return

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(fired) == 40
    assert marks(lamps) == ["reminded"] * 40


def leases(database):
    with database.reading() as session:
        return {row.name: row for row in session.scalars(select(SchedulerLease))}


def test_a_heartbeat_is_seen_for_three_beats(database):
    beat(database, "a", MORNING, A_MINUTE)

    with database.reading() as session:
        assert len(timers.clocks(session, MORNING + 2 * A_MINUTE)) == 1
        assert timers.clocks(session, MORNING + 3 * A_MINUTE) == []

    beat(database, "a", MORNING + 3 * A_MINUTE, A_MINUTE)
    assert leases(database)["clock:a"].beat_at == MORNING + 3 * A_MINUTE


def test_a_scheduler_that_ended_is_forgotten(database):
    beat(database, "a", MORNING, A_MINUTE)
    beat(database, "b", MORNING, A_MINUTE)

    fall_silent(database, "a")

    assert set(leases(database)) == {"clock:b"}
    beat(database, "c", MORNING + 2 * A_DAY, A_MINUTE)
    assert set(leases(database)) == {"clock:c"}


def test_a_chore_is_done_by_one_of_several_at_a_time(database):
    done = []
    second = []

    def sweep():
        done.append("first")
        second.append(do_once(database, "sweep", "b", lambda: done.append("b"), A_MINUTE, MORNING))

    assert do_once(database, "sweep", "a", sweep, A_MINUTE, MORNING)

    assert done == ["first"]
    assert second == [False]


def test_a_chore_that_another_clock_did_just_now_is_not_done_again(database):
    done = []
    for holder, seconds in (("a", 0), ("b", 1), ("b", 10)):
        at = MORNING + timedelta(seconds=seconds)
        do_once(database, "sweep", holder, lambda holder=holder: done.append(holder), A_MINUTE, at)

    assert done == ["a", "b"]


def test_a_chore_whose_holder_died_is_taken_over_when_its_lease_is_over(database):
    with database.transaction() as session:
        assert jobs._hold(session, "chore:sweep", "dead", MORNING, A_MINUTE)
    done = []

    for seconds in (30, 61):
        at = MORNING + timedelta(seconds=seconds)
        do_once(database, "sweep", "b", lambda: done.append("b"), A_MINUTE, at)

    assert done == ["b"]


def test_a_chore_that_fails_gives_its_lease_back(database):
    def sweep():
        raise RuntimeError("no broom")

    with pytest.raises(RuntimeError):
        do_once(database, "sweep", "a", sweep, A_MINUTE, MORNING)

    assert leases(database)["chore:sweep"].until < MORNING + A_MINUTE


DAILY = diagram(
    "daily",
    "每日巡查",
    '<startEvent id="Start_day" name="新的一天"><timerEventDefinition id="Rings">'
    "<timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>"
    + user("Task_look", "巡查", candidateGroups="unit_handler")
    + '<endEvent id="End_looked" name="已巡查"/>',
    [("Start_day", "Task_look"), ("Task_look", "End_looked")],
)


def test_a_process_that_begins_by_the_clock_begins_beside_the_timers_of_running_ones(lamps):
    deployed(lamps, {"daily.bpmn": DAILY})
    reported(lamps)

    assert fire_due_timers(lamps, MORNING + A_DAY) == 2

    assert sorted(to_do(lamps, HANDLER)) == ["巡查", "维修路灯"]


def test_a_start_that_fails_stops_no_other_and_no_timer(lamps):
    broken = DAILY.replace(b'id="daily"', b'id="broken"').replace(
        b'camunda:candidateGroups="unit_handler"', b'camunda:assignee="${missing}"'
    )
    deployed(lamps, {"broken.bpmn": broken, "daily.bpmn": DAILY})
    reported(lamps)

    fire_due_timers(lamps, MORNING + A_DAY)

    assert sorted(to_do(lamps, HANDLER)) == ["巡查", "维修路灯"]
    assert marks(lamps) == ["reminded"]
    with lamps.reading() as session:
        [incident] = incidents.unresolved(session)
    assert (incident.subject, incident.element_id) == ("start:broken:Start_day", "Task_look")
