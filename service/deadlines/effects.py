"""What a change does to running work: every move, and how many of each kind."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from service.deadlines.lateness import is_late
from service.deadlines.workdays import Calendar
from service.labels import Labelled


class Kind(Labelled):
    """What has a moment that moves."""

    TASK = "task", "任务"
    TIMER = "timer", "定时"
    REMINDER = "reminder", "提醒"
    START = "start", "定时发起"
    RECORD = "record", "台账日期"


class Lateness(Labelled):
    """How a move changes whether a task or a date of the register is late; empty where it does not."""

    NONE = "", ""
    LATE_NOW = "late_now", "立即逾期"
    LATE_BEFORE = "late_before", "原已逾期"
    TIMELY_AGAIN = "timely_again", "不再逾期"


class Move(NamedTuple):
    """One moment that moves. A job that is added has no `before`, one that is dropped no `after`."""

    kind: Kind
    id: str
    business_key: str | None
    instance_id: int | None
    unit: str  # code of the unit it concerns; empty where none is known
    name: str
    before: datetime | None
    after: datetime | None
    lateness: Lateness = Lateness.NONE


@dataclass(frozen=True)
class Effect:
    """What a change does to running work, counted before it is made and the same when it is."""

    at: datetime
    stamp: str  # of the limits and calendar it was computed on
    moves: tuple[Move, ...] = ()
    by_hand: int = 0  # tasks whose moment somebody set; they stay
    calendar: Calendar | None = (
        None  # the city's as it would be, where days would be worked that are not, or not that are
    )

    @property
    def tasks(self) -> int:
        return self._kinds[Kind.TASK]

    @property
    def timers(self) -> int:
        """How many timers of diagrams, overdue moments and timer starts move."""
        return self._kinds[Kind.TIMER] + self._kinds[Kind.START]

    @property
    def reminders(self) -> int:
        return self._kinds[Kind.REMINDER]

    @property
    def records(self) -> int:
        """How many dates of the register move: of suggestions, assignments, cards."""
        return self._kinds[Kind.RECORD]

    @property
    def jobs(self) -> int:
        """How many rows the clock reads move: timers and reminders."""
        return self.timers + self.reminders

    @cached_property
    def earlier(self) -> int:
        return sum(
            move.after < move.before
            for move in self.moves
            if move.kind is Kind.TASK and move.before and move.after
        )

    @cached_property
    def later(self) -> int:
        return self.tasks - self.earlier

    @property
    def late_now(self) -> int:
        return self._lateness[Lateness.LATE_NOW]

    @property
    def late_before(self) -> int:
        return self._lateness[Lateness.LATE_BEFORE]

    @property
    def timely_again(self) -> int:
        return self._lateness[Lateness.TIMELY_AGAIN]

    @cached_property
    def is_graver(self) -> bool:
        """Whether something would be late that is not, or late for longer than it is: by its date, or by the calendar."""
        return self.calendar is not None or any(
            move.before is not None and move.after is not None and move.after < move.before
            for move in self.moves
            if move.lateness in {Lateness.LATE_NOW, Lateness.LATE_BEFORE}
        )

    @cached_property
    def messages(self) -> tuple[Move, ...]:
        """The reminders and overdue notices that would go out at once."""
        return tuple(
            move
            for move in self.moves
            if (move.kind is Kind.REMINDER or move.id.endswith(":overdue"))
            and move.after is not None
            and move.after <= self.at
            and (move.before is None or move.before > self.at)
        )

    @cached_property
    def _kinds(self) -> Counter[Kind]:
        return Counter(move.kind for move in self.moves)

    @cached_property
    def _lateness(self) -> Counter[Lateness]:
        return Counter(move.lateness for move in self.moves)


def lateness(before: datetime, after: datetime, at: datetime) -> Lateness:
    """Say what moving does to being late at this moment."""
    was_late = is_late(before, at)
    if is_late(after, at):
        return Lateness.LATE_BEFORE if was_late else Lateness.LATE_NOW
    return Lateness.TIMELY_AGAIN if was_late else Lateness.NONE


def in_order(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Return the moves, what is due first in front; what is dropped comes last."""
    staying: list[Move] = []
    dropped: list[Move] = []
    for move in moves:
        (dropped if move.after is None else staying).append(move)
    staying.sort(key=itemgetter(_ID))
    staying.sort(key=itemgetter(_AFTER))
    return (*staying, *sorted(dropped, key=itemgetter(_BEFORE, _ID)))


_ID, _BEFORE, _AFTER = (Move._fields.index(name) for name in ("id", "before", "after"))
