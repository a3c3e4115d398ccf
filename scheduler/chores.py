"""Housekeeping: done by one scheduler at a time, small enough to lose a run without harm."""

from datetime import datetime, timedelta
from functools import partial

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.clockwork import Chore
from service import notifications
from service.database import Database
from service.register.common import attachments
from service.register.common.attachments import Store
from service.register.people import sessions

UNCLAIMED_FILES_KEPT = timedelta(days=2)
"""How long an upload stays that nobody has handed in: long enough for a form to be finished the next day."""


def chores(store: Store) -> tuple[Chore, ...]:
    """Return what this installation has done beside its timers."""
    return (
        Chore("outbox", deliver_outbox, IntervalTrigger(seconds=30), timedelta(minutes=2)),
        Chore("sessions", forget_sessions, CronTrigger(hour=19, minute=10), timedelta(minutes=10)),
        Chore(
            "uploads",
            partial(sweep_uploads, store),
            CronTrigger(hour=19, minute=20),
            timedelta(minutes=30),
        ),
    )


def deliver_outbox(database: Database, at: datetime) -> int:
    """Hand out what waits in the outbox. People read it in the service itself, so handing out is dating it."""
    with database.transaction() as session:
        return notifications.settle(session, at)


def forget_sessions(database: Database, at: datetime) -> int:
    """Remove browser sessions that are over."""
    with database.transaction() as session:
        return sessions.forget_ended(session, at)


def sweep_uploads(store: Store, database: Database, at: datetime) -> int:
    """Remove files that were uploaded and never handed in."""
    with database.transaction() as session:
        return attachments.sweep(session, store, at - UNCLAIMED_FILES_KEPT)
