"""Kill -9 at any point of a step: nothing that was acknowledged is lost, nothing is done twice or by half.

`KILLS=200 pytest tests/system/test_kill.py` kills two hundred times on each database; an ordinary run thirty times.
"""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select, text

from service import history
from service.database import Database, kept
from service.runtime import instances
from service.runtime.executions import Executions
from service.tables.people import Notification
from service.tables.runtime import (
    HistoryEvent,
    ProcessInstance,
    Submission,
    TaskCandidate,
    TimerJob,
    UserTask,
)
from tests.conftest import MORNING
from tests.service.runtime.lamps import lamps
from tests.system import steps

__all__ = ["lamps"]

KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED", "1"))

Told = list[tuple[str, str]]


@pytest.fixture(scope="module")
def processes() -> Any:
    """Real processes, forked from one that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.system.steps"])
    return context


@contextmanager
def working(processes: Any, database: Database, seed: int, die_before: int | None) -> Iterator[Any]:
    """A process at work; it is dead at the end of the block, and what it told is complete."""
    url = database.url.render_as_string(hide_password=False)
    receiving, sending = processes.Pipe(duplex=False)
    process = processes.Process(target=steps.work, args=(url, seed, sending, die_before))
    process.start()
    sending.close()
    told: Told = []
    try:
        yield process, receiving, told
    finally:
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join(10)
        assert process.exitcode == -signal.SIGKILL, "it died of something else"
        told += rest(receiving)
        undone(database)


def rest(receiving: Any) -> Told:
    found = []
    try:
        while True:
            found.append(receiving.recv())
    except EOFError:
        return found


def undone(database: Database) -> None:
    """Wait until the server has noticed that its client is gone, and has ended what it was doing for it."""
    if database.is_sqlite:
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        " AND state <> 'idle'"
    )
    for _ in range(500):
        with database.reading() as session:
            if session.scalar(others) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("a killed client's transaction is still open")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nothing_is_lost_doubled_or_half_done(lamps, processes):
    chance = random.Random(SEED)
    told: Told = []
    for number in range(KILLS):
        die_before = chance.randint(1, 60) if number % 2 else None
        with working(processes, lamps, SEED * 100_000 + number, die_before) as (
            process,
            pipe,
            said,
        ):
            if die_before is None:
                pipe.poll(10)  # it is at work
                time.sleep(chance.uniform(0, 0.08))
            else:
                process.join(10)
        told += said
        if number % 10 == 9:
            assert faults(lamps, told) == []

    assert faults(lamps, told) == []
    kinds = Counter(kind for kind, _ in told)
    assert all(kinds[kind] >= KILLS / 10 for kind in ("started", "completed", "fired")), kinds


def faults(database: Database, told: Told) -> list[str]:
    """Say what of the tables contradicts itself, or what its processes said they had committed."""
    database.memory.pop(Executions, None)
    with database.reading() as session:
        found = _lost(session, told)
        for instance in session.scalars(select(ProcessInstance)):
            found += _contradictions(session, instance)
        found += _effects(session)
        assert len(kept(session, Executions)) == 0
    return found


def _lost(session: Any, told: Told) -> list[str]:
    there = {
        "started": {str(id_) for id_ in session.scalars(select(ProcessInstance.id))},
        "completed": set(session.scalars(select(Submission.task_id))),
    }
    lost = [one for one in told if one[0] in there and one[1] not in there[one[0]]]
    twice = [one for one, times in Counter(told).items() if times > 1 and one[0] != "fired"]
    return [f"lost {one}" for one in lost] + [f"told twice {one}" for one in twice]


def _contradictions(session: Any, instance: ProcessInstance) -> list[str]:
    """Compare an instance's state with its rows, and its rows with its history."""
    found = []

    def same(what: str, one: Any, other: Any) -> None:
        if one != other:
            found.append(f"instance {instance.id}: {what}: {one} is not {other}")

    own = instance.id
    with instances.looking(session, own, MORNING) as execution:
        tasks = set(session.scalars(select(UserTask.id).where(UserTask.instance_id == own)))
        same("open tasks", tasks, set(execution.task_ids))
        waiting = select(TimerJob.id).where(
            TimerJob.instance_id == own, TimerJob.kind.in_(["event", "cycle"])
        )
        same("timers", set(session.scalars(waiting)), set(execution.timer_ids))
        same("ended", instance.status == "ended", execution.ended)
    session.info["database"].memory.pop(Executions, None)
    candidates = select(TaskCandidate.task_id).where(TaskCandidate.task_id.in_(tasks))
    same("candidates", set(session.scalars(candidates)), tasks)
    limits = select(TimerJob.task_id).where(
        TimerJob.instance_id == own, TimerJob.kind.in_(["warning", "overdue"])
    )
    same("limits of tasks that are gone", set(session.scalars(limits)) - tasks, set())
    verified = history.verify(session, own)
    same("case file", list(verified.faults), [])
    handed_in = select(func.count()).where(Submission.instance_id == own)
    events = select(HistoryEvent.kind, HistoryEvent.element_id).where(
        HistoryEvent.instance_id == own
    )
    seen = Counter(tuple(row) for row in session.execute(events))
    done = sum(times for (kind, _), times in seen.items() if kind == "userTask")
    same("submissions", session.scalar(handed_in), done + 1)  # and the start form
    once = [key for key, times in seen.items() if times > 1 and key[0] == "userTask"]
    same("tasks done twice", once, [])
    return found


def _effects(session: Any) -> list[str]:
    """What operations left must be what the history says was gone through, one for one."""
    marks = session.scalars(select(Notification.dedupe_key).where(Notification.kind == "test"))
    left = Counter(key.partition(":")[0] for key in marks)
    told = Counter(session.scalars(select(HistoryEvent.element_id)))
    pairs = {"repaired": "Task_repair", "rated": "Task_rate", "reminded": "Task_remind"}
    withdrawn = Counter(
        session.scalars(select(HistoryEvent.element_id).where(HistoryEvent.kind == "withdrawn"))
    )
    limits = Counter(
        session.scalars(
            select(HistoryEvent.element_id).where(HistoryEvent.kind.in_(["warning", "overdue"]))
        )
    )
    return [
        f"{mark}: {left[mark]} marks, {told[element]} events"
        for mark, element in pairs.items()
        if left[mark] != told[element] - withdrawn[element] - limits[element]
    ]
