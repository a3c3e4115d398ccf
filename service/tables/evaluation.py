"""What deputies think of the work, sealed until the common moment, and what follows when they are not satisfied.

Rating columns are read in one place only, `register.evaluations`; nothing else selects them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base

LIVE = text("state != 'voided'")


class Evaluation(Base):
    """One deputy's view of one unit's work in one round. The row of an earlier round is never touched again."""

    __tablename__ = "evaluations"
    __table_args__ = (
        Index(
            "uq_evaluations_live",
            "suggestion_id",
            "unit",
            "round",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_evaluations_unit", "unit", "sealed_at"),
        Index("ix_evaluations_instance", "instance_id", "round"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # The deputy's own suggestion; of a merged case, the merged one. `instance_id` is the case that handled it.
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instances.id"))
    deputy: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    round: Mapped[int]
    state: Mapped[str]  # pending | supplementing | rated | no_feedback | voided
    created_at: Mapped[datetime]
    contact_check: Mapped[str | None]  # met | remote | no_contact | no_reply
    attitude_rating: Mapped[str | None]  # satisfied | basically_satisfied | dissatisfied
    result_rating: Mapped[str | None]
    reply_class_agreed: Mapped[bool | None]
    text: Mapped[str] = mapped_column(default="")
    text_may_be_shared: Mapped[bool] = mapped_column(default=False)  # with the unit
    text_may_be_published: Mapped[bool] = mapped_column(default=False)
    wants_meeting: Mapped[bool] = mapped_column(default=False)
    meeting_wish: Mapped[str] = mapped_column(default="")
    proxy_entered: Mapped[bool] = mapped_column(default=False)
    rated_at: Mapped[datetime | None]
    amended_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]


class EvaluationSupplement(Base):
    """A deputy had no reply or no contact: what the unit made good before being rated."""

    __tablename__ = "evaluation_supplements"
    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), index=True)
    missing: Mapped[str]  # no_contact | no_reply
    asked_at: Mapped[datetime]
    contradicts_records: Mapped[bool]
    account: Mapped[str] = mapped_column(default="")
    method: Mapped[str | None]  # face_to_face | phone | mail
    attachments: Mapped[list[int]]
    made_good_by: Mapped[str | None]
    made_good_at: Mapped[datetime | None]


class ProxyEntry(Base):
    """A paper form signed by the deputy, typed in twice by two people who do not see each other's entry."""

    __tablename__ = "proxy_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), index=True)
    scans: Mapped[list[int]]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    state: Mapped[str]  # open | entered | registered | superseded | denied
    attitude_rating: Mapped[str | None]
    result_rating: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    text_may_be_shared: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[str | None]
    entered_at: Mapped[datetime | None]
    checked_by: Mapped[str | None]
    checked_at: Mapped[datetime | None]


class Meeting(Base):
    """A deliberation meeting; cases of one subject or one unit may share it."""

    __tablename__ = "meetings"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    held_at: Mapped[datetime]
    place: Mapped[str]
    chair: Mapped[str]
    observers: Mapped[str] = mapped_column(default="")
    convened_by: Mapped[str | None]
    convened_at: Mapped[datetime]


class MeetingItem(Base):
    """One case on a meeting's agenda, from the notice to the confirmed minutes."""

    __tablename__ = "meeting_items"
    __table_args__ = (UniqueConstraint("suggestion_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    round: Mapped[int]  # of the evaluation that called for it
    focus: Mapped[str] = mapped_column(default="")  # what to talk about; goes to the units
    notified_at: Mapped[datetime | None]
    unit_account: Mapped[str] = mapped_column(default="")
    present: Mapped[str] = mapped_column(default="")
    stance: Mapped[
        str | None
    ]  # satisfied | accepted_explanation | still_dissatisfied, as voiced there
    recordings: Mapped[list[int]]
    minuted_by: Mapped[str | None]
    minuted_at: Mapped[datetime | None]


class MeetingStatement(Base):
    """A unit's written account before the meeting; one row per invited unit, empty until handed in."""

    __tablename__ = "meeting_statements"
    __table_args__ = (UniqueConstraint("item_id", "unit"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    account: Mapped[str] = mapped_column(default="")
    attending: Mapped[str] = mapped_column(default="")  # the head or deputy head who comes
    attachments: Mapped[list[int]]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]


class MeetingQuestion(Base):
    __tablename__ = "meeting_questions"
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")


class MeetingResolution(Base):
    __tablename__ = "meeting_resolutions"
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]


class Confirmation(Base):
    """What a deputy says alone after the meeting; it never overwrites the rating that led there."""

    __tablename__ = "confirmations"
    __table_args__ = (UniqueConstraint("item_id", "deputy"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), index=True)
    deputy: Mapped[str] = mapped_column(ForeignKey("people.login"))
    outcome: Mapped[str | None]  # satisfied | accepted_explanation | still_dissatisfied
    text: Mapped[str] = mapped_column(default="")
    text_may_be_shared: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]


class SecondAssignment(Base):
    """A case given out again: round 2 is the first second assignment, round 3 the next."""

    __tablename__ = "second_assignments"
    __table_args__ = (UniqueConstraint("suggestion_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    round: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"))
    demands: Mapped[str]
    requirements: Mapped[str] = mapped_column(default="")
    lead_leader: Mapped[str] = mapped_column(default="")
    handling_mode: Mapped[str]
    plan: Mapped[list[dict[str, Any]]]  # [{"unit": "JT", "role": "lead"}]
    previous_units: Mapped[list[str]]
    ordered_by: Mapped[str | None]
    ordered_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]


class DirectorDisposal(Base):
    """What the chairpersons' meeting decided when the rounds were used up and the deputy is still not satisfied."""

    __tablename__ = "director_disposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), unique=True)
    decision: Mapped[str]  # special_inquiry | next_year | closed_with_explanation
    reason: Mapped[str]  # made public with a closing explanation
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime]
