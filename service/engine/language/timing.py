"""Moments, durations and repetitions as ISO 8601 writes them, on the calendar people use.

A month from the 31st is the last day of a shorter month (Civil Code, article 202). A day, and a time that does not say
its zone, is one in Shanghai, where the people are.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""Where the people are, by whose days and hours a time counts that does not say its zone."""
_AMOUNT = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>{_AMOUNT})W)?(?:(?P<days>{_AMOUNT})D)?"
    rf"(?:T(?:(?P<hours>{_AMOUNT})H)?(?:(?P<minutes>{_AMOUNT})M)?(?:(?P<seconds>{_AMOUNT})S)?)?"
)
_FRACTION_BEFORE_MORE = re.compile(r"[.,]\d+[WDHM]T?\d")
_LITERAL = re.compile(r"\s*(R\d*/.*|P[\d.,YMWDTHS]+|\d{4}-\d\d-\d\d(?:$|[T ].*))\s*", re.DOTALL)
_CRON = re.compile(r"\s*[\d*/,\-]+\s+[\d*/,\-]+(?:\s+[\d*/,\-?A-Za-z#]+){3,5}\s*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IN_WORDS = re.compile(
    r"[零一二两三四五六七八九十百半\d]+\s*个?(?:工作日|自然日|天|日|周|星期|月|年|小时|时|分钟|分)(?:内|后|之内|以内)?"
)
_MOST_YEARS = 1000
_LONGEST = 100  # letters of a time; a longer one is no amount that is meant


class TimeInvalid(ValueError):
    """The text is no moment, duration or repetition; the sentence says what one looks like."""


@dataclass(frozen=True, slots=True)
class Duration:
    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """Return the moment this long after `start`; a day that the month lacks becomes its last day."""
        years, month = divmod(start.month - 1 + self.months, 12)
        year = start.year + years
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + self.rest

    def times(self, count: int) -> "Duration":
        return Duration(self.months * count, self.rest * count)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: `count` ticks (None: for ever), the first at `first`, or one period after it is armed."""

    count: int | None
    period: Duration
    first: datetime | None = None

    def tick(self, number: int, armed_at: datetime) -> datetime:
        """Return the moment of tick `number`, counted from 0, computed from the start so that months do not drift."""
        if self.first is not None:
            return self.period.times(number).after(self.first)
        return self.period.times(number + 1).after(armed_at)

    def ticks_until(self, at: datetime, armed_at: datetime) -> int:
        """Return the number of the first tick after `at`."""
        span = (at - self.tick(0, armed_at)).total_seconds()
        # A month has at least 28 days less what its beginning may have been moved by.
        period = self.period.months * 28 * 86_400 + self.period.rest.total_seconds()
        low, high = 0, max(0, int(span // period) + 2)
        while low < high:
            middle = (low + high) // 2
            if self.tick(middle, armed_at) > at:
                high = middle
            else:
                low = middle + 1
        return low

    def is_over(self, at: datetime) -> bool:
        """Say whether none of its ticks is to come, if it is armed at this moment."""
        return self.count is not None and self.ticks_until(at, at) >= self.count


def refuse_words(text: str) -> None:
    """Refuse an amount of time in words, which would be taken for the name of a variable."""
    if _IN_WORDS.fullmatch(text.strip()):
        raise TimeInvalid(
            f'“{text}”请写成 P3D（3 天）、PT4H（4 小时）或 P3M（3 个月），或写期限名，例如 deadline("sign")。'
        )


def is_literal(text: str) -> bool:
    """Say whether the text is a time as every modeller writes it, not an expression."""
    return _LITERAL.fullmatch(text) is not None


def moment(text: str) -> datetime:
    """Read an instant: without a zone it is one in Shanghai, and a day is its beginning."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise TimeInvalid(
            f"“{text[:_LONGEST]}”不是日期时间，请写成 2026-03-01T09:00:00+08:00。"
        ) from error
    return zoned(value)


def zoned(value: datetime) -> datetime:
    """Return an instant in UTC; one that does not say its zone is in Shanghai."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=LOCAL)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise TimeInvalid(f"“{value.isoformat()}”超出了日历的范围，请改成实际的日期。") from error


def beginning(value: date) -> datetime:
    """Return the moment itself, or the midnight in Shanghai with which a day begins."""
    return zoned(value if isinstance(value, datetime) else datetime.combine(value, time.min))


def instant(value: Any, at: datetime) -> datetime:
    """Return the moment a timer waits for, or refuse to wait for nothing."""
    found = when(value, at)
    if found is None:
        raise TimeInvalid('这个时间还没有填写，请先填写日期，或写期限名，例如 deadline("sign")。')
    return beginning(found)


def when(value: Any, at: datetime) -> datetime | date | None:
    """Return the moment or the day a value means: itself, ISO text, or a duration from `at`; nothing for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return zoned(value)
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if text[:1] in {"P", "p"}:
        return duration(text).after(at)
    return day_or_moment(text)


