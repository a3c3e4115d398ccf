"""What falls due in the next thirty days, and whose: steps that wait for a unit's people, replies that units owe.

Only the steps of handling units are counted. Those of the evaluation, and every step of a case while it is evaluated,
are left out: that they wait would tell how deputies rate.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

from service.deadlines.lateness import NEVER, late, pending
from service.deadlines.workdays import local_day, moment
from service.register.dispatch.status import ENDED, AssignmentStatus, Duty
from service.register.evaluation import sight
from service.register.people.roles import UNIT_ROLES
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.people import Post, Unit
from service.tables.runtime import TaskCandidate, UserTask
from service.tables.suggestions import Suggestion

DAYS = 30
WEEK = 7
STEPS: Mapping[str, str] = {
    "late": "已逾期",
    "today": "今天到期",
    "week": "7 天内到期",
    "month": "30 天内到期",
}
"""What is counted of the steps that units have to do."""
REPLIES: Mapping[str, str] = {"replies": "答复将逾期"}
HELD: Mapping[str, str] = {"held": "暂停计时"}

LATE, NOT_DUE = -1, DAYS
"""Beside the numbers of the days: what is late by now, and what is due on none of them."""

_ANSWERED = ENDED | {AssignmentStatus.DELIVERED, AssignmentStatus.OVERDUE_ABSENT}
_REPLY = Assignment.due_at
AnyQuery = Select[*tuple[Any, ...]]


def counted(at: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """Ask once for everything that is due: what, whose, on which of the days, how many."""
    holders = _holders()
    slot = _slot(TaskCandidate.due_at, at).label("slot")
    held_by = (
        select(TaskCandidate.task_id, holders.c.unit, slot)
        .join(holders, holders.c.candidate == TaskCandidate.candidate)
        .join(UserTask, UserTask.id == TaskCandidate.task_id)
        .where(late(TaskCandidate.due_at, last_of(local_day(at), DAYS - 1)), _is_shown())
        .distinct()
        .subquery()
    )
    tasks = select(
        literal("step").label("kind"), held_by.c.unit, held_by.c.slot, func.count().label("number")
    ).group_by(held_by.c.unit, held_by.c.slot)
    own = select(Assignment.unit, _slot(_REPLY, at).label("slot")).where(
        _is_unanswered(),
        or_(
            pending(_REPLY, at, end_of(local_day(at), DAYS - 1)),
            Assignment.due_at == NEVER,
        ),
    )
    owed = own.subquery()
    duties = select(literal("reply"), owed.c.unit, owed.c.slot, func.count()).group_by(
        owed.c.unit, owed.c.slot
    )
    return union_all(tasks, duties)


def steps(kind: str, at: datetime, unit: str | None, day: date | None) -> AnyQuery:
    """Return which steps a number counts, the earliest due first, as a query for task, unit."""
    holders = _holders()
    until = _until(at)[kind]
    window = late(TaskCandidate.due_at, at) if kind == "late" else _between(at, until, day)
    found = (
        select(TaskCandidate.task_id, holders.c.unit)
        .join(holders, holders.c.candidate == TaskCandidate.candidate)
        .where(window)
        .distinct()
    )
    if unit is not None:
        found = found.where(holders.c.unit == unit)
    chosen = found.subquery()
    return (
        select(UserTask, chosen.c.unit, Unit.short_name)
        .join(chosen, chosen.c.task_id == UserTask.id)
        .join(Unit, Unit.code == chosen.c.unit)
        .where(_is_shown())
        .order_by(UserTask.due_at, UserTask.id, chosen.c.unit)
    )


def replies(kind: str, at: datetime, unit: str | None, day: date | None) -> AnyQuery:
    """Return which duties a number counts: replies that would become late, or those whose clock stands still."""
    is_held = kind == "held"
    window = (
        Assignment.due_at == NEVER if is_held else _between(at, _until(at)["month"], day, of=_REPLY)
    )
    question = (
        select(Assignment, Unit.short_name)
        .join(Unit, Unit.code == Assignment.unit)
        .where(_is_unanswered(), window)
        .order_by(Assignment.due_at, Assignment.id)
    )
    return question if unit is None else question.where(Assignment.unit == unit)


def end_of(day: date, days: int) -> datetime:
    """Return the midnight that ends the day so many days later."""
    return moment(day + timedelta(days=days + 1), time.min)


def last_of(day: date, days: int) -> datetime:
    """Return the last moment of the day so many days later."""
    return end_of(day, days) - timedelta.resolution


def _slot(due_at: Any, at: datetime) -> ColumnElement[int]:
    """Return which of the days a moment lies in, where the office is; -1 is late, past the last is never."""
    today = local_day(at)
    days = [(late(due_at, last_of(today, number)), number) for number in range(DAYS)]
    return case((late(due_at, at), LATE), *days, else_=NOT_DUE)


def _holders() -> CTE:
    """Whom a step of a unit waits for: the unit's posts, or one of its people who has taken it."""
    posts = [
        select(Unit.code.label("unit"), literal(f"{role}:").concat(Unit.code).label("candidate"))
        for role in UNIT_ROLES
    ]
    people = select(Post.scope, literal("user:").concat(Post.login)).where(
        Post.role.in_(UNIT_ROLES), Post.scope.is_not(None)
    )
    return union(*posts, people).cte("holders")


def _is_shown() -> ColumnElement[bool]:
    evaluating = select(literal("suggestion:").concat(cast(Suggestion.id, String))).where(
        Suggestion.status == CaseStatus.EVALUATING
    )
    return and_(
        UserTask.process_id.not_in(sight.SEALED_PROCESSES),
        func.coalesce(UserTask.business_key, "").not_in(evaluating),
    )


def _is_unanswered() -> ColumnElement[bool]:
    return and_(
        Assignment.replied_at.is_(None),
        Assignment.role != Duty.ASSIST,
        Assignment.status.not_in(_ANSWERED),
    )


def _between(
    at: datetime, until: datetime, day: date | None, of: Any = TaskCandidate.due_at
) -> ColumnElement[bool]:
    """What is pending until a moment, of one day if one is named."""
    window = pending(of, at, until)
    if day is None:
        return window
    return and_(window, of >= moment(day, time.min), of < end_of(day, 0))


def _until(at: datetime) -> Mapping[str, datetime]:
    today = local_day(at)
    return {
        "late": at,
        "today": end_of(today, 0),
        "week": end_of(today, WEEK - 1),
        "month": end_of(today, DAYS - 1),
    }
