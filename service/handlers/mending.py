"""What an operator sees of a failure: where, why, how often, when it is tried again, and what the case still waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.engine.definitions import ProcessDefinition
from service.handlers import keeping
from service.register.people.directory import Actor
from service.runtime import incidents, timers, versions
from service.runtime.versions import Version
from service.tables.runtime import DeployedProcess, Incident, ProcessInstance

CONCEALED = "涉及代表评价的一步没有成功，内容保密。可以重试；重试不成的，请填写的人本人重新提交。"


@dataclass(frozen=True)
class Failure:
    """An incident as one operator may see it."""

    row: Incident
    instance: ProcessInstance | None
    version: Version | None  # of the process its instance runs on
    process: str  # that draws the element
    element: str  # what it is called
    element_id: str
    sentence: str
    cause: str
    next_at: datetime | None
    can_retry: bool
    is_concealed: bool
    conditions: tuple[tuple[str, str], ...] = ()  # of the ways out of the element: name, condition


@dataclass(frozen=True)
class Rest:
    """What an instance still waits for, in a sentence."""

    status: str
    sentence: str


def failures(session: Session, actor: Actor, rows: Sequence[Incident]) -> list[Failure]:
    """Return incidents as this operator may see them."""
    incidents.load_about(session, rows)
    concealed = incidents.concealed(session, actor, rows)
    return [_failure(session, row, row.id in concealed) for row in rows]


def failure(session: Session, actor: Actor, row: Incident) -> Failure:
    """Return one incident as this operator may see it."""
    return _failure(session, row, incidents.is_concealed(session, actor, row))


def _failure(session: Session, row: Incident, hidden: bool) -> Failure:
    instance = session.get(ProcessInstance, row.instance_id) if row.instance_id else None
    deployed = session.get(DeployedProcess, instance.deployed_process_id) if instance else None
    process, element = "", row.element_id
    conditions: tuple[tuple[str, str], ...] = ()
    if instance is not None and (process_id := incidents.process_of(session, row)):
        drawn = versions.definition(session, instance.deployed_process_id).processes[process_id]
        process, element = drawn.name or process_id, drawn.elements[row.element_id].name or element
        conditions = _conditions(drawn, row.element_id)
    return Failure(
        row,
        instance,
        Version.of(deployed) if deployed else None,
        "" if hidden else process,
        "" if hidden else element,
        "" if hidden else row.element_id,
        CONCEALED if hidden else row.sentence,
        "" if hidden else row.cause,
        incidents.next_try(session, row),
        incidents.can_be_run_again(row),
        hidden,
        () if hidden else conditions,
    )


def rest(session: Session, actor: Actor, instance_id: int) -> Rest:
    """Say what an instance waits for after an incident was closed: closing it has moved nothing."""
    found = session.get_one(ProcessInstance, instance_id)
    if found.ended_at is not None:
        return Rest(found.status, "这件事项已经办结。")
    names = [desk.row.name for desk in keeping.desks(session, actor, found)]
    jobs = keeping.timer_jobs(session, actor, found, timers.of(session, instance_id))
    aside = [job.name or job.element_id for job in jobs if job.not_before is not None]
    parts = []
    if names:
        parts.append(f"任务{_listed(names)}还等人办理")
    if aside:
        parts.append(f"定时作业{_listed(aside)}还会自动再试，原因没有消除就还会失败")
    left = incidents.unresolved(session, instance_id=instance_id)
    if left:
        parts.append(f"另有 {len(left)} 条异常没有处理")
    what = "；".join(parts) or "它在等消息、时间，或等您不能查看的环节"
    return Rest(found.status, f"事项停在原处，没有往前走：{what}。")


def _conditions(drawn: ProcessDefinition, element_id: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (flow.name or flow.id, flow.condition)
        for flow in drawn.flows
        if flow.source == element_id and flow.condition
    )


def _listed(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in dict.fromkeys(names))
