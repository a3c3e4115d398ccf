"""What failed: kept where an operator sees it, and run again when its cause is gone."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.database import Database
from service.errors import NotAllowed, NotFound, ProcessFailed, ServiceError
from service.register.casefile import sealing
from service.runtime import instances, mailbox, messages, tasks, timers
from service.runtime.instances import Command
from service.runtime.mailbox import Outcome
from service.tables.runtime import Incident, ProcessInstance, TimerJob

log = logging.getLogger(__name__)


@contextmanager
def recording(database: Database, at: datetime) -> Iterator[Session]:
    """Open a transaction; when a step fails in it, roll back and record the incident in another."""
    try:
        with database.transaction() as session:
            yield session
    except ProcessFailed as error:
        command = error.facts.get("command")
        if command is not None:
            instance_id, by = error.facts.get("instance_id"), error.facts.get("by")
            with database.transaction() as session:
                record(session, instance_id, command, error, by, at)
        raise


def record(
    session: Session,
    instance_id: int | None,
    command: Command,
    error: Exception,
    by: str | None,
    at: datetime,
) -> Incident:
    """Keep a failure; the same command failing again is the same incident, counted."""
    known = error if isinstance(error, ServiceError) else ProcessFailed(cause=_cause(error))
    element_id = getattr(known, "element", "")
    cause = getattr(known, "cause", "") or _cause(error)
    if values := _values(session, instance_id, known):
        cause = f"{cause.rstrip('。')}。这时的值：{values}。"
    log.error(
        "incident",
        extra={"instance": instance_id, "element": element_id, "command": command.name},
    )
    found = session.scalar(
        select(Incident).where(
            Incident.instance_id == instance_id,
            Incident.command == command.name,
            Incident.subject == command.subject,
            Incident.by == by,
            Incident.resolved_at.is_(None),
        )
    )
    if found is None:
        found = Incident(
            instance_id=instance_id,
            command=command.name,
            subject=command.subject,
            by=by,
            first_at=at,
            attempts=0,
        )
        session.add(found)
    found.element_id = element_id
    found.payload = dict(command.payload)
    found.sentence = str(known)
    found.cause = cause[:2_000]
    found.last_at = at
    found.attempts += 1
    _mark(session, instance_id, "running", "failed")
    session.flush()
    return found


def timer_failed(session: Session, timer_id: str, error: Exception, at: datetime) -> None:
    """Record that a timer job failed and let it wait; a job that is gone failed for nobody."""
    job = session.get(TimerJob, timer_id)
    if job is None:
        return
    incident = record(session, job.instance_id, Command("fire", timer_id), error, None, at)
    incident.element_id = incident.element_id or job.element_id
    timers.set_aside(session, timer_id, _cause(error), at)


def deliver(session: Session, message_id: int, at: datetime) -> bool:
    """Hand over or keep a message, and close what failed with it before; return whether anything came of it."""
    outcome = mailbox.deliver(session, message_id, at)
    if outcome in {Outcome.GONE, Outcome.BEHIND}:
        return False
    for incident in _of_message(session, message_id):
        _resolve(session, incident, None, at)
    return True


def message_failed(session: Session, message_id: int, error: Exception, at: datetime) -> None:
    """Record that a message could not be handed over, and let it wait; one that is gone failed for nobody."""
    message = mailbox.find(session, message_id)
    if message is None:
        return
    command = Command("deliver", mailbox.subject(message_id))
    incident = record(session, _receiver(error), command, error, None, at)
    incident.element_id = incident.element_id or message.element_id
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


def retry(session: Session, incident_id: int, by: str, at: datetime) -> None:
    """Run what failed again, as the person who did it then; the incident ends with its success."""
    incident = _open(session, incident_id)
    _run_again(session, incident, at)
    _resolve(session, incident, by, at)
    _audit(session, incident, f"重试第 {incident_id} 号异常，成功。", by, at)


def dismiss(session: Session, incident_id: int, by: str, at: datetime) -> None:
    """Close an incident that needs nothing any more, for example because its task was withdrawn."""
    incident = _open(session, incident_id)
    if incident.command == "deliver":
        _discard(session, incident, at)
    _resolve(session, incident, by, at)
    _audit(session, incident, f"关闭第 {incident_id} 号异常，没有重试。", by, at)


def _run_again(session: Session, incident: Incident, at: datetime) -> None:
    payload: dict[str, Any] = incident.payload
    subject = incident.subject
    match incident.command:
        case "fire":
            if not timers.fire(session, subject, at):
                raise NotFound("这个定时作业已经撤销或改期，没有可以重试的。请关闭本条。")
        case "start":
            where = (payload.get("business_key"), payload.get("start_event", ""))
            instances.start(session, subject, payload["values"], incident.by, at, *where)
        case "complete" if "values" in payload and incident.by is not None:
            tasks.complete(session, subject, payload["values"], incident.by, at)
        case "deliver":
            _deliver_again(session, incident, at)
        case "receive":
            send = messages.send if payload["kind"] == "message" else messages.signal
            key, content = payload["business_key"], payload["payload"]
            send(session, subject, key, content, incident.by, at)
        case _:
            raise NotAllowed(
                "这一步的填写内容没有保存（例如背靠背评价），不能代为重试。请办理人本人重新提交，或关闭本条。"
            )


def _deliver_again(session: Session, incident: Incident, at: datetime) -> None:
    match mailbox.deliver(session, _message_id(incident), at):
        case Outcome.GONE:
            raise NotFound("这条消息已经送达、作废，或正在送达，没有可以重试的。请刷新列表。")
        case Outcome.BEHIND:
            raise NotAllowed("前面还有一条同名的消息没有送达，请先处理前面的一条。")


def _discard(session: Session, incident: Incident, at: datetime) -> None:
    """Let go the message that an operator needs no more, so that it is not tried again."""
    message = mailbox.find(session, _message_id(incident))
    if message is not None:
        mailbox.discard(session, message, "没有送达，异常由运维人员关闭，不再送达", at)


def _message_id(incident: Incident) -> int:
    return int(incident.subject.rpartition(":")[2])


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


def _open(session: Session, incident_id: int) -> Incident:
    incident = session.get(Incident, incident_id, with_for_update=True, populate_existing=True)
    if incident is None or incident.resolved_at is not None:
        raise NotFound("这条异常已经处理完毕，请刷新列表。")
    return incident


def _resolve(session: Session, incident: Incident, by: str | None, at: datetime) -> None:
    incident.resolved_at = at
    incident.resolved_by = by
    session.flush()
    left = select(Incident.id).where(
        Incident.instance_id == incident.instance_id, Incident.resolved_at.is_(None)
    )
    if session.scalar(left.limit(1)) is None:
        _mark(session, incident.instance_id, "failed", "running")


def _audit(session: Session, incident: Incident, sentence: str, by: str, at: datetime) -> None:
    data = {
        "command": incident.command,
        "element": incident.element_id,
        "instance": incident.instance_id,
        "reason": incident.sentence,
    }
    audit.record(session, by, at, Act.INCIDENT, f"incident:{incident.id}", sentence, "", data)


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
