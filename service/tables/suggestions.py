"""The suggestion, its items, its co-signers, its reviews, its files."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class Suggestion(Base):
    __tablename__ = "suggestions"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    level: Mapped[str]  # city | town
    town: Mapped[str | None]
    kind: Mapped[str]  # in_session | in_recess | motion_converted
    category: Mapped[str]
    motion_no: Mapped[str] = mapped_column(default="")  # 原议案号
    repeat_of: Mapped[str] = mapped_column(default="")  # 上年编号
    term: Mapped[str] = mapped_column(default="")
    delegation: Mapped[str] = mapped_column(default="")
    lead_deputy: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    situation: Mapped[str]  # 一、情况与问题
    analysis: Mapped[str] = mapped_column(default="")  # 二、原因分析
    # study, listen, reflect, verify, research, write: what went before the writing
    prep_steps: Mapped[list[str]] = mapped_column(default=list)
    research_methods: Mapped[list[str]]
    preferred_units: Mapped[list[str]]
    preferred_contact: Mapped[str] = mapped_column(default="")
    publicity: Mapped[str] = mapped_column(default="full")  # full | summary | withheld
    publicity_reason: Mapped[str] = mapped_column(default="")
    identity_protected: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(index=True)  # case_status of the glossary
    handling_mode: Mapped[str | None]  # sole | lead_assist | separate
    is_key: Mapped[bool] = mapped_column(default=False)
    is_hard: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("suggestions.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatch_batches.id"))
    instance_id: Mapped[int | None] = mapped_column(index=True)
    oversight_committee: Mapped[str | None]
    submitted_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    reply_due_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class CaseSeries(Base):
    """How far one series of case numbers has come: 七届五次, B2026, SMB2026."""

    __tablename__ = "case_series"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class SuggestionItem(Base):
    """三、具体建议: numbered, so that the reply answers item by item."""

    __tablename__ = "suggestion_items"
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class CoSigner(Base):
    __tablename__ = "co_signers"
    __table_args__ = (UniqueConstraint("suggestion_id", "login"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    decision: Mapped[str] = mapped_column(default="pending")  # pending | agreed | declined | lapsed
    opinion: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class Review(Base):
    """One examination of a suggestion and its conclusion."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    step: Mapped[str]  # delegation | office
    conclusion: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    checklist: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]


class Attachment(Base):
    """A file kept under its sha256 in the data folder."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    business_key: Mapped[str | None] = mapped_column(index=True)
    task_id: Mapped[str | None]
