"""What those who look after processes may see and do of tasks that are not theirs: nothing, unless it says so here.

A keeper may do a task where nobody who may do it can be reached, and any task of an instance they started themselves
to try a diagram. Of a case of the register only operators may, where nobody can be reached and somebody else began it.
Where a process acts on the register, whoever may not deploy needs the same: with variables of their own making they
could do what their posts do not allow; whoever may deploy could draw it anyway. What is sealed nobody sees or does
for another. Whatever a keeper does is done under their own name: the task is taken over first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.engine.definitions import Element
from service.errors import NotAllowed, NotFound, TaskNotOpen
from service.handlers import web
from service.register.casefile import cases, sealing
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.runtime import deployments, instances, submissions, tasks
from service.tables.runtime import HistoryEvent, ProcessInstance, TimerJob, UserTask

KEEPERS = web.group("designer", "operator", "admin")
OPERATORS = web.group("operator", "admin")
DEPLOYERS = web.group("designer", "admin")


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
    tasks.refuse_strangers(row.assignee, row.candidates, actor)
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
    withheld = sealing.withheld(session, actor, found.business_key)
    return [event for event in happened if not withheld.hides(event)]


def timer_jobs(
    session: Session, actor: Actor, found: ProcessInstance, jobs: Sequence[TimerJob]
) -> list[TimerJob]:
    """Return what this person may know of an instance's clock: a warning of a sealed task ends when it is done."""
    withheld = sealing.withheld(session, actor, found.business_key)
    if withheld.is_waiting:
        return []
    processes = deployments.definition(session, found.deployed_process_id).processes
    hidden = {
        element.id
        for process in processes.values()
        for element in process.elements.values()
        if process.process_id in withheld.processes or _is_of_sealed(element, process.elements)
    }
    return [job for job in jobs if job.element_id not in hidden]


def _is_visible(session: Session, actor: Actor, found: ProcessInstance) -> bool:
    if found.started_by == actor.login or cases.may_see(session, actor, found.business_key):
        return True
    if KEEPERS.allows(actor) and found.process_id not in sealing.SEALED_PROCESSES:
        return True
    waiting = select(UserTask).where(UserTask.instance_id == found.id)
    return any(_is_theirs(actor, row) for row in session.scalars(waiting))


def _desks(
    session: Session, actor: Actor, found: ProcessInstance, rows: Sequence[UserTask]
) -> list[Desk]:
    elements = tasks.elements_of(session, rows) if rows else []
    withheld = sealing.withheld(session, actor, found.business_key)
    reachable = people.reachable(session, {group for row in rows for group in _whom(row)})
    # The variables of a case tell how it was judged; those of anything else are what a keeper looks for.
    shows = KEEPERS.allows(actor) and not cases.is_case(found.business_key)
    shown = []
    for row, element in zip(rows, elements, strict=True):
        theirs = _is_theirs(actor, row)
        is_sealed = row.process_id in withheld.processes or submissions.is_sealed(element)
        if theirs or not (is_sealed or withheld.is_waiting):
            is_lost = reachable.isdisjoint(_whom(row))
            stands_in = not is_sealed and _may_stand_in(session, actor, found, is_lost)
            shown.append(Desk(row, element, found, theirs, stands_in, shows))
    return shown


def _is_of_sealed(element: Element, elements: Mapping[str, Element]) -> bool:
    """Is it a sealed task, or an event at the edge of one?"""
    return submissions.is_sealed(elements.get(element.attached_to, element))


def _may_stand_in(session: Session, actor: Actor, found: ProcessInstance, is_lost: bool) -> bool:
    is_own = found.started_by == actor.login
    if cases.is_case(found.business_key):
        return OPERATORS.allows(actor) and is_lost and not is_own
    if not KEEPERS.allows(actor):
        return False
    if is_own and not DEPLOYERS.allows(actor) and _acts(session, found):
        return False
    return is_lost or is_own


def _acts(session: Session, found: ProcessInstance) -> bool:
    """Does the process, or one it calls, change the register?"""
    processes = deployments.definition(session, found.deployed_process_id).processes
    elements = (each for process in processes.values() for each in process.elements.values())
    return any(each.topic or each.properties.get("on_complete") for each in elements)


def _is_theirs(actor: Actor, row: UserTask) -> bool:
    if row.assignee:
        return row.assignee == actor.login
    return not actor.candidates.isdisjoint(row.candidates)


def _whom(row: UserTask) -> Sequence[str]:
    return [f"user:{row.assignee}"] if row.assignee else row.candidates
