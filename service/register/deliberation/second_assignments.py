"""A case given out again: a round of its own, with units and a clock of its own; the first round stays as it was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.operations import Variable
from service.register.deliberation import meetings
from service.register.deliberation.forms import Order
from service.register.dispatch import assignments
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty
from service.register.proposal import suggestions
from service.tables.assignments import Assignment
from service.tables.evaluation import SecondAssignment


def _case_of(session: Session, second_id: int) -> str | None:
    row = session.get(SecondAssignment, second_id)
    return suggestions.business_key(row.suggestion_id) if row else None


SecondAssignmentId = Annotated[int, Variable("二次交办单", case=_case_of)]


def get(session: Session, second_id: int) -> SecondAssignment:
    """Return the order, which must exist."""
    return session.get_one(SecondAssignment, second_id)


def order(
    session: Session,
    item_id: int,
    wanted: Order,
    plan: Sequence[Planned],
    by: str | None,
    at: datetime,
) -> SecondAssignment:
    """Write the order of a second assignment; it begins when it is opened."""
    item = meetings.get(session, item_id)
    before = assignments.active(session, item.suggestion_id, item.round)
    row = SecondAssignment(
        suggestion_id=item.suggestion_id,
        round=item.round + 1,
        item_id=item.id,
        demands=wanted.demands,
        requirements=wanted.requirements or "",
        lead_leader=wanted.lead_leader or "",
        handling_mode=wanted.handling_mode,
        plan=[{"unit": each.unit, "role": each.role} for each in plan],
        previous_units=[each.unit for each in before],
        ordered_by=by,
        ordered_at=at,
    )
    session.add(row)
    session.flush()
    return row


def open_round(session: Session, row: SecondAssignment, at: datetime) -> list[Assignment]:
    """Begin the next round: new duties, signed at once because nothing may be returned, and a clock of its own.

    The first replies and ratings stay as they are; the legal clock of the first dispatch is not reset.
    """
    suggestion = suggestions.get(session, row.suggestion_id)
    plan_ = [Planned(each["unit"], Duty(each["role"])) for each in row.plan]
    row.opened_at = at
    case = suggestions.business_key(suggestion.id)
    town = suggestions.town_calendar(suggestion)
    row.due_at = policies.due(session, "redo", at, suggestion.level, unit=town, case=case).moment
    duties = assignments.assign(session, suggestion.id, plan_, at, row.round)
    for duty in duties:
        assignments.sign(session, duty.id, "", at)
        key = "redo.co_opinion" if duty.role == Duty.ASSIST else "redo"
        limit = policies.due(session, key, at, suggestion.level, unit=duty.unit, case=case)
        duty.due_at = limit.moment
    suggestions.begin_round(session, suggestion.id, row.round, row.handling_mode)
    session.flush()
    return duties


def of_case(session: Session, suggestion_id: int) -> list[SecondAssignment]:
    """Return how often and to whom a case was given out again, the first time first."""
    question = select(SecondAssignment).where(SecondAssignment.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(SecondAssignment.round)))


def rounds_left(session: Session, suggestion_id: int, at: datetime) -> int:
    """Return how often a case may still be given out again."""
    suggestion = suggestions.get(session, suggestion_id)
    allowed = policies.number(session, "redo.max_rounds", at, suggestion.level)
    return max(allowed - len(of_case(session, suggestion_id)), 0)
