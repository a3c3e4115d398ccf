"""What is published: sets of files, checked before, versioned together, bound to what they call for ever."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy import func, select, union_all, update
from sqlalchemy.orm import Session

from service import decisions
from service.decisions import Version as DecisionVersion
from service.engine import bundle
from service.engine.bundle import Bundle
from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from service.engine.definitions import ProcessDefinition
from service.errors import DiagramInvalid
from service.runtime import callers, comparing, filed, listening, versions
from service.runtime.callers import Use
from service.runtime.comparing import Comparison
from service.runtime.versions import Published, Version
from service.tables.runtime import (
    DeployedDecision,
    DeployedFile,
    DeployedProcess,
    Deployment,
)

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Deployed:
    """What came of publishing some files: everything they draw, as it is in force now.

    `is_new` is false when every content was in force already; `uses` says what new cases run on from now on.
    """

    deployment_id: int
    processes: tuple[Version, ...]
    findings: tuple[Finding, ...]
    is_new: bool
    decisions: tuple[DecisionVersion, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)
    along: frozenset[str] = _NOTHING  # the processes that were deployed for their calls alone
    uses: tuple[Use, ...] = ()
    behind: tuple[Version, ...] = ()  # who still runs on an older version of one of these

    @property
    def fresh(self) -> tuple[Version | DecisionVersion, ...]:
        """What got a new version, those handed in first."""
        new = [one for one in self.processes if one.process_id in self.comparison.fresh]
        tables = [one for one in self.decisions if one.decision_id in self.comparison.tables]
        handed_in = [one for one in new if one.process_id not in self.along]
        return (*handed_in, *tables, *(one for one in new if one.process_id in self.along))


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    known: Known,
    note: str = "",
    along: Collection[str] = _NOTHING,
) -> Deployed:
    """Publish files together: check them, give what is otherwise than before its next version, bind what is called.

    What a process calls is taken from the same files, else from what is deployed now. Content that is in force gets
    no new version, unless what it calls has a newer one; where only a drawing changed, the drawing is exchanged.
    Files that go `along` are those in force. One error among the findings and nothing is kept.
    """
    findings = _checked(tuple(sorted(files.items())), known)
    if any(finding.severity == "error" for finding in findings):
        raise DiagramInvalid(findings)
    one_at_a_time(session)
    parsed = versions.parsed(files)
    if refused := [*_reused(session, parsed), *listening.heard_twice(session, parsed)]:
        raise DiagramInvalid([*refused, *findings])
    found = compare(session, files, along)
    for one in found.redrawn:
        _exchange_drawing(session, one.deployment_id, one.file, files[one.given])
    late: list[Finding] = []
    if not found.changes_nothing:
        fresh = {key: parsed[key] for key in parsed if key in found.fresh}
        _add(session, files, by, at, note, fresh, found.tables)
        late = [one for process in fresh.values() for one in listening.arm(session, process, at)]
    findings = (*findings, *late, *_outdated(session, files, found))
    return _deployed(session, files, findings, found, along)


def compare(
    session: Session, files: Mapping[str, bytes], along: Collection[str] = _NOTHING
) -> Comparison:
    """Say what deploying checked files would change."""
    return comparing.compare(session, files, _contents(files), along)


def with_callers(session: Session, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files in force of every process that would still run on what checked files replace, by free names."""
    wanted = compare(session, files).behind
    found: dict[str, bytes] = {}
    standing = filed.processes(session, [one.process_id for one in wanted]) if wanted else {}
    for version in wanted:
        one = standing[version.process_id]
        if one.content in found.values():  # a file that draws several
            continue
        process = versions.parsed({one.file: one.content})[version.process_id]
        beside = comparing.tables_beside(session, process, one.deployment_id)
        for name, content in {one.file: one.content, **beside}.items():
            is_taken = name in files or name in found
            found[f"{version.process_id}-{name}" if is_taken else name] = content
    return found


def files_of(session: Session, one: Published) -> dict[str, bytes]:
    """Return the file that draws one version, and the tables it decides by where those were deployed with it."""
    together = versions.files(session, one.deployment_id)
    content = together[one.version.file]
    process = versions.parsed({one.version.file: content})[one.version.process_id]
    beside = comparing.tables_beside(session, process, one.deployment_id)
    return {**beside, one.version.file: content}


