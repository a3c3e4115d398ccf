"""An incident is dealt with: what failed is run again as the same person, or let go; both stand in the history of the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import audit, history
from service.audit import Act
from service.database import Database
from service.errors import (
    NotAllowed,
    NotFound,
    ProcessFailed,
    RetryFailed,
    StaleVersion,
    TaskNotOpen,
)
from service.history import Entry
from service.register.people.directory import Actor
from service.runtime import blame, incidents, instances, mailbox, messages, tasks, timers, versions
from service.runtime.mailbox import Outcome
from service.tables.runtime import Incident, ProcessInstance


def run_again(
    database: Database, incident_id: int, person: Actor, at: datetime, reason: str = ""
) -> None:
    """Retry in a transaction of its own; where it fails again, that is counted, and RetryFailed says why."""
    try:
        with incidents.recording(database, at) as session, blame.at_nobody():
            hidden = incidents.is_concealed(session, person, incidents.get(session, incident_id))
            retry(session, incident_id, person.login, at, reason)
    except ProcessFailed as error:
        if hidden:
            raise RetryFailed from error
        sentence = f"又试了一次，仍然没有成功：{error}事项停在原处，没有作任何改动。"
        raise RetryFailed(sentence, element=error.element, cause=error.cause) from error


def retry(session: Session, incident_id: int, by: str, at: datetime, reason: str = "") -> None:
    """Run what failed again, as the person who did it then; the incident ends with its success."""
    incident = _open(session, incident_id)
    entry = _entry(session, incident, "retried", "重试", by, reason)
    instance_id = _run_again(session, incident, at)
    incidents.resolve(session, incident, by, at)
    if instance_id is not None:  # else a timer began an instance, which says so itself
        history.append(session, instance_id, [entry], at)
    _audit(session, incident, f"重试第 {incident_id} 号异常，成功。", by, at, reason)


def dismiss(session: Session, incident_id: int, by: str, at: datetime, reason: str = "") -> None:
    """Close an incident that needs nothing any more, for example because its task was withdrawn."""
    incident = _open(session, incident_id)
    if incident.command == "deliver":
        _discard(session, incident, at)
    incidents.resolve(session, incident, by, at)
    if incident.instance_id is not None:
        entry = _entry(session, incident, "dismissed", "不再处理异常", by, reason)
        history.append(session, incident.instance_id, [entry], at)
    _audit(session, incident, f"关闭第 {incident_id} 号异常，没有重试。", by, at, reason)


def _run_again(session: Session, incident: Incident, at: datetime) -> int | None:
    """Run the command of an incident, and return the instance it moved."""
    payload: dict[str, Any] = incident.payload
    subject = incident.subject
    match incident.command:
        case "fire":
            if not timers.fire(session, subject, at):
                raise NotFound("这个定时作业已经撤销或改期，没有可以重试的。请关闭本条。")
        case "start":
            where = (payload.get("business_key"), payload.get("start_event", ""))
            values = payload["values"]
            return instances.start(session, subject, values, incident.by, at, *where).id
        case "complete" if "values" in payload and incident.by is not None:
            _hand_in_again(session, subject, payload["values"], incident.by, at)
        case "deliver":
            _deliver_again(session, incident, at)
        case "receive" if "element_id" in payload:
            key, content = payload["business_key"], payload["payload"]
            messages.send_to(session, payload["element_id"], key, content, incident.by, at)
        case "receive":
            send = messages.send if payload["kind"] == "message" else messages.signal
            key, content = payload["business_key"], payload["payload"]
            send(session, subject, key, content, incident.by, at)
        case _:
            raise NotAllowed(
                "这一步的填写内容没有保存（例如背靠背评价），不能代为重试。请办理人本人重新提交，或关闭本条。"
            )
    return incident.instance_id


def _hand_in_again(
    session: Session, task_id: str, values: Mapping[str, Any], by: str, at: datetime
) -> None:
    try:
        tasks.complete(session, task_id, values, by, at)
    except (NotAllowed, TaskNotOpen) as error:
        raise StaleVersion(
            "当时提交的人现在不能办理这项任务了，或任务已经办结、撤销、由别人领取。"
            "请由现在的承办人办理，或关闭本条。"
        ) from error


def _deliver_again(session: Session, incident: Incident, at: datetime) -> None:
    match mailbox.deliver(session, mailbox.number(incident.subject), at):
        case Outcome.GONE:
            raise NotFound("这条消息已经送达、作废，或正在送达，没有可以重试的。请刷新列表。")
        case Outcome.BEHIND:
            raise NotAllowed("前面还有一条同名的消息没有送达，请先处理前面的一条。")


def _discard(session: Session, incident: Incident, at: datetime) -> None:
    """Let go the message that an operator needs no more, so that it is not tried again."""
    message = mailbox.find(session, mailbox.number(incident.subject))
    if message is not None:
        mailbox.discard(session, message, "没有送达，异常由运维人员关闭，不再送达", at)


def _open(session: Session, incident_id: int) -> Incident:
    """Return an incident to deal with, locked; its instance is locked first, as every command does."""
    of = session.scalar(select(Incident.instance_id).where(Incident.id == incident_id))
    session.connection().execute(instances.LOCKED, {"instance": of}).first()
    incident = session.get(Incident, incident_id, with_for_update=True, populate_existing=True)
    if incident is None or incident.resolved_at is not None:
        raise NotFound("这条异常已经处理完毕，请刷新列表。")
    return incident


def _entry(
    session: Session, incident: Incident, kind: str, verb: str, by: str, reason: str
) -> Entry:
    """Return what the history says of an incident that was dealt with."""
    process_id = incidents.process_of(session, incident)
    name = incident.element_id
    if incident.instance_id is not None and process_id:
        instance = session.get_one(ProcessInstance, incident.instance_id)
        definition = versions.definition(session, instance.deployed_process_id)
        name = definition.element(process_id, incident.element_id).name or name
    what = f"{verb}：{name}" + (f"（{reason}）" if reason else "")
    data = {"incident": incident.id, "command": incident.command, "reason": reason}
    return Entry(kind, process_id, incident.element_id, what, None, by, data)


def _audit(
    session: Session, incident: Incident, sentence: str, by: str, at: datetime, reason: str
) -> None:
    data = {
        "command": incident.command,
        "element": incident.element_id,
        "instance": incident.instance_id,
        "reason": incident.sentence,
    }
    audit.record(session, by, at, Act.INCIDENT, f"incident:{incident.id}", sentence, reason, data)
