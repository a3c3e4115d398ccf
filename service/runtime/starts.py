"""What begins a process without a person at a form: a message, a signal, a moment — each exactly once.

A start that waits for a moment is a timer job without an instance; so is what a running instance said that starts
another, for it happens in a transaction of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from service.database import nudge
from service.engine.running import ticks
from service.runtime import instances, listening
from service.runtime.waiting import TIMER
from service.tables import Base
from service.tables.runtime import Incident, TimerJob


def begin(
    session: Session,
    kind: str,
    name: str,
    business_key: str | None,
    payload: Mapping[str, Any],
    by: str | None,
    at: datetime,
) -> list[int]:
    """Start every process whose newest version begins with this message or signal, and return the instances' ids."""
    return [
        instances.start(
            session, place.process_id, payload, by, at, business_key, place.element_id
        ).id
        for place in listening.to(session, kind, name)
    ]


def due(session: Session, at: datetime, limit: int) -> list[str]:
    """Return the ids of the jobs that start something now, the longest due first."""
    return list(session.execute(_DUE, {"at": at, "most": limit}).scalars())


def fire(session: Session, job_id: str, at: datetime) -> bool:
    """Start what a job stands for, unless another scheduler was first or a newer version withdrew it."""
    job = session.execute(_CLAIMED, {"timer": job_id, "at": at}).one_or_none()
    if job is None:
        return False
    start = job.payload
    instances.start(
        session, start["process_id"], start["payload"], None, at, start["key"], job.element_id
    )
    if job.attempts:
        settle(session, job_id, at)
    tick = ticks.following(start["repetition"], at) if start["repetition"] else None
    if tick is not None:
        payload = {**start, "repetition": tick.repetition}
        fresh = {"due_at": tick.due_at, "payload": payload, "attempts": 0}
        fresh |= {"not_before": None, "last_error": None}
        session.execute(TIMER, [{**job._asdict(), **fresh}])
        nudge(session, tick.due_at)
    return True


def settle(session: Session, job_id: str, at: datetime) -> None:
    """Close the incidents of a job that has failed before and needs nobody any more."""
    session.execute(_SETTLED, {"of": job_id, "at": at})


_TIMERS = Base.metadata.tables[TimerJob.__tablename__]
_INCIDENTS = Base.metadata.tables[Incident.__tablename__]

_DUE = (
    select(_TIMERS.c.id)
    .where(
        _TIMERS.c.instance_id.is_(None),
        _TIMERS.c.due_at <= bindparam("at"),
        or_(_TIMERS.c.not_before.is_(None), _TIMERS.c.not_before <= bindparam("at")),
    )
    .order_by(_TIMERS.c.due_at, _TIMERS.c.id)
    .limit(bindparam("most"))
)
_CLAIMED = (
    delete(_TIMERS)
    .where(
        _TIMERS.c.id == bindparam("timer"),
        _TIMERS.c.instance_id.is_(None),
        _TIMERS.c.due_at <= bindparam("at"),
    )
    .returning(*_TIMERS.c)
)
_SETTLED = (
    update(_INCIDENTS)
    .where(
        _INCIDENTS.c.subject == bindparam("of"),
        _INCIDENTS.c.command == "fire",
        _INCIDENTS.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("at"))
)
