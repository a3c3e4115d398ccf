"""Limits and calendar as administrators change them: look at the effect, apply, undo; every change is kept.

Applying moves all running work in the same transaction. A command that another process began before and ends after it
may still write a task by the old limit; `catch_up`, in a transaction of its own right afterwards, moves these.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.deadlines import documents, policies, wording
from service.deadlines.checks import check, check_days
from service.deadlines.documents import TABLE, Doc
from service.deadlines.effects import Effect, in_order
from service.deadlines.policies import Book
from service.deadlines.recount import Plan, carry_out, count, hold
from service.deadlines.seed import LEGAL, Policy
from service.deadlines.workdays import Day
from service.errors import NotFound, StaleVersion
from service.tables.deadlines import (
    CalendarDay,
    CalendarYear,
    DeadlineChange,
    DeadlinePolicy,
    DeadlineStamp,
)


class Revision(NamedTuple):
    """Documents taken out of the book and put into it, and what the record of changes calls that."""

    act: Act
    subject: str  # policy:<key>:<level> or calendar:<year>
    taken: Sequence[Doc]
    put: Sequence[Doc]
    sentence: str


def stamp(session: Session) -> str:
    """Return the stamp of the limits and calendar in force; an effect computed on another cannot be applied."""
    return policies.in_force(session).stamp


def preview(
    session: Session,
    policy: Policy,
    at: datetime,
    *,
    used: Collection[str] | None = None,
    confirmed_basis: str = "",
) -> Effect:
    """Say what this limit would move if it took the place of the one in force, and change nothing.

    Refused beside the field where the limit makes no sense; `used` are the names that diagrams and operations use.
    """
    check(policy, used, confirmed_basis)
    return _foresee(session, _of_policy(session, policy, None, at), at)


def apply(
    session: Session,
    policy: Policy,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
    *,
    used: Collection[str] | None = None,
    confirmed_basis: str = "",
) -> DeadlineChange:
    """Put this limit in force and move what was counted by the old one.

    A limit is told by key, level and the day it takes effect: the same three replace a row, others add one, such as a
    town's own limit. With the stamp of an effect it is applied only while that effect still stands. A limit longer
    than the law's keeps the ground on which it may be in its basis.
    """
    check(policy, used, confirmed_basis)
    if policy.legal and confirmed_basis.strip():
        law = LEGAL[policy.key].basis
        policy = policy._replace(basis=f"{law}；{confirmed_basis.strip()}")
    _claim(session, stamp)
    return _enact(session, _of_policy(session, policy, by, at), reason, by, at)


def preview_removal(session: Session, policy: Policy, at: datetime) -> Effect:
    """Say what would move if this limit, a level's own or one of a day to come, were not there, and change nothing."""
    return _foresee(session, _of_removal(session, policy), at)


def remove(
    session: Session,
    policy: Policy,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
) -> DeadlineChange:
    """Take a level's own limit, or one of a day to come, out of the book; its cases have the general one again."""
    _claim(session, stamp)
    return _enact(session, _of_removal(session, policy), reason, by, at)


def preview_calendar(
    session: Session, year: int, days: Sequence[Day], at: datetime, *, confirmed: bool = True
) -> Effect:
    """Say what this year's days off and made-up workdays would move, and change nothing."""
    check_days(year, days)
    return _foresee(session, _of_year(session, year, days, confirmed, ""), at)


def apply_calendar(
    session: Session,
    year: int,
    days: Sequence[Day],
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
    *,
    confirmed: bool = True,
) -> DeadlineChange:
    """Replace a year of the calendar and move everything that was counted across it."""
    check_days(year, days)
    _claim(session, stamp)
    return _enact(session, _of_year(session, year, days, confirmed, reason), reason, by, at)


def preview_undo(session: Session, change_id: int, at: datetime) -> Effect:
    """Say what undoing this change would move, and change nothing; refused where the undoing would be."""
    return _foresee(session, _of_undoing(session, change_id), at)


