"""What is published: sets of files, checked before, versioned together, bound to what they call for ever."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from service import decisions
from service.database import after_commit, kept, nudge
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.decisions import Version as DecisionVersion
from service.engine import bundle, definitions
from service.engine.bundle import Bundle
from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from service.engine.definitions import DefinitionSet, ProcessDefinition
from service.engine.running import ticks
from service.errors import DiagramInvalid, NotFound
from service.tables.runtime import DeployedFile, DeployedProcess, Deployment, TimerJob


class Version(NamedTuple):
    """One executable process at one version."""

    id: int
    process_id: str
    version: int
    name: str
    file: str


@dataclass(frozen=True)
class Published:
    """One version of a process, and when, by whom and why it was published."""

    version: Version
    deployment_id: int
    at: datetime
    by: str | None
    note: str


@dataclass(frozen=True)
class Deployed:
    """What came of publishing some files; `is_new` is false when the very same content was there already."""

    deployment_id: int
    processes: tuple[Version, ...]
    findings: tuple[Finding, ...]
    is_new: bool
    decisions: tuple[DecisionVersion, ...] = ()


class Listening(NamedTuple):
    """A start event, of the newest version of its process, that waits for a message or a signal."""

    process_id: str
    element_id: str


@dataclass
class Shelf:
    """Who listens for what, as of the newest deployed process this operating-system process has seen."""

    newest: int = 0
    listening: Mapping[tuple[str, str], tuple[Listening, ...]] = field(default_factory=dict)


@dataclass
class Definitions:
    """The bound definitions this process has read, by the id they are deployed under; threads share them."""

    by_id: dict[int, DefinitionSet] = field(default_factory=dict)


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    known: Known,
    note: str = "",
) -> Deployed:
    """Publish files together: check them, give each process and decision its next version, bind what is called.

    What a process calls is taken from the same files, else from what is deployed now. The same content is
    deployed once; one error among the findings and nothing is kept.
    """
    findings = _checked(_frozen(files), known)
    if any(finding.severity == "error" for finding in findings):
        raise DiagramInvalid(findings)
    _one_at_a_time(session)
    parsed = _parsed(_frozen(files))
    if refused := [*_reused(session, parsed), *_heard_twice(session, parsed)]:
        raise DiagramInvalid([*refused, *findings])
    content_hash = _content_hash(files)
    there = session.scalar(select(Deployment).where(Deployment.content_hash == content_hash))
    if there is not None:
        told = (*findings, *_superseded(session, there.id))
        return _deployed(session, there.id, told, is_new=False)
    deployment = Deployment(content_hash=content_hash, deployed_at=at, deployed_by=by, note=note)
    session.add(deployment)
    session.flush()
    session.add_all(
        DeployedFile(deployment_id=deployment.id, name=name, content=content)
        for name, content in files.items()
    )
    _add_processes(session, deployment.id, parsed)
    decisions.add(session, deployment.id, _contents(_frozen(files)).decisions)
    late = [finding for process in parsed.values() for finding in _arm(session, process, at)]
    return _deployed(session, deployment.id, (*findings, *late), is_new=True)


def _deployed(
    session: Session, deployment_id: int, findings: tuple[Finding, ...], *, is_new: bool
) -> Deployed:
    return Deployed(
        deployment_id,
        versions(session, deployment_id),
        findings,
        is_new,
        decisions.versions(session, deployment_id),
    )


def _superseded(session: Session, deployment_id: int) -> list[Finding]:
    """Say where the same content was deployed before, but another has taken its place since."""
    newest = {("流程", one.process_id): one.version for one in catalogue(session)}
    newest |= {("决策", one.decision_id): one.version for one in decisions.catalogue(session)}
    published: list[tuple[str, str, Version | DecisionVersion]] = [
        *(("流程", one.process_id, one) for one in versions(session, deployment_id)),
        *(("决策", one.decision_id, one) for one in decisions.versions(session, deployment_id)),
    ]
    return [
        Finding(
            one.file,
            key,
            "superseded",
            "warning",
            f"{what}“{one.name}”的这个内容是第 {one.version} 版，现在生效的是第 {newest[what, key]} 版，没有改变；"
            "要恢复旧的内容，请在它的说明里写一句原因再部署，它就成为新的一版。",
        )
        for what, key, one in published
        if one.version != newest[what, key]
    ]


def latest(session: Session, process_id: str) -> int:
    """Return the id under which the newest version of a process is deployed."""
    found = session.scalar(
        select(DeployedProcess.id)
        .where(DeployedProcess.process_id == process_id)
        .order_by(DeployedProcess.version.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(
            f"没有部署名为“{process_id}”的流程。请流程设计员先部署，再重试。", process_id=process_id
        )
    return found


def catalogue(session: Session) -> list[Version]:
    """Return the newest version of every process, by process id."""
    newest = (
        select(func.max(DeployedProcess.id)).group_by(DeployedProcess.process_id).scalar_subquery()
    )
    rows = session.scalars(
        select(DeployedProcess)
        .where(DeployedProcess.id.in_(newest))
        .order_by(DeployedProcess.process_id)
    )
    return [_version(row) for row in rows]


def published(session: Session) -> list[Published]:
    """Return every version of every process, by process id, the newest first."""
    rows = session.execute(
        select(DeployedProcess, Deployment)
        .join(Deployment, Deployment.id == DeployedProcess.deployment_id)
        .order_by(DeployedProcess.process_id, DeployedProcess.version.desc())
    )
    return [_published(process, deployment) for process, deployment in rows]


def publication(session: Session, process_id: str, version: int) -> Published:
    """Return one version of a process."""
    row = session.execute(
        select(DeployedProcess, Deployment)
        .join(Deployment, Deployment.id == DeployedProcess.deployment_id)
        .where(DeployedProcess.process_id == process_id, DeployedProcess.version == version)
    ).one_or_none()
    if row is None:
        raise NotFound("没有部署过这个流程的这一版。请返回流程设计页面重新选择。")
    return _published(*row)


def reused(session: Session, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what deploying these checked files would change the meaning of."""
    return _reused(session, _parsed(_frozen(files)))


def listening(session: Session, kind: str, name: str) -> tuple[Listening, ...]:
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
) -> dict[str, Any]:
    """Return the timer job that starts a process: it belongs to no instance, for there is none yet."""
    told = {"process_id": process_id, "payload": dict(payload), "key": business_key}
    return {
        "id": job_id,
        "instance_id": None,
        "kind": "start",
        "task_id": None,
        "element_id": element_id,
        "name": name,
        "due_at": due_at,
        "payload": {**told, "repetition": repetition},
        "attempts": 0,
    }


def versions(session: Session, deployment_id: int) -> tuple[Version, ...]:
    """Return the processes of one deployment."""
    rows = session.scalars(
        select(DeployedProcess)
        .where(DeployedProcess.deployment_id == deployment_id)
        .order_by(DeployedProcess.process_id)
    )
    return tuple(_version(row) for row in rows)


def files(session: Session, deployment_id: int) -> dict[str, bytes]:
    """Return the files of a deployment as they were handed in."""
    rows = session.execute(
        select(DeployedFile.name, DeployedFile.content)
        .where(DeployedFile.deployment_id == deployment_id)
        .order_by(DeployedFile.name)
    )
    return {name: bytes(content) for name, content in rows}


def diagram(session: Session, deployed_process_id: int, process_id: str) -> bytes:
    """Return the file that draws a process: the deployed one itself, or one it calls, at the version it is bound to."""
    wanted, seen = [deployed_process_id], set[int]()
    while wanted:
        row = session.get(DeployedProcess, wanted.pop())
        if row is None or row.id in seen:
            continue
        seen.add(row.id)
        if row.process_id == process_id:
            return files(session, row.deployment_id)[row.file]
        wanted.extend(row.calls.values())
    raise NotFound("这件事项没有进入过这个流程。请返回流程图页面重新选择。", process_id=process_id)


def definition(session: Session, deployed_process_id: int) -> DefinitionSet:
    """Return a deployed process with all it calls; read once per operating-system process."""
    found = kept(session, Definitions).by_id.get(deployed_process_id)
    if found is None:
        found = _here(session).get(deployed_process_id)
    return found or _bound(session, deployed_process_id)


def _here(session: Session) -> dict[int, DefinitionSet]:
    """What this transaction has read; others may have it only when it is durable, for ids are used again."""
    here: dict[int, DefinitionSet] = session.info.setdefault("definitions", {})
    return here


def _bound(session: Session, deployed_process_id: int) -> DefinitionSet:
    process, calls = _read(session, deployed_process_id)
    bound = process.bind(_called(session, calls))
    _here(session)[deployed_process_id] = bound
    keeping = kept(session, Definitions).by_id
    after_commit(session, partial(keeping.__setitem__, deployed_process_id, bound))
    return bound


def _called(session: Session, calls: Mapping[str, int]) -> dict[str, ProcessDefinition]:
    """Return what is called, and what that calls; where two callers differ, the outer one decides."""
    found: dict[str, ProcessDefinition] = {}
    wanted = list(calls.items())
    for process_id, deployed_process_id in wanted:
        if process_id not in found:
            found[process_id], further = _read(session, deployed_process_id)
            wanted.extend(further.items())
    return found


