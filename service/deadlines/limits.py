"""The limits one by one: which rows a limit has today, which come later, and how much runs under it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from service.deadlines import seed, stages
from service.deadlines.book import Book
from service.deadlines.seed import Policy
from service.errors import NotFound
from service.tables.runtime import TimerJob, UserTask

ALWAYS = date(2000, 1, 1)
"""From when a limit holds that no other one preceded."""


class Running(NamedTuple):
    """How much is being counted by a limit at this moment."""

    tasks: int = 0
    timers: int = 0
    reminders: int = 0


@dataclass(frozen=True)
class Limit:
    """A limit by name, with everything it is or will be."""

    key: str
    stage: str
    family: str  # what a diagram calls it together with its kin, "" where it is alone
    policy: Policy  # in force for every level that has none of its own
    overrides: tuple[Policy, ...]  # in force for one level
    later: tuple[Policy, ...]  # of any level, in force from a day to come, the nearest first

    @property
    def policies(self) -> tuple[Policy, ...]:
        return (self.policy, *self.overrides)


def listed(book: Book, on: date) -> list[Limit]:
    """Return every limit, in the order in which they run in a case's life."""
    return [_limit(book, key, on) for key in sorted(book.keys, key=stages.place)]


def one(book: Book, key: str, on: date) -> Limit:
    """Return the limit of this name, or say that there is none."""
    if key not in book.keys:
        raise NotFound("没有这项期限。请从期限的清单里选择。", key=key)
    return _limit(book, key, on)


def at_level(limit: Limit, level: str) -> Policy:
    """Return the limit's own row of a level, or the one its cases have without it."""
    return next((row for row in limit.overrides if row.level == level), limit.policy)


def family(key: str, keys: Collection[str]) -> str:
    """Return what diagrams call this limit together with its kin, one for each value of a variable of the case."""
    base, kind = _parts(key)
    return (
        base
        if any(f"{base}.{each}" in keys for each in _KINDS.get(kind, frozenset()) - {kind})
        else ""
    )


def names_in_diagrams(key: str) -> frozenset[str]:
    """Return every name by which a diagram may come to this limit."""
    base, kind = _parts(key)
    firsts = {first for first, then in seed.AFTER_REASSIGNMENT.items() if then == key}
    return frozenset({key, *firsts} | ({base} if kind in _KINDS else set()))


def running(session: Session) -> Mapping[str, Running]:
    """Return how many tasks, timers and reminders are counted by each limit, with one query."""
    is_reminder = TimerJob.kind == "warning"
    counted = union_all(
        _counted(UserTask.policy_key, literal("task")),
        _counted(TimerJob.policy_key, literal("timer"), ~is_reminder, TimerJob.kind != "overdue"),
        _counted(TimerJob.policy_key, literal("reminder"), is_reminder),
    )
    found: dict[str, dict[str, int]] = {}
    for key, kind, many in session.execute(counted):
        found.setdefault(key, {})[kind] = many
    return {
        key: Running(of.get("task", 0), of.get("timer", 0), of.get("reminder", 0))
        for key, of in found.items()
    }


_KINDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(kinds.values()) for kinds in seed.VARIANTS.values() for kind in kinds.values()
}
"""Each kind of a case that has limits of its own, and the other kinds of the same variable."""


def _parts(key: str) -> tuple[str, str]:
    base, _, kind = key.rpartition(".")
    return base, kind


def _counted(key: Any, kind: Any, *where: ColumnElement[bool]) -> Any:
    return select(key, kind, func.count()).where(key.is_not(None), *where).group_by(key)


def _limit(book: Book, key: str, on: date) -> Limit:
    rows = {level: rows for (known, level), rows in book.policies.items() if known == key}
    levels = sorted(level for level in rows if level)
    later = [row for same in rows.values() for row in same if row.effective_from > on]
    overrides = [book.policy(key, level, on) for level in levels]
    return Limit(
        key,
        stages.of(key).label,
        family(key, book.keys),
        book.policy(key, "", on),
        tuple(row for row in overrides if row.level),
        tuple(sorted(later, key=lambda row: (row.effective_from, row.level))),
    )
