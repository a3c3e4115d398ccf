"""Lists that officials keep: reply classes, categories, numbering; every change is a version, and none is lost.

A theme declares its list with a typed row, what the release brings along, and what a change means for cases of today.
A version may be announced for a later day; the newest whose day has come is in force. Sources of forms are asked without
a moment, so that this is the one place below the handlers that reads the clock.

All versions are one immutable book, kept under the random stamp of the newest one: a transaction asks the database one
short question, however many rows it reads.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import audit, clock
from service.database import kept
from service.deadlines.explain import format_day
from service.deadlines.workdays import local_day
from service.errors import NotAllowed, NotFound, StaleVersion
from service.tables.rules import RuleList

MOST_ROWS = 200


class Control(StrEnum):
    """How a field of a row is filled in."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    WORDS = "words"
    """Several words, written one after another."""
    CHOICE = "choice"
    COMMITTEE = "committee"
    UNITS = "units"
    FIXED = "fixed"
    """Shown and never changed."""


class Row(BaseModel):
    """One row of a list; the first field is the code by which it stays the same from version to version."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    code: str


Listed = TypeVar("Listed", bound=Row)


def asked(
    label: str,
    hint: str = "",
    control: Control = Control.LINE,
    choices: Mapping[str, str] | None = None,
    longest: int = 100,
    may_be_empty: bool = False,
    **given: Any,
) -> Any:
    """Describe a field of a row: its Chinese name, what to write, how it is filled in."""
    extra: dict[str, Any] = {
        "control": control.value,
        "choices": dict(choices or {}),
        "longest": longest,
        "may_be_empty": may_be_empty,
    }
    return Field(title=label, description=hint, json_schema_extra=extra, **given)


class Fault(NamedTuple):
    """What is wrong with a row that was handed in; no row and no field where it is the list itself."""

    row: int | None
    field: str
    sentence: str


class Consequence(NamedTuple):
    """What a change means for something of today: about what, how it is, how it would be."""

    about: str
    before: str
    after: str
    cases: int | None = None


class Version(NamedTuple):
    """One version of a list, `number` 0 being the one that came with the release."""

    number: int
    rows: tuple[Any, ...]
    valid_from: datetime | None
    by: str | None
    reason: str
    announced_at: datetime | None = None
    """When it was decided, where it is in force only later."""

    def is_in_force(self, at: datetime) -> bool:
        """Say whether its day has come."""
        return self.announced_at is None or self.valid_from is None or self.valid_from <= at


def no_faults(session: Session, rows: Sequence[Any], before: Sequence[Any]) -> Iterator[Fault]:
    """Find nothing wrong beyond what the fields say themselves."""
    return iter(())


def no_consequences(
    session: Session, before: Sequence[Any], after: Sequence[Any], at: datetime
) -> list[Consequence]:
    """Change nothing for the cases of today."""
    return []


@dataclass(frozen=True)
class Listing(Generic[Listed]):
    """A list that officials keep: what it is, who reads it, what its rows are and what a change of it does."""

    name: str
    title: str
    about: str
    used: tuple[str, ...]
    """What reads it, in sentences."""
    stays: str
    """What cases that have begun keep."""
    row: type[Listed]
    defaults: tuple[Listed, ...]
    is_fixed: bool = False
    """Are rows neither added nor taken out?"""
    faults: Callable[[Session, Sequence[Any], Sequence[Any]], Iterator[Fault]] = no_faults
    consequences: Callable[[Session, Sequence[Any], Sequence[Any], datetime], list[Consequence]] = (
        no_consequences
    )


LISTS: dict[str, Listing[Any]] = {}


def declare(listing: Listing[Listed]) -> Listing[Listed]:
    """Let officials keep this list."""
    LISTS[listing.name] = listing
    return listing


def rows(session: Session, listing: Listing[Listed]) -> tuple[Listed, ...]:
    """Return the rows in force, in order."""
    return cast("tuple[Listed, ...]", in_force(session, listing).rows)


def in_force(session: Session, listing: Listing[Any]) -> Version:
    """Return the newest version whose day has come."""
    return next(one for one in versions(session, listing) if one.is_in_force(clock.now()))


def coming(session: Session, listing: Listing[Any]) -> tuple[Version, ...]:
    """Return the versions whose day is still to come, the newest first; the one in force has not replaced them."""
    current = in_force(session, listing).number
    return tuple(one for one in versions(session, listing) if one.number > current)


def rows_at(session: Session, listing: Listing[Listed], moment: datetime) -> tuple[Listed, ...]:
    """Return the rows that were in force at a moment."""
    for version in versions(session, listing):
        if version.valid_from is None or version.valid_from <= moment:
            return cast("tuple[Listed, ...]", version.rows)
    raise AssertionError("the last version is the release's and has no moment")


def row(session: Session, listing: Listing[Listed], code: str) -> Listed | None:
    """Return the row of this code, the newest there was where it is no longer in the list."""
    later = coming(session, listing)
    for version in (*versions(session, listing)[len(later) :], *later):
        for found in version.rows:
            if found.code == code:
                return cast("Listed", found)
    return None


def versions(session: Session, listing: Listing[Any]) -> tuple[Version, ...]:
    """Return every version, the newest first; the last is the one that came with the release."""
    own = _book(session).get(listing.name, ())
    return (*own, Version(0, listing.defaults, None, None, "随系统安装的内容"))


def version(session: Session, listing: Listing[Any], number: int) -> Version:
    """Return one version, which must be there."""
    for found in versions(session, listing):
        if found.number == number:
            return found
    raise NotFound("这份清单没有这一版。请返回版本列表重新选择。")


def faults(session: Session, listing: Listing[Listed], proposed: Sequence[Listed]) -> list[Fault]:
    """Return what is wrong with rows: codes given twice, none left, and what the list itself says."""
    found = []
    if not proposed:
        found.append(Fault(None, "", "清单里至少要有一行。"))
    if len(proposed) > MOST_ROWS:
        found.append(Fault(None, "", f"清单最多 {MOST_ROWS} 行，请合并或删除一些。"))
    codes = [one.code for one in proposed]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            found.append(Fault(number, "code", f"代码“{code}”用了两次，请改成不同的。"))
    before = versions(session, listing)[0].rows
    if listing.is_fixed and sorted(codes) != sorted(one.code for one in before):
        found.append(Fault(None, "", "这份清单的行不能增加、删除或改代码，只能改内容。"))
    return found + list(listing.faults(session, proposed, before))


def amend(
    session: Session,
    listing: Listing[Listed],
    proposed: Sequence[Listed],
    base: int,
    by: str,
    at: datetime,
    reason: str,
    valid_from: datetime | None = None,
) -> int:
    """Make rows the next version, at once or from a later moment on, with its reason on record; returns its number.

    It takes the place of every version that is still to come. Refused where another version came into force since `base`, where something is wrong, and where nothing is new.
    """
    told = _news(session, listing, proposed, base)
    session.add(
        RuleList(
            name=listing.name,
            version=base + 1,
            rows=[one.model_dump(mode="json") for one in proposed],
            valid_from=valid_from or at,
            announced_at=at if valid_from else None,
            by=by,
            reason=reason,
            stamp=secrets.token_hex(16),
        )
    )
    session.flush()
    session.info.pop("rulebook", None)
    since = f"，自{format_day(local_day(valid_from))}起生效" if valid_from else ""
    sentence = f"把“{listing.title}”换成第 {base + 1} 版，改动 {len(told)} 处{since}。"
    data = {"version": base + 1, "before": base, "differences": [list(one) for one in told]}
    audit.record(session, by, at, audit.Act.RULE, listing.name, sentence, reason, data)
    return base + 1


class Difference(NamedTuple):
    """One thing that is otherwise: of which row, what, before and after."""

    rule: str
    what: str
    before: str
    after: str


def differences(
    listing: Listing[Any],
    before: Sequence[Row],
    after: Sequence[Row],
    names: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Return what is otherwise, row by row as they stand afterwards; `names` are those of units."""
    old, new = ({one.code: one for one in version} for version in (before, after))
    found = []
    for number, (code, one) in enumerate(new.items(), 1):
        title = f"第 {number} 行 {_title(one)}"
        if code not in old:
            found.append(Difference(title, "新增", "（没有）", _whole(one, names or {})))
            continue
        for name, info in listing.row.model_fields.items():
            was, now = (words(one_, name, names or {}) for one_ in (old[code], one))
            if was != now:
                found.append(Difference(title, info.title or name, was, now))
    found += [
        Difference(_title(one), "删除", _whole(one, names or {}), "（没有）")
        for code, one in old.items()
        if code not in new
    ]
    stayed = [[code for code in version if code in old and code in new] for version in (old, new)]
    if stayed[0] != stayed[1]:
        titles = ("、".join(_title(new[code]) for code in order) for order in stayed)
        found.append(Difference("整份清单", "次序", *titles))
    return found


