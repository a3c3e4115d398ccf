"""A person's secret calendar address: shown once, kept as a hash, good for reading one calendar and nothing else."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.register.people.directory import Actor, actors
from service.register.people.passwords import digest
from service.tables.people import CalendarFeed

_PURPOSE = "calendar:"


def make(session: Session, login: str, at: datetime) -> str:
    """Return a new secret, once; the person's earlier one ends."""
    revoke(session, login, at)
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(login=login, secret_hash=_hash(secret), created_at=at))
    session.flush()
    return secret


def actor(session: Session, secret: str) -> Actor | None:
    """Return whose calendar is asked for, or None when the secret is unknown or revoked or its person has left."""
    login = session.scalar(
        select(CalendarFeed.login).where(
            CalendarFeed.secret_hash == _hash(secret), CalendarFeed.revoked_at.is_(None)
        )
    )
    return actors(session, [login]).get(login) if login else None


def standing(session: Session, login: str) -> CalendarFeed | None:
    """Return the address of this person that may be read now."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.login == login, CalendarFeed.revoked_at.is_(None))
    )


def revoke(session: Session, login: str, at: datetime) -> None:
    """End the address of this person, if there is one."""
    session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.login == login, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def _hash(secret: str) -> str:
    """A secret of another purpose has another hash, so that no other token opens a calendar."""
    return digest(_PURPOSE + secret)
