"""What the clock does when it wakes: thin, and every piece in its own transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.database import Database, upsert
from service.errors import DatabaseUnavailable
from service.runtime import incidents, mailbox, starts, timers
from service.tables.runtime import SchedulerLease

Id = TypeVar("Id", int, str)

log = logging.getLogger(__name__)

JUST_NOW = timedelta(seconds=5)
"""Clocks of several machines ring within this for the same hour."""

MOST_STARTED = 1_000
"""Processes started before the timers of running ones are looked at again."""

TOGETHER = 50
"""Timers fired in one transaction: one durable write for all of them. A person waits for at most so many steps."""


def fire_due_timers(
    database: Database, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Fire every timer that is due at this moment, in due order; return how many this call fired.

    What starts a process comes first, so that a wave of limits that end together does not hold it up.
    Some are fired together. When one of them fails, all are undone and fired one by one, so that a failure is
    only its own. What another scheduler or a person holds is left for the next look. `stopping` is asked
    between transactions.
    """
    fired = _starts(database, at, stopping)
    while True:
        fired += _of_instances(database, at, stopping)
        # What running instances said may start others, and move them on to what they wait for next.
        begun = _starts(database, at, stopping) + _messages(database, at, stopping)
        if not begun:
            return fired
        fired += begun


def _starts(database: Database, at: datetime, stopping: Callable[[], bool]) -> int:
    """Start what is due to be started, each in its own transaction."""
    with database.reading() as session:
        due = starts.due(session, at, MOST_STARTED)
    return _each(database, due, at, stopping)


def _messages(database: Database, at: datetime, stopping: Callable[[], bool]) -> int:
    """Hand over what instances have thrown for their case, each message in its own transaction."""
    with database.reading() as session:
        due = mailbox.due(session, at)
    done = 0
    for message_id in due:
        if stopping():
            break
        steps = incidents.deliver, incidents.message_failed
        done += _apart(database, "message", message_id, at, *steps)
    return done


def _of_instances(database: Database, at: datetime, stopping: Callable[[], bool]) -> int:
    fired = 0
    while not stopping():
        together = _together(database, at)
        if together is None:
            together = _one_by_one(database, at, stopping)
        if not together:
            break
        fired += together
    return fired


def beat(database: Database, holder: str, at: datetime, every: timedelta) -> None:
    """Say that this scheduler is alive; what has been silent for a day is forgotten."""
    with database.transaction() as session:
        _hold(session, f"clock:{holder}", holder, at, every * 3)
        session.execute(
            delete(SchedulerLease).where(SchedulerLease.beat_at < at - timedelta(days=1))
        )


def fall_silent(database: Database, holder: str) -> None:
    """Say that this scheduler has ended, so that nobody waits for its heartbeat."""
    with database.transaction() as session:
        session.execute(delete(SchedulerLease).where(SchedulerLease.holder == holder))


def do_once(
    database: Database,
    name: str,
    holder: str,
    do: Callable[[], object],
    length: timedelta,
    at: datetime,
) -> bool:
    """Do a chore, unless another scheduler is at it, for `length` at most, or did it just now."""
    lease = f"chore:{name}"
    with database.transaction() as session:
        if not _hold(session, lease, holder, at, length):
            return False
    try:
        do()
    finally:
        with database.transaction() as session:
            session.execute(
                update(SchedulerLease)
                .where(SchedulerLease.name == lease, SchedulerLease.holder == holder)
                .values(until=at + JUST_NOW)
            )
    return True


def _together(database: Database, at: datetime) -> int | None:
    """Fire some in one transaction; None when one of them failed and nothing of it was kept."""
    try:
        with database.transaction() as session:
            return timers.fire_due(session, at, TOGETHER)
    except DatabaseUnavailable:
        raise
    except Exception:
        log.info("timers fired together failed, firing one by one", exc_info=True)
        return None


def _one_by_one(database: Database, at: datetime, stopping: Callable[[], bool]) -> int:
    """Fire some, each in its own transaction; what fails becomes an incident and steps aside."""
    with database.reading() as session:
        due = timers.due(session, at, TOGETHER)
    return _each(database, due, at, stopping)


def _each(database: Database, due: list[str], at: datetime, stopping: Callable[[], bool]) -> int:
    done = 0
    for timer_id in due:
        if stopping():
            break
        _apart(database, "timer", timer_id, at, timers.fire, incidents.timer_failed)
        done += 1
    return done


def _apart(
    database: Database,
    kind: str,
    id_: Id,
    at: datetime,
    do: Callable[[Session, Id, datetime], bool],
    failed: Callable[[Session, Id, Exception, datetime], None],
) -> bool:
    """Do one thing in its own transaction, and say whether anything came of it; a failure becomes an incident and counts."""
    try:
        with database.transaction() as session:
            return do(session, id_, at)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        log.exception("%s failed", kind, extra={f"{kind}_id": id_})
        with database.transaction() as session:
            failed(session, id_, error, at)
        return True


def _hold(session: Session, name: str, holder: str, at: datetime, length: timedelta) -> bool:
    """Take a lease that is free or our own; say whether we have it."""
    row = {"name": name, "holder": holder, "beat_at": at, "until": at + length}
    taken = session.execute(
        upsert(session, SchedulerLease)
        .values(row)
        .on_conflict_do_update(
            index_elements=["name"],
            set_=row,
            where=(SchedulerLease.until <= at) | (SchedulerLease.holder == holder),
        )
        .returning(SchedulerLease.name)
    )
    return taken.first() is not None