def words(one: Row, name: str, names: Mapping[str, str]) -> str:
    """Say what a field of a row holds."""
    value = getattr(one, name)
    extra = control_of(type(one), name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(names.get(each, each) for each in value) or "（没有）"
    choices: Mapping[str, str] = extra["choices"]
    return choices.get(value) or names.get(value) or str(value) if value != "" else "（没有）"


def control_of(row_type: type[Row], name: str) -> Mapping[str, Any]:
    """Return how a field of a row is filled in; a code is a short word unless its list says otherwise."""
    extra = row_type.model_fields[name].json_schema_extra
    return cast("Mapping[str, Any]", extra)


def _title(one: Row) -> str:
    named = getattr(one, "name", "")
    return f"“{named}”" if named else f"“{one.code}”"


def _whole(one: Row, names: Mapping[str, str]) -> str:
    fields = type(one).model_fields.items()
    return "；".join(f"{info.title}：{words(one, name, names)}" for name, info in fields)


@dataclass
class _Shelf:
    """The book this process read last, under its stamp; one tuple, so that threads see both or neither."""

    last: tuple[str, Mapping[str, tuple[Version, ...]]] = field(default_factory=lambda: ("", {}))


_STAMP = select(RuleList.stamp).order_by(RuleList.id.desc()).limit(1)


def _book(session: Session) -> Mapping[str, tuple[Version, ...]]:
    """Return every list's own versions, the newest first, as this transaction sees them."""
    seen = session.info.get("rulebook")
    if seen is not None and seen[0] is session.get_transaction():
        known: Mapping[str, tuple[Version, ...]] = seen[1]
        return known
    shelf = kept(session, _Shelf)
    stamp = session.connection().execute(_STAMP).scalar() or ""
    read, book = shelf.last
    if stamp != read:
        book = _load(session) if stamp else {}
        shelf.last = (stamp, book)
    session.info["rulebook"] = (session.get_transaction(), book)
    return book


def _news(
    session: Session, listing: Listing[Listed], proposed: Sequence[Listed], base: int
) -> list[Difference]:
    """Return what is otherwise in the rows that are to be the next version, or refuse them."""
    newest = versions(session, listing)[0]
    highest = session.scalar(
        select(func.max(RuleList.version)).where(RuleList.name == listing.name)
    )
    if newest.number != base or (highest or 0) != base:
        raise StaleVersion(
            "您开始修改以后，别人已经换了新版。请先看新版改了什么；您的草稿没有丢失。"
        )
    told = differences(listing, newest.rows, proposed)
    if not told:
        raise NotAllowed("草稿和现行的清单没有不同，不用生效。")
    if wrong := faults(session, listing, proposed):
        raise NotAllowed(
            "清单里还有要改的地方，没有生效：" + "".join(one.sentence for one in wrong)
        )
    return told


def _load(session: Session) -> dict[str, tuple[Version, ...]]:
    """Read all versions; a list that this release no longer has stays in the table and out of the book."""
    found: dict[str, tuple[Version, ...]] = {}
    for one in session.scalars(select(RuleList).order_by(RuleList.version.desc())):
        listing = LISTS.get(one.name)
        if listing is not None:
            own = _complete(listing, tuple(map(listing.row.model_validate, one.rows)))
            read = Version(one.version, own, one.valid_from, one.by, one.reason, one.announced_at)
            found[one.name] = (*found.get(one.name, ()), read)
    return found


def _complete(listing: Listing[Any], own: tuple[Any, ...]) -> tuple[Any, ...]:
    """Add the rows by which a release has made a list longer whose rows nobody adds."""
    codes = {one.code for one in own}
    fresh = (one for one in listing.defaults if one.code not in codes)
    return (*own, *fresh) if listing.is_fixed else own
