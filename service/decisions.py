"""Decisions that are deployed: whoever asks for one by its id gets the newest, read once per process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from service.database import after_commit, kept
from service.engine.checking.contract import Contract
from service.engine.deciding import dmn
from service.engine.deciding.decisions import Decision
from service.errors import DiagramInvalid, NotFound
from service.tables.runtime import DeployedDecision, DeployedFile, Deployment


class Version(NamedTuple):
    """One decision at one version."""

    id: int
    decision_id: str
    version: int
    name: str
    file: str


@dataclass(frozen=True)
class Published:
    """One version of a decision, and when, by whom and why it was published."""

    version: Version
    deployment_id: int
    at: datetime
    by: str | None
    note: str


_PACKAGED = ("自带的流程图", "采用新版本自带的流程图")
"""How the notes of deployments begin that a release brought along; `baseline` writes them."""


@dataclass
class Decisions:
    """The decisions this process has read, by the id they are deployed under; threads share them."""

    by_id: dict[int, Decision] = field(default_factory=dict)


ASKED: dict[str, Contract] = {}
"""The decisions the register asks itself, with the facts it tells them and the results it needs."""


def declare(asked: Contract) -> Contract:
    """Let the check hold every table of this id to what the register asks of it."""
    ASKED[asked.name] = asked
    return asked


def add(session: Session, deployment_id: int, decisions: Mapping[str, Decision]) -> None:
    """Give each of these decisions of a deployment its next version."""
    highest = _highest(session, decisions)
    session.add_all(
        DeployedDecision(
            deployment_id=deployment_id,
            decision_id=key,
            version=highest.get(key, 0) + 1,
            name=decision.name,
            file=decision.file,
        )
        for key, decision in decisions.items()
    )
    session.flush()


def newest(session: Session, decision_id: str) -> Decision | None:
    """Return the newest version of a decision, or nothing where none is deployed."""
    row = session.connection().execute(_NEWEST, {"decision": decision_id}).one_or_none()
    if row is None:
        return None
    here: dict[int, Decision] = session.info.setdefault("decisions", {})
    keeping = kept(session, Decisions).by_id
    found = keeping.get(row.id) or here.get(row.id)
    if found is None:
        found = here[row.id] = _read(session, row.deployment_id, row.file, decision_id)
        # Others may have it only when it is durable, for ids are used again.
        after_commit(session, partial(keeping.__setitem__, row.id, found))
    return found


def catalogue(session: Session) -> list[Version]:
    """Return the newest version of every decision, by decision id."""
    newest = (
        select(func.max(DeployedDecision.id))
        .group_by(DeployedDecision.decision_id)
        .scalar_subquery()
    )
    rows = session.scalars(
        select(DeployedDecision)
        .where(DeployedDecision.id.in_(newest))
        .order_by(DeployedDecision.decision_id)
    )
    return [_version(row) for row in rows]


def published(session: Session, decision_id: str) -> list[Published]:
    """Return every version of a decision, the newest first; there is at least one."""
    rows = session.execute(
        select(DeployedDecision, Deployment)
        .join(Deployment, Deployment.id == DeployedDecision.deployment_id)
        .where(DeployedDecision.decision_id == decision_id)
        .order_by(DeployedDecision.version.desc())
    )
    found = [
        Published(
            _version(row),
            deployment.id,
            deployment.deployed_at,
            deployment.deployed_by,
            _of_a_table(deployment.note),
        )
        for row, deployment in rows
    ]
    if not found:
        raise NotFound("没有部署过这张决策表。请返回规则页面重新选择。")
    return found


def _of_a_table(note: str) -> str:
    """Return why files were deployed, in the record of a table: a release calls all it brings along diagrams."""
    if note.startswith(_PACKAGED):
        return note.replace("自带的流程图", "自带的决策表", 1)
    return note


def content(session: Session, one: Published) -> bytes:
    """Return the file of one version as it was published."""
    return bytes(session.get_one(DeployedFile, (one.deployment_id, one.version.file)).content)


_NEWEST = (
    select(DeployedDecision.id, DeployedDecision.deployment_id, DeployedDecision.file)
    .where(DeployedDecision.decision_id == bindparam("decision"))
    .order_by(DeployedDecision.version.desc())
    .limit(1)
)


def _read(session: Session, deployment_id: int, file: str, decision_id: str) -> Decision:
    content = session.get_one(DeployedFile, (deployment_id, file)).content
    read = dmn.read(file, bytes(content))
    if decision_id not in read.decisions:  # deployed by a release that refused less
        raise DiagramInvalid(read.findings)
    return read.decisions[decision_id]


def _highest(session: Session, decisions: Mapping[str, Decision]) -> dict[str, int]:
    rows = session.execute(
        select(DeployedDecision.decision_id, func.max(DeployedDecision.version))
        .where(DeployedDecision.decision_id.in_(decisions))
        .group_by(DeployedDecision.decision_id)
    )
    return {row.decision_id: row[1] for row in rows}


def _version(row: DeployedDecision) -> Version:
    return Version(row.id, row.decision_id, row.version, row.name, row.file)
