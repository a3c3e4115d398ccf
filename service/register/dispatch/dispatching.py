"""The dispatch of a suggestion starts its legal clock; a batch has one date for all that are dispatched in it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.errors import NotAllowed
from service.register.dispatch import assignments
from service.register.dispatch.status import Mode
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.tables.assignments import DispatchBatch
from service.tables.suggestions import Suggestion


def open_batch(
    session: Session, number: str, name: str, dispatched_on: date, due_on: date | None
) -> DispatchBatch:
    """Return the batch of this number, opened now if it is new; its common date is the same for all."""
    found = session.scalar(select(DispatchBatch).where(DispatchBatch.number == number))
    if found is None:
        found = DispatchBatch(number=number, name=name, dispatched_on=dispatched_on, due_on=due_on)
        session.add(found)
        session.flush()
    elif due_on is not None and found.due_on != due_on:
        day = f"{found.due_on:%Y-%m-%d}" if found.due_on else "未定"
        raise NotAllowed(
            f"批次 {number} 的统一办结日是 {day}，与您填的不一致。请核对批次号或日期。"
        )
    return found


def legal_day(session: Session, suggestion: Suggestion, is_hard: bool, at: datetime) -> date:
    """Return the day by which the law asks for a reply, were the suggestion dispatched now."""
    limit = policies.due(session, assignments.reply_limit(is_hard), at, suggestion.level)
    return local_day(limit.moment)


def oversee(suggestion: Suggestion, committee: str | None) -> None:
    """Let the committee named follow a key suggestion; others, and where none is named, stay with their category's."""
    if suggestion.is_key and committee:
        suggestion.oversight_committee = committee


def dispatch(
    session: Session,
    suggestion_id: int,
    mode: Mode,
    at: datetime,
    *,
    is_hard: bool = False,
    is_key: bool = False,
    batch: DispatchBatch | None = None,
) -> Suggestion:
    """Start the legal clock of a suggestion and of those merged into it."""
    main = suggestions.get(session, suggestion_id)
    main.handling_mode = mode
    main.is_hard = is_hard
    main.is_key = is_key
    main.batch_id = batch.id if batch else None
    main.status = CaseStatus.DISPATCHED
    main.dispatched_at = at
    limit = assignments.reply_due(session, main)
    for each in suggestions.cluster(session, suggestion_id):
        each.dispatched_at = at
        each.reply_due_at = limit
    return main
