"""What was refused to whom: one row for each attempt to start, tell or deploy what its caller may not touch."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.tables.publishing import Refusal

_LONGEST = 200


def record(
    session: Session,
    by: str | None,
    at: datetime,
    act: str,
    subject: str,
    sentence: str,
    address: str = "",
) -> None:
    """Keep an attempt; what its caller named is cut to what a row should hold."""
    session.add(
        Refusal(
            at=at,
            by=by,
            act=act,
            subject=subject[:_LONGEST],
            sentence=sentence,
            address=address[:_LONGEST],
        )
    )


def latest(session: Session, limit: int, before: int | None = None) -> list[Refusal]:
    """Return refusals, the latest first; `before` is the id a page ended with."""
    question = select(Refusal).order_by(Refusal.id.desc()).limit(limit)
    if before is not None:
        question = question.where(Refusal.id < before)
    return list(session.scalars(question))
