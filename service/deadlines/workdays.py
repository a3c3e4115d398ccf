"""The business calendar: which days are worked in mainland China, and where a limit counted on them ends.

民法典 201: the day of the start event is not counted. 202: months end on the corresponding day, or on the month's
last day where there is none. 203: an end on a rest day moves to the next workday, and the day ends when the office
closes. Workdays need no such move. Hours are counted exactly, inside office hours only.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self

from service.engine.language.timing import LOCAL as LOCAL

OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(14, 0), time(18, 0)))
DAY_START = OFFICE_HOURS[0][0]
DAY_END = OFFICE_HOURS[-1][1]

Spans = tuple[tuple[time, time], ...]  # when an office is open on a day, in order
Week = tuple[Spans, ...]  # of Monday to Sunday
USUAL_WEEK: Week = (OFFICE_HOURS,) * 5 + ((), ())


class Unit(StrEnum):
    """What a limit's amount counts."""

    MONTHS = "CM"
    DAYS = "CD"
    WORKDAYS = "WD"
    WORK_HOURS = "WH"
    CLOCK_HOURS = "CH"
    YEARLY = "ON"  # a fixed day of every year, 831 for 8 月 31 日
    TIMES = "TIMES"  # a number that is no limit of time: 最多几轮

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    Unit.MONTHS: "个月",
    Unit.DAYS: "日",
    Unit.WORKDAYS: "个工作日",
    Unit.WORK_HOURS: "个工作小时",
    Unit.CLOCK_HOURS: "小时",
    Unit.YEARLY: "（每年固定日期）",
    Unit.TIMES: "次",
}


class Day(NamedTuple):
    """A day that differs from Monday-to-Friday."""

    day: date
    kind: str  # holiday | workday, or what an office closes for: closure | pause
    name: str


class _Year(NamedTuple):
    workdays: list[int]  # ordinals, ascending
    first: int  # ordinal of January 1
    before: list[
        int
    ]  # before[i]: workdays earlier than the i-th day of the year, one more than days