def _read(
    session: Session, deployed_process_id: int
) -> tuple[ProcessDefinition, Mapping[str, int]]:
    row = session.get(DeployedProcess, deployed_process_id)
    if row is None:
        raise NotFound
    parsed = _parsed(_frozen(files(session, row.deployment_id)))
    return parsed[row.process_id], row.calls


def _add_processes(
    session: Session, deployment_id: int, parsed: Mapping[str, ProcessDefinition]
) -> None:
    rows = {
        process_id: DeployedProcess(
            deployment_id=deployment_id,
            process_id=process_id,
            version=_next_version(session, process_id),
            name=process.name or process_id,
            file=process.file,
            calls={},
        )
        for process_id, process in parsed.items()
    }
    session.add_all(rows.values())
    session.flush()
    for process_id, process in parsed.items():
        rows[process_id].calls = {
            called: rows[called].id if called in rows else latest(session, called)
            for called in process.calls
        }
    session.flush()


def _reused(session: Session, parsed: Mapping[str, ProcessDefinition]) -> list[Finding]:
    """Return the ids that mean something else than in the version that runs now."""
    newest = [one.id for one in catalogue(session) if one.process_id in parsed]
    rows = session.execute(
        select(DeployedProcess.process_id, DeployedFile)
        .join(DeployedFile, DeployedFile.deployment_id == DeployedProcess.deployment_id)
        .where(DeployedProcess.id.in_(newest))
        .order_by(DeployedProcess.process_id, DeployedFile.name)
    )
    return [
        finding
        for process_id, together in groupby(rows, lambda row: row[0])
        for finding in lint.reused(
            _parsed(tuple((file.name, bytes(file.content)) for _, file in together))[process_id],
            parsed[process_id],
        )
    ]


def _all_listening(session: Session) -> dict[tuple[str, str], tuple[Listening, ...]]:
    found: dict[tuple[str, str], tuple[Listening, ...]] = {}
    for version in catalogue(session):
        for element in definition(session, version.id).process.starts:
            if element.event is not None and element.event.kind in {"message", "signal"}:
                heard = (element.event.kind, element.event.name)
                place = Listening(version.process_id, element.id)
                found[heard] = (*found.get(heard, ()), place)
    return found


def _heard_twice(session: Session, parsed: Mapping[str, ProcessDefinition]) -> Iterator[Finding]:
    """A message begins one process only; who else begins with it is named."""
    owners: dict[str, str] = {}
    for process in parsed.values():
        for element in process.starts:
            if element.event is None or element.event.kind != "message":
                continue
            name = element.event.name
            others = [place.process_id for place in listening(session, "message", name)]
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


def _arm(session: Session, process: ProcessDefinition, at: datetime) -> Iterator[Finding]:
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
        row = start_row(
            job_id, process.process_id, element.id, name, tick.due_at, {}, None, tick.repetition
        )
        session.execute(insert(TimerJob), [row])
        nudge(session, tick.due_at)


_NEWEST = select(func.max(DeployedProcess.id))
_START_JOBS_GONE = delete(TimerJob).where(
    TimerJob.instance_id.is_(None),
    func.substr(TimerJob.id, 1, func.length(bindparam("prefix", type_=String)))
    == bindparam("prefix", type_=String),
)


def _next_version(session: Session, process_id: str) -> int:
    highest = session.scalar(
        select(func.max(DeployedProcess.version)).where(DeployedProcess.process_id == process_id)
    )
    return (highest or 0) + 1


def _one_at_a_time(session: Session) -> None:
    """Two designers who publish at once get two versions; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(7130518)))


def _published(process: DeployedProcess, deployment: Deployment) -> Published:
    return Published(
        _version(process),
        deployment.id,
        deployment.deployed_at,
        deployment.deployed_by,
        deployment.note,
    )


def _version(row: DeployedProcess) -> Version:
    return Version(row.id, row.process_id, row.version, row.name, row.file)


def _frozen(files: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted(files.items()))


def _content_hash(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in _frozen(files):
        whole.update(f"{len(name.encode())}:{name}{len(content)}:".encode() + content)
    return whole.hexdigest()


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, bytes], ...], known: Known) -> tuple[Finding, ...]:
    return tuple(lint.check(dict(files), known))


@lru_cache(maxsize=32)
def _parsed(files: tuple[tuple[str, bytes], ...]) -> Mapping[str, ProcessDefinition]:
    return definitions.parse(dict(files))


@lru_cache(maxsize=32)
def _contents(files: tuple[tuple[str, bytes], ...]) -> Bundle:
    return bundle.read(dict(files))
