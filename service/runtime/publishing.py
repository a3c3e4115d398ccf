"""How diagrams and decisions are published: checked where they can do no harm, then deployed, with every finding there is.

What comes from outside goes through `publish`; what this release brings along is trusted and goes to `deploy` at once.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.database import Database
from service.engine.checking import guarded
from service.engine.checking.lint import Finding
from service.errors import DiagramForbidden, DiagramInvalid, NotAllowed
from service.register.people.directory import Actor
from service.runtime import baseline, coverage, deployments, names, proposals, versions
from service.runtime.comparing import Comparison
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed
from service.runtime.versions import Version

log = logging.getLogger(__name__)

_MOST_NAMED = 4  # in a sentence; the record lists all
_FORBIDDEN = frozenset({"operation-reserved", "operation-unsealed", "source-reserved"})


def publish(
    database: Database,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str = "",
    unread: Sequence[Finding] = (),
    with_callers: bool = False,
) -> Deployed | Proposed:
    """Check files in a guarded child and deploy them; nothing is kept when an error is found.

    A new version of a process that handles ratings, also of one that comes along `with_callers`, waits for the congress
    office instead. `unread` are findings about files that could not be handed over.
    """
    findings = [*unread, *check(database, files)]
    if _FORBIDDEN & {one.code for one in findings}:
        raise DiagramForbidden(findings, act="deploy", subject="、".join(sorted(files)))
    if any(one.severity == "error" for one in findings):
        raise DiagramInvalid(findings)
    with database.transaction() as session:
        look = preview(session, files)
        waits_for = look.waits_for_with_callers if with_callers else look.waits_for
        if waits_for:
            return proposals.propose(session, files, waits_for, by, at, note, with_callers)
        done = deploy(session, files, by, at, note, with_callers)
        return _recorded(session, done, files, by, at, note)


def restore(
    database: Database,
    process_id: str,
    version: int,
    by: str | None,
    at: datetime,
    reason: str,
    with_callers: bool = False,
) -> Deployed | Proposed:
    """Put the content of an earlier version in force again, as the next version, with its reason on record."""
    with database.reading() as session:
        found = versions.publication(session, process_id, version)
        if found.version.id == versions.latest(session, process_id):
            raise NotAllowed(f"“{found.version.name}”现在用的就是第 {version} 版，不用恢复。")
        files = deployments.files_of(session, found)
        if not deployments.compare(session, files).changed:
            raise NotAllowed(f"“{found.version.name}”第 {version} 版和现在用的内容相同，不用恢复。")
    note = f"恢复第 {version} 版：{reason}"
    return publish(database, files, by, at, note, with_callers=with_callers)


def agree(session: Session, proposal_id: int, person: Actor, at: datetime) -> Deployed:
    """Deploy what was proposed, on the word of somebody who may give it."""
    proposal = proposals.decide(session, proposal_id, person, at, "agreed")
    found = proposals.files(session, proposal_id)
    by, note = proposal.proposed_by, proposal.note
    done = deploy(session, found, by, at, note, proposal.with_callers)
    proposal.deployment_id = done.deployment_id
    return _recorded(session, done, found, by, at, note)


def bring_along(session: Session, files: Mapping[str, bytes], at: datetime) -> Deployed | None:
    """Deploy what this release brings along and the town has not changed; the rest is offered.

    An update never fails for a diagram: where the new ones do not fit what the town has deployed, they are offered too.
    """
    baseline.adopt(session, at)
    if not baseline.news(session, files):
        return None
    deployments.one_at_a_time(session)
    found = baseline.sort(
        session, baseline.news(session, files)
    )  # whoever was first has seen to it
    is_first = not versions.catalogue(session)
    try:
        done = _deploy_packaged(session, found.to_deploy, at) if found.to_deploy else None
    except DiagramInvalid:
        if is_first:
            raise
        log.warning("packaged diagrams do not fit", extra={"files": sorted(found.to_deploy)})
        baseline.offer(session, {**found.to_deploy, **found.offered}, at)
        return None
    baseline.keep(session, found.to_deploy, "deployed", at)
    baseline.offer(session, found.offered, at)
    return done


def take(
    database: Database,
    names: Collection[str],
    by: str,
    at: datetime,
    reason: str,
) -> Deployed | Proposed:
    """Deploy packaged files that were offered, with those who call what they draw; the offers are closed when they are in force."""
    with database.reading() as session:
        files = {row.name: bytes(row.content) for row in baseline.chosen(session, names)}
    note = f"采用新版本自带的流程图：{reason}"
    return publish(database, files, by, at, note, with_callers=True)


@dataclass(frozen=True)
class Preview:
    """What deploying checked files would do, alone and together with who calls what they draw."""

    comparison: Comparison
    waits_for: tuple[str, ...]  # the processes for whose sake it would wait for the congress office
    waits_for_with_callers: tuple[str, ...]


class Earlier(NamedTuple):
    """A version to restore, its files, and what deploying them would do."""

    version: Version
    files: dict[str, bytes]
    preview: Preview


def preview(session: Session, files: Mapping[str, bytes]) -> Preview:
    """Say what deploying these checked files would do."""
    found = deployments.compare(session, files)
    own = (found.fresh - found.first) & reserved()
    along = {one.process_id for one in found.behind} & reserved()
    return Preview(found, tuple(sorted(own)), tuple(sorted(own | along)))


def earlier(session: Session, process_id: str, version: int) -> Earlier:
    """Return what would put an earlier version in force again, or raise NotAllowed where its content is in force."""
    found = versions.publication(session, process_id, version)
    files = deployments.files_of(session, found)
    look = preview(session, files)
    if not look.comparison.changed:
        raise NotAllowed(
            f"“{found.version.name}”现在用的就是第 {version} 版的内容，不用恢复。请返回版本页面核对。"
        )
    return Earlier(found.version, files, look)


def reserved() -> frozenset[str]:
    """Return the processes whose new versions need a second person: those that operations on ratings are kept for."""
    contracts = names.released().contracts.values()
    return frozenset(process for one in contracts for process in one.processes)


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str = "",
    with_callers: bool = False,
) -> Deployed:
    """Deploy files that are known to do no harm to a reader, checked against the names a diagram may use now."""
    along = deployments.with_callers(session, files) if with_callers else {}
    known = names.known(session)
    warned = coverage.findings(session, files)
    done = deployments.deploy(session, {**files, **along}, by, at, known, note, along.keys())
    return replace(done, findings=(*done.findings, *warned)) if done.is_new else done


def check(database: Database, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what a guarded child says about files, by themselves."""
    with database.reading() as session:
        known = names.known(session)
    return guarded.check(files, known)


