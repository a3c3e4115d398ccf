"""What the calendar does: each timer job fires once, when it is due, whoever gets to it first.

A job is claimed by deleting its row after its instance is locked; what is gone or was given another date by then is
left alone. Tokens that wait for a moment are fired in the engine. A user task's warnings and its overdue moment
tell people, and touch no token. A job that fails steps aside, each time for longer, so that it delays no other.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from service import history
from service.history import Entry
from service.runtime import instances, mailbox, reminders, starts
from service.runtime.instances import COLUMNS, Command
from service.tables import Base
from service.tables.runtime import (
    MessageSubscription,
    ProcessInstance,
    SchedulerLease,
    TimerJob,
    UserTask,
)

FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=1)
_MOST_DOUBLED = (
    7  # by then it is longer than the longest; a power of every number of attempts would overflow
)


class Lag(NamedTuple):
    """How punctual the clock is: what is due and not fired, since when, and what stepped aside."""

    due: int
    since: datetime | None
    aside: int


def next_due(session: Session) -> datetime | None:
    """Return when there is something to fire or to hand over next; back-off counts."""
    moments = [session.execute(query).scalar() for query in (_NEXT, _NEXT_ASIDE)]
    moments.append(mailbox.next_due(session))
    return min((moment for moment in moments if moment is not None), default=None)


def due(session: Session, at: datetime, limit: int = 1_000) -> list[str]:
    """Return the ids of the jobs to fire, the longest due first."""
    return list(session.execute(_DUE, {"at": at, "most": limit}).scalars())


def fire(session: Session, timer_id: str, at: datetime) -> bool:
    """Fire a timer job, unless another scheduler was first, it was withdrawn, or it is due later now."""
    row = session.execute(_LOCKED, {"timer": timer_id}).one_or_none()
    return starts.fire(session, timer_id, at) if row is None else _fire(session, row, at)


def fire_due(session: Session, at: datetime, limit: int) -> int:
    """Fire up to `limit` due jobs of instances in one transaction, passing over those that somebody else holds.

    Any failure is the whole transaction's; the caller then fires them one by one.
    """
    fired = 0
    seen: set[int] = set()
    for row in session.execute(_LOCKED_DUE, {"at": at, "most": limit}).all():
        if row.instance_id in seen:
            fired += fire(session, row.timer_id, at)  # its row has changed since
        else:
            fired += _fire(session, row, at)
        seen.add(row.instance_id)
    return fired


def set_aside(session: Session, timer_id: str, cause: str, at: datetime) -> datetime | None:
    """Let a failed job wait before it is tried again, twice as long each time. Returns until when."""
    job = session.get(TimerJob, timer_id, with_for_update=True, populate_existing=True)
    if job is None:
        return None
    job.not_before = at + back_off(job.attempts)
    job.attempts += 1
    job.last_error = cause[:500]
    return job.not_before


def back_off(attempts: int) -> timedelta:
    """Return how long what has failed so often before waits until it is tried again."""
    doubled: int = 2 ** min(attempts, _MOST_DOUBLED)
    return min(FIRST_BACK_OFF * doubled, LONGEST_BACK_OFF)


def lag(session: Session, at: datetime) -> Lag:
    """Return what should have fired by now and has not."""
    late = select(func.count(), func.min(TimerJob.due_at)).where(
        TimerJob.due_at < at, TimerJob.not_before.is_(None)
    )
    aside = select(func.count()).where(TimerJob.not_before.is_not(None))
    row = session.execute(late).one()
    return Lag(row[0], row[1], (session.scalar(aside) or 0) + mailbox.aside(session))


def clocks(session: Session, at: datetime) -> list[SchedulerLease]:
    """Return the schedulers that have been heard of lately; none means that nothing fires."""
    return list(
        session.scalars(
            select(SchedulerLease)
            .where(SchedulerLease.name.startswith("clock:"), SchedulerLease.until > at)
            .order_by(SchedulerLease.name)
        )
    )


def of(session: Session, instance_id: int) -> list[TimerJob]:
    """Return what an instance's clock will do, the next first."""
    return list(
        session.scalars(
            select(TimerJob)
            .where(TimerJob.instance_id == instance_id)
            .order_by(TimerJob.due_at, TimerJob.id)
        )
    )