@dataclass(frozen=True)
class Calendar:
    """Days that differ, and how far the years are known. Immutable; threads share it.

    A year without rows counts Monday to Friday; a year is provisional (暂定) until somebody confirmed it.
    """

    days: Mapping[date, Day]
    confirmed: frozenset[int]
    hours: Week = USUAL_WEEK
    _years: dict[int, _Year] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, days: Iterable[Day], confirmed: Iterable[int], hours: Week = USUAL_WEEK) -> Self:
        return cls(MappingProxyType({day.day: day for day in days}), frozenset(confirmed), hours)

    def is_workday(self, day: date) -> bool:
        special = self.days.get(day)
        return day.weekday() < 5 if special is None else special.kind == "workday"

    def provisional(self, start: date, end: date) -> list[int]:
        """Return the years between the two days that nobody has confirmed."""
        return [year for year in range(start.year, end.year + 1) if year not in self.confirmed]

    def of_year(self, year: int) -> list[Day]:
        """Return the days of a year that differ from Monday-to-Friday, in date order."""
        return sorted(day for day in self.days.values() if day.day.year == year)

    # Counting

    def add(self, day: date, workdays: int) -> date:
        """Return the n-th workday after `day` (before it, when n is negative); `day` itself for 0."""
        if workdays == 0:
            return day
        year = day.year
        table = self._year(year)
        index = day.toordinal() - table.first
        if workdays > 0:
            target = table.before[index + 1] + workdays - 1
            while target >= len(table.workdays):
                target -= len(table.workdays)
                year += 1
                table = self._year(year)
        else:
            target = table.before[index] + workdays
            while target < 0:
                year -= 1
                table = self._year(year)
                target += len(table.workdays)
        return date.fromordinal(table.workdays[target])

    def count(self, start: date, end: date) -> int:
        """Return how many workdays lie after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.count(end, start)
        first = self._year(start.year)
        last = self._year(end.year)
        worked = last.before[end.toordinal() - last.first + 1]
        worked -= first.before[start.toordinal() - first.first + 1]
        return worked + sum(len(self._year(year).workdays) for year in range(start.year, end.year))

    def on_or_after(self, day: date) -> date:
        return day if self.is_workday(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        return day if self.is_workday(day) else self.add(day, -1)

    # Limits

    def nominal_day(self, start: date, amount: int, unit: Unit) -> date:
        """Return the day on which a limit counted in days or months ends, before an end on a rest day moves."""
        if unit is Unit.MONTHS:
            return add_months(start, amount)
        if unit is Unit.WORKDAYS:
            return self.add(start, amount)
        if unit is Unit.DAYS:
            return start + timedelta(days=amount)
        if unit is Unit.YEARLY:
            return _next_yearly(start, amount)
        raise ValueError(f"{unit} does not count days")

    def due_day(self, start: date, amount: int, unit: Unit) -> date:
        """Return the day on which the limit ends. Counted back (会前 20 日) a rest day moves to the workday before."""
        nominal = self.nominal_day(start, amount, unit)
        return self.on_or_before(nominal) if amount < 0 else self.on_or_after(nominal)

    def due(self, base_at: datetime, amount: int, unit: Unit) -> datetime:
        """Return the moment a limit ends that starts at `base_at`, in UTC."""
        if unit is Unit.WORK_HOURS:
            return self.add_hours(base_at, amount)
        if unit is Unit.CLOCK_HOURS:
            return (base_at + timedelta(hours=amount)).astimezone(UTC)
        return end_of(self.due_day(local_day(base_at), amount, unit))

    def warning(self, due_at: datetime, amount: int, unit: Unit) -> datetime:
        """Return when to warn so much before `due_at`: at the start of that workday, or exactly for hours.

        0 is the morning of the due day itself; a negative amount is so much after it.
        """
        if unit is Unit.WORK_HOURS:
            return self.add_hours(due_at, -amount)
        if unit is Unit.CLOCK_HOURS:
            return due_at - timedelta(hours=amount)
        nominal = self.nominal_day(local_day(due_at), -amount, unit)
        day = self.on_or_after(nominal) if amount < 0 else self.on_or_before(nominal)
        return moment(day, DAY_START)

    def add_hours(self, base_at: datetime, hours: int) -> datetime:
        """Return the moment so many office hours after `base_at` (before it, when negative), in UTC."""
        local = base_at.astimezone(LOCAL)
        day, left = local.date(), abs(hours) * _HOUR
        forwards = hours >= 0
        open_ = self.open_on(day)
        worked = _worked(open_, local.time())
        rest = _length(open_) - worked if forwards else worked
        # An exact end of day is 18:00 of that day and not 08:30 of the next; counting back, the other way round.
        while left > rest or (not open_ and left == 0):
            left -= rest
            day = self.add(day, 1 if forwards else -1)
            open_ = self.open_on(day)
            rest = _length(open_)
            worked = 0 if forwards else rest
        passed = worked + left if forwards else worked - left
        return moment(day, _clock(open_, passed, at_end=forwards))

    def open_on(self, day: date) -> Spans:
        """Return when the office is open that day; a made-up workday has the hours of a Monday where its own has none."""
        if not self.is_workday(day):
            return ()
        own = self.hours[day.weekday()]
        return own if own or day.weekday() < 5 else next(filter(None, self.hours), OFFICE_HOURS)

    def _year(self, year: int) -> _Year:
        """Tables are built on first use; two threads building the same one do no harm."""
        table = self._years.get(year)
        if table is None:
            first = date(year, 1, 1).toordinal()
            length = date(year, 12, 31).toordinal() - first + 1
            worked = [
                o for o in range(first, first + length) if self.is_workday(date.fromordinal(o))
            ]
            before = [bisect_right(worked, first + i - 1) for i in range(length + 1)]
            table = self._years[year] = _Year(worked, first, before)
        return table


def local_day(at: datetime) -> date:
    """Return the day it is at that moment where the office is."""
    return at.astimezone(LOCAL).date()


def moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the moment the office closes that day."""
    return moment(day, DAY_END)


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months on, or the month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_yearly(start: date, month_and_day: int) -> date:
    month, day = divmod(month_and_day, 100)
    for year in (start.year, start.year + 1):
        found = date(year, month, min(day, monthrange(year, month)[1]))
        if found >= start:
            return found
    raise AssertionError("a yearly day lies within a year")


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


_HOUR = 3600


def _length(spans: Spans) -> int:
    """Return how many seconds an office is open."""
    return sum(_seconds(closes) - _seconds(opens) for opens, closes in spans)


def _worked(spans: Spans, clock: time) -> int:
    """Return the office seconds of a day that have passed at that time of day."""
    now = _seconds(clock)
    return sum(
        min(max(now - _seconds(opens), 0), _seconds(closes) - _seconds(opens))
        for opens, closes in spans
    )


def _clock(spans: Spans, worked: int, *, at_end: bool) -> time:
    """Return the time of day at which so many office seconds have passed; at a break, when it starts or ends."""
    for opens, closes in spans:
        length = _seconds(closes) - _seconds(opens)
        if worked < length or (worked == length and at_end):
            minutes, second = divmod(_seconds(opens) + worked, 60)
            return time(minutes // 60, minutes % 60, second)
        worked -= length
    return spans[-1][1]