def day_or_moment(text: str) -> datetime | date:
    """Read what a form's date or a variable's moment says."""
    return day(text) if _DAY.fullmatch(text) else moment(text)


def day(text: str) -> date:
    """Read a day without a time."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TimeInvalid(f"“{text}”这一天不存在，请核对日期。") from error


def duration(text: str) -> Duration:
    """Read a duration such as P3M, P15D or PT4H; the last amount may have a fraction, and PT0S is no time at all."""
    written = text.strip().upper()
    match = _DURATION.fullmatch(written) if len(text) <= _LONGEST else None
    given = match.groupdict() if match else {}
    amounts = {name: value.replace(",", ".") for name, value in given.items() if value}
    if not amounts or written.endswith("T") or _FRACTION_BEFORE_MORE.search(written):
        raise TimeInvalid(
            f"“{text[:_LONGEST]}”不是时长，请写成 P15D（15 天）、P3M（3 个月）或 PT4H（4 小时）。"
        )
    months = int(amounts.pop("years", 0)) * 12 + int(amounts.pop("months", 0))
    try:
        rest = timedelta(**{name: float(value) for name, value in amounts.items()})
    except OverflowError as error:
        raise TimeInvalid(f"时长“{text}”太长。") from error
    if months > _MOST_YEARS * 12 or rest > timedelta(days=366 * _MOST_YEARS):
        raise TimeInvalid(f"时长“{text}”太长。")
    return Duration(months, rest)


def refuse_cron(text: str) -> None:
    """Refuse a schedule as Quartz and Spring write it, which says when by the clock and not how often."""
    if _CRON.fullmatch(text):
        raise TimeInvalid(
            f"“{text}”是 cron 表达式，本系统不用；请写成 R/P1D（每天）、R/P7D（每周）或 R/PT5M（每五分钟），"
            "从某一时刻开始的写 R/2026-03-01T09:00:00+08:00/P1D。"
        )


def cycle(text: str) -> Cycle:
    """Read a repetition such as R3/PT10M, R/P1D or R5/2026-03-01T09:00:00+08:00/P1D."""
    head, *parts = text.strip().upper().split("/")
    refuse_cron(text)
    if len(text) > _LONGEST or not re.fullmatch(r"R\d*", head) or len(parts) not in {1, 2}:
        raise TimeInvalid(
            f"“{text[:_LONGEST]}”不是重复时间，请写成 R3/P1D（每天一次，共三次）或 R/P7D。"
        )
    count = int(head[1:]) if head[1:] else None
    if count == 0:
        raise TimeInvalid(f"“{text}”重复 0 次，请写上次数，或写 R/P1D 表示不限次数。")
    if len(parts) == 1:
        return Cycle(count, _period(parts[0]))
    if parts[1].startswith("P"):
        return Cycle(count, _period(parts[1]), moment(parts[0]))
    if count is None:
        raise TimeInvalid(f"“{text}”以结束时间计算，必须写明次数。")
    period, end = _period(parts[0]), moment(parts[1])
    try:
        return Cycle(count, period, _before(end, period.times(count)))
    except (OverflowError, ValueError) as error:
        raise TimeInvalid(f"“{text}”从结束时间往前数，超出了日历的范围，请改少次数。") from error


def _period(text: str) -> Duration:
    found = duration(text)
    if found == Duration(0, timedelta()):
        raise TimeInvalid(
            f"重复的间隔“{text}”是零，会一刻不停；请写成 P1D（每天）或 PT5M（每五分钟）。"
        )
    return found


def shifted(start: datetime, unit: str, amount: int) -> datetime:
    """Return the moment so many years, months, weeks, days, hours, minutes or seconds later, or earlier below zero."""
    zoned(start)
    months = amount * {"years": 12, "months": 1}.get(unit, 0)
    try:
        rest = timedelta() if months else timedelta(**{unit: amount} if amount else {})
    except OverflowError as error:
        raise TimeInvalid(f"“{amount} {unit}”太长。") from error
    if abs(months) > _MOST_YEARS * 12 or abs(rest) > timedelta(days=366 * _MOST_YEARS):
        raise TimeInvalid(f"“{amount} {unit}”太长。")
    if amount < 0:
        return _before(start, Duration(-months, -rest))
    return Duration(months, rest).after(start)


def _before(end: datetime, span: Duration) -> datetime:
    start = end - span.rest
    years, month = divmod(start.month - 1 - span.months, 12)
    year = start.year + years
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )
