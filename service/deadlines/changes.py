"""Limits and calendar as administrators change them: look at the effect, apply, undo; every change is kept.

Applying moves all running work in the same transaction. A command that another process began before and ends after it
may still write a task by the old limit; `catch_up`, in a transaction of its own right afterwards, moves these.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.policies import Book
from service.deadlines.recount import Effect, carry_out, count, hold
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import Calendar, Day, Unit
from service.errors import FormInvalid, NotFound, StaleVersion
from service.tables.deadlines import CalendarDay, CalendarYear, DeadlineChange, DeadlinePolicy

Doc = dict[str, Any]  # a limit, or a year of the calendar, as the record of changes keeps it
LARGEST = {
    Unit.MONTHS: 60,
    Unit.DAYS: 1_800,
    Unit.WORKDAYS: 1_200,
    Unit.WORK_HOURS: 2_000,
    Unit.CLOCK_HOURS: 2_000,
    Unit.YEARLY: 1_231,
    Unit.TIMES: 20,
}


def preview(session: Session, policy: Policy, at: datetime) -> Effect:
    """Say what this limit would move if it took the place of the one in force, and change nothing."""
    _check(policy)
    return _foresee(session, _there(session, policy), [_policy_doc(policy)], at)


def apply(
    session: Session, policy: Policy, reason: str, by: str | None, at: datetime
) -> DeadlineChange:
    """Put this limit in force and move what was counted by the old one.

    A limit is told by key, level and the day it takes effect: the same three replace a row, others add one, such as a
    town's own limit.
    """
    _check(policy)
    subject = f"policy:{policy.key}:{policy.level}"
    return _enact(session, subject, _there(session, policy), [_policy_doc(policy)], reason, by, at)


def preview_calendar(
    session: Session, year: int, days: Sequence[Day], at: datetime, *, confirmed: bool = True
) -> Effect:
    """Say what this year's days off and made-up workdays would move, and change nothing."""
    _check_days(year, days)
    put = [_year_doc(year, days, confirmed, "")]
    return _foresee(session, _year_there(session, year), put, at)


def apply_calendar(
    session: Session,
    year: int,
    days: Sequence[Day],
    reason: str,
    by: str | None,
    at: datetime,
    *,
    confirmed: bool = True,
) -> DeadlineChange:
    """Replace a year of the calendar and move everything that was counted across it."""
    _check_days(year, days)
    put = [_year_doc(year, days, confirmed, reason)]
    return _enact(session, f"calendar:{year}", _year_there(session, year), put, reason, by, at)


def undo(session: Session, change_id: int, by: str | None, at: datetime) -> DeadlineChange:
    """Put back what was in force before this change, unless a later change of the same limit stands."""
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
    reason = f"撤销第 {change_id} 号修改"
    undoing = _enact(session, done.subject, done.after, done.before, reason, by, at)
    # Neither the change nor its undoing stands any more, so that the one before can be undone in turn.
    done.undone_by_id = undoing.undone_by_id = undoing.id
    session.flush()
    return undoing


def catch_up(session: Session, change_id: int, at: datetime) -> Effect:
    """Move what was still written by the old limit while this change was made; doing so again moves nothing."""
    change = session.get(DeadlineChange, change_id)
    if change is None:
        raise NotFound
    after = policies.in_force(session)
    before = _revised(after, change.after, change.before)
    keys = _keys(after, [*change.before, *change.after])
    hold(session, keys)
    plan = count(session, before, after, keys, at)
    carry_out(session, plan, keys)
    return plan.effect


def of(session: Session, subject: str = "", limit: int = 100) -> list[DeadlineChange]:
    """Return the changes, of one limit or year if given ("policy:sign:", "calendar:2027"), the latest first."""
    question = select(DeadlineChange).order_by(DeadlineChange.id.desc()).limit(limit)
    return list(
        session.scalars(question.where(DeadlineChange.subject == subject) if subject else question)
    )


# A change is documents taken out of the book and documents put into it


def _foresee(session: Session, taken: list[Doc], put: list[Doc], at: datetime) -> Effect:
    before = policies.in_force(session)
    return count(
        session, before, _revised(before, taken, put), _keys(before, taken + put), at
    ).effect


def _enact(
    session: Session,
    subject: str,
    taken: list[Doc],
    put: list[Doc],
    reason: str,
    by: str | None,
    at: datetime,
) -> DeadlineChange:
    before = policies.in_force(session)
    keys = _keys(before, taken + put)
    hold(session, keys)
    plan = count(session, before, _revised(before, taken, put), keys, at)
    for doc in taken:
        _take_out(session, doc)
    for doc in put:
        _put_in(session, doc, by, at)
    policies.touch(session)
    carry_out(session, plan, keys)
    change = DeadlineChange(
        at=at,
        by=by,
        reason=reason,
        subject=subject,
        before=taken,
        after=put,
        moved_timers=plan.effect.timers,
        moved_tasks=plan.effect.tasks,
    )
    session.add(change)
    session.flush()
    return change


