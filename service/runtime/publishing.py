"""How diagrams and decisions are published: checked where they can do no harm, then deployed, with all there is to say.

What comes from outside goes through `publish`; what this release brings along is trusted and goes to `deploy` at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.database import Database
from service.engine.checking import guarded
from service.engine.checking.lint import Finding
from service.errors import DiagramInvalid
from service.runtime import deployments, names
from service.runtime.deployments import Deployed


def publish(
    database: Database,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str = "",
    unread: Sequence[Finding] = (),
) -> Deployed:
    """Check files in a guarded child and deploy them; nothing is kept when an error is found.

    `unread` are findings about files that could not be handed over.
    """
    findings = [*unread, *check(database, files)]
    if any(one.severity == "error" for one in findings):
        raise DiagramInvalid(findings)
    with database.transaction() as session:
        return deploy(session, files, by, at, note)


def deploy(
    session: Session, files: Mapping[str, bytes], by: str | None, at: datetime, note: str = ""
) -> Deployed:
    """Deploy files that do no harm to whoever reads them, against the names a diagram may use now."""
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
