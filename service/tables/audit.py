"""What administrators, designers and operators changed, chained like the history of a case."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class AuditEvent(Base):
    """Appended, never changed; `hash` covers the row and the hash before it."""

    __tablename__ = "audit_events"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str | None] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(index=True)  # limit.change, calendar.change, case.hold, …
    subject: Mapped[str]  # the limit's key, the case, the table
    sentence: Mapped[str]  # what was done, for a reader
    reason: Mapped[str]
    data: Mapped[dict[str, Any]]
    hash: Mapped[str]


class AuditHead(Base):
    """The end of the chain; one row, locked by whoever appends."""

    __tablename__ = "audit_heads"
    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]