def _fire(session: Session, row: Any, at: datetime) -> bool:
    """Claim a job whose instance is locked, and do what it stands for."""
    job = session.execute(_CLAIMED, {"timer": row.timer_id, "at": at}).one_or_none()
    if job is None:
        return False
    if job.kind in {"warning", "overdue"}:
        _tell(session, row, job, at)
        return True
    if job.kind == "message" and not _is_heard(session, job):
        _lapse(session, job, at)
        return True
    with instances.stepping(session, row, None, at, Command("fire", job.id)) as turn:
        if job.kind == "message":
            turn.execution.receive(job.name, job.payload["kind"], job.payload["payload"])
        else:
            turn.taken.add(job.id)
            turn.execution.fire(job.id, at)
    return True


def _is_heard(session: Session, job: Any) -> bool:
    """Say whether the instance still waits for what was sent to it; it may have gone on or ended meanwhile."""
    names = {"instance": job.instance_id, "name": job.name, "kind": job.payload["kind"]}
    return session.execute(_WAITS, names).first() is not None


def _lapse(session: Session, job: Any, at: datetime) -> None:
    """Let go what came too late: a signal is for those who wait while it is given."""
    what = {"message": "消息", "signal": "信号"}[job.payload["kind"]]
    sentence = f"{what}“{job.name}”送到时已经没有环节在等候，不再送达"
    history.append(session, job.instance_id, [Entry("message_dropped", "", "", sentence)], at)
    if job.attempts:
        starts.settle(session, job.id, at)


def _tell(session: Session, row: Any, job: Any, at: datetime) -> None:
    """Tell whoever has the task that its limit is near or past."""
    task = session.execute(_TASK, {"task": job.task_id}).one_or_none()
    if task is None:
        return
    reminders.tell(session, row, job, task, at)
    kind = "overdue" if reminders.is_late(session, job) else "warning"
    data = {"due_at": job.due_at.isoformat(), "policy": job.policy_key}
    entry = Entry(kind, task.process_id, task.element_id, task.name, task.id, None, data)
    history.append(session, row.instance_id, [entry], at)


_TIMERS = Base.metadata.tables[TimerJob.__tablename__]
_TASKS = Base.metadata.tables[UserTask.__tablename__]
_SUBSCRIPTIONS = Base.metadata.tables[MessageSubscription.__tablename__]
_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]

_IN_ORDER = (_TIMERS.c.due_at, _TIMERS.c.id)
_IS_DUE = (
    _TIMERS.c.due_at <= bindparam("at"),
    or_(_TIMERS.c.not_before.is_(None), _TIMERS.c.not_before <= bindparam("at")),
)
_DUE = select(_TIMERS.c.id).where(*_IS_DUE).order_by(*_IN_ORDER).limit(bindparam("most"))
_NEXT = (
    select(_TIMERS.c.due_at)
    .where(_TIMERS.c.not_before.is_(None))
    .order_by(_TIMERS.c.due_at)
    .limit(1)
)
_NEXT_ASIDE = (
    select(_TIMERS.c.not_before)
    .where(_TIMERS.c.not_before.is_not(None))
    .order_by(_TIMERS.c.not_before)
    .limit(1)
)
_WITH_INSTANCE = select(*COLUMNS, _TIMERS.c.id.label("timer_id")).join_from(
    _TIMERS, _INSTANCES, _TIMERS.c.instance_id == _INSTANCES.c.id
)
_LOCKED = _WITH_INSTANCE.where(_TIMERS.c.id == bindparam("timer")).with_for_update(of=_INSTANCES)
_LOCKED_DUE = (
    _WITH_INSTANCE.where(*_IS_DUE)
    .order_by(*_IN_ORDER)
    .limit(bindparam("most"))
    .with_for_update(of=_INSTANCES, skip_locked=True)
)
_CLAIMED = (
    delete(_TIMERS)
    .where(_TIMERS.c.id == bindparam("timer"), _TIMERS.c.due_at <= bindparam("at"))
    .returning(*_TIMERS.c)
)
_WAITS = select(_SUBSCRIPTIONS.c.id).where(
    _SUBSCRIPTIONS.c.instance_id == bindparam("instance"),
    _SUBSCRIPTIONS.c.name == bindparam("name"),
    _SUBSCRIPTIONS.c.kind == bindparam("kind"),
)
_TASK = select(_TASKS).where(_TASKS.c.id == bindparam("task"))
