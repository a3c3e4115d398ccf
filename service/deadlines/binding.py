"""How the book is bound from its documents, and what a document of each kind says."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

from service.deadlines import documents
from service.deadlines.book import Book
from service.deadlines.documents import Doc
from service.deadlines.seed import Before, Policy
from service.deadlines.standstill import (
    Closure,
    Extension,
    Pause,
    Scope,
)
from service.deadlines.workdays import Calendar, Day, Unit, Week
from service.tables.deadlines import (
    CalendarDay,
    CalendarYear,
    DeadlineExtension,
    DeadlinePause,
    DeadlinePolicy,
    OfficeClosure,
    OfficeHours,
)

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def bound(docs: Iterable[Doc], stamp: str = "") -> Book:
    """Return the book these documents make."""
    made_of = tuple(docs)
    listed: dict[str, list[Doc]] = {table: [] for table in documents.IDENTITY}
    for doc in made_of:
        listed[doc[documents.TABLE]].append(doc)
    days = [
        Day(date.fromisoformat(doc["day"]), doc["kind"], doc["name"])
        for doc in listed[CalendarDay.__tablename__]
    ]
    confirmed = [doc["year"] for doc in listed[CalendarYear.__tablename__] if doc["confirmed"]]
    policies = sorted(
        (as_value(doc) for doc in listed[DeadlinePolicy.__tablename__]),
        key=lambda policy: policy.effective_from,
    )
    return Book(
        _grouped(((policy.key, policy.level), policy) for policy in policies),
        Calendar.of(days, confirmed),
        stamp,
        tuple(as_closure(doc) for doc in listed[OfficeClosure.__tablename__]),
        _grouped(
            (doc["business_key"], as_pause(doc))
            for doc in sorted(
                listed[DeadlinePause.__tablename__], key=lambda doc: (doc["from_at"], doc["id"])
            )
        ),
        _grouped(
            (doc["business_key"], as_extension(doc))
            for doc in listed[DeadlineExtension.__tablename__]
        ),
        {doc["unit"]: as_week(doc["spans"]) for doc in listed[OfficeHours.__tablename__]},
        made_of,
    )


def as_closure(doc: Doc) -> Closure:
    first, last = (date.fromisoformat(doc[name]) for name in ("first", "last"))
    return Closure(Scope(doc["scope"]), doc["place"], first, last, doc["name"], doc["id"])


def as_pause(doc: Doc) -> Pause:
    until_at = doc["until_at"] and datetime.fromisoformat(doc["until_at"])
    return Pause(datetime.fromisoformat(doc["from_at"]), until_at)


def as_extension(doc: Doc) -> Extension:
    until, granted_at = date.fromisoformat(doc["until"]), datetime.fromisoformat(doc["at"])
    return Extension(doc["unit"], until, granted_at)


def as_week(spans: Sequence[Sequence[Sequence[str]]]) -> Week:
    """Return office hours as they are kept: seven days, each a list of opening and closing times."""
    return tuple(
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day)
        for day in spans
    )


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    found: dict[_Key, tuple[_Value, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found


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
