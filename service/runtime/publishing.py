"""How diagrams and decisions are published: checked where they can do no harm, then deployed, with every finding there is.

What comes from outside goes through `publish`; what this release brings along is trusted and goes to `deploy` at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.database import Database
from service.engine.checking import guarded
from service.engine.checking.lint import Finding
from service.errors import DiagramForbidden, DiagramInvalid
from service.register.people.directory import Actor
from service.runtime import deployments, names, proposals
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed

_MOST_NAMED = 4  # in a sentence; the record lists all
_FORBIDDEN = frozenset({"operation-reserved", "operation-unsealed", "source-reserved"})


def publish(
    database: Database,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str = "",
    unread: Sequence[Finding] = (),
) -> Deployed | Proposed:
    """Check files in a guarded child and deploy them; nothing is kept when an error is found.

    A new version of a process that handles ratings waits for the congress office instead. `unread` are findings about
    files that could not be handed over.
    """
    findings = [*unread, *check(database, files)]
    if _FORBIDDEN & {one.code for one in findings}:
        raise DiagramForbidden(findings, act="deploy", subject="、".join(sorted(files)))
    if any(one.severity == "error" for one in findings):
        raise DiagramInvalid(findings)
    with database.transaction() as session:
        if waiting := deployments.changed(session, files, reserved()):
            return proposals.propose(session, files, waiting, by, at, note)
        return _recorded(session, deploy(session, files, by, at, note), files, by, at, note)


def agree(session: Session, proposal_id: int, person: Actor, at: datetime) -> Deployed:
    """Deploy what was proposed, on the word of somebody who may give it."""
    proposal = proposals.decide(session, proposal_id, person, at, "agreed")
    found = proposals.files(session, proposal_id)
    done = deploy(session, found, proposal.proposed_by, at, proposal.note)
    proposal.deployment_id = done.deployment_id
    return _recorded(session, done, found, proposal.proposed_by, at, proposal.note)


def bring_along(session: Session, files: Mapping[str, bytes], at: datetime, note: str) -> Deployed:
    """Deploy what this release brings along."""
    return _recorded(session, deploy(session, files, None, at, note), files, None, at, note)


def waiting(database: Database, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the processes for whose sake publishing these checked files would wait for the congress office."""
    with database.reading() as session:
        return deployments.changed(session, files, reserved())


def reserved() -> frozenset[str]:
    """Return the processes whose new versions need a second person: those that operations on ratings are kept for."""
    contracts = names.released().contracts.values()
    return frozenset(process for one in contracts for process in one.processes)


def deploy(
    session: Session, files: Mapping[str, bytes], by: str | None, at: datetime, note: str = ""
) -> Deployed:
    """Deploy files that are known to do no harm to a reader, checked against the names a diagram may use now."""
    return deployments.deploy(session, files, by, at, names.known(session), note)


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
        return [*deployments.reused(session, files), *findings]


def _recorded(
    session: Session,
    done: Deployed,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str,
) -> Deployed:
    """Let auditors see what was deployed; content that was there already is no change."""
    if done.is_new:
        named = [f"“{one.name}”第 {one.version} 版" for one in done.processes]
        named += [f"“{one.name}”第 {one.version} 版" for one in done.decisions]
        first = "、".join(named[:_MOST_NAMED])
        all_ = f"等 {len(named)} 项" if len(named) > _MOST_NAMED else ""
        data: dict[str, Any] = {"deployment": done.deployment_id, "files": sorted(files)}
        data["processes"] = named
        if len(done.processes) == 1:
            [one] = done.processes
            data |= {"process": one.process_id, "version": one.version}
        subject = f"deployment:{done.deployment_id}"
        audit.record(session, by, at, Act.DIAGRAM, subject, f"部署{first}{all_}。", note, data)
    return done
