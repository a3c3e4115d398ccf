"""Who handles a suggestion: dispatch batches, assignments to units, applications to change the unit."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class DispatchBatch(Base):
    __tablename__ = "dispatch_batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    dispatched_on: Mapped[date]
    due_on: Mapped[date | None]  # the notice's common date


class PreDispatchOpinion(Base):
    """What a unit said to being named, before the suggestion was dispatched (预交办)."""

    __tablename__ = "pre_dispatch_opinions"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    opinion: Mapped[str]  # pending | agree | adjust | add_assist | no_objection
    text: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    proposed_units: Mapped[list[str]]
    asked_at: Mapped[datetime]
    by: Mapped[str | None]
    at: Mapped[datetime | None]


class Assignment(Base):
    """One unit's duty in one round. A reassigned one is kept with status `reassigned` and points to its successor."""

    __tablename__ = "assignments"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    role: Mapped[str]  # sole | lead | assist | separate
    round: Mapped[int] = mapped_column(default=1)
    status: Mapped[str]  # assignment_status of the glossary, or reassigned
    duties: Mapped[str] = mapped_column(default="")
    section: Mapped[str] = mapped_column(default="")
    handler: Mapped[str | None]
    dispatched_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    accepted_by_default: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    returns: Mapped[int] = mapped_column(default=0)


class ReassignRequest(Base):
    __tablename__ = "reassign_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    reason: Mapped[str]
    basis: Mapped[str]
    proposed_unit: Mapped[str | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    decision: Mapped[str | None]  # agreed | refused
    opinion: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    is_final: Mapped[bool] = mapped_column(default=False)


class Extension(Base):
    """答复延期: one application of a unit for a later day, what was said to it, and the day that was granted."""

    __tablename__ = "extensions"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    instance_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    fast_track_kind: Mapped[str | None]  # small | micro | urgent
    opened_by: Mapped[str | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]  # the reply's date as it was
    latest_on: Mapped[date]  # nothing later may be granted
    reason: Mapped[str] = mapped_column(default="")
    work_done: Mapped[str] = mapped_column(default="")
    asked_until: Mapped[date | None]
    # how the deputy was told: a contact of the register, or day and words
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact_records.id"))
    talk_on: Mapped[date | None]
    talk_note: Mapped[str] = mapped_column(default="")
    attachments: Mapped[list[int]]
    applied_by: Mapped[str | None]
    applied_at: Mapped[datetime | None]
    cosign_opinion: Mapped[str | None]  # agree | oppose
    cosign_note: Mapped[str] = mapped_column(default="")
    cosigned_by: Mapped[str | None]
    cosigned_at: Mapped[datetime | None]
    granted_until: Mapped[date | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
