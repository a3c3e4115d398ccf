"""The desk of those who look after processes: the tasks, events and timers of others that `authority` lets them see.

Whatever a keeper does is done under their own name: the task is taken over first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authority import doing, reading, starting
from service.authority.doing import Circumstances
from service.engine.definitions import Element
from service.errors import NotAllowed, NotFound, TaskNotOpen
from service.handlers import web
from service.register.casefile import sealing
from service.register.people import directory as people
from service.register.people import posts
from service.register.people.directory import Actor
from service.runtime import instances, mailbox, messages, submissions, tasks, versions
from service.tables.runtime import (
    CaseMessage,
    HistoryEvent,
    MessageSubscription,
    ProcessInstance,
    TimerJob,
    UserTask,
)

KEEPERS = web.group(*sorted(posts.KEEPERS))
OPERATORS = web.group(*sorted(posts.OPERATORS))
DEPLOYERS = web.group(*sorted(posts.DEPLOYERS))


@dataclass(frozen=True)
class Desk:
    """An open task as somebody sees it who may not be the one it waits for."""

    row: UserTask
    element: Element
    instance: ProcessInstance
    is_theirs: bool
    may_stand_in: bool
    shows_variables: bool

    @property
    def may_do(self) -> bool:
        return self.is_theirs or self.may_stand_in


def instance(session: Session, actor: Actor, instance_id: int) -> ProcessInstance:
    """Return an instance for whoever looks after processes, started it, or may open its case."""
    found = session.get(ProcessInstance, instance_id)
    if found is not None and _is_visible(session, actor, found):
        return found
    raise NotFound("没有这个流程实例。")


def listed(
    session: Session,
    limit: int,
    process_id: str = "",
    business_key: str = "",
    status: str = "",
    before: int | None = None,
) -> list[ProcessInstance]:
    """Return instances, the latest first, without those whose being there tells something sealed."""
    sealed = sealing.SEALED_PROCESSES
    return instances.find(session, limit, process_id, business_key, status, before, sealed)


def desks(session: Session, actor: Actor, found: ProcessInstance) -> list[Desk]:
    """Return the open tasks of an instance, the oldest first, without those of which this person may know nothing."""
    question = select(UserTask).where(UserTask.instance_id == found.id)
    rows = list(session.scalars(question.order_by(UserTask.created_at, UserTask.id)))
    return _desks(session, actor, found, rows)


def desk(session: Session, actor: Actor, task_id: str) -> Desk:
    """Return one open task that this person may look at."""
    row = session.get(UserTask, task_id)
    if row is None:
        raise TaskNotOpen
    found = session.get_one(ProcessInstance, row.instance_id)
    shown = _desks(session, actor, found, [row])
    if shown and (shown[0].is_theirs or KEEPERS.allows(actor)):
        return shown[0]
    doing.refuse_strangers(row.assignee, row.candidates, actor)
    raise NotAllowed


def desk_of(session: Session, actor: Actor, task_id: str) -> Desk:
    """Return an open task that this person may do, as their own or for somebody else."""
    found = desk(session, actor, task_id)
    if found.may_do:
        return found
    raise NotAllowed("这项任务有人可以办理，请由承办人办理；找不到承办人时，请系统管理员核对岗位。")


def take_over(
    session: Session, actor: Actor, task_id: str, at: datetime, version: int | None = None
) -> None:
    """Make a task the keeper's own where they may stand in for whoever it waits for."""
    if not desk_of(session, actor, task_id).is_theirs:
        tasks.take_over(session, task_id, actor, at, version)


def events(
    session: Session, actor: Actor, found: ProcessInstance, happened: Iterable[HistoryEvent]
) -> list[HistoryEvent]:
    """Return what this person may know of what happened."""
    withheld = sealing.steps(session, actor, found.business_key)
    return [event for event in happened if not withheld.hides(event)]


def timer_jobs(
    session: Session, actor: Actor, found: ProcessInstance, jobs: Sequence[TimerJob]
) -> list[TimerJob]:
    """Return what this person may know of an instance's clock: a warning of a sealed task ends when it is done."""
    withheld = sealing.steps(session, actor, found.business_key)
    if withheld.is_waiting:
        return []
    processes = versions.definition(session, found.deployed_process_id).processes
    hidden = {
        element.id
        for process in processes.values()
        for element in process.elements.values()
        if process.process_id in withheld.processes or _is_of_sealed(element, process.elements)
    }
    return [job for job in jobs if job.element_id not in hidden]


def case_messages(session: Session, actor: Actor, found: ProcessInstance) -> list[CaseMessage]:
    """Return what this person may know of the messages of a case that nobody has taken yet."""
    withheld = sealing.steps(session, actor, found.business_key)
    if withheld.is_waiting:
        return []
    return [one for one in mailbox.of(session, found) if one.process_id not in withheld.processes]


def awaited(session: Session, actor: Actor, found: ProcessInstance) -> list[MessageSubscription]:
    """Return the messages and signals an instance waits for, of which this person may know: they tell where it stands."""
    if sealing.steps(session, actor, found.business_key).is_waiting:
        return []
    every = messages.awaited(session, found.id)
    return [one for one in every if one.kind in {"message", "signal"}]


def _is_visible(session: Session, actor: Actor, found: ProcessInstance) -> bool:
    if found.started_by == actor.login or reading.may_see(session, actor, found.business_key):
        return True
    if KEEPERS.allows(actor) and found.process_id not in sealing.SEALED_PROCESSES:
        return True
    waiting = select(UserTask).where(UserTask.instance_id == found.id)
    return any(actor.is_awaited(row.assignee, row.candidates) for row in session.scalars(waiting))


def _desks(
    session: Session, actor: Actor, found: ProcessInstance, rows: Sequence[UserTask]
) -> list[Desk]:
    elements = tasks.elements_of(session, rows) if rows else []
    withheld = sealing.steps(session, actor, found.business_key)
    reachable = people.reachable(session, {group for row in rows for group in _whom(row)})
    # The variables of a case tell how it was judged; those of anything else are what a keeper looks for.
    shows = KEEPERS.allows(actor) and not reading.is_case(found.business_key)
    acts = starting.touches_register(versions.definition(session, found.deployed_process_id))
    shown = []
    for row, element in zip(rows, elements, strict=True):
        theirs = actor.is_awaited(row.assignee, row.candidates)
        is_sealed = row.process_id in withheld.processes or submissions.is_sealed(element)
        if theirs or not (is_sealed or withheld.is_waiting):
            where = Circumstances(
                is_of_a_case=reading.is_case(found.business_key),
                is_sealed=is_sealed,
                is_nobody_reachable=reachable.isdisjoint(_whom(row)),
                is_begun_by_them=found.started_by == actor.login,
                acts=acts,
            )
            stands_in = doing.may_stand_in(actor, where)
            shown.append(Desk(row, element, found, theirs, stands_in, shows))
    return shown


def _is_of_sealed(element: Element, elements: Mapping[str, Element]) -> bool:
    """Is it a sealed task, or an event at the edge of one?"""
    return submissions.is_sealed(elements.get(element.attached_to, element))


def _whom(row: UserTask) -> Sequence[str]:
    return [f"user:{row.assignee}"] if row.assignee else row.candidates
