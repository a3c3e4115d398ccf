"""Lists that officials keep, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class RuleList(Base):
    """One version of a list, never changed; the highest is in force, and without any the one the release brings."""

    __tablename__ = "rule_lists"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    rows: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[datetime]
    by: Mapped[str | None]
    reason: Mapped[str]
    stamp: Mapped[str]  # random, so that caches notice
