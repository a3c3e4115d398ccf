"""What people have to do: whose it is, what it asks, and handing it in — once, by whoever may."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    Subquery,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from service import history
from service.authority import doing, starting
from service.database import together, upsert
from service.engine.definitions import Element
from service.errors import NotAllowed, ServiceError, StaleVersion, TaskNotOpen
from service.history import Entry
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.runtime import deployments, instances, submissions
from service.runtime.instances import COLUMNS, Command
from service.runtime.waiting import NO_DUE, candidate_rows
from service.tables import Base
from service.tables.runtime import Draft, ProcessInstance, TaskCandidate, UserTask

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
class Outcome:
    """What became of one task of a batch; `sentence` says why where it was not done."""

    task_id: str
    done: bool
    sentence: str = ""


@dataclass(frozen=True)
class Startable:
    """A process a person may start, with its start form."""

    process_id: str
    name: str
    element: Element


# What there is to do


def inbox(
    session: Session, person: Actor, limit: int = 50, after: Place | None = None
) -> list[UserTask]:
    """Return what a person may do, the earliest due first; what has no limit comes last.

    Each group is one range of one index, cut at `limit`, so the cost does not grow with the number of open tasks.
    """
    found = _of(person, limit, after)
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


def place(task: UserTask) -> Place:
    """Return where a page that ends with this task goes on."""
    return Place(task.due_at or NO_DUE, task.id)


def counts(session: Session, person: Actor, at: datetime) -> Counts:
    """Return how much there is to do, how much of it late, and when the earliest is due.

    Counting stops at `MOST_COUNTED`: who has more than that needs no exact number, and a page may not wait for it.
    """
    theirs = _of(person, MOST_COUNTED + 1, None)
    distinct = select(theirs.c.task_id, theirs.c.due_at).distinct().subquery()
    late = func.count(case((distinct.c.due_at < at, 1)))
    row = session.execute(
        select(func.count(), late, func.min(distinct.c.due_at)).select_from(distinct)
    ).one()
    earliest = row[2]
    return Counts(
        min(row[0], MOST_COUNTED),
        min(row[1], MOST_COUNTED),
        None if earliest == NO_DUE else earliest,
        row[0] > MOST_COUNTED,
    )


def open(session: Session, task_id: str, person: Actor, at: datetime) -> TaskView:
    """Return a task of this person with its form, its variables and what they typed before."""
    row = session.get(UserTask, task_id, populate_existing=True)
    if row is None:
        raise TaskNotOpen
    doing.refuse_strangers(row.assignee, row.candidates, person)
    instance = session.get_one(ProcessInstance, row.instance_id)
    element = _element(session, instance.deployed_process_id, row.process_id, row.element_id)
    variables = instances.variables(session, row.instance_id, task_id, at)
    return TaskView(row, element, variables, draft(session, task_id, person))


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
    for version in deployments.catalogue(session):
        element = deployments.definition(session, version.id).process.start
        if element is not None and starting.is_starter(person, element):
            found.append(Startable(version.process_id, version.name, element))
    return found


# Typing


def save_draft(
    session: Session, subject: str, person: Actor, values: Mapping[str, Any], at: datetime
) -> None:
    """Keep what was typed, unchecked. `subject` is a task id, or "start:<process id>"."""
    row = {"subject": subject, "login": person.login, "saved_at": at, "values": dict(values)}
    statement = upsert(session, Draft).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "login"],
            set_={"saved_at": statement.excluded.saved_at, "values": statement.excluded["values"]},
        )
    )


def draft(session: Session, subject: str, person: Actor) -> Mapping[str, Any] | None:
    """Return what this person typed and has not handed in."""
    return session.scalar(
        select(Draft.values).where(Draft.subject == subject, Draft.login == person.login)
    )


# Doing


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
    _forget_drafts(session, f"start:{process_id}", person.login)
    return instance


def claim(
    session: Session, task_id: str, person: Actor, at: datetime, version: int | None = None
) -> None:
    """Take a task for oneself, so that no colleague does it too; the second to try is told who was first."""
    row = _locked(session, task_id, version)
    if row.assignee == person.login:
        return
    doing.refuse_strangers(row.assignee, row.candidates, person)
    _assign(session, row, person.login, "claimed", person, at)


def take_over(
    session: Session, task_id: str, person: Actor, at: datetime, version: int | None = None
) -> None:
    """Give a task to this person, whoever may do it; the caller has asked whether they may. Never a sealed one."""
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
    5. step the instance and save it
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
        connection.execute(_DRAFTS_GONE, {"of": task_id})
    command = Command(
        "complete",
        task_id,
        {} if submissions.is_sealed(element) else {"values": dict(values)},
        task_id,
        {
            **submitted,
            "created_at": row.created_at.isoformat(),
            "candidates": row.candidates,  # who else it waited for may ask later who was first
        },
    )
    with instances.stepping(session, row, person.login, at, command) as turn:
        turn.taken.add(task_id)
        variables = submissions.routed(element, values)
        if operation := element.properties.get("on_complete"):
            seen = turn.execution.variables(task_id)
            variables |= turn.host.hand_in(operation, row.process_id, element, seen, values)
        turn.execution.complete(task_id, variables)


def batch(
    opening: Callable[[], AbstractContextManager[Session]],
    task_ids: Iterable[str],
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    """Hand in several tasks with the same values, each in its own transaction; one refusal stops no other.

    `opening` opens a transaction: `database.transaction`, or one that records incidents as well.
    """
    return [_attempt(opening, task_id, values, by, at) for task_id in dict.fromkeys(task_ids)]


def _attempt(
    opening: Callable[[], AbstractContextManager[Session]],
    task_id: str,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> Outcome:
    try:
        with opening() as session:
            complete(session, task_id, values, by, at)
    except ServiceError as error:
        return Outcome(task_id, done=False, sentence=str(error))
    return Outcome(task_id, done=True)


def _of(person: Actor, limit: int, after: Place | None) -> Subquery:
    """The earliest due of each group of a person; who holds two posts finds some twice."""
    return union_all(
        *(_first_of(candidate, limit, after) for candidate in sorted(person.candidates))
    ).subquery()


def _first_of(candidate: str, limit: int, after: Place | None) -> Select[Any]:
    question = select(TaskCandidate.task_id, TaskCandidate.due_at).where(
        TaskCandidate.candidate == candidate
    )
    if after is not None:
        question = question.where(
            tuple_(TaskCandidate.due_at, TaskCandidate.task_id) > tuple_(*after)
        )
    first = question.order_by(TaskCandidate.due_at, TaskCandidate.task_id).limit(limit).subquery()
    return select(first)


def _locked(session: Session, task_id: str, version: int | None) -> Any:
    """Lock the instance of an open task and return both rows as one; the instance first, always."""
    row = session.connection().execute(_LOCKED, {"task": task_id}).one_or_none()
    if row is None:
        raise TaskNotOpen
    if version is not None and version != row.task_version:
        raise StaleVersion
    return row


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
    definition = deployments.definition(session, deployed_process_id)
    return definition.element(process_id, element_id)


def _forget_drafts(session: Session, subject: str, login: str) -> None:
    session.execute(delete(Draft).where(Draft.subject == subject, Draft.login == login))


_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]
_TASKS = Base.metadata.tables[UserTask.__tablename__]
_CANDIDATES = Base.metadata.tables[TaskCandidate.__tablename__]
_DRAFTS = Base.metadata.tables[Draft.__tablename__]

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
_DRAFTS_GONE = delete(_DRAFTS).where(_DRAFTS.c.subject == bindparam("of"))
