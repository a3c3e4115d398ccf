"""Notices: one row per message and recipient, written with the step that causes it, read by each person for themselves."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from service.database import upsert
from service.errors import NotFound
from service.register.people.directory import Actor
from service.tables.people import NoticeReading, Notification

MOST_COUNTED = 100
"""Counting what is unread stops after so many: nobody needs an exact number of more."""


def enqueue(
    session: Session,
    recipient: str,
    kind: str,
    text: str,
    at: datetime,
    *,
    dedupe_key: str,
    link: str = "",
    business_key: str | None = None,
) -> bool:
    """Write a message to a login or a candidate group, unless the same one was written before.

    `dedupe_key` names the occasion, e.g. "signed:17:1"; the recipient is added to it, so that one occasion may
    be told to several people. Returns whether the row is new; concurrent callers agree on one of them.
    """
    added = session.scalar(
        upsert(session, Notification)
        .values(
            dedupe_key=f"{dedupe_key}>{recipient}",
            recipient=recipient,
            kind=kind,
            text=text,
            link=link,
            created_at=at,
            business_key=business_key,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Notification.id)
    )
    return added is not None


def inbox(
    session: Session, person: Actor, limit: int = 50, before: int | None = None
) -> list[Notification]:
    """Return what was written to this person or to a group of theirs, the latest first.

    `before` is the number a page ended with.
    """
    query = select(Notification).where(_is_to(person))
    if before is not None:
        query = query.where(Notification.id < before)
    return list(session.scalars(query.order_by(Notification.id.desc()).limit(limit)))


def read_among(session: Session, person: Actor, ids: list[int]) -> set[int]:
    """Return which of these this person has read."""
    query = select(NoticeReading.notification_id).where(
        NoticeReading.login == person.login, NoticeReading.notification_id.in_(ids)
    )
    return set(session.scalars(query))


def unread(session: Session, person: Actor) -> int:
    """Return how many this person has not read, at most `MOST_COUNTED`."""
    some = select(Notification.id).where(_is_to(person), ~_is_read_by(person)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def read(session: Session, notification_id: int, person: Actor, at: datetime) -> Notification:
    """Mark a notice of this person as read and return it; somebody else's is not found."""
    row = session.get(Notification, notification_id)
    if row is None or row.recipient not in _names(person):
        raise NotFound("没有找到这条通知，请返回通知列表。")
    mark = {"notification_id": row.id, "login": person.login, "read_at": at}
    session.execute(upsert(session, NoticeReading).values(mark).on_conflict_do_nothing())
    return row


def read_all(session: Session, person: Actor, at: datetime, through: int) -> int:
    """Mark what is in this person's inbox as read, up to the number of the last they saw; returns how much was not."""
    missing = select(Notification.id, literal(person.login), literal(at, _MOMENT)).where(
        Notification.id <= through, _is_to(person), ~_is_read_by(person)
    )
    columns = ["notification_id", "login", "read_at"]
    marked = insert(NoticeReading).from_select(columns, missing)
    return len(session.scalars(marked.returning(NoticeReading.notification_id)).all())


def settle(session: Session, at: datetime) -> int:
    """Date what waits to be sent out as sent, where there is no channel to send it by; returns how much waited."""
    waiting = update(Notification).where(Notification.delivered_at.is_(None))
    dated = waiting.values(delivered_at=at).returning(Notification.id)
    return len(session.scalars(dated).all())


_MOMENT = NoticeReading.__table__.c.read_at.type


def _is_to(person: Actor) -> ColumnElement[bool]:
    return Notification.recipient.in_(_names(person))


def _is_read_by(person: Actor) -> ColumnElement[bool]:
    return exists().where(
        NoticeReading.notification_id == Notification.id, NoticeReading.login == person.login
    )


def _names(person: Actor) -> set[str]:
    return {person.login, *person.candidates}
