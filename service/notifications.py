"""The outbox: one row per message and recipient, written with the step that causes it, delivered afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from service.database import upsert
from service.errors import NotFound
from service.register.people.directory import Actor
from service.tables.people import Notification

ATTEMPTS_ALLOWED = 8
FIRST_BACK_OFF = timedelta(minutes=1)


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
            attempts=0,
            business_key=business_key,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Notification.id)
    )
    return added is not None


def inbox(
    session: Session, person: Actor, *, unread_only: bool = False, limit: int = 50
) -> list[Notification]:
    """Return what was written to this person or to a group of theirs, the latest first."""
    question = select(Notification).where(_theirs(person))
    if unread_only:
        question = question.where(Notification.read_at.is_(None))
    return list(session.scalars(question.order_by(Notification.id.desc()).limit(limit)))


def unread(session: Session, person: Actor) -> int:
    return (
        session.scalar(select(func.count()).where(_theirs(person), Notification.read_at.is_(None)))
        or 0
    )


def read(session: Session, notification_id: int, person: Actor, at: datetime) -> None:
    """Mark a message of this person as read; somebody else's is not found."""
    row = session.get(Notification, notification_id)
    if row is None or not _recipients(person) & {row.recipient}:
        raise NotFound
    row.read_at = row.read_at or at


def read_all(session: Session, person: Actor, at: datetime) -> int:
    """Mark everything in this person's inbox as read; returns how many were not."""
    changed = session.scalars(
        update(Notification)
        .where(_theirs(person), Notification.read_at.is_(None))
        .values(read_at=at)
        .returning(Notification.id)
    )
    return len(changed.all())


def pending(session: Session, at: datetime, limit: int = 200) -> list[Notification]:
    """Return what still has to leave the house, oldest first; what failed too often waits for an operator."""
    return list(
        session.scalars(
            select(Notification)
            .where(
                Notification.delivered_at.is_(None),
                Notification.attempts < ATTEMPTS_ALLOWED,
                or_(Notification.not_before.is_(None), Notification.not_before <= at),
            )
            .order_by(Notification.id)
            .limit(limit)
        )
    )


def delivered(session: Session, ids: Iterable[int], at: datetime) -> None:
    session.execute(
        update(Notification)
        .where(Notification.id.in_(list(ids)), Notification.delivered_at.is_(None))
        .values(delivered_at=at, last_error=None)
    )


def failed(session: Session, notification_id: int, error: str, at: datetime) -> None:
    """Keep the reason and try again later, each time after twice the pause."""
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotFound
    row.not_before = at + FIRST_BACK_OFF * 2**row.attempts
    row.attempts += 1
    row.last_error = error[:500]


def stuck(session: Session) -> list[Notification]:
    """Return the messages nobody will get unless an operator acts."""
    return list(
        session.scalars(
            select(Notification)
            .where(Notification.delivered_at.is_(None), Notification.attempts >= ATTEMPTS_ALLOWED)
            .order_by(Notification.id)
        )
    )


def retry(session: Session, notification_id: int) -> None:
    """Put a stuck message back in the queue."""
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotFound
    row.attempts = 0
    row.not_before = None


def _theirs(person: Actor) -> ColumnElement[bool]:
    return Notification.recipient.in_(_recipients(person))


def _recipients(person: Actor) -> set[str]:
    return {person.login, *person.candidates}
