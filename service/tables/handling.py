"""What a unit does with an assignment: contacts, plan, commitments, assist opinions, the reply and its delivery."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.tables.base import Base


class LetterSeries(Base):
    """How far one series of a unit's letter numbers has come: 交通局建复〔2026〕."""

    __tablename__ = "letter_series"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class ContactRecord(Base):
    """One contact between a unit and the deputies (三联系), and whether the deputy says it took place."""

    __tablename__ = "contact_records"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    stage: Mapped[str]  # before | during | after
    method: Mapped[str]  # face_to_face | discussion | site_visit | phone | video | letter
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    participants: Mapped[str] = mapped_column(default="")
    head_attended: Mapped[bool] = mapped_column(default=False)
    deputies: Mapped[list[str]]
    deputy_opinion: Mapped[str]
    unit_response: Mapped[str] = mapped_column(default="")
    agreed: Mapped[bool] = mapped_column(default=False)
    attachments: Mapped[list[int]]
    recorded_by: Mapped[str | None]
    recorded_at: Mapped[datetime]
    confirmation: Mapped[str] = mapped_column(default="pending")  # pending | confirmed | denied
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_as: Mapped[str | None]  # deputy | office: the office confirms on evidence
    confirmation_note: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[int]]


class HandlingPlan(Base):
    """三定方案: who is responsible, what is done, by when. A changed plan is a new version."""

    __tablename__ = "handling_plans"
    __table_args__ = (UniqueConstraint("assignment_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    version: Mapped[int]
    leader: Mapped[str]
    section: Mapped[str]
    handler: Mapped[str]
    phone: Mapped[str]
    funding: Mapped[str] = mapped_column(default="")
    expected_class: Mapped[str | None]
    status: Mapped[str]  # submitted | returned | approved
    drafted_by: Mapped[str | None]
    drafted_at: Mapped[datetime]
    opinion: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    leader_opinion: Mapped[str] = mapped_column(default="")
    leader_reviewed_by: Mapped[str | None]
    leader_reviewed_at: Mapped[datetime | None]
    measures: Mapped[list["PlanMeasure"]] = relationship(order_by="PlanMeasure.number")
    milestones: Mapped[list["PlanMilestone"]] = relationship(order_by="PlanMilestone.number")


class PlanMeasure(Base):
    """定措施: one task of the plan, and the item of the suggestion it serves."""

    __tablename__ = "plan_measures"
    plan_id: Mapped[int] = mapped_column(ForeignKey("handling_plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_number: Mapped[int | None]
    item_text: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    partner: Mapped[str] = mapped_column(default="")


class PlanMilestone(Base):
    """定时限: what will be there on which day."""

    __tablename__ = "plan_milestones"
    plan_id: Mapped[int] = mapped_column(ForeignKey("handling_plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    due_on: Mapped[date]
    done_on: Mapped[date | None]


class ProgressNote(Base):
    """What the unit did between plan and reply, in the order it was written down."""

    __tablename__ = "progress_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    text: Mapped[str]
    attachments: Mapped[list[int]]
    by: Mapped[str | None]
    at: Mapped[datetime]


class Commitment(Base):
    """What a unit promised, in words that somebody else can check."""

    __tablename__ = "commitments"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    source: Mapped[str]  # plan | assist | reply
    text: Mapped[str]
    standard: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    responsible: Mapped[str] = mapped_column(default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str]  # proposed | open | fulfilled | replaced
    made_by: Mapped[str | None]
    made_at: Mapped[datetime]
    fulfilled_on: Mapped[date | None]


class AssistOpinion(Base):
    """One version of an assisting unit's written opinion, and what the lead unit made of it."""

    __tablename__ = "assist_opinions"
    __table_args__ = (UniqueConstraint("assignment_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    round: Mapped[int]  # 1, then 2 and 3 after a redo
    status: Mapped[str]  # endorsing | submitted | judged | coordinated
    progress: Mapped[str]
    items: Mapped[list[dict[str, Any]]]
    basis: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    attachments: Mapped[list[int]]
    drafted_by: Mapped[str | None]
    drafted_at: Mapped[datetime]
    returned_reason: Mapped[str] = mapped_column(default="")
    number: Mapped[str | None] = mapped_column(unique=True)  # 会办函文号
    endorsed_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    judgement: Mapped[str | None]  # adopted | partly_adopted | redo | dispute
    judgement_reason: Mapped[str] = mapped_column(default="")
    judged_by: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    minutes: Mapped[str] = mapped_column(default="")
    coordinated_by: Mapped[str | None]
    coordinated_at: Mapped[datetime | None]


class AssistDefault(Base):
    """协办失责: an opinion was not there in time; a finding the supervision office sees."""

    __tablename__ = "assist_defaults"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    recorded_at: Mapped[datetime]
    decision: Mapped[str | None]  # absent | wait
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]


class Reply(Base):
    """A unit's written reply to one assignment: the working text, who passed it, and its number once issued."""

    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    # drafting | reviewing | issued | delivered; the assignment says who reviews
    status: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    next_steps: Mapped[str] = mapped_column(default="")
    assist_account: Mapped[str] = mapped_column(default="")
    reply_class: Mapped[str]
    class_reason: Mapped[str] = mapped_column(default="")
    publicity: Mapped[str]  # full | summary | withheld
    publicity_reason: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    copies: Mapped[list[str]]  # 抄送: units and bodies
    attachments: Mapped[list[int]]
    drafted_by: Mapped[str | None]
    drafted_at: Mapped[datetime]
    proofed_by: Mapped[str | None]
    proofed_at: Mapped[datetime | None]
    endorsed_by: Mapped[str | None]
    endorsed_at: Mapped[datetime | None]
    leader_reviewed_by: Mapped[str | None]
    leader_reviewed_at: Mapped[datetime | None]
    issued_by: Mapped[str | None]  # 签发人
    issued_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(unique=True)  # 文号
    delivered_at: Mapped[datetime | None]
    items: Mapped[list["ReplyItem"]] = relationship(
        order_by="ReplyItem.number", cascade="all, delete-orphan"
    )
    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id")
    returns: Mapped[list["ReplyReturn"]] = relationship(order_by="ReplyReturn.id")


class ReplyItem(Base):
    """逐条回应: the response to one item of the suggestion, or of one merged into it."""

    __tablename__ = "reply_items"
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    response: Mapped[str]
    state: Mapped[str]  # resolved | in_progress | planned | unable | higher_authority


class ReplyVersion(Base):
    """What a reply said each time it was handed in; kept for ever."""

    __tablename__ = "reply_versions"
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    by: Mapped[str | None]
    at: Mapped[datetime]


class ReplyReturn(Base):
    """Somebody sent the reply back to its drafter, with a reason."""

    __tablename__ = "reply_returns"
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), index=True)
    version: Mapped[int]
    step: Mapped[str]  # proof | endorse | leader | issue | receipt
    reason: Mapped[str]
    by: Mapped[str | None]
    at: Mapped[datetime]


class Delivery(Base):
    """答复送达, deputy by deputy: the lead deputy, each co-signer, each deputy of a merged suggestion."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("reply_id", "suggestion_id", "deputy"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), index=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    deputy: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    role: Mapped[str]  # lead | co_signer
    method: Mapped[str]  # in_person | post | platform | via_lead
    delivered_on: Mapped[date]
    receipt: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[str | None]
    recorded_at: Mapped[datetime]
