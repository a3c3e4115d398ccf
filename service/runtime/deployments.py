"""What is published: sets of files, checked before, versioned together, bound to what they call for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.database import after_commit, kept
from service.engine import bundle, definitions, lint
from service.engine.bundle import Bundle
from service.engine.definitions import DefinitionSet, ProcessDefinition
from service.engine.lint import Finding, Known
from service.errors import DiagramInvalid, NotFound
from service.runtime import decisions
from service.runtime.decisions import Version as DecisionVersion
from service.tables.runtime import DeployedFile, DeployedProcess, Deployment


class Version(NamedTuple):
    """One executable process at one version."""

    id: int
    process_id: str
    version: int
    name: str
    file: str


@dataclass(frozen=True)
class Deployed:
    """What came of publishing some files; `is_new` is false when the very same content was there already."""

    deployment_id: int
    processes: tuple[Version, ...]
    findings: tuple[Finding, ...]
    is_new: bool
    decisions: tuple[DecisionVersion, ...] = ()


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
    if reused := _reused(session, _parsed(_frozen(files))):
        raise DiagramInvalid([*reused, *findings])
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
    _add_processes(session, deployment.id, _parsed(_frozen(files)))
    decisions.add(session, deployment.id, _contents(_frozen(files)).decisions)
    return _deployed(session, deployment.id, findings, is_new=True)


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
    newest = {one.process_id: one.id for one in catalogue(session) if one.process_id in parsed}
    return [
        finding
        for process_id, id_ in newest.items()
        for finding in lint.reused(_read(session, id_)[0], parsed[process_id])
    ]


def _next_version(session: Session, process_id: str) -> int:
    highest = session.scalar(
        select(func.max(DeployedProcess.version)).where(DeployedProcess.process_id == process_id)
    )
    return (highest or 0) + 1


def _one_at_a_time(session: Session) -> None:
    """Two designers who publish at once get two versions; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(7130518)))


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
