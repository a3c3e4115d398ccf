"""What a change takes out of the book and puts into it, document by document, and what that is called."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit import Act
from service.deadlines import binding, clocks, documents, policies, undoing, wording
from service.deadlines.book import Book
from service.deadlines.checks import check_opening
from service.deadlines.documents import TABLE, Doc
from service.deadlines.explain import format_day
from service.deadlines.plans import Plan, unpacked
from service.deadlines.recount import Counting, Reach
from service.deadlines.seed import EXTENDED, Policy
from service.deadlines.standstill import TOWN, Closure, Pause, Scope, apart
from service.deadlines.workdays import Day, Unit, Week
from service.errors import InstanceNotRunning, NotFound, StaleVersion
from service.tables.deadlines import (
    CalendarDay,
    CalendarYear,
    DeadlineChange,
    DeadlineExtension,
    DeadlinePause,
    DeadlinePolicy,
    OfficeClosure,
    OfficeHours,
)

ACTS = {
    "policy": Act.LIMIT,
    "calendar": Act.CALENDAR,
    "hours": Act.CALENDAR,
    "closure": Act.CLOSURE,
    "case": Act.CASE,
}


@dataclass(frozen=True)
class Amendment:
    """Documents taken out of the book and put into it, and what the record of changes calls that."""

    subject: str  # policy:<key>:<level>, calendar:<year>, closure:<id>, hours:<units>, case:<business key>
    taken: Sequence[Doc]
    put: Sequence[Doc]
    sentence: str
    counted: Callable[[Counting], Plan] = Counting.count

    @property
    def act(self) -> Act:
        return ACTS[self.subject.partition(":")[0]]


def reach(book: Book, docs: Iterable[Doc], case: str | None = None) -> Reach:
    """Return which rows these documents can move at all."""
    keys: set[str] = set()
    units: set[str] = set()
    cases: set[str] = set()
    is_narrow = True
    for doc in docs:
        table = doc[TABLE]
        if table == DeadlinePolicy.__tablename__:
            keys |= book.moved_with({doc["key"]})
        elif table == DeadlineExtension.__tablename__:
            keys |= book.moved_with(EXTENDED)
        elif table == OfficeHours.__tablename__:
            keys |= book.moved_with(_in_hours(book))
        else:
            keys |= book.keys
        if table in {DeadlinePause.__tablename__, DeadlineExtension.__tablename__}:
            cases.add(doc["business_key"])
        elif table == OfficeClosure.__tablename__ and doc["scope"] != Scope.CITY:
            units |= {doc["place"], TOWN + doc["place"]}
        elif table == OfficeHours.__tablename__ and doc["unit"]:
            units.add(doc["unit"])
        else:
            is_narrow = False
    own = cases.pop() if cases else case
    return Reach(frozenset(keys), own, tuple(sorted(units)) if units and is_narrow else None)


def of_policy(session: Session, policy: Policy, by: str | None, at: datetime) -> Amendment:
    put = binding.as_doc(policy, by, at)
    told = documents.identity(put)
    taken = [doc for doc in policies.in_force(session).docs if documents.identity(doc) == told]
    old = binding.as_value(taken[0]) if taken else None
    subject = f"policy:{policy.key}:{policy.level}"
    return Amendment(subject, taken, [put], wording.of_limit(old, policy))


def of_year(
    session: Session, year: int, days: Sequence[Day], confirmed: bool, source: str
) -> Amendment:
    taken = [doc for doc in policies.in_force(session).docs if _year_of(doc) == year]
    head = {"year": year, "confirmed": confirmed, "source": source}
    put = [documents.of(CalendarYear.__tablename__, head)]
    put += [
        documents.of(CalendarDay.__tablename__, {**day._asdict(), "source": source})
        for day in sorted(days)
    ]
    return Amendment(f"calendar:{year}", taken, put, wording.of_year(year, days, confirmed))


def of_closure(session: Session, closure: Closure, by: str | None, at: datetime) -> Amendment:
    number = documents.next_id(session, OfficeClosure.__tablename__)
    row = {**closure._asdict(), "scope": str(closure.scope), "id": number}
    put = documents.of(OfficeClosure.__tablename__, {**row, "changed_at": at, "changed_by": by})
    return Amendment(f"closure:{number}", [], [put], wording.of_closure(session, closure))


def of_lifting(
    session: Session, closure_id: int, open_on: date | None, by: str | None, at: datetime
) -> Amendment:
    """The office works again from `open_on`; with none, or from the first day on, it was never closed."""
    taken = _of(session, OfficeClosure.__tablename__, "id", [closure_id])
    if not taken:
        raise NotFound("没有找到这次停止办公的登记，它可能已被取消。请刷新页面。")
    closure = binding.as_closure(taken[0])
    told = wording.of_closure(session, closure)
    subject = f"closure:{closure_id}"
    if open_on is None or open_on <= closure.first:
        return Amendment(subject, taken, [], f"取消{told}")
    check_opening(closure, open_on)
    last = (open_on - timedelta(days=1)).isoformat()
    put = {**taken[0], "last": last, "changed_at": at.isoformat(), "changed_by": by}
    return Amendment(subject, taken, [put], f"{told}提前到{format_day(open_on)}恢复办公")


def of_hours(
    session: Session, units: Sequence[str], week: Week | None, by: str | None, at: datetime
) -> Amendment:
    """`week` none: the units have the hours of everybody else again."""
    taken = _of(session, OfficeHours.__tablename__, "unit", units)
    put = [
        documents.of(
            OfficeHours.__tablename__,
            {"unit": unit, "spans": _spans(week), "changed_at": at, "changed_by": by},
        )
        for unit in units
        if week is not None
    ]
    sentence = wording.of_hours(session, units, week)
    return Amendment(f"hours:{','.join(sorted(units))}", taken, put, sentence)


def _paused(
    session: Session,
    case: str,
    reason: str,
    by: str | None,
    at: datetime,
    attachments: Sequence[int],
) -> Amendment:
    number = documents.next_id(session, DeadlinePause.__tablename__)
    put = _pause(number, case, Pause(at, None), reason, by, attachments)
    return Amendment(f"case:{case}", [], [put], f"暂停{wording.case(session, case)}的计时")


def _pause(
    number: int,
    case: str,
    pause: Pause,
    reason: str,
    by: str | None,
    attachments: Sequence[int] = (),
) -> Doc:
    row = {
        "id": number,
        "business_key": case,
        "from_at": pause.from_at,
        "until_at": pause.until_at,
        "reason": reason,
        "attachments": list(attachments),
        "by": by,
        "resumed_by": None if pause.until_at is None else by,
    }
    return documents.of(DeadlinePause.__tablename__, row)


def _resumed(session: Session, case: str, by: str | None, at: datetime) -> Amendment:
    there = _of(session, DeadlinePause.__tablename__, "business_key", [case])
    taken = [doc for doc in there if doc["until_at"] is None]
    if not taken:
        raise StaleVersion("这件事项没有暂停计时，不用恢复。请刷新页面查看。")
    put = [{**doc, "until_at": at.isoformat(), "resumed_by": by} for doc in taken]
    return Amendment(f"case:{case}", taken, put, f"恢复{wording.case(session, case)}的计时")


def of_extension(
    session: Session,
    case: str,
    unit: str,
    until: date,
    reason: str,
    by: str | None,
    at: datetime,
    number: int = 0,
) -> Amendment:
    """Return the extension under this number of its own; one that is only looked at needs none."""
    row = {
        "id": number,
        "business_key": case,
        "unit": unit,
        "until": until,
        "reason": reason,
        "by": by,
        "at": at,
    }
    put = documents.of(DeadlineExtension.__tablename__, row)
    sentence = f"批准{wording.case(session, case)}延期至{format_day(until)}答复"
    return Amendment(f"case:{case}", [], [put], sentence)


def of_hold(
    session: Session,
    case: str,
    reason: str,
    by: str | None,
    at: datetime,
    attachments: Sequence[int] = (),
) -> Amendment:
    if policies.in_force(session).stands_since(case) is not None:
        raise StaleVersion("这件事项已经暂停计时，不用再次暂停。请刷新页面查看。")
    if not clocks.is_running(session, case):
        raise InstanceNotRunning
    amendment = _paused(session, case, reason, by, at, attachments)
    return replace(amendment, counted=lambda counting: clocks.stop(counting, case))


def of_resumption(session: Session, case: str, by: str | None, at: datetime) -> Amendment:
    amendment = _resumed(session, case, by, at)
    since = binding.as_pause(amendment.taken[0]).from_at
    return replace(amendment, counted=lambda counting: clocks.go_on(counting, case, since))


def of_standing(
    session: Session, case: str, span: Pause, reason: str, by: str | None, over: Collection[str]
) -> Amendment | None:
    """The clock stood in a time that is over; none where all of its days are paused already, or it has none."""
    if not clocks.is_running(session, case):
        raise InstanceNotRunning
    parts = list(apart(span, policies.in_force(session).pauses.get(case, ())))
    if not parts:
        return None
    first = documents.next_id(session, DeadlinePause.__tablename__)
    put = [
        _pause(number, case, _in_utc(part), reason, by) for number, part in enumerate(parts, first)
    ]
    return Amendment(
        f"case:{case}",
        [],
        put,
        wording.of_standing(session, case, parts),
        lambda counting: clocks.step_over(counting, over),
    )


def of_redating(session: Session, id_: str, due_at: datetime) -> Amendment:
    row = clocks.movable(session, id_)
    book = policies.in_force(session)
    return Amendment(
        f"case:{row.business_key or id_}",
        [],
        [],
        wording.of_redating(row.name, row.due_at, due_at),
        lambda counting: clocks.redate(counting, row, due_at, book),
    )


def of_undoing(session: Session, done: DeadlineChange) -> Amendment:
    refuse_later(session, done)
    sentence = wording.of_undoing(done)
    record, done_at = unpacked(done.moves), done.at
    return Amendment(
        done.subject,
        done.after,
        done.before,
        sentence,
        lambda counting: undoing.take_back(counting, record, done_at),
    )


def refuse_later(session: Session, done: DeadlineChange) -> None:
    """Refuse to undo a change that is undone already, or after which the same was changed again."""
    later = select(func.count()).where(
        DeadlineChange.subject == done.subject,
        DeadlineChange.id > done.id,
        DeadlineChange.undone_by_id.is_(None),
    )
    if done.undone_by_id is not None or session.scalar(later):
        raise StaleVersion("这次修改已经撤销，或之后又有修改，不能再撤销。请查看修改记录。")


def of_removal(session: Session, policy: Policy) -> Amendment:
    told = documents.identity(binding.as_doc(policy, None, None))
    taken = [doc for doc in policies.in_force(session).docs if documents.identity(doc) == told]
    if not taken:
        raise StaleVersion("这条规定已经不在了，可能刚被别人取消。请查看修改记录。")
    others = policies.in_force(session).policies[policy.key, policy.level]
    if not policy.level and policy.effective_from == others[0].effective_from:
        raise StaleVersion("这是全市通用的规定，没有别的可以代替它，不能取消，只能修改。")
    subject = f"policy:{policy.key}:{policy.level}"
    return Amendment(subject, taken, [], wording.of_removal(policy))


def pauses_of(session: Session, case: str) -> list[Doc]:
    """Return the pauses of a case with their reasons, the first first."""
    there = _of(session, DeadlinePause.__tablename__, "business_key", [case])
    return sorted(there, key=lambda doc: int(doc["id"]))


def _of(session: Session, table: str, column: str, wanted: Sequence[Any]) -> list[Doc]:
    return [
        doc
        for doc in policies.in_force(session).docs
        if doc[TABLE] == table and doc[column] in wanted
    ]


def _in_utc(pause: Pause) -> Pause:
    """Pauses of a case are put in order by the text of their moments."""
    assert pause.until_at is not None
    return Pause(pause.from_at.astimezone(UTC), pause.until_at.astimezone(UTC))


def _in_hours(book: Book) -> set[str]:
    """The limits that office hours decide: those counted in hours, or with a reminder so many hours before."""
    return {
        key
        for (key, _), rows in book.policies.items()
        for row in rows
        if Unit.WORK_HOURS in {row.unit, *(one.unit for one in row.warnings)}
    }


def _spans(week: Week) -> list[list[list[str]]]:
    return [[[f"{one:%H:%M}" for one in span] for span in day] for day in week]


def _year_of(doc: Doc) -> int | None:
    if doc[TABLE] == CalendarYear.__tablename__:
        return int(doc["year"])
    if doc[TABLE] == CalendarDay.__tablename__:
        return date.fromisoformat(doc["day"]).year
    return None
