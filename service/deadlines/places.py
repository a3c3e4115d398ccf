"""Where due moments are kept: tasks, jobs and rows of the register, each with what its moment was counted from.

Every question answers in the same order: the six columns a moment is counted from, then instance, case, unit and name.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from service.deadlines.book import Within, within
from service.deadlines.standstill import TOWN
from service.tables.assignments import Assignment, DispatchBatch
from service.tables.evaluation import SecondAssignment
from service.tables.runtime import ProcessInstance, TimerJob, UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard

AnyRow = Row[*tuple[Any, ...]]
Question = Select[*tuple[Any, ...]]


class Held(NamedTuple):
    """A place that keeps a due moment, and what it was counted from."""

    id: Any
    key: str
    base_at: datetime
    level: str
    cap_on: str | None
    due_at: datetime
    unit: str = ""
    case: str | None = None
    within: Within | None = None  # of a step


def held(row: AnyRow) -> Held:
    """Read what a question answers in its common order."""
    id_, key, base_at, level, cap_on, due_at, _, case, unit = row[:9]
    if isinstance(cap_on, date):
        cap_on = cap_on.isoformat()
    step = within(getattr(row, "outer_key", None), getattr(row, "begun_at", None))
    return Held(id_, key, base_at, level or "", cap_on, due_at, unit or "", case, step)


_TASK = (
    UserTask.id,
    UserTask.policy_key,
    UserTask.base_at,
    UserTask.level,
    UserTask.cap_on,
    UserTask.due_at,
    UserTask.instance_id,
    UserTask.business_key,
    UserTask.unit,
    UserTask.name,
    UserTask.held_due_at,
    UserTask.outer_key,
    UserTask.begun_at,
    UserTask.element_id,
)
_TIMER = (
    TimerJob.id,
    TimerJob.policy_key,
    TimerJob.base_at,
    TimerJob.level,
    TimerJob.cap_on,
    TimerJob.due_at,
    TimerJob.instance_id,
    ProcessInstance.business_key,
    TimerJob.unit,
    TimerJob.name,
    TimerJob.held_due_at,
    TimerJob.outer_key,
    TimerJob.begun_at,
    TimerJob.kind,
    TimerJob.task_id,
)
_DUE_TASKS = select(*_TASK).where(UserTask.due_at.is_not(None))
_JOBS = select(*_TIMER).outerjoin(ProcessInstance, ProcessInstance.id == TimerJob.instance_id)


def tasks(keys: Sequence[str]) -> Question:
    """The open tasks of these limits."""
    return _DUE_TASKS.where(UserTask.policy_key.in_(keys), UserTask.base_at.is_not(None))


def timers(keys: Sequence[str]) -> Question:
    """The jobs of these limits: of tasks, of diagrams, and of what starts by itself and has no instance yet."""
    return _JOBS.where(TimerJob.policy_key.in_(keys), TimerJob.base_at.is_not(None))


def tasks_of(case: str) -> Question:
    """The open tasks of one case, whether or not a limit counts them."""
    return _DUE_TASKS.where(UserTask.business_key == case)


def timers_of(case: str) -> Question:
    """The jobs of one case; a message on its way to another case waits for nobody."""
    return _JOBS.where(ProcessInstance.business_key == case, TimerJob.kind != "message")


def together(tasks: Question, timers: Question) -> CompoundSelect[*tuple[Any, ...]]:
    """Ask for tasks and jobs with one query; `place` says which of the two a row is."""
    return union_all(
        tasks.with_only_columns(
            *_TASK[:-1],
            cast(null(), TimerJob.kind.type).label("kind"),
            cast(null(), TimerJob.task_id.type).label("task_id"),
            UserTask.element_id,
            literal(UserTask.__tablename__).label("place"),
        ),
        timers.add_columns(null(), literal(TimerJob.__tablename__)),
    )


def tasks_by_id(ids: Sequence[str]) -> Question:
    return _DUE_TASKS.where(UserTask.id.in_(ids))


def timers_by_id(ids: Sequence[str]) -> Question:
    return _JOBS.where(TimerJob.id.in_(ids))


def timers_of_task(id_: str) -> Question:
    """A task's warnings and its overdue moment."""
    return _JOBS.where(TimerJob.task_id == id_)