def undo(
    session: Session,
    change_id: int,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
    reason: str = "",
) -> DeadlineChange:
    """Put back what was in force before this change, unless a later change of the same limit stands."""
    _claim(session, stamp)
    revision = _of_undoing(session, change_id)
    undoing = _enact(session, revision, reason or f"撤销第 {change_id} 号修改", by, at)
    # Neither the change nor its undoing stands any more, so that the one before can be undone in turn.
    done = session.get_one(DeadlineChange, change_id)
    done.undone_by_id = undoing.undone_by_id = undoing.id
    session.flush()
    return undoing


def catch_up(session: Session, change_id: int, at: datetime) -> Effect:
    """Move what was still written by the old limit while this change was made; doing so again moves nothing."""
    change = session.get(DeadlineChange, change_id)
    if change is None:
        raise NotFound
    after = policies.in_force(session)
    docs = documents.read(session)
    before = policies.book(documents.replaced(docs, change.after, change.before))
    keys = _keys(after, [*change.before, *change.after])
    hold(session, keys)
    plan = count(session, before, after, keys, at)
    carry_out(session, plan, keys)
    return _effect(plan, after.stamp, at)


def of(session: Session, subject: str = "", limit: int = 100) -> list[DeadlineChange]:
    """Return the changes, of one limit or year if given ("policy:sign:", "calendar:2027"), the latest first."""
    question = select(DeadlineChange).order_by(DeadlineChange.id.desc()).limit(limit)
    return list(
        session.scalars(question.where(DeadlineChange.subject == subject) if subject else question)
    )


def one(session: Session, change_id: int) -> DeadlineChange:
    """Return the change of this number, or say that there is none."""
    found = session.get(DeadlineChange, change_id)
    if found is None:
        raise NotFound("没有这个编号的修改。请从修改记录里选择。")
    return found


def latest(session: Session, limit: int, before: int | None = None) -> list[DeadlineChange]:
    """Return changes, the latest first; `before` is the number a page ended with."""
    rows = select(DeadlineChange).order_by(DeadlineChange.id.desc()).limit(limit)
    return list(session.scalars(rows if before is None else rows.where(DeadlineChange.id < before)))


def of_limit(session: Session, key: str, limit: int = 100) -> list[DeadlineChange]:
    """Return the changes of a limit at every level, the latest first."""
    mine = DeadlineChange.subject.startswith(f"policy:{key}:", autoescape=True)
    latest = select(DeadlineChange).where(mine).order_by(DeadlineChange.id.desc())
    return list(session.scalars(latest.limit(limit)))


def since(session: Session, stamp: str) -> list[DeadlineChange]:
    """Return the changes made after this stamp was in force, the earliest first."""
    last = select(DeadlineChange.id).where(DeadlineChange.stamp == stamp)
    known = session.scalar(last) or 0
    later = select(DeadlineChange).where(DeadlineChange.id > known).order_by(DeadlineChange.id)
    return list(session.scalars(later))


# A change is documents taken out of the book and documents put into it


def _claim(session: Session, stamp: str | None) -> None:
    """Let nobody else change the book until this transaction ends, and refuse what was computed on another book."""
    stamped = select(DeadlineStamp.stamp).where(DeadlineStamp.id == 1).with_for_update()
    present = session.scalar(stamped) or ""
    if present != policies.in_force(session).stamp:
        policies.forget(session)
    if stamp is not None and stamp != present:
        raise StaleVersion(wording.changed_since(since(session, stamp)))


def _foresee(session: Session, revision: Revision, at: datetime) -> Effect:
    plan, _ = _planned(session, revision, at)
    return _effect(plan, stamp(session), at)


def _planned(session: Session, revision: Revision, at: datetime) -> tuple[Plan, frozenset[str]]:
    before, after = _books(session, revision)
    keys = _keys(before, [*revision.taken, *revision.put])
    return count(session, before, after, keys, at), keys


