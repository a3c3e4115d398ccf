"""The record of changes: which were made, of what, and since when."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.tables.deadlines import DeadlineChange


def of(session: Session, subject: str = "", limit: int = 100) -> list[DeadlineChange]:
    """Return the changes, of one limit or year if given ("policy:sign:", "calendar:2027"), the latest first."""
    question = select(DeadlineChange).order_by(DeadlineChange.id.desc()).limit(limit)
    return list(
        session.scalars(question.where(DeadlineChange.subject == subject) if subject else question)
    )


def one(session: Session, change_id: int) -> DeadlineChange:
    """Return the change of this number, or say that there is none."""
    found = session.get(DeadlineChange, change_id)
    if found is None:
        raise NotFound("没有这个编号的修改。请从修改记录里选择。")
    return found


def latest(session: Session, limit: int, before: int | None = None) -> list[DeadlineChange]:
    """Return changes, the latest first; `before` is the number a page ended with."""
    rows = select(DeadlineChange).order_by(DeadlineChange.id.desc()).limit(limit)
    return list(session.scalars(rows if before is None else rows.where(DeadlineChange.id < before)))


def of_limit(session: Session, key: str, limit: int = 100) -> list[DeadlineChange]:
    """Return the changes of a limit at every level, the latest first."""
    mine = DeadlineChange.subject.startswith(f"policy:{key}:", autoescape=True)
    latest = select(DeadlineChange).where(mine).order_by(DeadlineChange.id.desc())
    return list(session.scalars(latest.limit(limit)))


def since(session: Session, stamp: str) -> list[DeadlineChange]:
    """Return the changes made after this stamp was in force, the earliest first."""
    last = select(DeadlineChange.id).where(DeadlineChange.stamp == stamp)
    known = session.scalar(last) or 0
    later = select(DeadlineChange).where(DeadlineChange.id > known).order_by(DeadlineChange.id)
    return list(session.scalars(later))