def _suggestions(keys: Sequence[str]) -> Question:
    """The legal limit of each suggestion not yet answered; one merged into another has that one's."""
    main = aliased(Suggestion)
    key = case((main.is_hard, "reply.hard"), else_="reply.normal")
    return (
        select(
            Suggestion.id,
            key,
            Suggestion.dispatched_at,
            Suggestion.level,
            DispatchBatch.due_on,
            Suggestion.reply_due_at,
            *_of_suggestion(main.id, _town(), "建议的答复期限"),
        )
        .join(main, main.id == func.coalesce(Suggestion.merged_into_id, Suggestion.id))
        .outerjoin(DispatchBatch, DispatchBatch.id == main.batch_id)
        .where(
            Suggestion.replied_at.is_(None),
            Suggestion.dispatched_at.is_not(None),
            Suggestion.reply_due_at.is_not(None),
            key.in_(keys),
        )
    )


def _assignments(keys: Sequence[str]) -> Question:
    """Each unit's own limit: the case's in the first round, an assistant's and a second round's their own."""
    assists = Assignment.role == "assist"
    key = case(
        (and_(Assignment.round > 1, assists), "redo.co_opinion"),
        (Assignment.round > 1, "redo"),
        (assists, "co_opinion"),
        (Suggestion.is_hard, "reply.hard"),
        else_="reply.normal",
    )
    base_at = case(
        (Assignment.round > 1, SecondAssignment.opened_at),
        (assists, Assignment.dispatched_at),
        else_=Suggestion.dispatched_at,
    )
    return (
        select(
            Assignment.id,
            key,
            base_at,
            Suggestion.level,
            case((key.in_(("reply.normal", "reply.hard")), DispatchBatch.due_on), else_=None),
            Assignment.due_at,
            *_of_suggestion(Assignment.suggestion_id, Assignment.unit, "承办单位的答复期限"),
        )
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .outerjoin(DispatchBatch, DispatchBatch.id == Suggestion.batch_id)
        .outerjoin(
            SecondAssignment,
            and_(
                SecondAssignment.suggestion_id == Assignment.suggestion_id,
                SecondAssignment.round == Assignment.round,
            ),
        )
        .where(
            Assignment.replied_at.is_(None),
            Assignment.due_at.is_not(None),
            base_at.is_not(None),
            key.in_(keys),
        )
    )


def _second_assignments(keys: Sequence[str]) -> Question:
    return (
        select(
            SecondAssignment.id,
            literal("redo"),
            SecondAssignment.opened_at,
            Suggestion.level,
            null(),
            SecondAssignment.due_at,
            *_of_suggestion(SecondAssignment.suggestion_id, _town(), "二次交办的答复期限"),
        )
        .join(Suggestion, Suggestion.id == SecondAssignment.suggestion_id)
        .where(
            SecondAssignment.opened_at.is_not(None),
            SecondAssignment.due_at.is_not(None),
            literal("redo").in_(keys),
        )
    )


def _cards(keys: Sequence[str]) -> Question:
    key = literal("rectify.").concat(ControlCard.color)
    base_at = func.coalesce(ControlCard.counted_from_at, ControlCard.in_force_at)
    return select(
        ControlCard.id,
        key,
        base_at,
        literal(""),
        null(),
        ControlCard.due_at,
        *_of("supervision:", ControlCard.supervision_id, ControlCard.unit, "整改期限"),
    ).where(
        ControlCard.state == "in_force",
        base_at.is_not(None),
        ControlCard.due_at.is_not(None),
        key.in_(keys),
    )


def _of_suggestion(
    id_: SQLColumnExpression[Any], unit: SQLColumnExpression[Any], name: str
) -> list[ColumnElement[Any]]:
    return _of("suggestion:", id_, unit, name)


def _of(
    kind: str, id_: SQLColumnExpression[Any], unit: SQLColumnExpression[Any], name: str
) -> list[ColumnElement[Any]]:
    """The four columns that say whose date it is: no instance, the case, the unit, what it is called."""
    return [
        null().label("instance_id"),
        (literal(kind) + cast(id_, String)).label("business_key"),
        unit.label("unit"),
        literal(name).label("name"),
    ]


def _town() -> ColumnElement[Any]:
    """Whose calendar a date of the whole case is counted on: the town's in its own cases, else the city's."""
    is_town = and_(Suggestion.level == "town", Suggestion.town.is_not(None))
    return case((is_town, literal(TOWN).concat(Suggestion.town)), else_="")


class Place(NamedTuple):
    """A column of the register that keeps a due moment, and the question for what it was counted from."""

    column: str
    question: Callable[[Sequence[str]], Question]


PLACES: dict[str, Place] = {
    "suggestions": Place("reply_due_at", _suggestions),
    "assignments": Place("due_at", _assignments),
    "second_assignments": Place("due_at", _second_assignments),
    "control_cards": Place("due_at", _cards),
}
