"""Lists that officials keep, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class RuleList(Base):
    """One version of a list, never changed; the highest whose day has come is in force, and without any the release's."""

    __tablename__ = "rule_lists"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    rows: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[datetime]
    announced_at: Mapped[datetime | None]  # when it was decided, where it is in force only later
    by: Mapped[str | None]
    reason: Mapped[str]
    stamp: Mapped[str]  # random, so that caches notice
