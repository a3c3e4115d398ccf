"""Times in words: named limits, literal times, and what is computed from values of the case."""

from datetime import datetime, timedelta

from service.engine.drawn.source import Element, EventSource
from service.engine.language import expressions, timing
from service.engine.language.grammar import ExpressionInvalid
from service.engine.language.timing import Duration, TimeInvalid
from service.engine.telling.names import Names


def of(element: Element, event: EventSource, names: Names) -> str:
    """Say what a timer waits for where it is drawn; one that comes once waits for the first of a repetition."""
    text = event.text.strip()
    try:
        is_cycle = timing.is_literal(text) and text[:1] in "Rr"
        if not is_cycle or element.repeats_timer:
            return time(event, names)
        found = timing.cycle(text)
        return _day(found.first) if found.first else f"{_amount(found.period)}后"
    except (TimeInvalid, OverflowError):
        return time(event, names)


def time(event: EventSource, names: Names) -> str:
    """Say what a timer waits for: a named limit, a literal time, or a value of the case."""
    text = event.text.strip()
    try:
        if not timing.is_literal(text):
            return _computed(text, names)
        if event.timer == "timeCycle" or text[:1] in "Rr":
            return _cycle(text)
        return f"{duration(text)}后" if text[:1] in "Pp" else _moment(text)
    except (TimeInvalid, ExpressionInvalid, OverflowError):
        return f"“{text[:80]}”" if text else "没有写时间"


def duration(text: str) -> str:
    """Say a literal duration: P3M is 3 个月, P1DT12H is 1 天 12 小时."""
    return _amount(timing.duration(text))


def _amount(value: Duration) -> str:
    years, months = divmod(value.months, 12)
    hours, seconds = divmod(value.rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    exactly = seconds + value.rest.microseconds / 1_000_000
    parts = (
        (years, "年"),
        (months, "个月"),
        (value.rest.days, "天"),
        (hours, "小时"),
        (minutes, "分钟"),
        (f"{exactly:g}" if exactly else 0, "秒"),
    )
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 秒"


def _cycle(text: str) -> str:
    found = timing.cycle(text)
    often = f"，共 {found.count} 次" if found.count else "，不限次数"
    since = f"从 {_day(found.first)} 起" if found.first else ""
    unit = {"1 天": "每天", "7 天": "每周", "1 个月": "每月", "1 年": "每年", "1 小时": "每小时"}
    period = _amount(found.period)
    return f"{since}{unit.get(period, f'每 {period}')}一次{often}"


def _moment(text: str) -> str:
    timing.moment(text)
    return _day(datetime.fromisoformat(text))


def _day(value: datetime) -> str:
    """A moment on the clock of the zone it was written in; without one it is in UTC, and Beijing is eight hours ahead."""
    if value.utcoffset() == timedelta(0):
        value = value + timedelta(hours=8)
    return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"


def _computed(text: str, names: Names) -> str:
    if "${" in text or "#{" in text:
        parts = expressions.interpolate(text).expressions
    else:
        parts = (expressions.compile(text),)
    keys = [key for part in parts for key in part.deadlines]
    if keys:
        return "或".join(limit(key, names) for key in keys)
    read = sorted(name for part in parts for name in part.names)
    return (
        f"由{'、'.join(f'“{names.label(name)}”' for name in read)}算出的时间"
        if read
        else f"“{text[:80]}”"
    )


def limit(key: str, names: Names) -> str:
    """Say a named limit."""
    return f"期限“{names.limits.get(key, key)}”"
