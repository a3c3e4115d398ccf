"""What a granted extension moves: the unit's reply date, and the whole case's where one unit answers for all."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.deadlines import changes
from service.deadlines.effects import Effect
from service.register.dispatch.status import Duty
from service.register.proposal import suggestions
from service.tables.assignments import Assignment, Extension


def preview(session: Session, row: Extension, until: date, at: datetime) -> Effect:
    """Say what would move if the reply were due on this day, and change nothing."""
    key, whose = _scope(session, row)
    return changes.preview_extension(session, key, whose, until, at)


def move(session: Session, row: Extension, reason: str, by: str | None, at: datetime) -> None:
    """Let the reply be due on the granted day, with every task, timer and date that waits for it."""
    assert row.granted_until is not None
    key, whose = _scope(session, row)
    changes.extend(session, key, whose, row.granted_until, reason, by, at)


def _scope(session: Session, row: Extension) -> tuple[str, str]:
    """Return the case, and the unit whose date moves: where units answer separately only this one's own."""
    duty = session.get_one(Assignment, row.assignment_id)
    whose = row.unit if duty.role == Duty.SEPARATE else ""
    return suggestions.business_key(row.suggestion_id), whose
