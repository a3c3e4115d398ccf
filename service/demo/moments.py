"""When people of 清沅市 do things: always the same moments, for the same story told again."""

from datetime import date, datetime, time, timedelta
from zlib import crc32

from service.deadlines.workdays import LOCAL, OFFICE_HOURS, Calendar
from service.demo import cast, city

_YEAR = max(sitting.opens_on.year for sitting in city.SITTINGS)
_SOON = (20, 90)  # minutes between a task and whoever does it at once


def soon(calendar: Calendar, opened: datetime, seed: str) -> datetime:
    """Return a moment shortly after another, or one when the office opens again."""
    wanted = opened + shortly(seed)
    if wanted.time() < OFFICE_HOURS[-1][1] and calendar.is_workday(wanted.date()):
        return wanted
    return of_day(calendar.add(opened.date(), 1), "", seed)


def shortly(seed: str) -> timedelta:
    """Return how long it takes to do a thing at once."""
    return timedelta(minutes=_between(*_SOON, seed))


def day_of_year(text: str) -> date:
    """Return a day of the congress year, written 02-12."""
    month, _, day = text.partition("-")
    return date(_YEAR, int(month), int(day))


def of_day(day: date, login: str, seed: str) -> datetime:
    """Return a moment of that day: in office hours, in the evening for deputies; always the same one."""
    if cast.is_deputy(login):
        start, minutes = time(19, 0), 150
    else:
        start, minutes = [(time(8, 40), 190), (time(14, 10), 215)][_between(0, 2, seed + "half")]
    begin = datetime.combine(day, start, LOCAL)
    return begin + timedelta(minutes=_between(0, minutes, seed))


def _between(low: int, high: int, seed: str) -> int:
    """Return a number from `low` up to but not including `high`, the same for the same seed."""
    return low + crc32(seed.encode()) % (high - low)
