"""Deputies who are asked to sign a suggestion too, and what they decided."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.labels import Labelled
from service.tables.suggestions import CoSigner


class Decision(Labelled):
    """What a deputy said to signing."""

    PENDING = "pending", "待确认"
    AGREED = "agreed", "已联名"
    DECLINED = "declined", "未同意"
    LAPSED = "lapsed", "逾期未确认"


def of(session: Session, suggestion_id: int, *decisions: Decision) -> list[CoSigner]:
    """Return those who were asked to sign too, of these decisions if any are given, as they were named."""
    question = select(CoSigner).where(CoSigner.suggestion_id == suggestion_id)
    if decisions:
        question = question.where(CoSigner.decision.in_(decisions))
    return list(session.scalars(question.order_by(CoSigner.id)))


def record(
    session: Session, suggestion_id: int, login: str, agreed: bool, opinion: str, at: datetime
) -> None:
    """Record a deputy's decision to sign the suggestion too, or not to."""
    row = session.scalar(
        select(CoSigner).where(CoSigner.suggestion_id == suggestion_id, CoSigner.login == login)
    )
    if row is None:
        raise NotAllowed("您不在这件建议的联名代表名单里，不需要确认。")
    row.decision = Decision.AGREED if agreed else Decision.DECLINED
    row.opinion = opinion
    row.decided_at = at


def end(session: Session, suggestion_id: int, at: datetime) -> int:
    """Count out those who did not answer in time; returns how many they are."""
    lapsed = session.scalars(
        update(CoSigner)
        .where(CoSigner.suggestion_id == suggestion_id, CoSigner.decision == Decision.PENDING)
        .values(decision=Decision.LAPSED, decided_at=at)
        .returning(CoSigner.id)
    )
    return len(lapsed.all())
