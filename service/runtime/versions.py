"""What is published, at which version: a process is bound to what it called when it was deployed, for ever."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple, Self

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from service.database import after_commit, kept
from service.engine import definitions
from service.engine.definitions import DefinitionSet, ProcessDefinition
from service.engine.drawn import reading
from service.engine.drawn.source import ProcessSource
from service.errors import NotFound
from service.tables.runtime import DeployedFile, DeployedProcess, Deployment

_NEWEST = select(func.max(DeployedProcess.id)).group_by(DeployedProcess.process_id)
_ITS_FILE = and_(
    DeployedFile.deployment_id == DeployedProcess.deployment_id,
    DeployedFile.name == DeployedProcess.file,
)


class Version(NamedTuple):
    """One executable process at one version."""

    id: int
    process_id: str
    version: int
    name: str
    file: str

    @classmethod
    def of(cls, row: DeployedProcess) -> Self:
        """Return what a row says of its version."""
        return cls(row.id, row.process_id, row.version, row.name, row.file)


@dataclass(frozen=True)
class Published:
    """One version of a process, and when, by whom and why it was published."""

    version: Version
    deployment_id: int
    at: datetime
    by: str | None
    note: str


@dataclass
class Definitions:
    """The bound definitions this process has read, by the id they are deployed under; threads share them."""

    by_id: dict[int, DefinitionSet] = field(default_factory=dict)


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


def before(session: Session, process_id: str, moment: datetime | None) -> Version | None:
    """Return the newest version of a process that was deployed before a moment, the newest of all where none is named."""
    query = select(DeployedProcess).where(DeployedProcess.process_id == process_id)
    if moment is not None:
        query = query.join(Deployment).where(Deployment.deployed_at < moment)
    row = session.scalar(query.order_by(DeployedProcess.version.desc()).limit(1))
    return Version.of(row) if row is not None else None


def catalogue(session: Session) -> list[Version]:
    """Return the newest version of every process, by process id."""
    rows = session.scalars(
        select(DeployedProcess)
        .where(DeployedProcess.id.in_(_NEWEST))
        .order_by(DeployedProcess.process_id)
    )
    return [Version.of(row) for row in rows]


def newest_files(session: Session, process_ids: Collection[str]) -> dict[str, bytes]:
    """Return the file that draws the newest version of each of these processes, by process id."""
    rows = session.execute(
        select(DeployedProcess.process_id, DeployedFile.content)
        .join(DeployedFile, _ITS_FILE)
        .where(DeployedProcess.id.in_(_NEWEST), DeployedProcess.process_id.in_(process_ids))
    )
    return {process_id: bytes(content) for process_id, content in rows}


def published(session: Session) -> list[Published]:
    """Return every version of every process, by process id, the newest first."""
    rows = session.execute(
        select(DeployedProcess, Deployment)
        .join(Deployment, Deployment.id == DeployedProcess.deployment_id)
        .order_by(DeployedProcess.process_id, DeployedProcess.version.desc())
    )
    return [_published(process, deployment) for process, deployment in rows]


def of_process(session: Session, process_id: str) -> list[Published]:
    """Return every version of one process, the newest first."""
    rows = session.execute(
        select(DeployedProcess, Deployment)
        .join(Deployment, Deployment.id == DeployedProcess.deployment_id)
        .where(DeployedProcess.process_id == process_id)
        .order_by(DeployedProcess.version.desc())
    )
    return [_published(process, deployment) for process, deployment in rows]


def drawn(session: Session, deployed_process_ids: Collection[int]) -> dict[int, ProcessSource]:
    """Return what versions draw, by the id they are deployed under; whether it would pass a check today does not matter."""
    rows = session.execute(
        select(DeployedProcess.id, DeployedProcess.process_id, DeployedFile)
        .join(DeployedFile, _ITS_FILE)
        .where(DeployedProcess.id.in_(deployed_process_ids))
    )
    return {
        id_: process
        for id_, process_id, file in rows
        for process in reading.read(file.name, bytes(file.content)).processes
        if process.process_id == process_id
    }


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


def of(session: Session, deployment_id: int) -> tuple[Version, ...]:
    """Return the processes of one deployment."""
    rows = session.scalars(
        select(DeployedProcess)
        .where(DeployedProcess.deployment_id == deployment_id)
        .order_by(DeployedProcess.process_id)
    )
    return tuple(Version.of(row) for row in rows)


def files(session: Session, deployment_id: int) -> dict[str, bytes]:
    """Return the files of a deployment as they were handed in."""
    rows = session.execute(
        select(DeployedFile.name, DeployedFile.content)
        .where(DeployedFile.deployment_id == deployment_id)
        .order_by(DeployedFile.name)
    )
    return {name: bytes(content) for name, content in rows}


def was_deployed(session: Session, name: str, content: bytes) -> bool:
    """Was a file of this name and content ever deployed?"""
    same = (DeployedFile.name == name, DeployedFile.content == content)
    return session.scalar(select(DeployedFile.name).where(*same).limit(1)) is not None


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
        found = _own(session).get(deployed_process_id)
    return found or _bound(session, deployed_process_id)


def _own(session: Session) -> dict[int, DefinitionSet]:
    """What this transaction has read; others may have it only when it is durable, for ids are used again."""
    own: dict[int, DefinitionSet] = session.info.setdefault("definitions", {})
    return own


def _bound(session: Session, deployed_process_id: int) -> DefinitionSet:
    process, calls = _read(session, deployed_process_id)
    bound = process.bind(_called(session, calls))
    _own(session)[deployed_process_id] = bound
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
    found = parsed(files(session, row.deployment_id))
    return found[row.process_id], row.calls


def _published(process: DeployedProcess, deployment: Deployment) -> Published:
    return Published(
        Version.of(process),
        deployment.id,
        deployment.deployed_at,
        deployment.deployed_by,
        deployment.note,
    )


def parsed(files: Mapping[str, bytes]) -> Mapping[str, ProcessDefinition]:
    """Return the processes that files draw; the same files are parsed once."""
    return _parsed(tuple(sorted(files.items())))


@lru_cache(maxsize=32)
def _parsed(files: tuple[tuple[str, bytes], ...]) -> Mapping[str, ProcessDefinition]:
    return definitions.parse(dict(files))
