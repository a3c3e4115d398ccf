"""Processes to be killed: they work on lamps as fast as they can and say what they have committed."""

import os
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection

from sqlalchemy import event

from scheduler.clockwork import Clockwork
from service.database import Database
from service.errors import ServiceError
from service.register.people.directory import Actor
from service.runtime import inbox, tasks, timers
from tests.conftest import MORNING
from tests.service.runtime import lamps

PEOPLE = (lamps.HANDLER, lamps.REPORTER, lamps.TOWN)
VALUES = {
    "Task_repair": ({"result": "beyond", "cost": 1.5}, {"result": "repaired", "cost": 0.0}),
    "Task_rate": ({"rating": "good"}, {"rating": "bad"}),
    "Task_replace": ({"poles": 1}, {"poles": 2}),
    "Task_take_over": ({"town": True}, {"town": False}),
}
OPERATIONS = (lamps.open_lamp, lamps.note_repair, lamps.remind_handler, lamps.keep_rating)


def work(url: str, seed: int, told: Connection, die_before: int | None) -> None:
    """Start, complete and fire until killed; `die_before` is the statement or commit before which to die by itself."""
    chance = random.Random(seed)
    database = Database(url)
    if die_before is not None:
        _die_before(database, die_before)
    with lamps.registered(*OPERATIONS):
        while True:
            for what in _one_step(database, chance):
                told.send(what)


def keep_time(url: str) -> None:
    """Be a scheduler process until SIGTERM."""
    with lamps.registered(*OPERATIONS):
        Clockwork(Database(url)).run()


def _one_step(database: Database, chance: random.Random) -> list[tuple[str, str]]:
    """Do one thing; return what was committed."""
    act: Callable[[Database, random.Random], list[tuple[str, str]]]
    [act] = chance.choices([_start, _complete, _fire], [2, 6, 3])
    try:
        return act(database, chance)
    except ServiceError:  # somebody who was killed before may have done it already
        return []


def _start(database: Database, chance: random.Random) -> list[tuple[str, str]]:
    return [("started", str(lamps.reported(database)))]


def _complete(database: Database, chance: random.Random) -> list[tuple[str, str]]:
    person: Actor = chance.choice(PEOPLE)
    with database.reading() as session:
        found = inbox.of(session, person, 20)
    if not found:
        return []
    task = chance.choice(found)
    values = {**chance.choice(VALUES[task.element_id]), "remark": "好"}
    with database.transaction() as session:
        tasks.complete(session, task.id, values, person, MORNING)
    return [("completed", task.id)]


def _fire(database: Database, chance: random.Random) -> list[tuple[str, str]]:
    """Fire what is due on a day of the month at random; together or alone."""
    at = MORNING + timedelta(days=chance.randint(0, 31))
    with database.reading() as session:
        due = timers.due(session, at, 5)
    if not due:
        return []
    with database.transaction() as session:
        if chance.random() < 0.5:
            timers.fire_due(session, at, 5)
            return []
        fired = timers.fire(session, due[0], at)
    return [("fired", due[0])] if fired else []


def _die_before(database: Database, number: int) -> None:
    left = [number]

    def count(*arguments: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
