"""Who the people are, which posts they hold, and how they signed in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base


class Unit(Base):
    """A handling unit, a congress body or a town."""

    __tablename__ = "units"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    # government | supervision | court | procuratorate | party | congress | enterprise
    system: Mapped[str]
    level: Mapped[str]  # city | town
    active: Mapped[bool] = mapped_column(default=True)
    small: Mapped[bool] = mapped_column(default=False)  # no proofreader of its own: 核稿、审签合并


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Post(Base):
    """One person holds several posts; a post is a candidate group: `role` or `role:scope`."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    role: Mapped[str] = mapped_column(index=True)
    scope: Mapped[str | None]  # unit code, committee code or town code
    title: Mapped[str] = mapped_column(default="")


class Deputy(Base):
    __tablename__ = "deputies"
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), primary_key=True)
    card_no: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]  # city | town
    delegation: Mapped[str]
    town: Mapped[str | None]
    employer: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class WebSession(Base):
    """A signed-in browser; the cookie holds a random token, the row its hash."""

    __tablename__ = "web_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")


class ApiToken(Base):
    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """The secret address at which a person's calendar program reads what they have to do; the row keeps its hash."""

    __tablename__ = "calendar_feeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Notification(Base):
    """One row per message and recipient, written with the step that causes it, sent out afterwards."""

    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_inbox", "recipient", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]  # login, or a candidate group
    kind: Mapped[str]
    text: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None] = mapped_column(index=True)  # taken into messages
    business_key: Mapped[str | None] = mapped_column(index=True)


class NoticeReading(Base):
    """A person has read a notice; a colleague of the same office has their own mark."""

    __tablename__ = "notice_readings"
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), primary_key=True)
    read_at: Mapped[datetime]


class Term(Base):
    """A congress term and session: 七届五次."""

    __tablename__ = "terms"
    id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[int]
    session: Mapped[int]
    level: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
