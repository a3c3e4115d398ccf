"""The limits by name: a diagram says `deadline("sign")`, and this says when that is.

The limits and the calendar in force are one immutable book, shared by all threads. It is kept under a random stamp
that every change replaces, so that a transaction asks the database one short question instead of reading the rows,
and yet sees a change at once, whichever process made it.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import kept
from service.deadlines import documents
from service.deadlines import seed as seeds
from service.deadlines.documents import Doc
from service.deadlines.seed import Before, Policy
from service.deadlines.workdays import LOCAL, Calendar, Day, Unit, end_of, local_day
from service.errors import ExpressionFailed
from service.tables import Base
from service.tables.deadlines import CalendarDay, CalendarYear, DeadlinePolicy, DeadlineStamp


@dataclass(frozen=True, slots=True)
class Due:
    """The moment a limit ends, and all it was computed from, so that it can be computed again."""

    moment: datetime
    policy_key: str
    level: str
    base_at: datetime
    cap_on: str | None  # ISO date of the dispatch batch; the earlier wins
    warnings: tuple[datetime, ...] = ()  # in the policy's order; some may already be past


@dataclass(frozen=True)
class Book:
    """Every limit and the calendar at one stamp."""

    policies: Mapping[tuple[str, str], tuple[Policy, ...]]  # by key and level, oldest first
    calendar: Calendar
    stamp: str = ""

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.policies)

    def policy(self, key: str, level: str, on: date) -> Policy:
        """Return the limit in force on that day; the level's own wins over the general one."""
        for rows in (self.policies.get((key, level), ()), self.policies.get((key, ""), ())):
            in_force = [row for row in rows if row.effective_from <= on]
            if in_force:
                return in_force[-1]
        for rows in (self.policies.get((key, ""), ()), self.policies.get((key, level), ())):
            if rows:
                return rows[0]
        raise ExpressionFailed(
            f"流程用到了没有登记的期限“{key}”。请管理员在“期限参数”中补上这一项，再重试这一步。",
            cause=f"unknown deadline {key!r}",
        )

    def due(self, key: str, base_at: datetime, level: str = "", cap_on: str | None = None) -> Due:
        policy = self.policy(key, level, local_day(base_at))
        if policy.unit is Unit.TIMES:
            raise ExpressionFailed(
                f"“{key}”是次数，不是期限，不能用来计算到期时间。请流程设计员改用期限类参数。",
                cause=f"{key!r} is not a limit of time",
            )
        moment = self.calendar.due(base_at, policy.amount, policy.unit)
        cap = _cap(policy, base_at, cap_on)
        if cap is not None and cap < moment:
            moment = cap
        warnings = tuple(
            self.calendar.warning(moment, before.amount, before.unit) for before in policy.warnings
        )
        return Due(moment, key, level, base_at, cap_on, warnings)

    def resolve(self, key: str, variables: Mapping[str, Any]) -> str:
        """Return the limit meant by a family name: `ft.accept` is `ft.accept.urgent` where the case is urgent."""
        if variables.get("reassigned_at") and key in seeds.AFTER_REASSIGNMENT:
            return seeds.AFTER_REASSIGNMENT[key]
        for variable, variants in seeds.VARIANTS.items():
            suffix = variants.get(variables.get(variable))
            if suffix is not None and f"{key}.{suffix}" in self.keys:
                return f"{key}.{suffix}"
        if key not in self.keys and f"{key}.normal" in self.keys:
            return f"{key}.normal"
        return key


def for_variables(session: Session, key: str, variables: Mapping[str, Any], at: datetime) -> Due:
    """Return when this limit ends for a case with these routing variables.

    It starts at the variable `<start_event>_at`, or at `at` while the case has none.
    """
    found = in_force(session)
    resolved = found.resolve(key, variables)
    level = str(variables.get("level") or "")
    start_event = found.policy(resolved, level, local_day(at)).start_event
    given = variables.get(f"{start_event}_at")
    base_at = at if given is None else _moment(f"{start_event}_at", given)
    cap_on = variables.get("batch_due_on")
    return found.due(resolved, base_at, level, None if cap_on is None else str(cap_on)[:10])


def due(
    session: Session, key: str, base_at: datetime, level: str = "", cap_on: str | None = None
) -> Due:
    return in_force(session).due(key, base_at, level, cap_on)


def number(session: Session, key: str, at: datetime, level: str = "") -> int:
    """Return the plain number of a policy, e.g. how many rounds `redo.max_rounds` allows."""
    return in_force(session).policy(key, level, local_day(at)).amount


def calendar(session: Session) -> Calendar:
    return in_force(session).calendar


def names(session: Session) -> frozenset[str]:
    """Return every name a diagram may use, families of limits included."""
    return _with_families(in_force(session).keys)


def titles(session: Session) -> Mapping[str, str]:
    """Return what every name a diagram may use is called in Chinese."""
    policies = in_force(session).policies
    return _titles({key: rows[-1].name for (key, _), rows in policies.items()})


def seeded_titles() -> Mapping[str, str]:
    return _titles({policy.key: policy.name for policy in seeds.POLICIES})


def seeded_names() -> frozenset[str]:
    """Return the names every installation starts with."""
    return _with_families(frozenset(policy.key for policy in seeds.POLICIES))


_STAMP = select(Base.metadata.tables[DeadlineStamp.__tablename__].c.stamp)


def _with_families(keys: frozenset[str]) -> frozenset[str]:
    return keys | {key.rpartition(".")[0] for key in keys if _is_variant(key)}


def _is_variant(key: str) -> bool:
    """Whether a limit is one of a family's, by the variable that decides among them."""
    return any(key.rpartition(".")[2] in variants.values() for variants in seeds.VARIANTS.values())


