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
