"""Which open incidents of an instance a command makes good: what it ran itself, and what nobody waits for any more."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from service.runtime.waiting import Waiting
from service.tables import Base
from service.tables.runtime import Incident, TimerJob


def settle(
    session: Session, instance_id: int, subject: str, now: Waiting, by: str | None, at: datetime
) -> bool:
    """Resolve what this command made good; return whether something still waits for an operator."""
    connection = session.connection()
    open_ = connection.execute(_OPEN, {"instance": instance_id}).all()
    messages = set(connection.execute(_MESSAGES, {"instance": instance_id}).scalars())
    settled = [
        row.id
        for row in open_
        if row.subject == subject or not _is_waited_for(row.command, row.subject, now, messages)
    ]
    if settled:
        rows = [{"incident": incident_id, "whom": by, "when": at} for incident_id in settled]
        connection.execute(_RESOLVED, rows)
    return len(settled) < len(open_)


def _is_waited_for(command: str, subject: str, now: Waiting, messages: set[str]) -> bool:
    """Tell whether the same command could still be run: its task is open, its timer runs."""
    if command == "complete":
        return subject in now.tasks
    if command == "fire":
        task_id = subject.partition(":")[0]  # of a warning
        return subject in now.timers or task_id in now.tasks or subject in messages
    return bool(now.tasks or now.timers or now.subscriptions)


_INCIDENTS = Base.metadata.tables[Incident.__tablename__]
_TIMERS = Base.metadata.tables[TimerJob.__tablename__]
_OPEN = select(_INCIDENTS.c.id, _INCIDENTS.c.command, _INCIDENTS.c.subject).where(
    _INCIDENTS.c.instance_id == bindparam("instance"), _INCIDENTS.c.resolved_at.is_(None)
)
_MESSAGES = select(_TIMERS.c.id).where(
    _TIMERS.c.instance_id == bindparam("instance"), _TIMERS.c.kind == "message"
)
_RESOLVED = (
    update(_INCIDENTS)
    .where(_INCIDENTS.c.id == bindparam("incident"))
    .values(resolved_at=bindparam("when"), resolved_by=bindparam("whom"))
)
