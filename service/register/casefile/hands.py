"""Where a case waits now: which steps, who holds them, since when, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import explain
from service.deadlines.book import within
from service.deadlines.explain import Explanation
from service.register.casefile import byhand
from service.register.casefile.sealing import Withheld
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import identity, suggestions
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion


@dataclass(frozen=True)
class Hand:
    """Where a case waits now: which step, who holds it, since when, until when."""

    task_id: str
    step: str
    element_id: str
    process_id: str
    holders: str
    since: datetime
    due_at: datetime | None
    is_mine: bool
    how: Explanation | None


def of(
    session: Session,
    viewer: Actor,
    suggestion: Suggestion,
    withheld: Withheld,
    units: Mapping[str, str] | None = None,
) -> list[Hand]:
    """Return the open steps of a case, the earliest due first.

    While a case is evaluated, whoever may not follow it sees their own steps and one line that never changes: even
    the step that comes next would tell how the deputy rated.
    """
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.business_key == suggestions.business_key(suggestion.id))
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.created_at)
    ).all()
    groups = {candidate for row in rows for candidate in row.candidates}
    groups |= {f"user:{row.assignee}" for row in rows if row.assignee}
    names = identity.masked(people.group_names(session, groups, units), withheld.deputies)
    seen = [row for row in rows if may_know(viewer, row, withheld)]
    case = suggestions.business_key(suggestion.id)
    how = byhand.named(session, case, {row.id: _how(session, row) for row in seen})
    found = [
        Hand(
            task_id=row.id,
            step=row.name,
            element_id=row.element_id,
            process_id=row.process_id,
            holders=_holders(row, names),
            since=row.created_at,
            due_at=row.due_at,
            is_mine=viewer.is_awaited(row.assignee, row.candidates),
            how=how[row.id],
        )
        for row in seen
    ]
    return [*found, _evaluation(suggestion)] if withheld.is_waiting else found


def may_know(viewer: Actor, row: UserTask, withheld: Withheld) -> bool:
    """Say whether this reader may know of an open step: their own, and any other that is not withheld."""
    return viewer.is_awaited(row.assignee, row.candidates) or not (
        withheld.is_waiting or row.process_id in withheld.processes
    )


def _holders(row: UserTask, names: Mapping[str, str]) -> str:
    if row.assignee:
        return names[f"user:{row.assignee}"]
    return "、".join(names[candidate] for candidate in row.candidates)


def _how(session: Session, row: UserTask) -> Explanation | None:
    if not row.policy_key or row.base_at is None:
        return None
    step = within(row.outer_key, row.begun_at)
    return explain.explain(
        session,
        row.policy_key,
        row.base_at,
        row.level or "",
        row.cap_on,
        row.due_at,
        row.unit or "",
        row.business_key,
        step,
    )


def _evaluation(suggestion: Suggestion) -> Hand:
    """The one line shown in place of the steps of an evaluation."""
    since = suggestion.replied_at or suggestion.submitted_at
    return Hand("", "背靠背评价", "", "", "代表", since, None, False, None)
