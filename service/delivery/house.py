"""The rules of the house: when messages may leave, and when each person's message of the day is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL, OFFICE_HOURS, Calendar, local_day, moment
from service.errors import StaleVersion
from service.tables.messages import MessageHouse

ONE = 1
FARTHEST = 400
"""Days looked ahead for a moment when messages may leave; longer than any year without a workday."""


@dataclass(frozen=True)
class House:
    """What officials decided about the times of messages."""

    office_hours_only: bool = True
    is_grouped: bool = True
    daily_at: time = time(8, 30)
    quiet_days: frozenset[date] = frozenset()
    last_daily_on: date | None = None
    last_daily_at: datetime | None = None
    version: int = 0

    def may_leave(self, calendar: Calendar, at: datetime) -> bool:
        """Say whether a message may leave at this moment."""
        local = at.astimezone(LOCAL)
        if local.date() in self.quiet_days:
            return False
        if not self.office_hours_only:
            return True
        in_hours = any(opens <= local.time() < closes for opens, closes in OFFICE_HOURS)
        return in_hours and calendar.is_workday(local.date())

    def opens_at(self, calendar: Calendar, at: datetime) -> datetime:
        """Return the first moment, now or later, when a message may leave."""
        if self.may_leave(calendar, at):
            return at
        today = local_day(at)
        starts = [opens for opens, _ in OFFICE_HOURS] if self.office_hours_only else [time(0)]
        for day in (today + timedelta(days=n) for n in range(FARTHEST)):
            for start in starts:
                found = moment(day, start)
                if found > at and self.may_leave(calendar, found):
                    return found
        return moment(today + timedelta(days=FARTHEST), starts[0])

    def is_day_due(self, calendar: Calendar, at: datetime) -> bool:
        """Say whether the messages of the day are to be written now: once a day, from the hour officials chose."""
        local = at.astimezone(LOCAL)
        is_time = local.time() >= self.daily_at and self.last_daily_on != local.date()
        return is_time and self.may_leave(calendar, at)


def of(session: Session) -> House:
    """Return the rules in force."""
    row = session.get(MessageHouse, ONE)
    if row is None:
        return House()
    return House(
        row.office_hours_only,
        row.is_grouped,
        time.fromisoformat(row.daily_at),
        frozenset(map(date.fromisoformat, row.quiet_days)),
        row.last_daily_on,
        row.last_daily_at,
        row.version,
    )


def put(
    session: Session,
    office_hours_only: bool,
    is_grouped: bool,
    daily_at: time,
    quiet_days: Iterable[date],
    seen: int,
) -> None:
    """Change the rules, unless somebody changed them since version `seen` was shown."""
    row = _row(session)
    if row.version != seen:
        raise StaleVersion("提醒的规则刚刚被别人改过，请重新打开本页，看过现在的规则再改。")
    row.office_hours_only = office_hours_only
    row.is_grouped = is_grouped
    row.daily_at = f"{daily_at:%H:%M}"
    row.quiet_days = sorted(day.isoformat() for day in quiet_days)
    row.version += 1
    session.flush()


def day_is_done(session: Session, at: datetime) -> None:
    """Remember that the messages of the day are written."""
    row = _row(session)
    row.last_daily_on, row.last_daily_at = local_day(at), at
    session.flush()


def _row(session: Session) -> MessageHouse:
    row = session.get(MessageHouse, ONE, with_for_update=True)
    if row is None:
        usual = House()
        row = MessageHouse(
            id=ONE,
            office_hours_only=usual.office_hours_only,
            is_grouped=usual.is_grouped,
            daily_at=f"{usual.daily_at:%H:%M}",
            quiet_days=[],
            version=usual.version,
        )
        session.add(row)
    return row