def _revised(book: Book, taken: Iterable[Doc], put: Iterable[Doc]) -> Book:
    rows = {
        (row.key, row.level, row.effective_from): row
        for same in book.policies.values()
        for row in same
    }
    days = dict(book.calendar.days)
    confirmed = set(book.calendar.confirmed)
    for doc in taken:
        if "year" in doc:
            days = {day: special for day, special in days.items() if day.year != doc["year"]}
            confirmed -= {doc["year"]}
        else:
            rows.pop(_identity(doc), None)
    for doc in put:
        if "year" in doc:
            days |= {day.day: day for day in _days(doc)}
            confirmed |= {doc["year"]} if doc["confirmed"] else set()
        else:
            rows[_identity(doc)] = _policy(doc)
    listed: dict[tuple[str, str], tuple[Policy, ...]] = {}
    for row in sorted(rows.values(), key=lambda row: row.effective_from):
        listed[row.key, row.level] = (*listed.get((row.key, row.level), ()), row)
    return Book(listed, Calendar.of(days.values(), confirmed))


def _keys(book: Book, docs: Iterable[Doc]) -> frozenset[str]:
    """Return which limits these documents touch; a day of the calendar touches all."""
    touched: frozenset[str] = frozenset()
    for doc in docs:
        touched |= book.keys if "year" in doc else {doc["key"]}
    return touched


def _take_out(session: Session, doc: Doc) -> None:
    if "year" in doc:
        first, last = date(doc["year"], 1, 1), date(doc["year"], 12, 31)
        session.execute(delete(CalendarDay).where(CalendarDay.day.between(first, last)))
        session.execute(delete(CalendarYear).where(CalendarYear.year == doc["year"]))
    else:
        key, level, effective_from = _identity(doc)
        session.execute(
            delete(DeadlinePolicy).where(
                DeadlinePolicy.key == key,
                DeadlinePolicy.level == level,
                DeadlinePolicy.effective_from == effective_from,
            )
        )


def _put_in(session: Session, doc: Doc, by: str | None, at: datetime) -> None:
    if "year" in doc:
        year, confirmed, source = doc["year"], doc["confirmed"], doc["source"]
        session.add(CalendarYear(year=year, confirmed=confirmed, source=source))
        session.add_all(
            CalendarDay(day=day.day, kind=day.kind, name=day.name, source=source)
            for day in _days(doc)
        )
    else:
        row = policies.as_row(_policy(doc))
        row.changed_at = at
        row.changed_by = by
        session.add(row)


def _there(session: Session, policy: Policy) -> list[Doc]:
    rows = policies.in_force(session).policies.get((policy.key, policy.level), ())
    return [_policy_doc(row) for row in rows if row.effective_from == policy.effective_from]


def _year_there(session: Session, year: int) -> list[Doc]:
    known = session.get(CalendarYear, year)
    days = [day for day in policies.calendar(session).days.values() if day.day.year == year]
    if known is None and not days:
        return []
    return [
        _year_doc(year, days, known is not None and known.confirmed, known.source if known else "")
    ]


def _policy_doc(policy: Policy) -> Doc:
    return {
        **policy._asdict(),
        "unit": str(policy.unit),
        "warnings": [[before.amount, str(before.unit)] for before in policy.warnings],
        "effective_from": policy.effective_from.isoformat(),
    }


def _policy(doc: Doc) -> Policy:
    return Policy(
        **{
            **doc,
            "unit": Unit(doc["unit"]),
            "warnings": tuple(Before(amount, Unit(unit)) for amount, unit in doc["warnings"]),
            "effective_from": date.fromisoformat(doc["effective_from"]),
        }
    )


def _identity(doc: Doc) -> tuple[str, str, date]:
    return doc["key"], doc["level"], date.fromisoformat(doc["effective_from"])


def _year_doc(year: int, days: Iterable[Day], confirmed: bool, source: str) -> Doc:
    listed = [[day.day.isoformat(), day.kind, day.name] for day in sorted(days)]
    return {"year": year, "confirmed": confirmed, "source": source, "days": listed}


def _days(doc: Doc) -> list[Day]:
    return [Day(date.fromisoformat(day), kind, name) for day, kind, name in doc["days"]]


def _check(policy: Policy) -> None:
    messages = {}
    size = abs(policy.amount)
    if not 1 <= size <= LARGEST[policy.unit]:
        messages["amount"] = f"请填写 1 到 {LARGEST[policy.unit]} 之间的整数。"
    elif policy.unit is Unit.YEARLY and not _is_day_of_year(policy.amount):
        messages["amount"] = "请按“月日”填写，例如 831 表示 8 月 31 日。"
    if policy.unit is Unit.TIMES and policy.warnings:
        messages["warnings"] = "次数没有到期时间，不能设置提醒，请去掉提醒。"
    if any(abs(one.amount) > LARGEST[one.unit] for one in policy.warnings):
        messages["warnings"] = "提醒提前得太多，请改小。"
    if messages:
        raise FormInvalid(messages, _policy_doc(policy))


def _is_day_of_year(amount: int) -> bool:
    month, day = divmod(amount, 100)
    try:
        date(2028, month, day)  # a leap year, so that 29 February is one
    except ValueError:
        return False
    return True


def _check_days(year: int, days: Sequence[Day]) -> None:
    strange = [day.day for day in days if day.day.year != year]
    twice = len({day.day for day in days}) < len(days)
    unknown = [day.kind for day in days if day.kind not in {"holiday", "workday"}]
    if strange:
        sentence = f"{strange[0].isoformat()} 不在 {year} 年，请核对日期。"
    elif twice:
        sentence = "同一天出现了两次，请删去重复的一行。"
    elif unknown:
        sentence = "每一天只能是“放假”或“上班”，请核对类型。"
    else:
        return
    raise FormInvalid({"days": sentence}, {"year": year, "days": [list(day) for day in days]})
