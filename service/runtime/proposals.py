"""Files that wait for a second person before they are deployed; the one who proposed them never decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import audit, notifications
from service.audit import Act
from service.authority import consenting
from service.errors import NotAllowed, NotFound
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.tables.publishing import DeploymentProposal, ProposedFile

_MOST_SHOWN = 50


class Proposed(NamedTuple):
    """What became of files that were not deployed at once."""

    proposal_id: int
    processes: tuple[str, ...]  # those for whose sake they wait


def propose(
    session: Session,
    files: Mapping[str, bytes],
    processes: tuple[str, ...],
    by: str | None,
    at: datetime,
    note: str,
    with_callers: bool = False,
) -> Proposed:
    """Keep files until somebody of the congress office decides on them, and tell the office."""
    row = DeploymentProposal(
        proposed_at=at, proposed_by=by, note=note, status="waiting", with_callers=with_callers
    )
    session.add(row)
    session.flush()
    session.add_all(
        ProposedFile(proposal_id=row.id, name=name, content=content)
        for name, content in files.items()
    )
    notifications.enqueue(
        session,
        Role.DEPUTY_OFFICE,
        "deployment_proposed",
        "流程设计员要更换涉及代表评价的流程图，请看过改动以后决定是否同意。",
        at,
        dedupe_key=f"deployment_proposed:{row.id}",
        link=f"/g/deployments/{row.id}",
    )
    data = {"proposal": row.id, "files": sorted(files)}
    sentence = f"提交第 {row.id} 号流程变更，等代表工委决定。"
    audit.record(session, by, at, Act.DIAGRAM, _subject(row), sentence, note, data)
    return Proposed(row.id, processes)


def latest(session: Session) -> list[DeploymentProposal]:
    """Return the proposals, those that wait first, then the latest decided."""
    query = select(DeploymentProposal).order_by(
        DeploymentProposal.status != "waiting", DeploymentProposal.id.desc()
    )
    return list(session.scalars(query.limit(_MOST_SHOWN)))


def get(session: Session, proposal_id: int) -> DeploymentProposal:
    found = session.get(DeploymentProposal, proposal_id)
    if found is None:
        raise NotFound("没有这次流程变更。请从流程变更列表重新选择。")
    return found


def files(session: Session, proposal_id: int) -> dict[str, bytes]:
    """Return the files of a proposal by name."""
    query = select(ProposedFile).where(ProposedFile.proposal_id == proposal_id)
    return {row.name: row.content for row in session.scalars(query)}


def decide(
    session: Session, proposal_id: int, person: Actor, at: datetime, status: str, reason: str = ""
) -> DeploymentProposal:
    """Close a proposal as agreed or refused, once; tell the one who proposed it."""
    query = select(DeploymentProposal).where(DeploymentProposal.id == proposal_id)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NotFound("没有这次流程变更。请从流程变更列表重新选择。")
    consenting.refuse_consent(person, row.proposed_by)
    if row.status != "waiting":
        raise NotAllowed("这次流程变更已经有了决定，不能再改。请返回流程变更列表查看。")
    row.status, row.reason = status, reason
    row.decided_by, row.decided_at = person.login, at
    sentence = f"{'同意' if status == 'agreed' else '没有同意'}第 {row.id} 号流程变更。"
    data = {"proposal": row.id}
    audit.record(session, person.login, at, Act.DIAGRAM, _subject(row), sentence, reason, data)
    if row.proposed_by is not None:
        outcome = "已同意并上线" if status == "agreed" else f"没有同意，理由：{reason.rstrip('。')}"
        notifications.enqueue(
            session,
            row.proposed_by,
            "deployment_decided",
            f"您提交的流程变更，代表工委{outcome}。",
            at,
            dedupe_key=f"deployment_decided:{row.id}",
            link="/x",
        )
    return row


def _subject(row: DeploymentProposal) -> str:
    return f"proposal:{row.id}"
