"""What releases bring along: a baseline, never put over what a town has deployed of its own.

A packaged file that differs from the one brought before is deployed where the town has not changed what it draws, and
offered where it has. An offer waits until somebody takes or declines it, or the next release replaces it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import audit, notifications
from service.audit import Act
from service.engine import bundle
from service.engine.drawn import canonical
from service.errors import NotFound, StaleVersion
from service.register.people.roles import Role
from service.runtime import filed
from service.tables.publishing import PackagedFile
from service.tables.runtime import DeployedFile, Deployment

NOTE = "自带的流程图"
"""With what note a release's files are deployed."""
IN_FORCE = ("deployed", "taken")


@dataclass(frozen=True)
class Sorted:
    """What a release brings along that it did not bring before, by what is to become of it."""

    to_deploy: Mapping[str, bytes]
    offered: Mapping[str, bytes]


def news(session: Session, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that mean something else than the last of their name that was brought along."""
    last = {row.name: row.content for row in _last(session)}
    return {
        name: content
        for name, content in files.items()
        if name not in last or not canonical.is_same(content, last[name])
    }


def adopt(session: Session, at: datetime) -> None:
    """Begin the baseline of a store whose releases kept none with the files they deployed by themselves, the last of each name."""
    if _last(session):
        return
    rows = session.execute(
        select(DeployedFile.name, DeployedFile.content)
        .join(Deployment, Deployment.id == DeployedFile.deployment_id)
        .where(Deployment.deployed_by.is_(None), Deployment.note == NOTE)
        .order_by(Deployment.id)
    )
    keep(session, {name: bytes(content) for name, content in rows}, "deployed", at)


def sort(session: Session, files: Mapping[str, bytes]) -> Sorted:
    """Tell what may be deployed from what the town has drawn otherwise."""
    known = {canonical.digest(row.content) for row in _last(session, IN_FORCE)}
    untouched = {
        name: content
        for name, content in files.items()
        if {canonical.digest(one) for one in in_force(session, name, content)}
        <= {*known, canonical.digest(content)}
    }
    return Sorted(untouched, {key: one for key, one in files.items() if key not in untouched})


def keep(session: Session, files: Mapping[str, bytes], status: str, at: datetime) -> None:
    """Remember files as the last that were brought along; what was offered under their names is offered no more."""
    for row in offers(session):
        if row.name in files:
            row.status, row.decided_at = "replaced", at
    session.add_all(
        PackagedFile(name=name, content=content, brought_at=at, status=status)
        for name, content in files.items()
    )
    session.flush()


def offer(session: Session, files: Mapping[str, bytes], at: datetime) -> None:
    """Offer files to the designers, who hear of it once."""
    if not files:
        return
    keep(session, files, "offered", at)
    names = "、".join(sorted(files))
    sentence = f"新版本自带的 {names} 有变化，本地改过这些流程，没有更换，等流程设计员决定。"
    audit.record(session, None, at, Act.DIAGRAM, "baseline", sentence, "", {"files": sorted(files)})
    newest = max(row.id for row in offers(session))
    notifications.enqueue(
        session,
        Role.DESIGNER,
        "baseline_offered",
        f"新版本自带的流程图有变化，本地改过的 {len(files)} 个没有更换，请看过差别以后决定用不用。",
        at,
        dedupe_key=f"baseline_offered:{newest}",
        link="/x/baseline",
    )


def offers(session: Session) -> list[PackagedFile]:
    """Return what is offered and not decided, by name."""
    query = select(PackagedFile).where(PackagedFile.status == "offered")
    return list(session.scalars(query.order_by(PackagedFile.name)))


def decided(session: Session, most: int = 20) -> list[PackagedFile]:
    """Return what was offered and is decided, the latest first."""
    query = select(PackagedFile).where(PackagedFile.status.in_(("taken", "declined")))
    return list(session.scalars(query.order_by(PackagedFile.id.desc()).limit(most)))


def chosen(session: Session, names: Collection[str]) -> list[PackagedFile]:
    """Return the offers of these names, all of which must wait."""
    found = [row for row in offers(session) if row.name in names]
    if missing := sorted(set(names) - {row.name for row in found}):
        raise NotFound(f"没有等待决定的自带流程图 {'、'.join(missing)}。请重新打开列表核对。")
    return found


def decline(
    session: Session, names: Collection[str], by: str, at: datetime, reason: str
) -> list[PackagedFile]:
    """Leave what the town has deployed as it is; the offer is closed with its reason."""
    found = chosen(session, names)
    if not found:
        raise NotFound("没有选自带的流程图。请先选择，再决定。")
    for row in found:
        _close(row, "declined", by, at, reason)
        sentence = f"不采用新版本自带的 {row.name}，继续用本地的。"
        audit.record(session, by, at, Act.DIAGRAM, f"baseline:{row.id}", sentence, reason)
    session.flush()
    return found


def settle(session: Session, by: str | None, at: datetime, reason: str) -> None:
    """Close the offers whose content is in force by now, however it came to be."""
    for row in offers(session):
        standing = [canonical.digest(one) for one in in_force(session, row.name, row.content)]
        if standing and set(standing) == {canonical.digest(row.content)}:
            _close(row, "taken", by, at, reason)
            sentence = f"采用新版本自带的 {row.name}。"
            audit.record(session, by, at, Act.DIAGRAM, f"baseline:{row.id}", sentence, reason)
    session.flush()


def _close(row: PackagedFile, status: str, by: str | None, at: datetime, reason: str) -> None:
    if row.status != "offered":
        raise StaleVersion
    row.status, row.decided_by, row.decided_at, row.reason = status, by, at, reason


def _last(session: Session, statuses: Iterable[str] = ()) -> list[PackagedFile]:
    """Return the latest file of each name, of those of some status if any is named."""
    newest = select(func.max(PackagedFile.id)).group_by(PackagedFile.name)
    if statuses:
        newest = newest.where(PackagedFile.status.in_(statuses))
    return list(session.scalars(select(PackagedFile).where(PackagedFile.id.in_(newest))))


def in_force(session: Session, name: str, content: bytes) -> list[bytes]:
    """Return the files in force of everything that a file draws."""
    drawn = bundle.read({name: content})
    processes = [one.process_id for source in drawn.diagrams for one in source.processes]
    standing = [
        *filed.processes(session, processes).values(),
        *filed.decisions(session, drawn.decisions).values(),
    ]
    return [one.content for one in standing]
