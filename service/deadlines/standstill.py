"""When a limit does not run: days on which an office is closed, days on which the clock of a case stands."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from service.deadlines.lateness import NEVER
from service.deadlines.workdays import Calendar, Day, Unit, end_of, local_day, moment

TOWN = "town:"
"""Before the code of a town where no unit is known: the calendar of the town's cases."""


class Scope(StrEnum):
    """Who does not work while a closure lasts."""

    CITY = "city"
    TOWN = "town"  # the town's unit, and everybody in the town's own cases
    UNIT = "unit"


class Closure(NamedTuple):
    """Days on which an office does not work, besides holidays: 防汛停止办公."""

    scope: Scope
    place: str  # code of the town or unit; empty for the whole city
    first: date
    last: date
    name: str
    id: int | None = None  # none: not yet in the book

    def concerns(self, place: str) -> bool:
        """Whether those do not work whose calendar this is: a unit's code, a town's after `TOWN`, empty for the city's."""
        if self.scope is Scope.CITY:
            return True
        if self.scope is Scope.TOWN:
            return place in {self.place, TOWN + self.place}
        return place == self.place

    @property
    def days(self) -> Iterator[Day]:
        for number in range((self.last - self.first).days + 1):
            yield Day(self.first + timedelta(days=number), "closure", self.name)


class Pause(NamedTuple):
    """A time in which the clock of a case stands: whole days, from that of `from_at` up to that of `until_at`."""

    from_at: datetime
    until_at: datetime | None  # none: it still stands
    name: str = "暂停计时"

    @property
    def first(self) -> date:
        return local_day(self.from_at)

    @property
    def end(self) -> date:
        """The first day that is counted again."""
        return date.max if self.until_at is None else local_day(self.until_at)

    def after(self, day: date) -> int:
        """Return how many of its days lie after this one."""
        return max((self.end - max(self.first, day + timedelta(days=1))).days, 0)

    @property
    def days(self) -> Iterator[Day]:
        for number in range((self.end - self.first).days):
            yield Day(self.first + timedelta(days=number), "pause", self.name)


class Extension(NamedTuple):
    """The day until which a case, or one unit of it, has been given for its reply."""

    unit: str  # code; empty: the whole case
    until: date
    granted_at: datetime


def apart(span: Pause, pauses: Iterable[Pause]) -> Iterator[Pause]:
    """Yield the parts of a time that is over of which none of these pauses, in order, has a day; no day is paused twice."""
    assert span.until_at is not None
    begins = span.from_at
    for pause in pauses:
        if pause.end <= local_day(begins):
            continue
        if pause.first >= span.end:
            break
        if local_day(begins) < pause.first:
            yield span._replace(from_at=begins, until_at=pause.from_at)
        if pause.until_at is None:
            return
        begins = pause.until_at
    if local_day(begins) < span.end:
        yield span._replace(from_at=begins)


def stood(pauses: Iterable[Pause], today: date) -> Iterator[Day]:
    """Yield the days, today's included, on which a clock with these pauses stood."""
    for pause in pauses:
        ended = pause.until_at or moment(today + timedelta(days=1), time.min)
        yield from pause._replace(until_at=ended).days


def with_days(calendar: Calendar, more: Iterable[Day]) -> Calendar:
    """Return the calendar with further days on which nothing is counted."""
    days = {**calendar.days, **{day.day: day for day in more}}
    return Calendar.of(days.values(), calendar.confirmed, calendar.hours)


def running(
    ends: Callable[[Sequence[Pause]], datetime], base_at: datetime, pauses: Sequence[Pause]
) -> tuple[datetime, tuple[Pause, ...]]:
    """Return when a limit ends whose clock stood at times, and the pauses it met.

    `ends` says when it ends with some pauses; one that began only after that end meets it no more.
    """
    met: tuple[Pause, ...] = ()
    moment = ends(met)
    for pause in pauses:
        if pause.end <= local_day(base_at):
            continue
        if pause.from_at >= moment:
            break
        met = (*met, pause)
        if pause.until_at is None:
            return NEVER, met
        moment = ends(met)
    return moment, met


def counted(
    calendar: Calendar, base_at: datetime, amount: int, unit: Unit, pauses: Sequence[Pause]
) -> datetime:
    """Return when a limit ends that runs through these pauses, stepping over their days."""
    if not pauses:
        return calendar.due(base_at, amount, unit)
    paused = with_days(calendar, (day for pause in pauses for day in pause.days))
    if amount < 0 or unit in {Unit.WORKDAYS, Unit.WORK_HOURS}:
        return paused.due(base_at, amount, unit)
    if unit is Unit.CLOCK_HOURS:
        return _clock_hours(base_at, amount, pauses)
    nominal = calendar.nominal_day(local_day(base_at), amount, unit)
    return shifted(paused, nominal, base_at, pauses)


def shifted(calendar: Calendar, day: date, base_at: datetime, pauses: Sequence[Pause]) -> datetime:
    """Return the end of a day moved by as many days as the clock stood since the start, and past days off."""
    stood = sum(pause.after(local_day(base_at)) for pause in pauses)
    return end_of(calendar.on_or_after(day + timedelta(days=stood)))


def _clock_hours(base_at: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    begun = base_at
    ends = begun + timedelta(hours=amount)
    for pause in pauses:
        stands, goes_on = (moment(day, time.min) for day in (pause.first, pause.end))
        ends += max(goes_on - max(stands, base_at), timedelta(0))
    return ends.astimezone(UTC)
