"""Days on which an office does not work: asked for on a form, listed by whether they are past, kept with their notice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import Calendar
from service.deadlines.years import breaks
from service.errors import NotFound
from service.forms import Field, FormSpec, Option
from service.tables.deadlines import OfficeClosure
from service.tables.people import Unit

LONGEST_REASON = 500
_REASON = Field(
    "reason",
    "依据和理由",
    "longtext",
    required=True,
    max_length=LONGEST_REASON,
    rows=3,
    help="写明通知的名称和文号，或者说明情况。会写进修改记录，审计人员也会看到。",
)
FORM = FormSpec(
    (
        Field("where", "哪里停止办公", "unit", required=True, source="places"),
        Field("first", "从哪一天起", "date", required=True),
        Field("last", "到哪一天止", "date", required=True, help="包括这一天。只停一天就填同一天。"),
        Field(
            "name",
            "为什么停止办公",
            "string",
            required=True,
            max_length=30,
            help="几个字就够，会显示在日历和期限的算法里，例如：防汛。",
        ),
        _REASON,
    )
)
LIFTING = FormSpec(
    (
        Field(
            "open_on",
            "从哪一天起恢复办公",
            "date",
            required=True,
            help="填停止办公的第一天或更早，就是整个取消。",
        ),
        _REASON,
    )
)


@dataclass(frozen=True)
class Listed:
    """A closure with who entered it, and how many days are not worked for it."""

    closure: Closure
    by: str | None
    workdays: int


@dataclass(frozen=True)
class Register:
    """The closures by time: those that last, those to come, and those that are over, the latest first."""

    present: Sequence[Listed]
    future: Sequence[Listed]
    past: Sequence[Listed]


def places(session: Session) -> list[Option]:
    """Return where an office may close: the whole city, a town, a unit."""
    rows = session.execute(
        select(Unit.code, Unit.short_name, Unit.level).where(Unit.active).order_by(Unit.code)
    ).all()
    towns = [
        Option(_place(Scope.TOWN, row.code), f"{row.short_name}（全镇）")
        for row in rows
        if row.level == "town"
    ]
    units = [
        Option(_place(Scope.UNIT, row.code), row.short_name) for row in rows if row.level != "town"
    ]
    return [Option(_place(Scope.CITY, ""), "全市"), *towns, *units]


def asked_for(values: Mapping[str, Any]) -> Closure:
    """Return the closure that a form asks for."""
    scope, _, place = str(values["where"]).partition(":")
    first, last = (date.fromisoformat(str(values[name])) for name in ("first", "last"))
    return Closure(Scope(scope), place, first, last, str(values["name"]))


def register(session: Session, calendar: Calendar, today: date) -> Register:
    """Return every closure, by whether it lasts today."""
    rows = session.scalars(select(OfficeClosure).order_by(OfficeClosure.first, OfficeClosure.id))
    listed = [
        Listed(_closure(row), row.changed_by, _worked(calendar, _closure(row))) for row in rows
    ]
    return Register(
        [one for one in listed if one.closure.first <= today <= one.closure.last],
        [one for one in listed if today < one.closure.first],
        [one for one in reversed(listed) if one.closure.last < today],
    )


def one(session: Session, closure_id: int) -> Closure:
    """Return a closure by its number, or say that there is none."""
    row = session.get(OfficeClosure, closure_id)
    if row is None:
        raise NotFound("没有这次停止办公的登记，它可能已被取消。请返回清单重新选择。")
    return _closure(row)


def of_year(found: Iterable[Closure], year: int) -> list[Closure]:
    """Return the closures that touch a year, the first first."""
    return sorted(
        (one for one in found if one.first.year <= year <= one.last.year), key=lambda one: one.first
    )


def who(closure: Closure, units: Mapping[str, str]) -> str:
    """全市, 云溪镇（全镇）, 交通局"""
    if closure.scope is Scope.CITY:
        return "全市"
    name = units.get(closure.place, "已撤销的单位")
    return f"{name}（全镇）" if closure.scope is Scope.TOWN else name


def span(closure: Closure) -> str:
    """2027年7月5日（周一）至7日（周三）"""
    if closure.last.year != closure.first.year:
        return "至".join(
            f"{day.year}年{breaks.named(day)}" for day in (closure.first, closure.last)
        )
    return f"{closure.first.year}年{breaks.span_in_words(closure.first, closure.last)}"


def key(closure_id: int | None) -> str:
    """Return under which key the notice of a closure is kept."""
    return f"closure:{closure_id}"


def _place(scope: Scope, place: str) -> str:
    return f"{scope.value}:{place}"


def _closure(row: OfficeClosure) -> Closure:
    return Closure(Scope(row.scope), row.place, row.first, row.last, row.name, row.id)


def _worked(calendar: Calendar, closure: Closure) -> int:
    """Return how many days the city works that this office does not."""
    return sum(calendar.is_workday(day.day) for day in closure.days)
