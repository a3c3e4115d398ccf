"""The last resort: what the chairpersons' meeting decides about a case that no round could settle."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.deliberation.forms import Disposing
from service.tables.evaluation import DirectorDisposal


def dispose(
    session: Session, suggestion_id: int, decided: Disposing, by: str | None, at: datetime
) -> DirectorDisposal:
    """Record what the chairpersons' meeting decided about a case no round could settle."""
    row = DirectorDisposal(
        suggestion_id=suggestion_id,
        decision=decided.disposal,
        reason=decided.disposal_reason,
        decided_by=by,
        decided_at=at,
    )
    session.add(row)
    session.flush()
    return row


def disposal(session: Session, suggestion_id: int) -> DirectorDisposal | None:
    """Return the decision about a case, None where it never came to one."""
    question = select(DirectorDisposal).where(DirectorDisposal.suggestion_id == suggestion_id)
    return session.scalars(question).first()
