"""Who begins by itself: start events that wait for a message, a signal or a moment, of the newest versions only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from service.database import after_commit, kept, nudge
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.engine.checking.lint import Finding
from service.engine.definitions import ProcessDefinition
from service.engine.host import Due
from service.engine.running import ticks
from service.runtime import versions
from service.tables.runtime import DeployedProcess, TimerJob


class Listening(NamedTuple):
    """A start event, of the newest version of its process, that waits for a message or a signal."""

    process_id: str
    element_id: str


@dataclass
class Shelf:
    """Who listens for what, as of the newest deployed process this operating-system process has seen."""

    newest: int = 0
    listening: Mapping[tuple[str, str], tuple[Listening, ...]] = field(default_factory=dict)


def to(session: Session, kind: str, name: str) -> tuple[Listening, ...]:
    """Return the start events of the newest versions that wait for a message or signal, by process id."""
    newest = session.connection().execute(_NEWEST).scalar() or 0
    shelf = kept(session, Shelf)
    if shelf.newest != newest:
        shelf = Shelf(newest, _all_listening(session))
        memory = session.info["database"].memory
        after_commit(session, partial(memory.__setitem__, Shelf, shelf))
    return shelf.listening.get((kind, name), ())


def start_row(
    job_id: str,
    process_id: str,
    element_id: str,
    name: str,
    due_at: datetime,
    payload: Mapping[str, Any],
    business_key: str | None = None,
    repetition: Mapping[str, Any] | None = None,
    limit: Due | None = None,
) -> dict[str, Any]:
    """Return the timer job that starts a process: it belongs to no instance, for there is none yet."""
    start = {"process_id": process_id, "payload": dict(payload), "key": business_key}
    return {
        "id": job_id,
        "instance_id": None,
        "kind": "start",
        "task_id": None,
        "element_id": element_id,
        "name": name,
        "due_at": due_at,
        "policy_key": limit.policy_key if limit else None,
        "level": limit.level if limit else None,
        "base_at": limit.base_at if limit else None,
        "cap_on": limit.cap_on if limit else None,
        "unit": limit.unit if limit else None,
        "payload": {**start, "repetition": repetition},
        "attempts": 0,
    }


def _all_listening(session: Session) -> dict[tuple[str, str], tuple[Listening, ...]]:
    found: dict[tuple[str, str], tuple[Listening, ...]] = {}
    for version in versions.catalogue(session):
        for element in versions.definition(session, version.id).process.starts:
            if element.event is not None and element.event.kind in {"message", "signal"}:
                heard = (element.event.kind, element.event.name)
                place = Listening(version.process_id, element.id)
                found[heard] = (*found.get(heard, ()), place)
    return found


def heard_twice(session: Session, parsed: Mapping[str, ProcessDefinition]) -> Iterator[Finding]:
    """Yield where a message would begin a second process, and which it begins already."""
    owners: dict[str, str] = {}
    for process in parsed.values():
        for element in process.starts:
            if element.event is None or element.event.kind != "message":
                continue
            name = element.event.name
            others = [place.process_id for place in to(session, "message", name)]
            taken = [other for other in others if other not in parsed]
            taken += [owners[name]] if name in owners else []
            owners[name] = process.process_id
            for other in taken[:1]:
                message = (
                    f"消息“{name}”已经是流程“{other}”的开始事件；一条消息只能发起一个流程，"
                    "请改用别的消息名，或改用信号。"
                )
                code = "start-message-taken"
                yield Finding(process.file, element.id, code, "error", message)


def arm(session: Session, process: ProcessDefinition, at: datetime) -> Iterator[Finding]:
    """Replace the timer jobs of a process's start events by those of the version just deployed."""
    session.execute(_START_JOBS_GONE, {"prefix": f"start:{process.process_id}:"})
    limits = {"deadline": lambda names, key: policies.for_variables(session, key, names, at)}
    for element in process.starts:
        if element.event is None or element.event.kind != "timer":
            continue
        tick = ticks.first(element, limits, at.astimezone(LOCAL))
        if tick is None:
            message = f"“{element.name or element.id}”的时间已经过去，部署后不会自动发起。"
            yield Finding(process.file, element.id, "start-past", "warning", message)
            continue
        job_id = f"start:{process.process_id}:{element.id}"
        name = element.name or element.id
        begins = (job_id, process.process_id, element.id, name, tick.due_at)
        row = start_row(*begins, {}, None, tick.repetition, tick.limit)
        session.execute(insert(TimerJob), [row])
        nudge(session, tick.due_at)


_NEWEST = select(func.max(DeployedProcess.id))
_START_JOBS_GONE = delete(TimerJob).where(
    TimerJob.instance_id.is_(None),
    func.substr(TimerJob.id, 1, func.length(bindparam("prefix", type_=String)))
    == bindparam("prefix", type_=String),
)