def _enact(
    session: Session, revision: Revision, reason: str, by: str | None, at: datetime
) -> DeadlineChange:
    before, after = _books(session, revision)
    keys = _keys(before, [*revision.taken, *revision.put])
    hold(session, keys)
    plan = count(session, before, after, keys, at)
    documents.take_out(session, revision.taken)
    documents.put_in(session, revision.put)
    left = policies.touch(session)
    carry_out(session, plan, keys)
    effect = _effect(plan, before.stamp, at)
    change = DeadlineChange(
        at=at,
        by=by,
        reason=reason,
        subject=revision.subject,
        before=list(revision.taken),
        after=list(revision.put),
        sentence=wording.with_effect(revision.sentence, effect),
        stamp=left,
        moved_timers=effect.jobs,
        moved_tasks=effect.tasks,
        moved_records=effect.records,
    )
    session.add(change)
    session.flush()
    data = {"change": change.id, "before": change.before, "after": change.after}
    audit.record(session, by, at, revision.act, change.subject, change.sentence, reason, data)
    return change


def _books(session: Session, revision: Revision) -> tuple[Book, Book]:
    before = policies.in_force(session)
    docs = documents.replaced(documents.read(session), revision.taken, revision.put)
    return before, policies.book(docs)


def _effect(plan: Plan, stamp: str, at: datetime) -> Effect:
    return Effect(at, stamp, in_order(plan.moves), len(plan.by_hand))


def _keys(book: Book, docs: Iterable[Doc]) -> frozenset[str]:
    """Return which limits these documents touch; a day of the calendar touches all."""
    touched: frozenset[str] = frozenset()
    for doc in docs:
        is_limit = doc[TABLE] == DeadlinePolicy.__tablename__
        touched |= {doc["key"]} if is_limit else book.keys
    return touched


def _of_policy(session: Session, policy: Policy, by: str | None, at: datetime) -> Revision:
    put = policies.as_doc(policy, by, at)
    told = documents.identity(put)
    taken = [doc for doc in documents.read(session) if documents.identity(doc) == told]
    old = policies.as_value(taken[0]) if taken else None
    subject = f"policy:{policy.key}:{policy.level}"
    return Revision(Act.LIMIT, subject, taken, [put], wording.of_limit(old, policy))


def _of_removal(session: Session, policy: Policy) -> Revision:
    told = documents.identity(policies.as_doc(policy, None, None))
    taken = [doc for doc in documents.read(session) if documents.identity(doc) == told]
    if not taken:
        raise StaleVersion("这条规定已经不在了，可能刚被别人取消。请查看修改记录。")
    others = policies.in_force(session).policies[policy.key, policy.level]
    if not policy.level and policy.effective_from == others[0].effective_from:
        raise StaleVersion("这是全市通用的规定，没有别的可以代替它，不能取消，只能修改。")
    subject = f"policy:{policy.key}:{policy.level}"
    return Revision(Act.LIMIT, subject, taken, [], wording.of_removal(policy))


def _of_year(
    session: Session, year: int, days: Sequence[Day], confirmed: bool, source: str
) -> Revision:
    taken = [doc for doc in documents.read(session) if _year_of(doc) == year]
    head = {"year": year, "confirmed": confirmed, "source": source}
    put = [documents.of(CalendarYear.__tablename__, head)]
    put += [
        documents.of(CalendarDay.__tablename__, {**day._asdict(), "source": source})
        for day in sorted(days)
    ]
    return Revision(
        Act.CALENDAR, f"calendar:{year}", taken, put, wording.of_year(year, days, confirmed)
    )


def _of_undoing(session: Session, change_id: int) -> Revision:
    done = session.get(DeadlineChange, change_id, with_for_update=True)
    if done is None:
        raise NotFound
    later = select(func.count()).where(
        DeadlineChange.subject == done.subject,
        DeadlineChange.id > change_id,
        DeadlineChange.undone_by_id.is_(None),
    )
    if done.undone_by_id is not None or session.scalar(later):
        raise StaleVersion("这次修改已经撤销，或之后又有修改，不能再撤销。请查看修改记录。")
    act = Act.LIMIT if done.subject.startswith("policy:") else Act.CALENDAR
    sentence = f"撤销第 {change_id} 号修改（{done.sentence}）"
    return Revision(act, done.subject, done.after, done.before, sentence)


def _year_of(doc: Doc) -> int | None:
    if doc[TABLE] == CalendarYear.__tablename__:
        return int(doc["year"])
    if doc[TABLE] == CalendarDay.__tablename__:
        return date.fromisoformat(doc["day"]).year
    return None
