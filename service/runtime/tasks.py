"""What people have to do: whose it is, what it asks, and handing it in — once, by whoever may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from service import history
from service.authority import doing, starting
from service.database import together
from service.engine.definitions import Element
from service.errors import NotAllowed, StaleVersion, TaskNotOpen
from service.history import Entry
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.runtime import blame, drafts, instances, submissions, versions
from service.runtime.instances import COLUMNS, Command
from service.runtime.waiting import candidate_rows
from service.tables import Base
from service.tables.runtime import ProcessInstance, TaskCandidate, UserTask


@dataclass(frozen=True)
class TaskView:
    """A task as its form's page needs it."""

    row: UserTask
    element: Element
    variables: Mapping[str, Any]
    draft: Mapping[str, Any] | None

    @property
    def fields(self) -> Sequence[Any]:
        return self.element.fields


@dataclass(frozen=True)
class Startable:
    """A process a person may start, with its start form."""

    process_id: str
    name: str
    element: Element


def open(session: Session, task_id: str, person: Actor, at: datetime) -> TaskView:
    """Return a task of this person with its form, its variables and what they typed before."""
    found = session.execute(
        select(UserTask, ProcessInstance.deployed_process_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id == task_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise TaskNotOpen
    row, version = found
    doing.refuse_strangers(row.assignee, row.candidates, person)
    element = _element(session, version, row.process_id, row.element_id)
    variables = instances.variables(session, row.instance_id, task_id, at)
    return TaskView(row, element, variables, drafts.of(session, task_id, person))


def elements_of(session: Session, rows: Sequence[UserTask]) -> list[Element]:
    """Return what the diagram says about each open task, at the version its instance runs on; one query."""
    versions = select(ProcessInstance.id, ProcessInstance.deployed_process_id).where(
        ProcessInstance.id.in_({row.instance_id for row in rows})
    )
    version = {instance: deployed for instance, deployed in session.execute(versions)}  # noqa: C416
    return [
        _element(session, version[row.instance_id], row.process_id, row.element_id) for row in rows
    ]


def startable(session: Session, person: Actor) -> list[Startable]:
    """Return the processes whose start event names a role of this person, or their login as `user:<login>`."""
    found = []
    for version in versions.catalogue(session):
        element = versions.definition(session, version.id).process.start
        if element is not None and starting.is_starter(person, element):
            found.append(Startable(version.process_id, version.name, element))
    return found


def start(
    session: Session,
    process_id: str,
    values: Mapping[str, Any],
    person: Actor,
    at: datetime,
    business_key: str | None = None,
) -> ProcessInstance:
    """Start a process its start event lets this person start; their draft of the start form goes."""
    if process_id not in {one.process_id for one in startable(session, person)}:
        raise NotAllowed
    instance = instances.start(session, process_id, values, person.login, at, business_key)
    drafts.forget(session, f"start:{process_id}", person.login)
    return instance


def claim(
    session: Session, task_id: str, person: Actor, at: datetime, version: int | None = None
) -> None:
    """Take a task for oneself, so that no colleague does it too; a second person who tries learns who was first."""
    row = _locked(session, task_id, version)
    if row.assignee == person.login:
        return
    doing.refuse_strangers(row.assignee, row.candidates, person)
    _assign(session, row, person.login, "claimed", person, at)


def take_over(
    session: Session, task_id: str, person: Actor, at: datetime, version: int | None = None
) -> None:
    """Give a task, never a sealed one, to a person other than those it waits for; the caller has asked whether they may have it."""
    row = _locked(session, task_id, version)
    element = _element(session, row.deployed_process_id, row.process_id, row.element_id)
    if submissions.is_sealed(element):
        raise NotAllowed("这项任务的内容只有办理人本人可以填写和查看，不能由他人接手。")
    if row.assignee != person.login:
        _assign(session, row, person.login, "taken_over", person, at)


def release(
    session: Session, task_id: str, person: Actor, at: datetime, version: int | None = None
) -> None:
    """Give a claimed task back to all who may do it."""
    row = _locked(session, task_id, version)
    if row.assignee != person.login:
        raise NotAllowed("这项任务不在您名下，不需要放回。")
    if not row.candidates:
        raise NotAllowed("这项任务只指定给您一人，不能放回；请办理或转办。")
    _assign(session, row, None, "released", person, at)


def complete(
    session: Session,
    task_id: str,
    values: Mapping[str, Any],
    by: Actor | str,
    at: datetime,
    version: int | None = None,
) -> None:
    """Hand in a task.

    1. lock its instance, and take the task's row away: somebody else's second attempt finds none
    2. is it theirs, and as they saw it?
    3. keep what was handed in, forget the drafts
    4. run `on_complete`; what it returns becomes variables beside what the form routes
    5. step the instance and save it; what fails on a value of the form is said at its field
    """
    row = _locked(session, task_id, version)
    person = by if isinstance(by, Actor) else people.actor(session, by)
    doing.refuse_strangers(row.assignee, row.candidates, person)
    connection = session.connection()
    if connection.execute(_TAKEN, {"task": task_id, "seen": row.task_version}).rowcount != 1:
        raise TaskNotOpen
    element = _element(session, row.deployed_process_id, row.process_id, row.element_id)
    with together(connection):
        submitted = submissions.keep(
            session, row.instance_id, task_id, element, person.login, at, values
        )
        drafts.forget_all(session, task_id)
    command = _handing_in(row, element, values, submitted)
    definitions = versions.definition(session, row.deployed_process_id)
    with (
        blame.at_fields(definitions, element, values),
        instances.stepping(session, row, person.login, at, command) as turn,
    ):
        turn.taken.add(task_id)
        variables = submissions.routed(element, values)
        if operation := element.properties.get("on_complete"):
            seen = turn.execution.variables(task_id)
            variables |= turn.host.hand_in(operation, row.process_id, element, seen, values)
        turn.execution.complete(task_id, variables)


def _locked(session: Session, task_id: str, version: int | None) -> Any:
    """Lock the instance of an open task and return both rows as one; the instance first, always."""
    row = session.connection().execute(_LOCKED, {"task": task_id}).one_or_none()
    if row is None:
        raise TaskNotOpen
    if version is not None and version != row.task_version:
        raise StaleVersion
    return row


def _handing_in(
    row: Any, element: Element, values: Mapping[str, Any], submitted: Mapping[str, Any]
) -> Command:
    """Return the command that hands in a task; of a sealed one it keeps no values."""
    data = {
        **submitted,
        "created_at": row.created_at.isoformat(),
        "candidates": row.candidates,  # who else it waited for may ask later who was first
    }
    payload = {} if submissions.is_sealed(element) else {"values": dict(values)}
    return Command("complete", row.task_id, payload, row.task_id, data)


def _assign(
    session: Session, row: Any, login: str | None, verb: str, person: Actor, at: datetime
) -> None:
    """Change who has a task, its inbox rows with it."""
    connection = session.connection()
    changed = connection.execute(
        _ASSIGNED, {"task": row.task_id, "seen": row.task_version, "login": login}
    )
    if changed.rowcount != 1:
        raise StaleVersion
    connection.execute(_CANDIDATES_GONE, {"task": row.task_id})
    connection.execute(_CANDIDATE, candidate_rows(row.task_id, login, row.candidates, row.due_at))
    entry = Entry(verb, row.process_id, row.element_id, row.name, row.task_id, person.login)
    history.append(session, row.instance_id, [entry], at)


def _element(
    session: Session, deployed_process_id: int, process_id: str, element_id: str
) -> Element:
    definition = versions.definition(session, deployed_process_id)
    return definition.element(process_id, element_id)


_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]
_TASKS = Base.metadata.tables[UserTask.__tablename__]
_CANDIDATES = Base.metadata.tables[TaskCandidate.__tablename__]

_LOCKED = (
    select(
        *COLUMNS,
        _TASKS.c.id.label("task_id"),
        _TASKS.c.version.label("task_version"),
        _TASKS.c.process_id,
        _TASKS.c.element_id,
        _TASKS.c.name,
        _TASKS.c.assignee,
        _TASKS.c.candidates,
        _TASKS.c.created_at,
        _TASKS.c.due_at,
    )
    .join_from(_TASKS, _INSTANCES, _TASKS.c.instance_id == _INSTANCES.c.id)
    .where(_TASKS.c.id == bindparam("task"))
    .with_for_update(of=_INSTANCES)
)
_TAKEN = delete(_TASKS).where(
    _TASKS.c.id == bindparam("task"), _TASKS.c.version == bindparam("seen")
)
_ASSIGNED = (
    update(_TASKS)
    .where(_TASKS.c.id == bindparam("task"), _TASKS.c.version == bindparam("seen"))
    .values(assignee=bindparam("login"), version=_TASKS.c.version + 1)
)
_CANDIDATES_GONE = delete(_CANDIDATES).where(_CANDIDATES.c.task_id == bindparam("task"))
_CANDIDATE = insert(_CANDIDATES)