def _titles(named: Mapping[str, str]) -> Mapping[str, str]:
    """Add the families, called by what the names of their members have in common, or by all of them."""
    families = {
        family: [
            name
            for key, name in named.items()
            if key.rpartition(".")[0] == family and _is_variant(key)
        ]
        for family in _with_families(frozenset(named)) - named.keys()
    }
    return {**named, **{family: _common(names) for family, names in families.items()}}


def _common(names: Sequence[str]) -> str:
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike).rstrip("（") or "或".join(names)


def in_force(session: Session) -> Book:
    """Return the limits and the calendar as this transaction sees them."""
    seen = session.info.get("deadlines")
    if seen is not None and seen[0] is session.get_transaction():
        remembered: Book = seen[1]
        return remembered
    shelf = kept(session, _Shelf)
    stamp = session.connection().execute(_STAMP).scalar() or ""
    known, found = shelf.last
    if stamp != known or not stamp:
        found = book(documents.read(session), stamp)
        shelf.last = (stamp, found)
    session.info["deadlines"] = (session.get_transaction(), found)
    return found


def touch(session: Session) -> str:
    """Tell every process that limits or calendar changed; whoever writes their rows calls this. Returns the stamp."""
    stamp = secrets.token_hex(16)
    session.merge(DeadlineStamp(id=1, stamp=stamp))
    session.flush()
    forget(session)
    return stamp


def forget(session: Session) -> None:
    """Let this transaction look again at what is in force."""
    session.info.pop("deadlines", None)


def seed(session: Session, at: datetime) -> int:
    """Add the limits and calendar years that are missing; what administrators changed stays. Returns how many."""
    known = set(session.execute(select(DeadlinePolicy.key, DeadlinePolicy.level)))
    fresh = [policy for policy in seeds.POLICIES if (policy.key, policy.level) not in known]
    documents.put_in(session, [as_doc(policy, None, None) for policy in fresh])
    years = set(session.scalars(select(CalendarYear.year)))
    for year, breaks in seeds.CONFIRMED.items():
        if year not in years:
            _add_year(session, year, seeds.days(breaks), seeds.NOTICE, confirmed=True)
    for year in seeds.PROVISIONAL:
        if year not in years:
            _add_year(session, year, seeds.provisional(year), seeds.GUESS, confirmed=False)
    added = len(fresh) + len({*seeds.CONFIRMED, *seeds.PROVISIONAL} - years)
    if added:
        touch(session)
    return added


def as_doc(policy: Policy, by: str | None, at: datetime | None) -> Doc:
    """Return the document that puts this limit in force."""
    fields = policy._asdict()
    fields["unit"] = str(policy.unit)
    fields["warnings"] = [_rung(before) for before in policy.warnings]
    row = {**fields, "changed_at": at, "changed_by": by}
    return documents.of(DeadlinePolicy.__tablename__, row)


def as_value(doc: Doc) -> Policy:
    """Return the limit that a document keeps."""
    given = {name: doc[name] for name in Policy._fields}
    given["unit"] = Unit(doc["unit"])
    given["warnings"] = tuple(
        Before(one["amount"], Unit(one["unit"]), tuple(one.get("tell", ())))
        for one in doc["warnings"]
    )
    given["effective_from"] = date.fromisoformat(doc["effective_from"])
    return Policy(**given)


def _rung(before: Before) -> dict[str, Any]:
    """A rung that names nobody is written as it was before rungs named anybody."""
    told = {"tell": list(before.tell)} if before.tell else {}
    return {"amount": before.amount, "unit": str(before.unit), **told}


@dataclass
class _Shelf:
    """The book this process read last, under its stamp; one tuple, so that threads see both or neither."""

    last: tuple[str, Book] = field(default_factory=lambda: ("", Book({}, Calendar.of((), ()))))


def book(docs: Iterable[Doc], stamp: str = "") -> Book:
    """Return the book these documents make."""
    policies: dict[tuple[str, str], tuple[Policy, ...]] = {}
    days: list[Day] = []
    confirmed: list[int] = []
    for doc in docs:
        table = doc[documents.TABLE]
        if table == DeadlinePolicy.__tablename__:
            policy = as_value(doc)
            same = (*policies.get((policy.key, policy.level), ()), policy)
            policies[policy.key, policy.level] = same
        elif table == CalendarDay.__tablename__:
            days.append(Day(date.fromisoformat(doc["day"]), doc["kind"], doc["name"]))
        elif doc["confirmed"]:
            confirmed.append(doc["year"])
    in_order = {
        key: tuple(sorted(rows, key=lambda row: row.effective_from))
        for key, rows in policies.items()
    }
    return Book(in_order, Calendar.of(days, confirmed), stamp)


def _cap(policy: Policy, base_at: datetime, cap_on: str | None) -> datetime | None:
    """A batch date before the limit even starts caps nothing: the case joined the batch late."""
    if not policy.capped_by_batch or not cap_on:
        return None
    cap = end_of(date.fromisoformat(cap_on))
    return cap if cap > base_at else None


def _moment(variable: str, given: Any) -> datetime:
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError as error:
        raise ExpressionFailed(
            f"变量“{variable}”的值“{given}”不是日期时间，算不出期限。请运维人员核对这件事项的变量。",
            cause=str(error),
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)


def _add_year(
    session: Session, year: int, days: list[Day], source: str, *, confirmed: bool
) -> None:
    session.add(CalendarYear(year=year, confirmed=confirmed, source=source))
    session.add_all(
        CalendarDay(day=day.day, kind=day.kind, name=day.name, source=source) for day in days
    )
