"""What those who look after the service changed: limits, calendars, rules, diagrams, accounts, a case's clock.

One chain for the installation, like the history of a case: the hash of an event is the SHA-256 of the compact JSON list
`[hash before, seq, moment in UTC with microseconds, by, act, subject, sentence, reason, data with sorted keys]`.
Whoever changes something records it in the same transaction; appending waits for whoever appends before.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from service.database import upsert
from service.errors import NotFound
from service.labels import Labelled
from service.tables.audit import AuditEvent, AuditHead


class Act(Labelled):
    """What was done, by the kind of thing it was done to."""

    LIMIT = "limit", "期限"
    CALENDAR = "calendar", "日历"
    CLOSURE = "closure", "停止办公"
    CASE = "case", "个案计时"
    MESSAGE = "message", "消息发送"
    RULE = "rule", "规则"
    DIAGRAM = "diagram", "流程图"
    INCIDENT = "incident", "故障处理"
    ACCOUNT = "account", "人员账号"


class Head(NamedTuple):
    """The end of the chain; printed and kept elsewhere, it shows a chain that was rewritten as a whole."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Filter:
    """Which events a reader asks for; an empty field asks for all."""

    act: str = ""
    by: str = ""
    words: str = ""  # in the subject, the sentence or the reason
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Verification:
    """What checking the chain found, in Chinese sentences; none when it is intact."""

    head: Head
    faults: tuple[str, ...]


def record(
    session: Session,
    by: str | None,
    at: datetime,
    act: Act,
    subject: str,
    sentence: str,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> int:
    """Append what was done, by whom and why; returns its number. `data` is what a reader may want to compare."""
    session.execute(
        upsert(session, AuditHead)
        .values(id=1, seq=0, hash="")
        .on_conflict_do_nothing(index_elements=["id"])
    )
    before = Head(
        *session.execute(
            select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
        ).one()
    )
    # What is kept is what JSON keeps, so that the hash can be computed again from the row.
    kept = orjson.loads(orjson.dumps(dict(data or {}), default=str))
    event = AuditEvent(
        seq=before.seq + 1,
        at=at,
        by=by,
        act=act.value,
        subject=subject,
        sentence=sentence,
        reason=reason,
        data=kept,
        hash="",
    )
    event.hash = _digest(before.hash, event)
    session.add(event)
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == bindparam("one"))
        .values(seq=event.seq, hash=event.hash),
        {"one": 1},
    )
    session.flush()
    return event.seq


def latest(
    session: Session, limit: int | None, before: int | None = None, where: Filter | None = None
) -> list[AuditEvent]:
    """Return events, the latest first, all of them without a limit; `before` is the number a page ended with."""
    question = select(AuditEvent).where(*_conditions(where)).order_by(AuditEvent.seq.desc())
    if before is not None:
        question = question.where(AuditEvent.seq < before)
    return list(session.scalars(question.limit(limit)))


def count(session: Session, where: Filter | None = None) -> int:
    """Return how many events a reader asks for."""
    question = select(func.count()).select_from(AuditEvent).where(*_conditions(where))
    return session.scalar(question) or 0


def get(session: Session, seq: int) -> AuditEvent:
    """Return an event, or raise NotFound."""
    found = session.get(AuditEvent, seq)
    if found is None:
        raise NotFound("没有这条修改记录，请返回审计页面重新选择。", event=seq)
    return found


def authors(session: Session) -> list[str]:
    """Return everybody who has changed something, by login."""
    query = select(AuditEvent.by).where(AuditEvent.by.is_not(None)).distinct()
    return sorted(login for login in session.scalars(query) if login)


def head(session: Session) -> Head:
    """Return the end of the chain as it is stored, without computing it again."""
    stored = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    return Head(*stored) if stored is not None else Head(0, "")


def verify(session: Session) -> Verification:
    """Compute the chain again and compare it with what is stored; nothing that was altered goes unnoticed."""
    faults: list[str] = []
    last = Head(0, "")
    every = select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1_000)
    for event in session.scalars(every):
        if event.seq != last.seq + 1:
            faults.append(f"第 {last.seq + 1} 至 {event.seq - 1} 条记录缺失。")
        if event.hash != _digest(last.hash, event):
            faults.append(f"第 {event.seq} 条记录“{event.sentence}”与校验值不符，可能被改动过。")
        last = Head(event.seq, event.hash)
    stored = head(session)
    if stored != last:
        faults.append(f"末尾的记录缺失或被改动：应有 {stored.seq} 条，现有 {last.seq} 条。")
    return Verification(last, tuple(faults))


def _conditions(where: Filter | None) -> list[ColumnElement[bool]]:
    asked = where or Filter()
    found: list[ColumnElement[bool]] = []
    if asked.act:
        found.append(AuditEvent.act == asked.act)
    if asked.by:
        found.append(AuditEvent.by == asked.by)
    if asked.since is not None:
        found.append(AuditEvent.at >= asked.since)
    if asked.until is not None:
        found.append(AuditEvent.at < asked.until)
    if asked.words:
        named = (AuditEvent.subject, AuditEvent.sentence, AuditEvent.reason)
        found.append(or_(*(column.contains(asked.words, autoescape=True) for column in named)))
    return found


def _digest(before: str, event: AuditEvent) -> str:
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [event.by, event.act, event.subject, event.sentence, event.reason, event.data]
    value = [before, event.seq, moment, *said]
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
