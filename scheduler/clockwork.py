"""One wake-up at the next due moment, armed again after each run; APScheduler is the clock and holds nothing else.

It is armed by what this process commits, through `Database.on_due`, and by looking at the table every few seconds,
because other processes write timers too. A wake-up missed by a stopped machine runs at once.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler import jobs
from service import clock
from service.database import Database
from service.errors import DatabaseUnavailable
from service.runtime import timers

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=2)
BEAT_EVERY = timedelta(seconds=10)
HELD_ELSEWHERE = timedelta(milliseconds=100)
"""How long to wait for timers whose instance somebody else holds at the moment."""


@dataclass(frozen=True)
class Chore:
    """Housekeeping that one scheduler does for all; `length` is the longest it may take."""

    name: str
    do: Callable[[Database, datetime], object]
    trigger: BaseTrigger
    length: timedelta


class Clockwork:
    """The scheduler of one operating-system process; `start` returns at once, `run` stays until it is told to stop."""

    def __init__(self, database: Database, chores: Sequence[Chore] = ()) -> None:
        self.database = database
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._chores = chores
        self._stopping = threading.Event()
        self._firing = threading.Lock()
        self._arming = threading.Lock()
        self._armed_for: datetime | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin: look at once, then whenever something is due."""
        self.database.on_due.append(self.nudge)
        now = clock.on_the_machine(clock.now())
        self._scheduler.add_job(self._look, _every(LOOK_EVERY), next_run_time=now)
        self._scheduler.add_job(self._beat, _every(BEAT_EVERY), next_run_time=now)
        for chore in self._chores:
            self._scheduler.add_job(self._do, chore.trigger, args=[chore], id=chore.name)
        self._scheduler.start()
        log.info("clock started", extra={"holder": self.holder})

    def stop(self) -> None:
        """Finish the transaction at hand and end; the rest stays due."""
        # APScheduler's shutdown holds the lock that add_job needs while it waits for running jobs: a wake-up that a job
        # asked for at that moment would wait for the shutdown, and the shutdown for the job.
        with self._arming:
            if self._stopping.is_set():
                return
            self._stopping.set()
        self.database.on_due.remove(self.nudge)
        self._scheduler.shutdown(wait=True)
        self._safely(jobs.fall_silent, self.database, self.holder)
        log.info("clock stopped", extra={"holder": self.holder})

    def run(self) -> None:
        """Start, stay until SIGTERM or SIGINT, and stop."""
        # Waited for, not handled: a handler runs only once the main thread comes back to Python, which it does not do
        # if the signal arrives in the moment before it falls asleep; and what a handler locks, its thread may hold.
        ends = {signal.SIGTERM, signal.SIGINT}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        try:
            self.start()
            signal.sigwait(ends)
            self.stop()
            while signal.sigtimedwait(ends, 0):
                pass  # told again while stopping
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def nudge(self, due_at: datetime) -> None:
        """Wake no later than this; called after each commit that wrote a timer.

        A wake-up that should have come a while ago is not believed in: the machine slept, or it was lost.
        """
        with self._arming:
            armed_for = self._armed_for
            if self._stopping.is_set():
                return
            if armed_for and armed_for <= due_at and armed_for > clock.now() - LOOK_EVERY:
                return
            self._armed_for = due_at
            # More than one, because a wake-up may come while the one before still fires.
            self._scheduler.add_job(
                self._wake,
                DateTrigger(clock.on_the_machine(due_at)),
                id="wake",
                replace_existing=True,
                max_instances=3,
            )

    def _wake(self) -> None:
        """Fire what is due. Whoever fires already looks for more when it is done, so a second one has nothing to do."""
        with self._arming:
            self._armed_for = None
        if not self._firing.acquire(blocking=False):
            return
        try:
            fired = self._safely(self._fire)
        finally:
            self._firing.release()
        now = clock.now()
        self._safely(self._arm, now if fired else now + HELD_ELSEWHERE)

    def _fire(self) -> int:
        fired = jobs.fire_due_timers(self.database, clock.now(), self._stopping.is_set)
        if fired:
            log.info("timers fired", extra={"fired": fired})
        return fired

    def _look(self) -> None:
        self._safely(self._arm, clock.now())

    def _arm(self, no_earlier_than: datetime) -> None:
        with self.database.reading() as session:
            due_at = timers.next_due(session)
        if due_at is not None:
            self.nudge(max(due_at, no_earlier_than))

    def _beat(self) -> None:
        self._safely(jobs.beat, self.database, self.holder, clock.now(), BEAT_EVERY)

    def _do(self, chore: Chore) -> None:
        """Do a chore; one that fails is logged, and tried again at its next time."""
        if self._stopping.is_set():
            return
        at = clock.now()
        do = partial(chore.do, self.database, at)
        try:
            jobs.do_once(self.database, chore.name, self.holder, do, chore.length, at)
        except DatabaseUnavailable as error:
            log.warning("database away: %s", error)
        except Exception:
            log.exception("chore failed", extra={"chore": chore.name})

    def _safely(self, do: Callable[..., Any], *arguments: object) -> Any:
        """A database that is away is tried again at the next look; nothing is lost meanwhile."""
        try:
            return do(*arguments)
        except DatabaseUnavailable as error:
            log.warning("database away: %s", error)
            return None


def _every(interval: timedelta) -> IntervalTrigger:
    return IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC)
