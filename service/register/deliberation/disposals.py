"""The last resort: what the chairpersons' meeting decides about a case that no round could settle."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.tables.evaluation import DirectorDisposal

DISPOSALS: Mapping[str, str] = {
    "special_inquiry": "开展专题询问",
    "next_year": "列入下年度跟踪督办",
    "closed_with_explanation": "公开说明理由后终结",
}


def dispose(
    session: Session, suggestion_id: int, decision: str, reason: str, by: str | None, at: datetime
) -> DirectorDisposal:
    """Record what the chairpersons' meeting decided about a case no round could settle."""
    row = DirectorDisposal(
        suggestion_id=suggestion_id,
        decision=decision,
        reason=reason,
        decided_by=by,
        decided_at=at,
    )
    session.add(row)
    session.flush()
    return row


def disposal(session: Session, suggestion_id: int) -> DirectorDisposal | None:
    question = select(DirectorDisposal).where(DirectorDisposal.suggestion_id == suggestion_id)
    return session.scalars(question).first()
