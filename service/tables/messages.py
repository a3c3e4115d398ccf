"""What leaves the house: messages to persons by channel, how each channel fares, and the rules of the house."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class Message(Base):
    """One e-mail or short message to one person; `key` is written into it, so that no receiver takes it twice."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_state", "channel", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # daily:2026-11-30:wang:mail
    channel: Mapped[str]  # mail | sms
    kind: Mapped[str]  # daily | now | test
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    address: Mapped[str]  # as it was when the message was written; shown to nobody
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]  # waiting | sending | sent | unsure | dead
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[
        datetime | None
    ]  # back-off after a failure; while sending, until when the sender has it
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class MessageNotice(Base):
    """A notice that a message tells."""

    __tablename__ = "message_notices"
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    notification_id: Mapped[int] = mapped_column(
        ForeignKey("notifications.id"), primary_key=True, index=True
    )


class MessageChannel(Base):
    """How a channel fares: whether officials have it on, and since when it does not answer."""

    __tablename__ = "message_channels"
    name: Mapped[str] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
    down_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    not_before: Mapped[datetime | None]  # when it is tried again
    last_error: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class MessageRule(Base):
    """By which channels a kind of notice goes out, and whether at once; a kind without a row has the default."""

    __tablename__ = "message_rules"
    kind: Mapped[str] = mapped_column(primary_key=True)
    channels: Mapped[list[str]]
    at_once: Mapped[bool]


class MessageHouse(Base):
    """One row: when messages may leave, and whether a person's are grouped into one a day."""

    __tablename__ = "message_house"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_hours_only: Mapped[bool]
    is_grouped: Mapped[bool]
    daily_at: Mapped[str]  # 08:30, local time
    quiet_days: Mapped[list[str]]  # ISO dates on which nothing leaves, besides rest days
    last_daily_on: Mapped[date | None]
    last_daily_at: Mapped[datetime | None]  # what is new is counted from here
    version: Mapped[int] = mapped_column(default=1)
