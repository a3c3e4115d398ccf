"""What a granted extension moves: the unit's reply date, and the whole case's where one unit answers for all."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.deadlines import changes
from service.register.dispatch.status import Duty
from service.register.proposal import suggestions
from service.tables.assignments import Assignment, Extension


def move(session: Session, row: Extension, reason: str, by: str | None, at: datetime) -> None:
    """Let the reply be due on the granted day, with every task, timer and date that waits for it.

    Where units answer separately only this unit's own move.
    """
    assert row.granted_until is not None
    duty = session.get_one(Assignment, row.assignment_id)
    whose = row.unit if duty.role == Duty.SEPARATE else ""
    key = suggestions.business_key(row.suggestion_id)
    changes.extend(session, key, whose, row.granted_until, reason, by, at)
