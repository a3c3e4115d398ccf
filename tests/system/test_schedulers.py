"""Four scheduler processes at once: each timer fires once, whoever fires it, and they stop when they are told to."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from service import clock, history
from service.runtime import instances, timers
from service.tables.people import Notification
from service.tables.runtime import CaseMessage, HistoryEvent, ProcessInstance, TimerJob
from tests.drawing import diagram
from tests.service.runtime.lamps import REPORT, deployed, lamps
from tests.service.runtime.parcels import NEWS, cases, payload, row, throwing, waiting
from tests.system import steps

__all__ = ["cases", "lamps"]

TIMERS = 200
MESSAGED = 25
TAKING = diagram(
    "taking",
    "先收第一件，再收第二件",
    '<startEvent id="Start_asked" name="已提出"/>'
    + waiting("Catch_1")
    + waiting("Catch_2")
    + '<exclusiveGateway id="Gateway_first" name="是第一件吗?"/>'
    + '<exclusiveGateway id="Gateway_second" name="是第二件吗?"/>'
    + '<endEvent id="End_done" name="已收齐"/><endEvent id="End_wrong" name="次序错了"/>',
    [
        ("Start_asked", "Catch_1"),
        ("Catch_1", "Gateway_first"),
        ("Gateway_first", "Catch_2", "是", "number == 1"),
        ("Gateway_first", "End_wrong", "不是"),
        ("Catch_2", "Gateway_second"),
        ("Gateway_second", "End_done", "是", "number == 2"),
        ("Gateway_second", "End_wrong", "不是"),
    ],
    before=NEWS,
)


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


@pytest.mark.slow
def test_each_message_is_handed_over_once_and_in_order_though_schedulers_are_killed(cases):
    """The receivers wait for two messages one after the other, and a third is left when their cases end."""
    thrown = [throwing(f"Throw_{number}", payload(number=f"${{{number}}}")) for number in (1, 2, 3)]
    burst = row("burst", *thrown, ids="Throw_1 Throw_2 Throw_3")
    deployed(cases, {"burst.bpmn": burst, "taking.bpmn": TAKING})
    receivers, senders = [], []
    for number in range(MESSAGED):
        with cases.transaction() as session:
            of_case = (clock.now(), f"case:{number}")
            receivers.append(instances.start(session, "taking", {}, None, *of_case).id)
            senders.append(instances.start(session, "burst", {}, None, *of_case).id)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.system.steps"])
    url = cases.url.render_as_string(hide_password=False)
    chance = random.Random(7)

    while not delivered(cases):
        schedulers = [context.Process(target=steps.keep_time, args=(url,)) for _ in range(3)]
        for scheduler in schedulers:
            scheduler.start()
        time.sleep(chance.uniform(0.6, 1.4))
        for scheduler in schedulers:
            os.kill(scheduler.pid, signal.SIGKILL)
            scheduler.join(15)

    for receiver in receivers:
        assert end_of(cases, receiver) == ("ended", "End_done", ["Catch_1", "Catch_2"])
    for sender in senders:
        with cases.reading() as session:
            kinds = [one.kind for one in history.of(session, sender)]
            assert history.verify(session, sender).intact
        assert kinds.count("message_dropped") == 1


def delivered(database) -> bool:
    with database.reading() as session:
        return session.scalars(select(CaseMessage.id)).first() is None


def end_of(database, instance_id):
    """Return how an instance ended, and where it took messages."""
    with database.reading() as session:
        assert history.verify(session, instance_id).intact
        found = history.of(session, instance_id)
        ended = session.get_one(ProcessInstance, instance_id)
    caught = [one.element_id for one in found if one.kind == "intermediateCatchEvent"]
    return ended.status, ended.end_event, caught


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
