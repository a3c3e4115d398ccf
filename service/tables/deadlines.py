"""Named limits that administrators change, and the business calendar they are counted on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class DeadlinePolicy(Base):
    """A limit by name. The row whose `level` is the case's wins over the row with level "" (any)."""

    __tablename__ = "deadline_policies"
    __table_args__ = (UniqueConstraint("key", "level", "effective_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    level: Mapped[str] = mapped_column(default="")
    name: Mapped[str]  # 答复期限（一般件）
    amount: Mapped[int]  # below zero: counted back from the start event (会前 20 日)
    unit: Mapped[str]  # CM | CD | WD | WH | CH | ON | TIMES, see deadlines.workdays.Unit
    # dispatched, signed, …: the variable `<start_event>_at` holds the moment
    start_event: Mapped[str]
    # [{"amount": 1, "unit": "WD"}], counted back from the due moment
    warnings: Mapped[list[dict[str, Any]]]
    capped_by_batch: Mapped[bool] = mapped_column(default=False)
    overdue_action: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    effective_from: Mapped[date]
    counted_on: Mapped[str] = mapped_column(default="city")  # city | unit: whose calendar
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]


class DeadlineChange(Base):
    """One change of limits or calendar: what was, what is, whom it moved; the record an undo reads."""

    __tablename__ = "deadline_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str | None]
    reason: Mapped[str]
    subject: Mapped[str]  # policy:<key>:<level>, calendar:<year>
    before: Mapped[list[dict[str, Any]]]  # the rows as they were; empty: there was none
    after: Mapped[list[dict[str, Any]]]
    sentence: Mapped[str] = mapped_column(default="")  # what was done, for a reader
    stamp: Mapped[str] = mapped_column(default="", index=True)  # of the book it left
    moved_timers: Mapped[int]
    moved_tasks: Mapped[int]
    moved_records: Mapped[int] = mapped_column(default=0)
    moves: Mapped[bytes | None]  # every row as it was and as it became, packed; an undo reads it
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("deadline_changes.id"))


class DeadlineStamp(Base):
    """One row; its random stamp changes with every change of limits or calendar, so that caches notice."""

    __tablename__ = "deadline_stamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[str]


class CalendarDay(Base):
    """A day that differs from Monday-to-Friday."""

    __tablename__ = "calendar_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]  # holiday | workday
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


class CalendarYear(Base):
    __tablename__ = "calendar_years"
    year: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[bool]  # false: 暂定
    source: Mapped[str] = mapped_column(default="")


class OfficeClosure(Base):
    """Days on which the whole city, a town or a unit does not work, besides holidays."""

    __tablename__ = "office_closures"
    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]  # city | town | unit
    place: Mapped[str]  # code of the town or unit; "" for the city
    first: Mapped[date]
    last: Mapped[date]
    name: Mapped[str]  # 防汛停止办公
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]


class OfficeHours(Base):
    """When a unit is open, for limits counted in hours; unit "" is everybody without hours of their own."""

    __tablename__ = "office_hours"
    unit: Mapped[str] = mapped_column(primary_key=True)
    spans: Mapped[list[Any]]  # Monday to Sunday: [[["08:30", "12:00"], ["14:00", "18:00"]], …]
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]


class DeadlinePause(Base):
    """A time in which the clock of a case stands."""

    __tablename__ = "deadline_pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    business_key: Mapped[str] = mapped_column(index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]  # none: it stands
    reason: Mapped[str]
    attachments: Mapped[list[int]]  # the deputy's consent
    by: Mapped[str | None]
    resumed_by: Mapped[str | None]


class DeadlineExtension(Base):
    """The day a case, or one unit of it, has been given for its reply."""

    __tablename__ = "deadline_extensions"
    id: Mapped[int] = mapped_column(primary_key=True)
    business_key: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str]  # "" is the whole case
    until: Mapped[date]
    reason: Mapped[str]
    by: Mapped[str | None]
    at: Mapped[datetime]
