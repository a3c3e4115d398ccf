"""A signed-in browser holds a random token; the session ends when it is idle too long, too old, or signed out."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from service.register.people.directory import Actor
from service.register.people.passwords import digest
from service.tables.people import Person, Post, WebSession

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)


def open_(session: Session, login: str, at: datetime, address: str, agent: str) -> str:
    """Sign a browser in; returns the token for its cookie, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_hash=digest(token),
            login=login,
            created_at=at,
            seen_at=at,
            expires_at=at + ABSOLUTE,
            address=address,
            agent=agent[:200],
        )
    )
    session.flush()
    return token


def actor(session: Session, token: str, at: datetime) -> Actor | None:
    """Return who is signed in with this token, or None when it is unknown, revoked, idle too long or too old.

    The moment of the visit is written at most once a minute. In `Database.reading` it is not kept, but
    `session.dirty` tells whether a transaction is worth its while.
    """
    rows = session.execute(
        select(WebSession, Person.name, Post.role, Post.scope)
        .join(Person, Person.login == WebSession.login)
        .outerjoin(Post, Post.login == Person.login)
        .where(
            WebSession.token_hash == digest(token), WebSession.revoked_at.is_(None), Person.active
        )
    ).all()
    if not rows:
        return None
    row: WebSession = rows[0][0]
    if at >= row.expires_at or at - row.seen_at >= IDLE:
        return None
    if at - row.seen_at >= SEEN_EVERY:
        row.seen_at = at
    posts = [(role, scope) for _, _, role, scope in rows if role is not None]
    return Actor.holding(row.login, rows[0][1], posts)


def sign_out(session: Session, token: str, at: datetime) -> None:
    """End the session of this token, if it has not ended yet."""
    session.execute(
        update(WebSession)
        .where(WebSession.token_hash == digest(token), WebSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def sign_out_everywhere(session: Session, login: str, at: datetime) -> None:
    """End every session of this person, so that each browser has to sign in again."""
    session.execute(
        update(WebSession)
        .where(WebSession.login == login, WebSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def alive(session: Session, login: str, at: datetime) -> list[WebSession]:
    """Return the sessions that would still let this person in, the latest first."""
    return list(
        session.scalars(
            select(WebSession)
            .where(WebSession.login == login, WebSession.revoked_at.is_(None))
            .where(WebSession.expires_at > at, WebSession.seen_at > at - IDLE)
            .order_by(WebSession.seen_at.desc())
        )
    )


def forget_ended(session: Session, at: datetime) -> int:
    """Delete the sessions that can let nobody in any more; returns how many."""
    ended = or_(
        WebSession.revoked_at.is_not(None),
        WebSession.expires_at <= at,
        WebSession.seen_at <= at - IDLE,
    )
    gone = session.execute(delete(WebSession).where(ended).returning(WebSession.token_hash))
    return len(gone.all())
