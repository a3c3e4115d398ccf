"""Supervision: what was examined, found, concluded, objected to, carded, rectified and looked at again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class SupervisionCase(Base):
    """One unit under supervision, for one suggestion or for its work as a whole."""

    __tablename__ = "supervision_cases"
    __table_args__ = (Index("ix_supervision_cases_open", "closed_at", "unit"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    line: Mapped[str]  # party_gov | npc
    organizer: Mapped[str]  # gov_supervision | party_supervision | deputy_office
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("suggestions.id"), index=True)
    points: Mapped[list[str]]  # what to check, codes of register.supervision.POINTS
    basis: Mapped[str]
    approved_by: Mapped[str]  # the head of the executive who approved the matter
    leader: Mapped[str]  # 督查组组长
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    status: Mapped[str]  # inspecting | concluded | rectifying | looking_back | closed
    outcome: Mapped[str | None]  # no_problem | not_carded | cleared | revoked
    methods: Mapped[list[str]]  # how it was examined
    checks: Mapped[list[dict[str, Any]]]  # point, result, note: every point has its result
    record: Mapped[str] = mapped_column(default="")
    photos: Mapped[list[int]]
    inspected_by: Mapped[str | None]
    inspected_at: Mapped[datetime | None]
    look_backs_failed: Mapped[int] = mapped_column(default=0)
    suspended_at: Mapped[datetime | None]  # 暂缓整改 while a review is decided
    closed_at: Mapped[datetime | None]


class Finding(Base):
    __tablename__ = "findings"
    supervision_id: Mapped[int] = mapped_column(
        ForeignKey("supervision_cases.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    point: Mapped[str]
    description: Mapped[str]
    evidence: Mapped[str]
    nature: Mapped[str]  # minor | serious | false
    responsible: Mapped[str] = mapped_column(default="")
    requirement: Mapped[str] = mapped_column(default="")


class Conclusion(Base):
    """One per case. A review that changes it writes the new words here; the old ones stay with the review."""

    __tablename__ = "conclusions"
    supervision_id: Mapped[int] = mapped_column(
        ForeignKey("supervision_cases.id"), primary_key=True
    )
    summary: Mapped[str]
    proposed_color: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]  # standing | changed | revoked
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(default="")  # name and post of who signed
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]  # the day the 30 days begin, signed or not


class ConclusionReview(Base):
    """The unit's statutory objection to a conclusion, decided by somebody who took no part in it."""

    __tablename__ = "conclusion_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision_cases.id"), index=True)
    reason: Mapped[str]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    attachments: Mapped[list[int]]
    accepted_by: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    accept_note: Mapped[str] = mapped_column(default="")
    reviewer: Mapped[str | None]
    suspends: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str | None]  # upheld | changed | revoked
    opinion: Mapped[str] = mapped_column(default="")
    previous: Mapped[list[dict[str, Any]]]  # number and requirement, as they were before a change
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class ControlCard(Base):
    """A notice to a unit: a white, yellow or red card, or a letter where the colours do not apply. Never deleted."""

    __tablename__ = "control_cards"
    __table_args__ = (Index("ix_control_cards_unit", "unit", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision_cases.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    color: Mapped[str]  # letter | white | yellow | red
    number: Mapped[str] = mapped_column(unique=True)
    rule: Mapped[str]  # the rules that hit, in words
    proposed_color: Mapped[str]
    reason: Mapped[str]
    requirement: Mapped[str]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(default="")
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]  # signed, deemed signed, or upheld on appeal
    # since when the rectification's limit is counted: the card's force, or the failed look-back after it
    counted_from_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # of the rectification
    interview: Mapped[str] = mapped_column(default="")
    interview_attendance: Mapped[str] = mapped_column(default="")
    interviewed_on: Mapped[date | None]
    interviewed_by: Mapped[str | None]
    appeal: Mapped[str] = mapped_column(default="")
    appealed_at: Mapped[datetime | None]
    appeal_decision: Mapped[str | None]  # upheld | changed | withdrawn
    appeal_opinion: Mapped[str] = mapped_column(default="")
    appeal_decided_by: Mapped[str | None]
    appeal_decided_at: Mapped[datetime | None]
    state: Mapped[str]  # issued | in_force | replaced | withdrawn | cleared
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("control_cards.id"))
    ended_at: Mapped[datetime | None]  # replaced, withdrawn or cleared
    cleared_by: Mapped[str | None]
    clear_opinion: Mapped[str] = mapped_column(default="")


class Rectification(Base):
    """What a unit plans and reports under one card; a new card or a failed look-back begins the next round."""

    __tablename__ = "rectifications"
    __table_args__ = (UniqueConstraint("supervision_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision_cases.id"))
    round: Mapped[int]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("control_cards.id"))
    plan: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    items: Mapped[list[dict[str, Any]]]  # finding, measure, responsible, done_on, result
    planned_by: Mapped[str | None]
    planned_at: Mapped[datetime | None]
    report: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[int]]
    reported_by: Mapped[str | None]
    reported_at: Mapped[datetime | None]


class LookBack(Base):
    """The re-examination of a rectification: every item, in person."""

    __tablename__ = "look_backs"
    __table_args__ = (UniqueConstraint("supervision_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision_cases.id"))
    round: Mapped[int]
    methods: Mapped[list[str]]
    items: Mapped[list[dict[str, Any]]]  # finding, verdict, note
    deputy_opinion: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str]  # in_place | partial | not_in_place
    opinion: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
