"""Versions of processes and decisions with the files that draw them, whichever deployment holds those."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.tables.runtime import DeployedDecision, DeployedFile, DeployedProcess


class Filed(NamedTuple):
    """One version of a process or a decision, and its file."""

    key: str  # process id or decision id
    id: int
    version: int
    deployment_id: int
    file: str
    content: bytes


def processes(session: Session, process_ids: Collection[str]) -> dict[str, Filed]:
    """Return the newest version of each of these processes, by process id."""
    return _newest(session, DeployedProcess, DeployedProcess.process_id, process_ids)


def decisions(session: Session, decision_ids: Collection[str]) -> dict[str, Filed]:
    """Return the newest version of each of these decisions, by decision id."""
    return _newest(session, DeployedDecision, DeployedDecision.decision_id, decision_ids)


def every_process(session: Session, process_ids: Collection[str]) -> list[Filed]:
    """Return every version of these processes, the newest first."""
    return _every(session, DeployedProcess, DeployedProcess.process_id, process_ids)


def every_decision(session: Session, decision_ids: Collection[str]) -> list[Filed]:
    """Return every version of these decisions, the newest first."""
    return _every(session, DeployedDecision, DeployedDecision.decision_id, decision_ids)


def _newest(
    session: Session, table: Any, key: InstrumentedAttribute[str], keys: Collection[str]
) -> dict[str, Filed]:
    newest = select(func.max(table.id)).group_by(key)
    rows = session.execute(_filed(table, key, keys).where(table.id.in_(newest)))
    return {row[0]: Filed(*row) for row in rows}


def _every(
    session: Session, table: Any, key: InstrumentedAttribute[str], keys: Collection[str]
) -> list[Filed]:
    rows = session.execute(_filed(table, key, keys).order_by(table.version.desc()))
    return [Filed(*row) for row in rows]


def _filed(table: Any, key: InstrumentedAttribute[str], keys: Collection[str]) -> Select[Any]:
    columns = (table.id, table.version, table.deployment_id, table.file, DeployedFile.content)
    its_file = and_(
        DeployedFile.deployment_id == table.deployment_id, DeployedFile.name == table.file
    )
    return select(key, *columns).join(DeployedFile, its_file).where(key.in_(keys))
