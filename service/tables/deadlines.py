"""Named limits that administrators change, and the business calendar they are counted on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
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
    amount: Mapped[int]
    unit: Mapped[str]  # CM | CD | WD | WH
    start_event: Mapped[str]  # dispatched, signed, …: the variable `<start_event>_at` holds the moment
    warnings: Mapped[list[dict[str, Any]]]  # [{"amount": 1, "unit": "WD"}], counted back from the due moment
    capped_by_batch: Mapped[bool] = mapped_column(default=False)
    overdue_action: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    effective_from: Mapped[date]
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]


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
