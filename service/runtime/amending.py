"""A decision table is amended alone: what an official has drafted becomes its next version, checked like every file.

A draft belongs to one person and is based on the version that was in force when it was begun; where another has come
into force since, it is not applied before its author has seen what changed.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service import audit, decisions
from service.authority import ruling
from service.database import Database
from service.decisions import Published
from service.engine.checking.lint import Finding
from service.engine.deciding import compared, dmn, sheets
from service.engine.deciding.decisions import Decision
from service.engine.deciding.sheets import Sheet
from service.engine.deciding.spoken import Labels
from service.errors import DiagramInvalid, NotAllowed, NotFound, StaleVersion
from service.register.people.directory import Actor
from service.runtime import drafts, publishing
from service.runtime.deployments import Deployed

_STALE = (
    "您开始修改以后，别人已经换了新版。请先看新版改了什么，再决定您的草稿怎么办；草稿没有丢失。"
)


@dataclass(frozen=True)
class Draft:
    """What somebody is changing: based on which version, and the file as it would be."""

    base: int  # version
    file: str
    content: bytes

    def sheet(self, decision_id: str) -> Sheet:
        return sheets.sheet(self.file, self.content, decision_id)


def in_force(session: Session, decision_id: str) -> tuple[Published, Sheet]:
    """Return the version of a table that decides now, and what it says."""
    newest = decisions.published(session, decision_id)[0]
    return newest, sheet(session, newest)


def sheet(session: Session, one: Published) -> Sheet:
    """Return what one version of a table says."""
    content = decisions.content(session, one)
    return sheets.sheet(one.version.file, content, one.version.decision_id)


def version(session: Session, decision_id: str, number: int) -> Published:
    """Return one version of a table, which must be there."""
    for one in decisions.published(session, decision_id):
        if one.version.version == number:
            return one
    raise NotFound("这张决策表没有这一版。请返回版本列表重新选择。")


def find(session: Session, decision_id: str, person: Actor) -> Draft | None:
    """Return what this person is changing in a table, if they have begun."""
    kept = drafts.of(session, _subject(decision_id), person)
    if not kept:
        return None
    return Draft(int(kept["base"]), str(kept["file"]), b64decode(str(kept["content"])))


def draft(session: Session, decision_id: str, person: Actor) -> Draft:
    """Return what this person is changing, or the version in force as the beginning of it."""
    ruling.refuse_change(person, decision_id)
    found = find(session, decision_id, person)
    return found or of_version(session, decisions.published(session, decision_id)[0], decision_id)


def of_version(session: Session, one: Published, decision_id: str) -> Draft:
    """Return a draft that says what one version says, based on the version in force."""
    newest = decisions.published(session, decision_id)[0]
    sheets.sheet(one.version.file, decisions.content(session, one), decision_id)
    return Draft(newest.version.version, newest.version.file, decisions.content(session, one))


def keep(session: Session, decision_id: str, person: Actor, changed: Draft, at: datetime) -> None:
    """Keep what somebody is changing, unchecked."""
    ruling.refuse_change(person, decision_id)
    values = {
        "base": changed.base,
        "file": changed.file,
        "content": b64encode(changed.content).decode(),
    }
    drafts.save(session, _subject(decision_id), person, values, at)


def discard(session: Session, decision_id: str, person: Actor) -> None:
    """Drop what somebody was changing."""
    drafts.forget(session, _subject(decision_id), person.login)


def check(database: Database, changed: Draft) -> list[Finding]:
    """Return what keeps a draft from being applied, as a guarded child says it."""
    findings = publishing.check(database, {changed.file: changed.content})
    return [one for one in findings if one.severity == "error"]


def decision(changed: Draft, decision_id: str) -> Decision:
    """Return a draft that was checked as a decision to ask, or raise DiagramInvalid."""
    read = dmn.read(changed.file, changed.content)
    if decision_id not in read.decisions:
        raise DiagramInvalid(read.findings)
    return read.decisions[decision_id]


def apply(
    database: Database,
    decision_id: str,
    person: Actor,
    reason: str,
    labels: Labels,
    at: datetime,
) -> Deployed:
    """Put a draft in force as the next version, alone, with its reason on record.

    1. It is checked in a guarded child, like every file that is deployed.
    2. In one transaction: it is refused where another version came into force since it was begun, deployed,
       recorded, and no longer a draft.
    """
    ruling.refuse_change(person, decision_id)
    with database.reading() as session:
        changed = _begun(session, decision_id, person)
    if errors := check(database, changed):
        raise DiagramInvalid(errors, "规则里有写错的地方，没有生效。请按列出的问题修改。")
    with database.transaction() as session:
        newest, before = in_force(session, decision_id)
        after = changed.sheet(decision_id)
        told = compared.differences(before, after, labels)
        if newest.version.version != changed.base:
            raise StaleVersion(_STALE)
        if not told:
            raise NotAllowed("草稿和现行规则没有不同，不用生效。请先修改规则，或放弃草稿。")
        _refuse_taking_back(session, newest, changed)
        done = _deploy(session, changed, decision_id, person.login, reason, at)
        sentence = f"把规则“{after.name}”换成第 {changed.base + 1} 版，改动 {len(told)} 处。"
        data = {
            "version": changed.base + 1,
            "before": changed.base,
            "differences": [[one.rule, one.what, one.before, one.after] for one in told],
        }
        audit.record(session, person.login, at, audit.Act.RULE, decision_id, sentence, reason, data)
        discard(session, decision_id, person)
    return done


def _begun(session: Session, decision_id: str, person: Actor) -> Draft:
    found = find(session, decision_id, person)
    if found is None:
        raise NotAllowed("您还没有修改这张表，没有可以生效的草稿。请先打开规则，点“修改”。")
    return found


def _deploy(
    session: Session, changed: Draft, decision_id: str, by: str, reason: str, at: datetime
) -> Deployed:
    """Deploy the table as the version after its base; somebody who was faster is noticed even now."""
    number = changed.base + 1
    content = sheets.stamped(
        changed.file, changed.content, f"{decision_id} 第 {number} 版，{at:%Y-%m-%dT%H:%MZ}"
    )
    done = publishing.deploy(session, {changed.file: content}, by, at, reason)
    versions: Sequence[int] = [
        one.version for one in done.decisions if one.decision_id == decision_id
    ]
    if versions != [number]:
        raise StaleVersion(_STALE)
    return done


def _refuse_taking_back(session: Session, newest: Published, changed: Draft) -> None:
    """Refuse a file that would take back another table, which was deployed in a later file."""
    drawn = {one.decision for one in sheets.sheets(changed.file, changed.content)}
    for other in drawn - {newest.version.decision_id}:
        if decisions.published(session, other)[0].deployment_id != newest.deployment_id:
            raise NotAllowed(
                f"文件 {changed.file} 里还有一张表“{other}”，它后来单独换过新版；在这里生效会把它改回去。"
                "请流程设计员把两张表分成两个文件再部署。"
            )


def _subject(decision_id: str) -> str:
    """Return under what name a draft is kept; it is no page's address, so that nothing else writes it."""
    return f"rule:{decision_id}"
