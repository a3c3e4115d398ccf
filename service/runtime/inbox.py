"""What a person may do: a page of it, the earliest due first, and how much there is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from service.deadlines.lateness import NEVER, late
from service.register.people.directory import Actor
from service.tables.runtime import TaskCandidate, UserTask

MOST_COUNTED = 1_000


class Place(NamedTuple):
    """Where a page of an inbox ended, so that the next one goes on from there."""

    due_at: datetime
    task_id: str


@dataclass(frozen=True)
class Counts:
    """The first line after signing in: 今天要办 N 件, 最早的明天到期."""

    open: int
    overdue: int
    earliest_due_at: datetime | None
    is_more: bool = False  # there are more than `MOST_COUNTED`


def of(
    session: Session, person: Actor, limit: int = 50, after: Place | None = None
) -> list[UserTask]:
    """Return what a person may do, the earliest due first; what has no limit comes last.

    Each group is one range of one index, cut at `limit`, so the cost does not grow with the number of open tasks.
    """
    found = _earliest(person, limit, after)
    page = (
        select(found.c.task_id, found.c.due_at)
        .distinct()
        .order_by(found.c.due_at, found.c.task_id)
        .limit(limit)
        .subquery()
    )
    return list(
        session.scalars(
            select(UserTask)
            .join(page, page.c.task_id == UserTask.id)
            .order_by(page.c.due_at, page.c.task_id)
            .execution_options(populate_existing=True)
        )
    )


def is_for(person: Actor) -> ColumnElement[bool]:
    """Return the condition that a task waits for this person."""
    return UserTask.id.in_(
        select(TaskCandidate.task_id).where(TaskCandidate.candidate.in_(person.candidates))
    )


def place(task: UserTask) -> Place:
    """Return where a page that ends with this task goes on."""
    return Place(task.due_at or NEVER, task.id)


def counts(session: Session, person: Actor, at: datetime) -> Counts:
    """Return how much there is to do, how much of it late, and when the earliest is due.

    Counting stops at `MOST_COUNTED`: a person with more than that needs no exact number, and a page may not wait for it.
    """
    theirs = _earliest(person, MOST_COUNTED + 1, None)
    distinct = select(theirs.c.task_id, theirs.c.due_at).distinct().subquery()
    overdue = func.count(case((late(distinct.c.due_at, at), 1)))
    row = session.execute(
        select(func.count(), overdue, func.min(distinct.c.due_at)).select_from(distinct)
    ).one()
    earliest = row[2]
    return Counts(
        min(row[0], MOST_COUNTED),
        min(row[1], MOST_COUNTED),
        None if earliest == NEVER else earliest,
        row[0] > MOST_COUNTED,
    )


def _earliest(person: Actor, limit: int, after: Place | None) -> Subquery:
    """The earliest due of each group of a person; a person with two posts finds some tasks twice."""
    return union_all(
        *(_first_of(candidate, limit, after) for candidate in sorted(person.candidates))
    ).subquery()


def _first_of(candidate: str, limit: int, after: Place | None) -> Select[Any]:
    query = select(TaskCandidate.task_id, TaskCandidate.due_at).where(
        TaskCandidate.candidate == candidate
    )
    if after is not None:
        query = query.where(tuple_(TaskCandidate.due_at, TaskCandidate.task_id) > tuple_(*after))
    first = query.order_by(TaskCandidate.due_at, TaskCandidate.task_id).limit(limit).subquery()
    return select(first)
