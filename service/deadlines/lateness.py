"""Who is late, and how far away a due moment is: the one place that compares a due moment with the present.

民法典 203 第二款: where there are business hours, the last day of a limit ends when business stops. A due moment is that
close of business, so what is open at this moment is late, and not only from the next morning on.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from service.deadlines.workdays import DAY_END, LOCAL, Calendar, local_day, moment

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The due moment of what is not due at all: the clock of its case is stopped, or it has no limit."""

SOON = 3
"""From so many working days before its end a limit is near."""

DueColumn = ColumnElement[datetime] | InstrumentedAttribute[datetime | None]
DayColumn = ColumnElement[date] | InstrumentedAttribute[date]


@dataclass(frozen=True)
class Distance:
    """How far a due moment is, in words, and how urgent that is: held | calm | soon | today | overdue."""

    words: str
    urgency: str
    is_provisional: bool = False  # crosses a year whose holidays nobody has confirmed

    @property
    def is_held(self) -> bool:
        """Whether the clock is stopped, so that there is no day to name."""
        return self.urgency == "held"


def is_late(due_at: datetime | None, at: datetime) -> bool:
    """Say whether what was due then and is open at this moment is late; without a limit nothing is."""
    return due_at is not None and due_at <= at


def late(due_at: DueColumn, at: datetime) -> ColumnElement[bool]:
    """Return `is_late` as a condition on a column."""
    return due_at <= at


def pending(due_at: DueColumn, at: datetime, until: datetime) -> ColumnElement[bool]:
    """Return the condition that a limit is still running and ends before that moment."""
    return and_(due_at > at, due_at < until)


def in_time(due_at: DueColumn, done_at: DueColumn) -> ColumnElement[bool]:
    """Return the condition that something was done before its limit ended, or at that moment."""
    return done_at <= due_at


def late_by_day(due_on: DayColumn, at: datetime) -> ColumnElement[bool]:
    """Return the condition that a day without an hour, such as a promise's, is over: its office has closed."""
    return due_on <= _last_closed(at)


def workdays_late(calendar: Calendar, due_on: datetime | date, at: datetime) -> int:
    """Return how many working days have begun since the day something was due; none on that day itself."""
    day = local_day(due_on) if isinstance(due_on, datetime) else due_on
    return max(calendar.count(day, local_day(at)), 0)


def distance(due_at: datetime | None, at: datetime, calendar: Calendar) -> Distance | None:
    """Say how far away a due moment is: 还剩 3 个工作日, 今天 18:00 到期, 今天 18:00 已逾期, 已超 2 个工作日."""
    if due_at is None:
        return None
    if due_at == NEVER:
        return Distance("已暂停计时", "held")
    found = (
        Distance(_since(due_at, at, calendar), "overdue")
        if is_late(due_at, at)
        else _until(due_at, at, calendar)
    )
    return replace(found, is_provisional=_crosses_unconfirmed(due_at, at, calendar))


def _crosses_unconfirmed(due_at: datetime, at: datetime, calendar: Calendar) -> bool:
    due_on = local_day(due_at)
    return bool(calendar.provisional(min(local_day(at), due_on), due_on))


def _since(due_at: datetime, at: datetime, calendar: Calendar) -> str:
    today, due_on = local_day(at), local_day(due_at)
    if today == due_on:
        return f"今天 {_clock(due_at)} 已逾期"
    workdays = workdays_late(calendar, due_at, at)
    return f"已超 {workdays} 个工作日" if workdays else f"已超 {(today - due_on).days} 天（休息日）"


def _until(due_at: datetime, at: datetime, calendar: Calendar) -> Distance:
    today, due_on = local_day(at), local_day(due_at)
    if today == due_on:
        return Distance(f"今天 {_clock(due_at)} 到期", "today")
    urgency = "soon" if due_at < _end_of_soon(calendar, at) else "calm"
    days = (due_on - today).days
    if days == 1:
        return Distance("明天到期", urgency)
    workdays = calendar.count(today, due_on)
    left = f"还剩 {workdays} 个工作日" if workdays else f"还剩 {days} 天（休息日）"
    return Distance(left, urgency)


def _end_of_soon(calendar: Calendar, at: datetime) -> datetime:
    """Return when the day begins that is more than `SOON` working days away."""
    return moment(calendar.add(local_day(at), SOON + 1), time.min)


def _last_closed(at: datetime) -> date:
    """Return the last day whose office has closed."""
    today = local_day(at)
    return today if at.astimezone(LOCAL).time() >= DAY_END else today - timedelta(days=1)


def _clock(due_at: datetime) -> str:
    return f"{due_at.astimezone(LOCAL):%H:%M}"