def _add(
    session: Session,
    files: Mapping[str, bytes],
    by: str | None,
    at: datetime,
    note: str,
    fresh: Mapping[str, ProcessDefinition],
    tables: Collection[str],
) -> None:
    """Keep the files as they were handed in, and give what is new its versions."""
    numbers = {key: _next_version(session, key) for key in fresh}
    decided = {key: one for key, one in _contents(files).decisions.items() if key in tables}
    deployment = Deployment(
        content_hash=_content_hash(session, files, numbers),
        deployed_at=at,
        deployed_by=by,
        note=note,
    )
    session.add(deployment)
    session.flush()
    session.add_all(
        DeployedFile(deployment_id=deployment.id, name=name, content=content)
        for name, content in files.items()
    )
    _add_processes(session, deployment.id, fresh, numbers)
    decisions.add(session, deployment.id, decided)


def _exchange_drawing(session: Session, deployment_id: int, file: str, content: bytes) -> None:
    session.execute(
        update(DeployedFile)
        .where(DeployedFile.deployment_id == deployment_id, DeployedFile.name == file)
        .values(content=content)
    )


def _deployed(
    session: Session,
    files: Mapping[str, bytes],
    findings: tuple[Finding, ...],
    found: Comparison,
    along: Collection[str],
) -> Deployed:
    parsed = versions.parsed(files)
    drawn = _contents(files).decisions
    bindings = callers.read(session)
    processes = tuple(bindings.newest[key].version for key in sorted(parsed))
    tables = tuple(one for one in decisions.catalogue(session) if one.decision_id in drawn)
    taken = {key for key, one in parsed.items() if one.file in along}
    handed_in = parsed.keys() - taken
    return Deployed(
        _latest_of(session, processes, tables),
        processes,
        findings,
        not found.changes_nothing,
        tables,
        found,
        frozenset(taken & found.fresh),
        tuple(bindings.uses(handed_in)) if handed_in else (),
        tuple(bindings.behind(handed_in)),
    )


def _latest_of(
    session: Session, processes: Collection[Version], tables: Collection[DecisionVersion]
) -> int:
    """Return the latest deployment that brought one of these versions."""
    held = [
        select(DeployedProcess.deployment_id).where(
            DeployedProcess.id.in_([one.id for one in processes])
        ),
        select(DeployedDecision.deployment_id).where(
            DeployedDecision.id.in_([one.id for one in tables])
        ),
    ]
    return max(session.scalars(union_all(*held)), default=0)


def _outdated(session: Session, files: Mapping[str, bytes], found: Comparison) -> list[Finding]:
    """Say which tables of the files had been replaced before, and stay so."""
    drawn = _contents(files).decisions
    return [
        Finding(
            drawn[one.decision_id].file,
            one.decision_id,
            "superseded",
            "warning",
            f"决策“{one.name}”在文件里的内容是旧的，现在生效的是第 {one.version} 版，没有改变；"
            "要恢复旧的内容，请单独部署这张表，或在“规则”页面恢复那一版。",
        )
        for one in decisions.catalogue(session)
        if one.decision_id in found.outdated
    ]


def reused(session: Session, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what deploying these checked files would change the meaning of."""
    return _reused(session, versions.parsed(files))


def _add_processes(
    session: Session,
    deployment_id: int,
    fresh: Mapping[str, ProcessDefinition],
    numbers: Mapping[str, int],
) -> None:
    rows = {
        process_id: DeployedProcess(
            deployment_id=deployment_id,
            process_id=process_id,
            version=numbers[process_id],
            name=process.name or process_id,
            file=process.file,
            calls={},
        )
        for process_id, process in fresh.items()
    }
    session.add_all(rows.values())
    session.flush()
    for process_id, process in fresh.items():
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


def one_at_a_time(session: Session) -> None:
    """Two designers who publish at once get two versions; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(7130518)))


def _content_hash(session: Session, files: Mapping[str, bytes], numbers: Mapping[str, int]) -> str:
    """Return what no other deployment has: its files and the versions they get, after the deployments before it."""
    whole = hashlib.sha256(f"{sorted(numbers.items())}:{_last(session)}:".encode())
    for name, content in sorted(files.items()):
        whole.update(f"{len(name.encode())}:{name}{len(content)}:".encode() + content)
    return whole.hexdigest()


def _last(session: Session) -> int:
    return session.scalar(select(func.max(Deployment.id))) or 0


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, bytes], ...], known: Known) -> tuple[Finding, ...]:
    return tuple(lint.check(dict(files), known))


def _contents(files: Mapping[str, bytes]) -> Bundle:
    """Return what files hold; the same files are read once."""
    return _read(tuple(sorted(files.items())))


@lru_cache(maxsize=32)
def _read(files: tuple[tuple[str, bytes], ...]) -> Bundle:
    return bundle.read(dict(files))