def verdict(database: Database, files: Mapping[str, bytes]) -> list[Finding]:
    """Return everything to say before files are deployed, ids that running cases point at included."""
    findings = check(database, files)
    if any(one.severity == "error" for one in findings):
        return findings
    with database.reading() as session:
        warned = coverage.findings(session, files)
        return [*deployments.reused(session, files), *findings, *warned]


def _deploy_packaged(session: Session, files: Mapping[str, bytes], at: datetime) -> Deployed:
    """Deploy files with those who call what they draw, or without where these would not pass today's check."""
    try:
        done = deploy(session, files, None, at, baseline.NOTE, with_callers=True)
    except DiagramInvalid:
        done = deploy(session, files, None, at, baseline.NOTE)
    return _recorded(session, done, files, None, at, baseline.NOTE)


def _recorded(
    session: Session,
    done: Deployed,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str,
) -> Deployed:
    """Let auditors see what was deployed; content that was there already is no change."""
    subject = f"deployment:{done.deployment_id}"
    data: dict[str, Any] = {"deployment": done.deployment_id, "files": sorted(files)}
    if done.is_new:
        named = [f"“{one.name}”第 {one.version} 版" for one in done.fresh]
        data["processes"] = named
        if len(done.processes) == 1:
            [one] = done.processes
            data |= {"process": one.process_id, "version": one.version}
        sentence = f"部署{_listed(named)}。"
        audit.record(session, by, at, Act.DIAGRAM, subject, sentence, note, data)
    if redrawn := done.comparison.redrawn:
        drawn = [f"“{one.given}”" for one in redrawn]
        data["digests"] = {one.given: sha256(files[one.given]).hexdigest() for one in redrawn}
        sentence = f"更换{_listed(drawn)}的图形，内容和版本不变。"
        audit.record(session, by, at, Act.DIAGRAM, subject, sentence, note, data)
    baseline.settle(session, by, at, note)
    return done


def _listed(named: Sequence[str]) -> str:
    first = "、".join(named[:_MOST_NAMED])
    return first + (f"等 {len(named)} 项" if len(named) > _MOST_NAMED else "")
