"""What is published: sets of files, checked before, versioned together, bound to what they call for ever."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import decisions
from service.decisions import Version as DecisionVersion
from service.engine import bundle
from service.engine.bundle import Bundle
from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from service.engine.definitions import ProcessDefinition
from service.errors import DiagramInvalid
from service.runtime import listening, versions
from service.runtime.versions import Version
from service.tables.runtime import DeployedFile, DeployedProcess, Deployment


@dataclass(frozen=True)
class Deployed:
    """What came of publishing some files; `is_new` is false when the very same content was there already."""

    deployment_id: int
    processes: tuple[Version, ...]
    findings: tuple[Finding, ...]
    is_new: bool
    decisions: tuple[DecisionVersion, ...] = ()


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    known: Known,
    note: str = "",
) -> Deployed:
    """Publish files together: check them, give each process and each new decision its next version, bind what is called.

    What a process calls is taken from the same files, else from what is deployed now. The same content is
    deployed once; one error among the findings and nothing is kept.
    """
    findings = _checked(tuple(sorted(files.items())), known)
    if any(finding.severity == "error" for finding in findings):
        raise DiagramInvalid(findings)
    _one_at_a_time(session)
    parsed = versions.parsed(files)
    if refused := [*_reused(session, parsed), *listening.heard_twice(session, parsed)]:
        raise DiagramInvalid([*refused, *findings])
    content_hash = _content_hash(files)
    same = session.scalar(select(Deployment).where(Deployment.content_hash == content_hash))
    if same is not None:
        findings = (*findings, *_superseded(session, same.id))
        return _deployed(session, same.id, findings, is_new=False)
    deployment = Deployment(content_hash=content_hash, deployed_at=at, deployed_by=by, note=note)
    session.add(deployment)
    session.flush()
    session.add_all(
        DeployedFile(deployment_id=deployment.id, name=name, content=content)
        for name, content in files.items()
    )
    _add_processes(session, deployment.id, parsed)
    decisions.add(session, deployment.id, _contents(tuple(sorted(files.items()))).decisions)
    late = [
        finding for process in parsed.values() for finding in listening.arm(session, process, at)
    ]
    findings = (*findings, *late, *_superseded(session, deployment.id))
    return _deployed(session, deployment.id, findings, is_new=True)


def _deployed(
    session: Session, deployment_id: int, findings: tuple[Finding, ...], *, is_new: bool
) -> Deployed:
    return Deployed(
        deployment_id,
        versions.of(session, deployment_id),
        findings,
        is_new,
        decisions.versions(session, deployment_id),
    )


def _superseded(session: Session, deployment_id: int) -> list[Finding]:
    """Say where the same content was deployed before, but another has taken its place since."""
    newest = {("流程", one.process_id): one.version for one in versions.catalogue(session)}
    newest |= {("决策", one.decision_id): one.version for one in decisions.catalogue(session)}
    published: list[tuple[str, str, Version | DecisionVersion]] = [
        *(("流程", one.process_id, one) for one in versions.of(session, deployment_id)),
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


def changed(
    session: Session, files: Mapping[str, bytes], process_ids: Collection[str]
) -> tuple[str, ...]:
    """Return which of these processes the files hold in another version than the one deployed now, if one is."""
    deployed = versions.newest_files(session, process_ids)
    return tuple(
        process_id
        for process_id, process in versions.parsed(files).items()
        if process_id in deployed and deployed[process_id] != files[process.file]
    )


def reused(session: Session, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what deploying these checked files would change the meaning of."""
    return _reused(session, versions.parsed(files))


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
            called: rows[called].id if called in rows else versions.latest(session, called)
            for called in process.calls
        }
    session.flush()


def _reused(session: Session, parsed: Mapping[str, ProcessDefinition]) -> list[Finding]:
    """Return the ids that mean something else than in the version that runs now."""
    newest = [one.id for one in versions.catalogue(session) if one.process_id in parsed]
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
            versions.parsed({file.name: bytes(file.content) for _, file in together})[process_id],
            parsed[process_id],
        )
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


def _content_hash(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in tuple(sorted(files.items())):
        whole.update(f"{len(name.encode())}:{name}{len(content)}:".encode() + content)
    return whole.hexdigest()


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, bytes], ...], known: Known) -> tuple[Finding, ...]:
    return tuple(lint.check(dict(files), known))


@lru_cache(maxsize=32)
def _contents(files: tuple[tuple[str, bytes], ...]) -> Bundle:
    return bundle.read(dict(files))
