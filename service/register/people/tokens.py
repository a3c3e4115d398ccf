"""API tokens: shown once, kept as a hash, ended by their owner or their date."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.people import accounts
from service.register.people.directory import Actor, actors
from service.register.people.passwords import digest
from service.tables.people import ApiToken


def issue(
    session: Session, login: str, name: str, at: datetime, expires_at: datetime | None = None
) -> str:
    """Return a new token, once; only its hash is kept."""
    accounts.by_login(session, login)
    token = "tbp_" + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            login=login,
            name=name,
            token_hash=digest(token),
            created_at=at,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token


def actor(session: Session, token: str, at: datetime) -> Actor | None:
    """Return whose API token this is, or None when it is unknown, revoked or expired."""
    row = session.scalar(select(ApiToken).where(ApiToken.token_hash == digest(token)))
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and at >= row.expires_at:
        return None
    return actors(session, [row.login]).get(row.login)


def of(session: Session, login: str) -> list[ApiToken]:
    """Return the tokens of this person, ended ones too, the latest first."""
    return list(
        session.scalars(
            select(ApiToken).where(ApiToken.login == login).order_by(ApiToken.created_at.desc())
        )
    )


def revoke(session: Session, login: str, token_id: int, at: datetime) -> None:
    """End a token of this person; somebody else's is not found."""
    row = session.get(ApiToken, token_id)
    if row is None or row.login != login:
        raise NotFound
    row.revoked_at = row.revoked_at or at
