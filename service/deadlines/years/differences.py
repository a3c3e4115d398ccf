"""In what one arrangement of a year differs from another, in words; and what the law would have expected of it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from service.deadlines.workdays import Calendar, Day
from service.deadlines.years import breaks, known


def in_words(year: int, before: Calendar, days: Sequence[Day]) -> list[str]:
    """Return which days change, and how many workdays the year then has."""
    after = Calendar.of(days, ())
    whole_year = _days(year)
    worked = [day for day in whole_year if before.is_workday(day)]
    will_be = [day for day in whole_year if after.is_workday(day)]
    sentences = []
    if off := sorted({*worked} - {*will_be}):
        sentences.append(f"改为放假：{_runs(off)}，共 {len(off)} 天。")
    if on := sorted({*will_be} - {*worked}):
        sentences.append(f"改为上班：{_runs(on)}，共 {len(on)} 天。")
    if not sentences:
        return [f"上班和放假的日子都不变，{year} 年仍是 {len(worked)} 个工作日。"]
    return [*sentences, f"{year} 年由 {len(worked)} 个工作日变为 {len(will_be)} 个。"]


def unlawful(year: int, days: Sequence[Day]) -> list[str]:
    """Return the law's holidays on which this arrangement would let people work."""
    calendar = Calendar.of(days, ())
    found = [day for day in known.law(year) if calendar.is_workday(day.day)]
    return [
        f"{breaks.named(day.day)}是法定节日“{day.name}”，这份安排里却要上班，请核对。"
        for day in found
    ]


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _runs(days: Iterable[date]) -> str:
    """1月1日（周五）、2月11日（周四）至12日（周五）"""
    numbered = enumerate(sorted(days))
    runs = [
        [day for _, day in run]
        for _, run in groupby(numbered, key=lambda each: each[1].toordinal() - each[0])
    ]
    return "、".join(breaks.span_in_words(run[0], run[-1]) for run in runs)
