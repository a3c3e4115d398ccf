"""Limits and calendar as administrators change them: look at the effect, apply, undo; every change is kept.

Applying moves all running work in the same transaction. A command that another process began before and ends after it
may still write a task by the old limit; `catch_up`, in a transaction of its own right afterwards, moves these.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service import audit
from service.deadlines import amendments, binding, documents, policies, record, undoing, wording
from service.deadlines.amendments import Amendment
from service.deadlines.checks import (
    check,
    check_closure,
    check_days,
    check_extension,
    check_hours,
    check_reason,
)
from service.deadlines.documents import Doc
from service.deadlines.effects import Effect, in_order
from service.deadlines.plans import Group, Plan, carry_out
from service.deadlines.recount import Counting, count, lock
from service.deadlines.seed import LEGAL, Policy
from service.deadlines.standstill import Closure, Pause
from service.deadlines.workdays import Day, Week
from service.errors import NotFound, StaleVersion
from service.tables.deadlines import DeadlineChange, DeadlineExtension, DeadlineStamp


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
    return _foresee(session, amendments.of_policy(session, policy, None, at), at)


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
    return _enact(session, amendments.of_policy(session, policy, by, at), reason, by, at)


def preview_removal(session: Session, policy: Policy, at: datetime) -> Effect:
    """Say what would move if this limit, a level's own or one of a day to come, were not there, and change nothing."""
    return _foresee(session, amendments.of_removal(session, policy), at)


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
    return _enact(session, amendments.of_removal(session, policy), reason, by, at)


def preview_calendar(
    session: Session, year: int, days: Sequence[Day], at: datetime, *, confirmed: bool = True
) -> Effect:
    """Say what this year's days off and made-up workdays would move, and change nothing."""
    check_days(year, days)
    return _foresee(session, amendments.of_year(session, year, days, confirmed, ""), at)


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
    return _enact(
        session, amendments.of_year(session, year, days, confirmed, reason), reason, by, at
    )


def preview_closure(session: Session, closure: Closure, at: datetime) -> Effect:
    """Say what days on which an office does not work would move, and change nothing."""
    check_closure(session, closure)
    return _foresee(session, amendments.of_closure(session, closure, None, at), at)


def apply_closure(
    session: Session,
    closure: Closure,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
) -> DeadlineChange:
    """Close an office on these days and move everything that was counted across them."""
    _claim(session, stamp)
    check_closure(session, closure)
    return _enact(session, amendments.of_closure(session, closure, by, at), reason, by, at)


def preview_lift(
    session: Session, closure_id: int, at: datetime, open_on: date | None = None
) -> Effect:
    """Say what would move if an office worked again from that day, or had never closed, and change nothing."""
    return _foresee(session, amendments.of_lifting(session, closure_id, open_on, None, at), at)


def lift_closure(
    session: Session,
    closure_id: int,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
    *,
    open_on: date | None = None,
) -> DeadlineChange:
    """Let an office work again from `open_on`; with none, or the first day, all of the closure's days are worked."""
    _claim(session, stamp)
    amendment = amendments.of_lifting(session, closure_id, open_on, by, at)
    return _enact(session, amendment, reason, by, at)


def preview_office_hours(
    session: Session, units: Sequence[str], week: Week | None, at: datetime
) -> Effect:
    """Say what other office hours of these units would move; "" is everybody without their own, no week takes them back."""
    check_hours(session, units, week)
    return _foresee(session, amendments.of_hours(session, units, week, None, at), at)


def apply_office_hours(
    session: Session,
    units: Sequence[str],
    week: Week | None,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
) -> DeadlineChange:
    """Give units office hours of their own, and move what is counted in hours."""
    check_hours(session, units, week)
    _claim(session, stamp)
    return _enact(session, amendments.of_hours(session, units, week, by, at), reason, by, at)


# One case


def preview_hold(session: Session, business_key: str, at: datetime) -> Effect:
    """Say what would stand still if the clock of a case stopped now, and change nothing."""
    return _foresee(session, amendments.of_hold(session, business_key, "", None, at), at)


