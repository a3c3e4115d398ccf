"""What failed: kept where an operator sees it, once for each place, until it is made good or let go."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.authority import repairing
from service.database import Database
from service.errors import FormInvalid, NotFound, ProcessFailed, ServiceError
from service.register.casefile import sealing
from service.register.people.directory import Actor
from service.runtime import instances, mailbox, timers, versions
from service.runtime.instances import Command
from service.runtime.mailbox import Outcome
from service.tables.runtime import CaseMessage, DeployedProcess, Incident, ProcessInstance, TimerJob

log = logging.getLogger(__name__)


@contextmanager
def recording(database: Database, at: datetime) -> Iterator[Session]:
    """Open a transaction; when a step fails in it, roll back and record the incident in another."""
    with noting(database, at), database.transaction() as session:
        yield session


@contextmanager
def noting(database: Database, at: datetime) -> Iterator[None]:
    """Record what fails as an incident, also behind a form that no answer can mend; nothing of the block may be open."""
    try:
        yield
    except FormInvalid as invalid:
        if invalid.broken is not None:
            _record_apart(database, invalid.broken, at)
        raise
    except ProcessFailed as error:
        _record_apart(database, error, at)
        raise


def record(
    session: Session,
    instance_id: int | None,
    command: Command,
    error: Exception,
    by: str | None,
    at: datetime,
    place: str = "",
) -> Incident:
    """Keep a failure; the same command failing again is the same incident, counted.

    So is a timer that fails where something else has failed already: it is tried again by itself.
    """
    known = error if isinstance(error, ServiceError) else ProcessFailed(cause=_cause(error))
    element_id = getattr(known, "element", "") or place
    cause = getattr(known, "cause", "") or _cause(error)
    if values := _values(session, instance_id, known):
        cause = f"{cause.rstrip('。')}。这时的值：{values}。"
    log.error(
        "incident",
        extra={"instance": instance_id, "element": element_id, "command": command.name},
    )
    # The instance first, as every command locks it before it settles its incidents.
    session.connection().execute(instances.LOCKED, {"instance": instance_id}).first()
    found = _known(session, instance_id, element_id, command, by)
    if found is None:
        found = Incident(instance_id=instance_id, first_at=at, attempts=0)
        session.add(found)
    if found.attempts == 0 or _takes_the_place(command, found):
        found.command, found.subject, found.by = command.name, command.subject, by
        found.payload = dict(command.payload)
    found.element_id = element_id
    found.sentence = str(known)
    found.cause = cause[:2_000]
    found.last_at = at
    found.attempts += 1
    _mark(session, instance_id, "running", "failed")
    session.flush()
    return found


def _record_apart(database: Database, error: ProcessFailed, at: datetime) -> None:
    """Record what failed a command whose own transaction is gone."""
    command = error.facts.get("command")
    if command is not None:
        instance_id, by = error.facts.get("instance_id"), error.facts.get("by")
        with database.transaction() as session:
            record(session, instance_id, command, error, by, at)


def timer_failed(session: Session, timer_id: str, error: Exception, at: datetime) -> None:
    """Record that a timer job failed and let it wait; a job that is gone failed for nobody."""
    job = session.get(TimerJob, timer_id)
    if job is None:
        return
    command = Command("fire", timer_id)
    record(session, job.instance_id, command, error, None, at, job.element_id)
    timers.set_aside(session, timer_id, _cause(error), at)


def deliver(session: Session, message_id: int, at: datetime) -> bool:
    """Hand over or keep a message, and close what failed with it before; return whether anything came of it."""
    outcome = mailbox.deliver(session, message_id, at)
    if outcome in {Outcome.GONE, Outcome.BEHIND}:
        return False
    for incident in _of_message(session, message_id):
        resolve(session, incident, None, at)
    return True


def message_failed(session: Session, message_id: int, error: Exception, at: datetime) -> None:
    """Record that a message could not be handed over, and let it wait; one that is gone failed for nobody."""
    message = mailbox.find(session, message_id)
    if message is None:
        return
    command = Command("deliver", mailbox.subject(message_id))
    record(session, _receiver(error), command, error, None, at, message.element_id)
    message.not_before = at + timers.back_off(message.attempts)
    message.attempts += 1


def unresolved(
    session: Session, limit: int = 200, instance_id: int | None = None
) -> list[Incident]:
    """Return what waits for an operator, of one instance or of all, the latest first."""
    query = select(Incident).where(Incident.resolved_at.is_(None))
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    latest = query.order_by(Incident.last_at.desc(), Incident.id.desc()).limit(limit)
    return list(session.scalars(latest))


def get(session: Session, incident_id: int) -> Incident:
    """Return an incident, resolved or not."""
    found = session.get(Incident, incident_id)
    if found is None:
        raise NotFound("没有这条异常，请刷新列表。")
    return found


def process_of(session: Session, incident: Incident) -> str:
    """Return the process that draws the element an incident names, of all that its instance calls; "" for none."""
    if incident.instance_id is None:
        return incident.subject if incident.command == "start" else ""
    instance = session.get_one(ProcessInstance, incident.instance_id)
    processes = versions.definition(session, instance.deployed_process_id).processes
    drawn = (p.process_id for p in processes.values() if incident.element_id in p.elements)
    return next(drawn, "")


def is_concealed(session: Session, person: Actor, incident: Incident) -> bool:
    """Is it kept from this person what failed, because it would tell how somebody rates?"""
    return incident.id in concealed(session, person, [incident])


def concealed(session: Session, person: Actor, rows: Sequence[Incident]) -> frozenset[int]:
    """Return which incidents are kept from this person, asking once for all of them."""
    found = select(ProcessInstance).where(ProcessInstance.id.in_({row.instance_id for row in rows}))
    cases = {one.id: one for one in session.scalars(found)}
    waiting = sealing.waiting(session, person, {one.business_key for one in cases.values()})
    return frozenset(
        row.id
        for row in rows
        for instance in [cases.get(row.instance_id or 0)]
        if repairing.is_closed(instance, process_of(session, row))
        or (instance is not None and instance.business_key in waiting)
    )


def load_about(session: Session, rows: Sequence[Incident]) -> None:
    """Load what incidents are about, a query for each kind; a reading session then finds each without one."""
    ids = {row.instance_id for row in rows}
    jobs = {row.subject for row in rows if row.command == "fire"}
    numbers = {mailbox.number(row.subject) for row in rows if row.command == "deliver"}
    runs_on = select(ProcessInstance.deployed_process_id).where(ProcessInstance.id.in_(ids))
    queries = [
        select(ProcessInstance).where(ProcessInstance.id.in_(ids)),
        select(DeployedProcess).where(DeployedProcess.id.in_(runs_on)),
        *([select(TimerJob).where(TimerJob.id.in_(jobs))] if jobs else []),
        *([select(CaseMessage).where(CaseMessage.id.in_(numbers))] if numbers else []),
    ]
    for query in queries:
        session.scalars(query).all()


def next_try(session: Session, incident: Incident) -> datetime | None:
    """Return when the clock tries again by itself, None where only a person can."""
    if incident.command == "fire":
        job = session.get(TimerJob, incident.subject)
        return job.not_before if job is not None else None
    if incident.command == "deliver":
        message = session.get(CaseMessage, mailbox.number(incident.subject))
        return message.not_before if message is not None else None
    return None


def can_be_run_again(incident: Incident) -> bool:
    """Tell whether what failed was kept: of a sealed task it was not."""
    kept = incident.command != "complete" or "values" in incident.payload
    return kept and incident.command in {"start", "complete", "fire", "receive", "deliver"}


def resolve(session: Session, incident: Incident, by: str | None, at: datetime) -> None:
    """Close an incident; with the last of its instance, the instance runs again."""
    incident.resolved_at = at
    incident.resolved_by = by
    session.flush()
    left = select(Incident.id).where(
        Incident.instance_id == incident.instance_id, Incident.resolved_at.is_(None)
    )
    if session.scalar(left.limit(1)) is None:
        _mark(session, incident.instance_id, "failed", "running")


def _known(
    session: Session, instance_id: int | None, element_id: str, command: Command, by: str | None
) -> Incident | None:
    """Return the open incident that this failure belongs to."""
    query = select(Incident).where(
        Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
    )
    same = query.where(Incident.command == command.name, Incident.subject == command.subject)
    if command.name != "complete":
        same = same.where(Incident.by == by)
    found = session.scalar(same)
    if found is not None or instance_id is None or not element_id:
        return found
    beside = query.where(Incident.element_id == element_id).order_by(Incident.id)
    if command.name != "fire":
        beside = beside.where(Incident.command == "fire")
    return session.scalar(beside.limit(1))


def _takes_the_place(command: Command, found: Incident) -> bool:
    """Tell whether a retry should run this command, and not the one that failed before: a timer is tried again anyway."""
    same = (command.name, command.subject) == (found.command, found.subject)
    return same or found.command == "fire" or not can_be_run_again(found)


def _of_message(session: Session, message_id: int) -> Sequence[Incident]:
    query = select(Incident).where(
        Incident.command == "deliver",
        Incident.subject == mailbox.subject(message_id),
        Incident.resolved_at.is_(None),
    )
    return session.scalars(query).all()


def _receiver(error: Exception) -> int | None:
    """Return the instance that could not take a message; one that was only beginning is there no more."""
    facts = error.facts if isinstance(error, ServiceError) else {}
    command = facts.get("command")
    return facts.get("instance_id") if command and command.name == "deliver" else None


def _values(session: Session, instance_id: int | None, error: ServiceError) -> str:
    """Say what variables held when a step failed; nothing of what is sealed."""
    row = session.get(ProcessInstance, instance_id) if instance_id is not None else None
    processes = {getattr(error, "process_id", ""), row.process_id if row is not None else ""}
    return "" if processes & sealing.SEALED_PROCESSES else getattr(error, "values", "")


def _mark(session: Session, instance_id: int | None, before: str, after: str) -> None:
    """Say on the instance's row whether something of it waits for an operator."""
    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == instance_id, ProcessInstance.status == before)
        .values(status=after)
    )


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
