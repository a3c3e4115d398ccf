"""Every moment of one case as one reader may know it: open tasks, timers, and the dates the register keeps."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import explain, places, policies
from service.deadlines.explain import Explanation
from service.deadlines.places import Held, Question, held
from service.deadlines.workdays import local_day
from service.errors import NotFound
from service.handlers import keeping
from service.register.casefile import byhand, hands, sealing
from service.register.extension import limits
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import suggestions
from service.runtime import instances, timers
from service.tables.runtime import ProcessInstance, TimerJob, UserTask
from service.tables.suggestions import Suggestion

_OWN = frozenset({"event", "cycle"})
"""The jobs that stand for a moment of a diagram; every other follows a task."""
_REPLIES = ("reply.normal", "reply.hard")
"""The limits of the law itself."""
_KEPT = ("suggestions", "assignments", "second_assignments")


@dataclass(frozen=True)
class Dated:
    """One moment of a case, what it is called, whose it is, how it came about; one with an id may be set by hand."""

    id: str
    name: str
    whose: str
    due_at: datetime
    how: Explanation | None


def tasks(session: Session, viewer: Actor, suggestion: Suggestion) -> list[Dated]:
    """Return the open tasks with a date that this reader may know of."""
    withheld = sealing.withheld(session, viewer, suggestions.business_key(suggestion.id))
    return [
        Dated(hand.task_id, hand.step, hand.holders, hand.due_at, hand.how)
        for hand in hands.of(session, viewer, suggestion, withheld)
        if hand.task_id and hand.due_at is not None
    ]


def jobs(session: Session, viewer: Actor, suggestion: Suggestion) -> list[Dated]:
    """Return what the clock will do in the case's processes, as far as this reader may know it."""
    case = suggestions.business_key(suggestion.id)
    rows = [
        job
        for instance in instances.of(session, case)
        for job in keeping.timer_jobs(session, viewer, instance, timers.of(session, instance.id))
        if job.kind in _OWN
    ]
    counted = {job.id: _of_job(job, case) for job in rows}
    found = {id_: _how(session, one) if one else None for id_, one in counted.items()}
    how = byhand.named(session, case, found)
    return [Dated(job.id, job.name, "系统", job.due_at, how[job.id]) for job in rows]


def kept(session: Session, suggestion: Suggestion) -> list[Dated]:
    """Return the dates the register keeps of the case: its own, and each unit's."""
    keys = sorted(policies.in_force(session).keys)
    rows = [
        row
        for place in _KEPT
        for row in session.execute(_of_case(places.PLACES[place].question(keys), suggestion))
    ]
    units = people.unit_names(session, [row.unit for row in rows])
    return [_record(session, row.name, units.get(row.unit, "全件"), held(row)) for row in rows]


def _record(session: Session, name: str, whose: str, one: Held) -> Dated:
    return Dated("", name, whose, one.due_at, _how(session, one))


def one(session: Session, viewer: Actor, suggestion: Suggestion, id_: str) -> UserTask | TimerJob:
    """Return a task or timer of this case by its id; what this reader may not know of is not there."""
    case = suggestions.business_key(suggestion.id)
    found = _task(session, viewer, case, id_) or _job(session, viewer, case, id_)
    if found is None:
        raise NotFound("没有找到这项任务或定时，它可能已经办结或触发。请返回上一页重新选择。")
    return found


def latest(session: Session, suggestion: Suggestion, row: UserTask | TimerJob) -> date | None:
    """Return the last day on which a task or timer may be set, where it stands for a reply's limit."""
    if row.policy_key not in _REPLIES or suggestion.dispatched_at is None:
        return None
    return local_day(limits.legal_end(session, suggestion.dispatched_at))


def _task(session: Session, viewer: Actor, case: str, id_: str) -> UserTask | None:
    """Return one open task that `tasks` would list."""
    row = session.get(UserTask, id_)
    if row is None or row.business_key != case or row.due_at is None:
        return None
    return row if hands.may_know(viewer, row, sealing.steps(session, viewer, case)) else None


def _job(session: Session, viewer: Actor, case: str, id_: str) -> TimerJob | None:
    """Return one job that `jobs` would list."""
    found = session.execute(
        select(TimerJob, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == TimerJob.instance_id)
        .where(TimerJob.id == id_, TimerJob.kind.in_(_OWN), ProcessInstance.business_key == case)
    ).one_or_none()
    if found is None:
        return None
    job, instance = found
    return job if keeping.timer_jobs(session, viewer, instance, [job]) else None


def _how(session: Session, one: Held) -> Explanation:
    return explain.explain(
        session,
        one.key,
        one.base_at,
        one.level,
        one.cap_on,
        one.due_at,
        one.unit,
        one.case,
    )


def _of_job(job: TimerJob, case: str) -> Held | None:
    if job.policy_key is None or job.base_at is None:
        return None
    return Held(
        job.id,
        job.policy_key,
        job.base_at,
        job.level or "",
        job.cap_on,
        job.due_at,
        job.unit or "",
        case,
    )


def _of_case(question: Question, suggestion: Suggestion) -> Question:
    """Ask for the dates of one case: that of the suggestion, or of the one it is merged into."""
    case = suggestions.business_key(suggestion.merged_into_id or suggestion.id)
    return question.where(question.selected_columns.business_key == case)
