"""A year as it is drawn: twelve months of weeks from Monday, each day with what it is."""

from calendar import Calendar as Weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from service.deadlines.workdays import Calendar

MARKS = {"holiday": "休", "workday": "班", "closure": "停"}
KINDS = {"holiday": "放假", "workday": "调休上班", "closure": "本地停班", "weekend": "周末"}
_WEEKS = Weeks(firstweekday=0)


class Cell(NamedTuple):
    """One day of a month; `kind` is "" for a day that is worked as any other."""

    day: date
    kind: str
    mark: str
    words: str  # 元旦放假
    is_today: bool


@dataclass(frozen=True)
class Month:
    """A month's weeks, with None where a day belongs to another month, and how many of its days are worked."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    workdays: int


def months(year: int, calendar: Calendar, today: date) -> list[Month]:
    """Return the twelve months of a calendar: the city's, or that of a unit, with the days on which it is closed."""
    return [
        Month(
            month,
            tuple(
                tuple(_cell(day, calendar, today) if day.month == month else None for day in week)
                for week in _WEEKS.monthdatescalendar(year, month)
            ),
            _workdays(calendar, _WEEKS.itermonthdates(year, month), month),
        )
        for month in range(1, 13)
    ]


def _cell(day: date, calendar: Calendar, today: date) -> Cell:
    special = calendar.days.get(day)
    if special is not None and special.kind == "closure":
        kind, words = "closure", f"停班：{special.name}"
    elif special is not None and special.kind == "holiday":
        kind, words = "holiday", f"{special.name}放假"
    elif special is not None:
        kind, words = "workday", special.name if "上班" in special.name else f"{special.name}上班"
    else:
        kind, words = ("weekend", "") if day.weekday() >= 5 else ("", "")
    return Cell(day, kind, MARKS.get(kind, ""), words, day == today)


def _workdays(calendar: Calendar, days: Iterable[date], month: int) -> int:
    return sum(calendar.is_workday(day) for day in days if day.month == month)
