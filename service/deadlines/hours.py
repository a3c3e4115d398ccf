"""Office hours as they are typed and told: a line for each day of the week, such as 8:30-12:00、14:00-18:00."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import time
from itertools import groupby, pairwise

from service.deadlines.workdays import Spans, Week
from service.errors import FormInvalid

DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MOST_SPANS = 4
_AROUND = re.compile(r"\s*(?:-|—+|–|~|至|到)\s*")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[、,;\s]+(?=\d)")


def field(day: int) -> str:
    """Return what the field of a day is called, from 0 for Monday."""
    return f"day_{day}"


def read(texts: Sequence[str]) -> Week:
    """Return the week that was typed, Monday first; an empty line is a day without office hours.

    Saturday's and Sunday's lines are for those that are worked in exchange; an empty one is a day like the first.
    """
    messages: dict[str, str] = {}
    week: list[Spans] = []
    for day, text in enumerate(texts):
        try:
            week.append(_spans(text))
        except ValueError as error:
            messages[field(day)] = str(error)
    if not messages and not any(week[:5]):
        messages[field(0)] = (
            "周一至周五一天也不办公，按小时计的期限就永远不会届满。请至少填写一天。"
        )
    if messages:
        raise FormInvalid(messages, {field(day): text for day, text in enumerate(texts)})
    return tuple(week)


def typed(week: Week) -> list[str]:
    """Return a week as somebody would type it."""
    return ["、".join(_told(span) for span in spans) for spans in week]


def in_words(week: Week) -> str:
    """周一至周五 8:30-12:00、14:00-18:00；调休上班的周末同周一"""
    told = [
        f"{_days(run)} {spans}" if spans else f"{_days(run)}不办公"
        for spans, run in _alike(typed(week)[:5], 0)
    ]
    usual = next(day for day, spans in enumerate(week) if spans)
    told += [
        f"调休上班的{_days(run) if len(run) == 1 else '周末'}{f' {spans}' if spans else f'同{DAYS[usual]}'}"
        for spans, run in _alike(typed(week)[5:], 5)
    ]
    return "；".join(told)


def _spans(text: str) -> Spans:
    plain = _AROUND.sub("-", unicodedata.normalize("NFKC", text).strip())
    found = [_span(part) for part in _BETWEEN.split(plain)] if plain else []
    if len(found) > MOST_SPANS:
        raise ValueError(f"一天最多填 {MOST_SPANS} 段时间。")
    for earlier, later in pairwise(found):
        if later[0] < earlier[1]:
            raise ValueError(f"{_told(earlier)}和{_told(later)}重叠或先后颠倒，请从早到晚填写。")
    return tuple(found)


def _span(text: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"看不懂“{text[:20]}”，请写成 8:30-12:00、14:00-18:00 的样子。")
    hour, minute, last_hour, last_minute = (int(one) for one in match.groups())
    try:
        opens, closes = time(hour, minute), time(last_hour, last_minute)
    except ValueError:
        raise ValueError(f"“{text[:20]}”里的时间不存在，请按 24 小时制填写。") from None
    if closes <= opens:
        raise ValueError(f"“{text[:20]}”的结束不晚于开始，请核对。")
    return opens, closes


def _told(span: tuple[time, time]) -> str:
    return "-".join(f"{clock.hour}:{clock:%M}" for clock in span)


def _alike(told: Sequence[str], first: int) -> list[tuple[str, list[int]]]:
    """Return what is the same on days that follow each other, with these days."""
    runs = groupby(enumerate(told, first), key=lambda each: each[1])
    return [(spans, [day for day, _ in run]) for spans, run in runs]


def _days(days: Sequence[int]) -> str:
    names = [DAYS[day] for day in days]
    return "、".join(names) if len(names) < 3 else f"{names[0]}至{names[-1]}"
