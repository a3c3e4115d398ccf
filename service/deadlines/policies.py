"""The limits by name: a diagram says `deadline("sign")`, and this says when that is.

The limits and the calendar in force are one immutable book, shared by all threads. It is kept under a random stamp
that every change replaces, so that a transaction asks the database one short question instead of reading the rows,
and yet sees a change at once, whichever process made it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import kept
from service.deadlines import documents
from service.deadlines import seed as seeds
from service.deadlines.binding import as_doc, bound
from service.deadlines.book import Book, Due, Within, is_variant
from service.deadlines.seed import BY_UNIT, Policy
from service.deadlines.standstill import (
    TOWN,
)
from service.deadlines.workdays import LOCAL, Calendar, Day, local_day
from service.errors import ExpressionFailed
from service.tables import Base
from service.tables.deadlines import (
    CalendarDay,
    CalendarYear,
    DeadlinePolicy,
    DeadlineStamp,
)
from service.tables.suggestions import Suggestion


def for_variables(
    session: Session,
    key: str,
    variables: Mapping[str, Any],
    at: datetime,
    case: str | None = None,
) -> Due:
    """Return when this limit ends for a case with these routing variables.

    It starts at the variable `<start_event>_at`, or at `at` while the case has none.
    """
    found = in_force(session)
    resolved = found.resolve(key, variables)
    level = str(variables.get("level") or "")
    policy = found.policy(resolved, level, local_day(at))
    whole = found.whole_of(policy, variables)
    starting = found.policy(whole, level, local_day(at)) if whole else policy
    given = variables.get(f"{starting.start_event}_at")
    base_at = at if given is None else _moment(f"{starting.start_event}_at", given)
    cap_on = variables.get("batch_due_on")
    cap = None if cap_on is None else str(cap_on)[:10]
    unit = _unit(session, starting, variables, case)
    step = Within(whole, at) if whole else None
    return found.due(resolved, base_at, level, cap, unit, case, step)


def due(
    session: Session,
    key: str,
    base_at: datetime,
    level: str = "",
    cap_on: str | None = None,
    unit: str = "",
    case: str | None = None,
    within: Within | None = None,
) -> Due:
    return in_force(session).due(key, base_at, level, cap_on, unit, case, within)


def of_town(session: Session, case: str | None) -> str:
    """Return whose calendar a town's own case has where no unit is known."""
    kind, _, number = (case or "").partition(":")
    if kind != "suggestion" or not number.isdecimal():
        return ""
    town = session.scalar(select(Suggestion.town).where(Suggestion.id == int(number)))
    return TOWN + town if town else ""


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
    return keys | {key.rpartition(".")[0] for key in keys if is_variant(key)}


def _titles(named: Mapping[str, str]) -> Mapping[str, str]:
    """Add the families, called by what the names of their members have in common, or by all of them."""
    families = {
        family: [
            name
            for key, name in named.items()
            if key.rpartition(".")[0] == family and is_variant(key)
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
        found = bound(documents.read(session), stamp)
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


@dataclass
class _Shelf:
    """The book this process read last, under its stamp; one tuple, so that threads see both or neither."""

    last: tuple[str, Book] = field(default_factory=lambda: ("", Book({}, Calendar.of((), ()))))


def _unit(session: Session, policy: Policy, variables: Mapping[str, Any], case: str | None) -> str:
    """Return the unit that has the case; where none does or the limit is not the unit's, a town's own case has its town."""
    unit = variables.get("unit")
    named = unit if isinstance(unit, str) else ""
    if variables.get("level") == "town" and not (named and policy.counted_on == BY_UNIT):
        return of_town(session, case) or named
    return named


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
