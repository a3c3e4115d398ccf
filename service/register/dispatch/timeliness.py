"""How cases stand to the limit of their answer: read from the duties at that moment, and kept nowhere."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.lateness import distance, is_late
from service.deadlines.workdays import Calendar
from service.register.dispatch.status import ENDED, Duty
from service.register.proposal.status import TimeState
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

_STATES = {
    "held": TimeState.ON_HOLD,
    "calm": TimeState.ON_TRACK,
    "soon": TimeState.DUE_SOON,
    "today": TimeState.DUE_SOON,
    "overdue": TimeState.OVERDUE,
}
_GRAVITY = (TimeState.ON_TRACK, TimeState.ON_HOLD, TimeState.DUE_SOON, TimeState.OVERDUE)


def of(session: Session, suggestion_ids: Collection[int], at: datetime) -> dict[int, TimeState]:
    """Return how each case stands: as the worst of the units that answer it in its latest round, a merged one as its main."""
    calendar = policies.calendar(session)
    question = (
        select(Suggestion.id, Assignment.round, Assignment.due_at, Assignment.replied_at)
        .join(
            Assignment,
            Assignment.suggestion_id == func.coalesce(Suggestion.merged_into_id, Suggestion.id),
        )
        .where(
            Suggestion.id.in_(suggestion_ids),
            Assignment.role != Duty.ASSIST,
            Assignment.status.not_in(ENDED),
        )
    )
    states: dict[int, dict[int, list[TimeState]]] = {}
    for suggestion_id, round_, due_at, replied_at in session.execute(question):
        rounds = states.setdefault(suggestion_id, {})
        rounds.setdefault(round_, []).append(_state(due_at, replied_at, at, calendar))
    latest = {id_: rounds[max(rounds)] for id_, rounds in states.items()}
    return {
        id_: max(latest.get(id_, [TimeState.ON_TRACK]), key=_GRAVITY.index)
        for id_ in suggestion_ids
    }


def _state(
    due_at: datetime | None, replied_at: datetime | None, at: datetime, calendar: Calendar
) -> TimeState:
    """Return how one duty stands; once it is answered, whether the answer came in time."""
    if replied_at is not None:
        return TimeState.OVERDUE if is_late(due_at, replied_at) else TimeState.ON_TRACK
    found = distance(due_at, at, calendar)
    return _STATES[found.urgency] if found else TimeState.ON_TRACK
