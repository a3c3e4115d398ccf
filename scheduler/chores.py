"""Housekeeping: done by one scheduler at a time, small enough to lose a run without harm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler import delivering
from scheduler.clockwork import Chore
from service.database import Database
from service.delivery.channels import Channel, Name
from service.register.common import attachments
from service.register.common.attachments import Store
from service.register.people import sessions

UNCLAIMED_FILES_KEPT = timedelta(days=2)
"""How long an upload stays that nobody has handed in: long enough for a form to be finished the next day."""


def chores(store: Store, channels: Mapping[Name, Channel], base: str) -> tuple[Chore, ...]:
    """Return what this installation has done beside its timers; `base` begins the links of messages."""
    return (
        Chore(
            "outbox",
            partial(delivering.deliver, channels, base),
            IntervalTrigger(seconds=30),
            delivering.LONGEST * 2,
        ),
        Chore("sessions", forget_sessions, CronTrigger(hour=19, minute=10), timedelta(minutes=10)),
        Chore(
            "uploads",
            partial(sweep_uploads, store),
            CronTrigger(hour=19, minute=20),
            timedelta(minutes=30),
        ),
    )


def forget_sessions(database: Database, at: datetime) -> int:
    """Remove browser sessions that are over."""
    with database.transaction() as session:
        return sessions.forget_ended(session, at)


def sweep_uploads(store: Store, database: Database, at: datetime) -> int:
    """Remove files that were uploaded and never handed in."""
    with database.transaction() as session:
        return attachments.sweep(session, store, at - UNCLAIMED_FILES_KEPT)
