"""What a granted extension moves: the unit's reply date, and the case's where one unit answers for all."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.deadlines.workdays import end_of
from service.register.dispatch.status import Duty
from service.register.proposal import suggestions
from service.tables.assignments import Assignment, Extension


def move(session: Session, row: Extension, reason: str, by: str | None, at: datetime) -> None:
    """Let the reply be due on the granted day, for this unit alone where units answer separately."""
    assert row.granted_until is not None
    due_at = end_of(row.granted_until)
    duty = session.get_one(Assignment, row.assignment_id)
    duty.due_at = due_at
    if duty.role != Duty.SEPARATE:
        for each in suggestions.cluster(session, row.suggestion_id):
            each.reply_due_at = due_at