def hold(
    session: Session,
    business_key: str,
    reason: str,
    by: str | None,
    at: datetime,
    attachments: Sequence[int] = (),
    stamp: str | None = None,
) -> DeadlineChange:
    """Stop the clock of a case: nothing of it is due, and nothing fires, until it is resumed."""
    check_reason(reason)
    _claim(session, stamp)
    amendment = amendments.of_hold(session, business_key, reason, by, at, attachments)
    return _enact(session, amendment, reason, by, at)


def preview_resume(session: Session, business_key: str, at: datetime) -> Effect:
    """Say when everything of a case would be due if its clock went on now, and change nothing."""
    return _foresee(session, amendments.of_resumption(session, business_key, None, at), at)


def resume(
    session: Session,
    business_key: str,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
) -> DeadlineChange:
    """Let the clock of a case go on; the days on which it stood are counted in no limit of the case."""
    _claim(session, stamp)
    return _enact(session, amendments.of_resumption(session, business_key, by, at), reason, by, at)


def stood(
    session: Session,
    business_key: str,
    from_at: datetime,
    until_at: datetime,
    reason: str,
    by: str | None,
    at: datetime,
    over: Collection[str] = (),
) -> DeadlineChange | None:
    """Record that the clock of a case stood, from one day up to another; none where no day of these was counted.

    Days that are paused already are not paused twice, and limits of the names in `over` have ended and do not move.
    """
    check_reason(reason)
    _claim_in_a_step(session)
    span = Pause(from_at, until_at)
    amendment = amendments.of_standing(session, business_key, span, reason, by, over)
    return None if amendment is None else _enact(session, amendment, reason, by, at)


def preview_extension(
    session: Session, business_key: str, unit: str, until: date, at: datetime
) -> Effect:
    """Say what an extension of a case's reply would move, and change nothing; unit "" is the whole case."""
    check_extension(session, business_key, unit, until)
    amendment = amendments.of_extension(session, business_key, unit, until, "", None, at)
    return _foresee(session, amendment, at)


def extend(
    session: Session,
    business_key: str,
    unit: str,
    until: date,
    reason: str,
    by: str | None,
    at: datetime,
) -> DeadlineChange:
    """Let the reply of a case, or of one of its units, be due on a later day; once, and within the law's six months.

    A diagram grants it, in a step of its instance.
    """
    check_reason(reason)
    _claim_in_a_step(session)
    check_extension(session, business_key, unit, until)
    number = documents.next_id(session, DeadlineExtension.__tablename__)
    amendment = amendments.of_extension(session, business_key, unit, until, reason, by, at, number)
    return _enact(session, amendment, reason, by, at)


def preview_redate(session: Session, id_: str, due_at: datetime, at: datetime) -> Effect:
    """Say what moves with one task or timer that is set to another moment, and change nothing."""
    return _foresee(session, amendments.of_redating(session, id_, due_at), at)


def redate(
    session: Session,
    id_: str,
    due_at: datetime,
    reason: str,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
) -> DeadlineChange:
    """Set one task or timer to another moment by hand; changes of limits leave it there from now on."""
    check_reason(reason)
    _claim(session, stamp)
    return _enact(session, amendments.of_redating(session, id_, due_at), reason, by, at)


def pauses(session: Session, business_key: str) -> list[Doc]:
    """Return when and why the clock of a case stood, the first time first; an open pause has no `until_at`."""
    return amendments.pauses_of(session, business_key)


# Taking back


def preview_undo(session: Session, change_id: int, at: datetime) -> Effect:
    """Say what undoing this change would move, and change nothing; refused where the undoing would be."""
    return _foresee(session, amendments.of_undoing(session, record.one(session, change_id)), at)


def refuse_undo(
    session: Session, change: DeadlineChange, moved: Iterable[Group], at: datetime
) -> None:
    """Refuse where the undoing would be, and count nothing; `moved` is what the change's record says."""
    amendments.refuse_later(session, change)
    undoing.refuse(session, moved, change.at, at)


def undo(
    session: Session,
    change_id: int,
    by: str | None,
    at: datetime,
    stamp: str | None = None,
    reason: str = "",
) -> DeadlineChange:
    """Put everything back as it was before this change, unless a later change of the same stands or a timer moved a case."""
    _claim(session, stamp)
    done = session.get(DeadlineChange, change_id, with_for_update=True)
    if done is None:
        raise NotFound
    amendment = amendments.of_undoing(session, done)
    reversal = _enact(session, amendment, reason or f"撤销第 {change_id} 号修改", by, at)
    # Neither the change nor its undoing stands any more, so that the one before can be undone in turn.
    done.undone_by_id = reversal.undone_by_id = reversal.id
    session.flush()
    return reversal


def catch_up(session: Session, change_id: int, at: datetime) -> Effect:
    """Move what was still written by the old limit while this change was made; doing so again moves nothing."""
    change = session.get(DeadlineChange, change_id)
    if change is None:
        raise NotFound
    after = policies.in_force(session)
    before = binding.bound(documents.replaced(after.docs, change.after, change.before))
    reach = amendments.reach(after, [*change.before, *change.after], _case(change.subject))
    lock(session, reach)
    plan = count(session, before, after, reach, at)
    carry_out(session, plan)
    return _effect(plan, after.stamp, at)


# A change is documents taken out of the book and documents put into it


def _claim(session: Session, stamp: str | None) -> None:
    """Let nobody else change the book until this transaction ends, and refuse what was computed on another book."""
    present = _held(session, _STAMPED.with_for_update())
    if stamp is not None and stamp != present:
        raise StaleVersion(wording.changed_since(record.since(session, stamp)))


def _claim_in_a_step(session: Session) -> None:
    """Claim the book in a step of an instance, or fail at once where somebody else changes it just now.

    A step holds its instance, and whoever changes the book holds the book and waits for instances: a step that waited
    for the book would wait in a circle. It is undone, and its author is asked to hand it in again.
    """
    _held(session, _STAMPED.with_for_update(nowait=True))


def _held(session: Session, stamped: Select[str]) -> str:
    """Return the stamp of the book, which is read again where another process has changed it."""
    present = session.scalar(stamped) or ""
    if present != policies.in_force(session).stamp:
        policies.forget(session)
    return present


_STAMPED = select(DeadlineStamp.stamp).where(DeadlineStamp.id == 1)


def _foresee(session: Session, amendment: Amendment, at: datetime) -> Effect:
    counting = _counting(session, amendment, at)
    effect = _effect(amendment.counted(counting), stamp(session), at)
    return replace(effect, calendar=counting.calendar)


def _enact(
    session: Session, amendment: Amendment, reason: str, by: str | None, at: datetime
) -> DeadlineChange:
    computed_on = stamp(session)
    counting = _counting(session, amendment, at)
    lock(session, counting.reach)
    plan = amendment.counted(counting)
    documents.take_out(session, amendment.taken)
    documents.put_in(session, amendment.put)
    left = policies.touch(session)
    moves = carry_out(session, plan)
    effect = _effect(plan, computed_on, at)
    change = DeadlineChange(
        at=at,
        by=by,
        reason=reason,
        subject=amendment.subject,
        before=list(amendment.taken),
        after=list(amendment.put),
        sentence=wording.with_effect(amendment.sentence, effect),
        stamp=left,
        moves=moves,
        moved_timers=effect.jobs,
        moved_tasks=effect.tasks,
        moved_records=effect.records,
    )
    session.add(change)
    session.flush()
    data = {"change": change.id, "before": change.before, "after": change.after}
    audit.record(session, by, at, amendment.act, change.subject, change.sentence, reason, data)
    return change


def _counting(session: Session, amendment: Amendment, at: datetime) -> Counting:
    before = policies.in_force(session)
    docs = documents.replaced(before.docs, amendment.taken, amendment.put)
    changed = [*amendment.taken, *amendment.put]
    reach = amendments.reach(before, changed, _case(amendment.subject))
    return Counting(session, before, binding.bound(docs), reach, at)


def _effect(plan: Plan, stamp: str, at: datetime) -> Effect:
    return Effect(at, stamp, in_order(plan.moves), len(plan.by_hand))


def _case(subject: str) -> str | None:
    kind, _, name = subject.partition(":")
    return name if kind == "case" else None
