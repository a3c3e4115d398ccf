"""What a change took out of the book beside what it put in, in words: the two sides of its pages."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from service.deadlines import binding, words
from service.deadlines.documents import TABLE, Doc
from service.deadlines.explain import format_day
from service.tables.deadlines import CalendarDay, CalendarYear, DeadlinePolicy

Side = tuple[str, str, str]
"""What is called how, as it was, as it became."""

_KINDS = {"holiday": "放假", "workday": "上班"}


def of(before: Sequence[Doc], after: Sequence[Doc]) -> list[Side]:
    """Return everything in which the two differ; documents of other tables are told by the change's sentence."""
    return [*_limits(before, after), *_days(before, after)]


def _limits(before: Iterable[Doc], after: Iterable[Doc]) -> list[Side]:
    old, new = _of_table(before, DeadlinePolicy), _of_table(after, DeadlinePolicy)
    told: list[Side] = []
    for row in dict.fromkeys(
        (doc["key"], doc["level"], doc["effective_from"]) for doc in [*old, *new]
    ):
        sides = [_same(docs, row) for docs in (old, new)]
        first, second = (binding.as_value(doc) if doc else None for doc in sides)
        told += words.differences(first, second)
    return told


def _same(docs: Iterable[Doc], row: tuple[Any, ...]) -> Doc | None:
    return next(
        (doc for doc in docs if (doc["key"], doc["level"], doc["effective_from"]) == row), None
    )


def _days(before: Iterable[Doc], after: Iterable[Doc]) -> list[Side]:
    old, new = (_told(docs) for docs in (before, after))
    return [
        (what, old.get(what, "没有规定"), new.get(what, "没有规定"))
        for what in sorted(old | new)
        if old.get(what) != new.get(what)
    ]


def _told(docs: Iterable[Doc]) -> dict[str, str]:
    """Return each day and each year in words."""
    listed = list(docs)
    days = {
        format_day(date.fromisoformat(doc["day"])): f"{_KINDS[doc['kind']]}（{doc['name']}）"
        if doc["name"]
        else _KINDS[doc["kind"]]
        for doc in _of_table(listed, CalendarDay)
    }
    years = {
        f"{doc['year']} 年": "已确认" if doc["confirmed"] else "暂定"
        for doc in _of_table(listed, CalendarYear)
    }
    return years | days


def _of_table(docs: Iterable[Doc], row: type[Any]) -> list[Doc]:
    return [doc for doc in docs if doc[TABLE] == row.__tablename__]
