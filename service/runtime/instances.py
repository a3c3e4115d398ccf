"""One command on one process instance is one transaction: lock it, load it, step it, save what changed.

Everything that moves an instance goes through `advancing` or `start`; its rows are written in `_save` and nowhere
else. A process keeps the executions it used last, so that the next command need not decode the state again: one
is taken out while a command uses it, comes back only after the commit, and is trusted only when version and
history hash are still those of the row.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    String,
    bindparam,
    exc,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from service import operations
from service.database import after_commit, kept, nudge, outage, together
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.engine.checking.lint import Known
from service.engine.deciding.decisions import Decision
from service.engine.definitions import Element, ProcessDefinition
from service.engine.execution import Execution, OpenTask
from service.engine.host import OperationCall, Step, Thrown
from service.errors import (
    InstanceNotRunning,
    NotFound,
    OperationFailed,
    ProcessFailed,
    ServiceError,
    StaleVersion,
)
from service.forms import FIELD_TYPES, FormSpec
from service.operations import OPERATIONS, SOURCES, Context
from service.register.people.directory import ROLES
from service.runtime import decisions, deployments, history, waiting
from service.runtime.deployments import Listening
from service.runtime.history import Entry, Head
from service.runtime.waiting import Place, Waiting, Write
from service.tables import Base
from service.tables.runtime import (
    DeployedProcess,
    Incident,
    MessageSubscription,
    ProcessInstance,
    Submission,
)

log = logging.getLogger(__name__)

KEPT_EXECUTIONS = 2_000


@dataclass(frozen=True)
class Command:
    """What moves an instance. An incident keeps name, subject and payload, so that the same can be run again.

    `data` goes into the history beside the task the command completes; `entries` come before all it sets off.
    """

    name: str  # start | complete | fire | receive | …
    subject: str  # process id, task id, timer id, message name
    payload: Mapping[str, Any] = field(default_factory=dict)
    task_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Kept:
    """An execution between two commands, and the row it stands for."""

    execution: Execution
    waiting: Waiting
    version: int
    history_hash: str

    def stands_for(self, row: Any) -> bool:
        known = (self.version, self.history_hash)
        return known == (row.version, row.history_hash)


class Executions:
    """The executions this operating-system process used last; whoever takes one has it alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, instance_id: int) -> Kept | None:
        with self._lock:
            return self._kept.pop(instance_id, None)

    def give(self, instance_id: int, execution: Kept) -> None:
        with self._lock:
            self._kept[instance_id] = execution
            self._kept.move_to_end(instance_id)
            while len(self._kept) > KEPT_EXECUTIONS:
                self._kept.popitem(last=False)


class Host:
    """What the outside is to a step: operations and limits by name, in the transaction at hand."""

    def __init__(
        self,
        session: Session,
        instance_id: int,
        business_key: str | None,
        by: str | None,
        at: datetime,
    ) -> None:
        self.session = session
        self.instance_id = instance_id
        self.business_key = business_key
        self.by = by
        self.at = at
        self.zone = LOCAL
        self.functions: Mapping[str, Callable[..., Any]] = {"deadline": self.deadline}

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any]:
        """Run what a service task names."""
        context = self._context(call.process_id, call.element_id, call.variables)
        return self._run(operation, replace(context, parameters=call.parameters))

    def decision(self, key: str) -> Decision | None:
        """Return the newest decision of this id, at this moment."""
        try:
            return decisions.newest(self.session, key)
        except exc.SQLAlchemyError as error:
            raise outage(self.session, error) or error from error

    def hand_in(
        self,
        operation: str,
        process_id: str,
        element: Element,
        variables: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        """Run what a form names as its `on_complete`, with what was handed in."""
        context = replace(self._context(process_id, element.id, variables), values=values)
        return self._run(operation, context, sealed=is_sealed(element))

    def deadline(self, variables: Mapping[str, Any], key: str) -> policies.Due:
        """Return when a named limit ends for a token with these variables."""
        try:
            return policies.for_variables(self.session, key, variables, self.at)
        except exc.SQLAlchemyError as error:
            raise outage(self.session, error) or error from error

    def limit(self, task: OpenTask) -> policies.Due:
        """Return when a user task is due that has a limit: its property's, or the one its date was reckoned by."""
        if task.deadline_key or task.terms.policy is None:
            return self.deadline(task.variables, task.deadline_key or "")
        used = task.terms.policy
        return policies.due(self.session, used.key, used.base_at, used.level, used.cap_on)

    def _context(self, process_id: str, element_id: str, variables: Mapping[str, Any]) -> Context:
        return Context(
            session=self.session,
            at=self.at,
            by=self.by,
            instance_id=self.instance_id,
            business_key=self.business_key,
            process_id=process_id,
            element_id=element_id,
            variables=variables,
            keyed=self._key,
        )

    def _run(self, operation: str, context: Context, *, sealed: bool = False) -> Mapping[str, Any]:
        operations.load()
        known = OPERATIONS.get(operation)
        if known is None:
            raise OperationFailed(
                f"流程图要执行的操作“{operation}”在本版本中不存在，请运维人员升级程序或重新部署流程图。",
                element=context.element_id,
                cause=f"unknown operation {operation!r}",
            )
        try:
            return known.run(context)
        except ServiceError:
            raise
        except Exception as error:
            # An operation is anybody's code: what it did not foresee is an incident, unless the database is away.
            if away := outage(self.session, error):
                raise away from error
            cause = f"{operation}: {type(error).__name__}"
            if sealed:  # the words of an error may repeat what nobody is to read
                log.error("operation failed", extra={"operation": operation})
                raise OperationFailed(element=context.element_id, cause=cause) from None
            log.exception("operation failed", extra={"operation": operation})
            raise OperationFailed(element=context.element_id, cause=f"{cause}: {error}") from error

    def _key(self, business_key: str) -> None:
        self.business_key = business_key


@dataclass
class Held:
    """An instance while one command has it: locked, loaded, not yet saved."""

    session: Session
    row: Any
    execution: Execution
    before: Waiting
    host: Host
    command: Command
    taken: set[str] = field(default_factory=set)  # ids whose rows the command has deleted itself


def start(
    session: Session,
    process_id: str,
    values: Mapping[str, Any],
    by: str | None,
    at: datetime,
    business_key: str | None = None,
    start_event: str = "",
) -> ProcessInstance:
    """Start the newest version of a process with what its start form asks, or with variables where it asks nothing.

    What begins by a start event named here, for a message, a signal or a moment, has no form: all becomes variables.
    """
    deployed_process_id = deployments.latest(session, process_id)
    definition = deployments.definition(session, deployed_process_id)
    connection = session.connection()
    fresh = {
        "deployed_process_id": deployed_process_id,
        "process_id": process_id,
        "business_key": business_key,
        "started_at": at,
        "started_by": by,
    }
    row = connection.execute(_START, fresh).one()
    host = Host(session, row.instance_id, business_key, by, at)
    element = _start_event(definition.process, start_event)
    where = {"business_key": business_key, "start_event": start_event}
    told = {key: value for key, value in where.items() if value}
    command = Command("start", process_id, {"values": dict(values), **told})
    with _naming_the_command(command, None, by):
        variables = dict(values)
        if element is not None:
            variables = variables if start_event else routed(element, values)
            if operation := element.properties.get("on_complete"):
                variables |= host.hand_in(operation, process_id, element, {}, values)
            if element.fields and not start_event:
                subject = f"start:{row.instance_id}"
                data = submit(session, row.instance_id, subject, element, by, at, values)
                command = replace(command, task_id=subject, data=data)
        execution = Execution.start(definition, variables, host, at, start_event)
        _save(Held(session, row, execution, Waiting(), host, command))
    return session.get_one(ProcessInstance, row.instance_id, populate_existing=True)


def _start_event(process: ProcessDefinition, start_event: str) -> Element | None:
    if not start_event:
        return process.start
    for element in process.starts:
        if element.id == start_event:
            return element
    raise NotFound(
        f"流程“{process.process_id}”的最新版本没有开始事件“{start_event}”。请流程设计员核对后重新部署。",
        process_id=process.process_id,
    )


@contextmanager
def advancing(
    session: Session,
    instance_id: int,
    at: datetime,
    by: str | None = None,
    command: Command | None = None,
) -> Iterator[Execution]:
    """Hold an instance's execution for the block and save it at the end; whoever comes second waits."""
    row = session.connection().execute(LOCKED, {"instance": instance_id}).one_or_none()
    if row is None:
        raise NotFound
    with stepping(session, row, by, at, command or Command("advance", str(instance_id))) as held:
        yield held.execution


@contextmanager
def stepping(
    session: Session, row: Any, by: str | None, at: datetime, command: Command
) -> Iterator[Held]:
    """Hold an instance whose locked row the caller has read, `COLUMNS` at least, and save it at the end."""
    if row.status not in RUNNING:
        raise InstanceNotRunning
    host = Host(session, row.instance_id, row.business_key, by, at)
    with _naming_the_command(command, row.instance_id, by):
        found = _take(session, row)
        execution = _execution(session, row, host, at, found)
        before = found.waiting if found else Waiting.of(execution, Waiting())
        held = Held(session, row, execution, before, host, command)
        yield held
        _save(held)


@contextmanager
def looking(session: Session, instance_id: int, at: datetime) -> Iterator[Execution]:
    """Lend an instance's execution for looking only; nothing is locked and nothing is saved."""
    row = session.connection().execute(_SEEN, {"instance": instance_id}).one_or_none()
    if row is None:
        raise NotFound
    host = Host(session, instance_id, row.business_key, None, at)
    found = _take(session, row)
    execution = _execution(session, row, host, at, found)
    yield execution
    _keep(
        session,
        instance_id,
        found or Kept(execution, Waiting.of(execution, Waiting()), row.version, row.history_hash),
    )


def variables(session: Session, instance_id: int, task_id: str, at: datetime) -> dict[str, Any]:
    """Return the routing variables at one open task."""
    with looking(session, instance_id, at) as execution:
        return dict(execution.variables(task_id))


def terminate(
    session: Session, instance_id: int, reason: str, by: str | None, at: datetime
) -> None:
    """End an instance before its time; what it waited for is withdrawn, the reason stays in its history."""
    entry = Entry("terminated", "", "", "终止办理", None, by, {"reason": reason})
    command = Command("terminate", str(instance_id), entries=(entry,))
    with advancing(session, instance_id, at, by, command) as execution:
        execution.cancel()


def find(
    session: Session,
    limit: int,
    process_id: str = "",
    business_key: str = "",
    status: str = "",
    before: int | None = None,
    but: Collection[str] = (),
) -> list[ProcessInstance]:
    """Return instances, the latest first; `before` is the id a page ended with, `but` the processes left out."""
    question = select(ProcessInstance).order_by(ProcessInstance.id.desc()).limit(limit)
    if process_id:
        versions = select(DeployedProcess.id).where(DeployedProcess.process_id == process_id)
        question = question.where(ProcessInstance.deployed_process_id.in_(versions))
    if business_key:
        question = question.where(ProcessInstance.business_key == business_key)
    if status:
        question = question.where(ProcessInstance.status == status)
    if before is not None:
        question = question.where(ProcessInstance.id < before)
    if but:
        question = question.where(ProcessInstance.process_id.not_in(but))
    return list(session.scalars(question))


def of(session: Session, business_key: str) -> list[ProcessInstance]:
    """Return the instances of a case, oldest first."""
    return list(
        session.scalars(
            select(ProcessInstance)
            .where(ProcessInstance.business_key == business_key)
            .order_by(ProcessInstance.id)
        )
    )


def running(session: Session) -> dict[int, int]:
    """Return how many instances run on each deployed process, by the id it is deployed under."""
    rows = session.execute(
        select(ProcessInstance.deployed_process_id, func.count())
        .where(ProcessInstance.status == "running")
        .group_by(ProcessInstance.deployed_process_id)
    )
    return dict(rows.all())


def known(session: Session) -> Known:
    """Return every name a diagram may use at this moment; what it is checked against."""
    return replace(
        names(),
        deadlines=policies.names(session),
        processes=frozenset(one.process_id for one in deployments.catalogue(session)),
        decisions=frozenset(one.decision_id for one in decisions.catalogue(session)),
    )


def names() -> Known:
    """Return the names this release brings along; for checking a diagram where there is no database."""
    operations.load()
    return Known(
        operations=frozenset(OPERATIONS),
        deadlines=policies.seeded_names(),
        roles=frozenset(ROLES),
        field_types=frozenset(FIELD_TYPES),
        sources=frozenset(SOURCES),
        processes=frozenset(),
        decisions=frozenset(),
    )


def routed(element: Element, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a form becomes variables: what its fields say, everything where it has none, nothing sealed."""
    if is_sealed(element):
        return {}
    if not element.fields:
        return dict(values)
    return FormSpec.of(element.fields).variables(values)


def is_sealed(element: Element) -> bool:
    return element.properties.get("sealed") == "true"


def submit(
    session: Session,
    instance_id: int,
    task_id: str,
    element: Element,
    by: str | None,
    at: datetime,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Keep what was handed in, and return what the history says about it. Sealed values are kept nowhere here."""
    sealed = is_sealed(element)
    row = {
        "task_id": task_id,
        "instance_id": instance_id,
        "element_id": element.id,
        "name": element.name,
        "by": by,
        "at": at,
        "values": {} if sealed else values,
        "sealed": sealed,
    }
    session.connection().execute(_SUBMIT, row)
    if sealed:
        return {"sealed": True}
    return {"submitted": history.submission_digest(task_id, by, at, values)}


@contextmanager
def _naming_the_command(
    command: Command, instance_id: int | None, by: str | None
) -> Iterator[None]:
    """Tell a failure what failed, so that an incident can be recorded where the transaction was opened."""
    try:
        yield
    except ProcessFailed as error:
        error.facts.update(command=command, instance_id=instance_id, by=by)
        raise


def _take(session: Session, row: Any) -> Kept | None:
    """Return the execution this row stands for, from this transaction or an earlier one, if it is still here."""
    here: dict[int, Kept] = session.info.get(_HERE, {})
    found = here.pop(row.instance_id, None)
    if found is None or not found.stands_for(row):
        found = kept(session, Executions).take(row.instance_id)
    return found if found is not None and found.stands_for(row) else None


def _execution(
    session: Session, row: Any, host: Host, at: datetime, found: Kept | None
) -> Execution:
    if found is not None:
        found.execution.resume(host, at)
        return found.execution
    definition = deployments.definition(session, row.deployed_process_id)
    state = session.connection().execute(_STATE, {"instance": row.instance_id}).scalar_one()
    return Execution.load(definition, bytes(state), host, at)


def _save(held: Held) -> None:
    """Write what a command changed, and nothing else: one row of the instance, then all that hangs on it."""
    session, row, host = held.session, held.row, held.host
    connection = session.connection()
    now = Waiting.of(held.execution, held.before)
    place = Place(row.instance_id, host.business_key, host.at, host.limit)
    writes = [*waiting.changes(place, held.before, now, held.taken), *_messages(held)]
    events, head = history.chained(
        row.instance_id, Head(row.history_seq, row.history_hash), _entries(held, now), host.at
    )
    if connection.execute(_ADVANCED, _advanced(held, head)).rowcount != 1:
        raise StaleVersion
    with together(connection):
        for statement, rows in [Write(history.EVENT, events), *writes]:
            if rows:
                connection.execute(statement, rows if len(rows) > 1 else rows[0])
    if due_at := waiting.next_due(writes):
        nudge(session, due_at)
    _keep(session, row.instance_id, Kept(held.execution, now, row.version + 1, head.hash))


def _advanced(held: Held, head: Head) -> dict[str, Any]:
    ended = held.execution.ended
    return {
        "instance": held.row.instance_id,
        "seen": held.row.version,
        "next": held.row.version + 1,
        "now_state": held.execution.dump(),
        "now_status": _status(held, ended),
        "key": held.host.business_key,
        "end": held.host.at if ended else None,
        "by_event": held.execution.end_event if ended else None,
        "seq": head.seq,
        "hash": head.hash,
    }


def _entries(held: Held, now: Waiting) -> list[Entry]:
    """Say what happened: what the command adds, the elements gone through, the tasks nobody need do any more."""
    command, by = held.command, held.host.by
    steps = enumerate(held.execution.trace)
    entries = [*command.entries, *(_entry(step, command, by, number) for number, step in steps)]
    entries += (
        Entry("withdrawn", task.process_id, task.element_id, task.name, task.id, by)
        for task in held.before.tasks.values()
        if task.id not in now.tasks and task.id != command.task_id
    )
    return entries


def _entry(step: Step, command: Command, by: str | None, number: int) -> Entry:
    """The form of a start is the first step's alone; processes called at once have start events of their own."""
    task_id = step.task_id if step.kind == "userTask" else None
    data: dict[str, Any] = {"from": step.from_element, "flow": step.flow_id}
    if step.kind == "startEvent" and command.name == "start" and number == 0:
        task_id = command.task_id
    if task_id is not None and task_id == command.task_id:
        data |= command.data
    return Entry(step.kind, step.process_id, step.element_id, step.name, task_id, by, data)


def _status(held: Held, ended: bool) -> str:
    """Return the status after this command; a failed instance runs again when its last failure is made good."""
    if ended:
        return "terminated" if held.command.name == "terminate" else "ended"
    if held.row.status != "failed":
        return "running"
    connection = held.session.connection()
    settled = {"instance": held.row.instance_id, "of": held.command.subject}
    connection.execute(_SETTLED, {**settled, "at": held.host.at, "whom": held.host.by})
    unsettled = connection.execute(_UNSETTLED, {"instance": held.row.instance_id}).first()
    return "failed" if unsettled else "running"


def _messages(held: Held) -> Iterator[Write]:
    """Leave what was said to other instances with the clock, which hands it over in a transaction of theirs."""
    for number, thrown in enumerate(held.execution.thrown):
        key = thrown.payload.get("business_key", held.host.business_key)
        narrow = thrown.kind == "message" or "business_key" in thrown.payload  # a signal is for all
        asked = {"name": thrown.name, "kind": thrown.kind, "own": held.row.instance_id}
        asked |= {"key": key if narrow else None}
        receivers = held.session.connection().execute(_RECEIVERS, asked).scalars().all()
        if thrown.kind == "message":
            receivers = receivers[:1]
        yield Write(
            waiting.TIMER, [_message_row(held, thrown, number, receiver) for receiver in receivers]
        )
        if thrown.kind == "signal" or not receivers:
            places = deployments.listening(held.session, thrown.kind, thrown.name)
            rows = [_start_row(held, thrown, number, key, place) for place in places]
            yield Write(waiting.TIMER, rows)


def _message_row(held: Held, thrown: Thrown, number: int, receiver: int) -> dict[str, Any]:
    sender = f"{held.row.instance_id}.{held.row.version + 1}.{number}"
    return {
        "id": f"message:{sender}:{receiver}",
        "instance_id": receiver,
        "kind": "message",
        "task_id": None,
        "element_id": thrown.element_id,
        "name": thrown.name,
        "due_at": held.host.at,
        "payload": {"kind": thrown.kind, "payload": dict(thrown.payload)},
        "attempts": 0,
    }


def _start_row(
    held: Held, thrown: Thrown, number: int, key: str | None, place: Listening
) -> dict[str, Any]:
    sender = f"{held.row.instance_id}.{held.row.version + 1}.{number}"
    job_id = f"begin:{sender}:{place.process_id}:{place.element_id}"
    payload = thrown.payload
    return deployments.start_row(
        job_id, place.process_id, place.element_id, thrown.name, held.host.at, payload, key
    )


def _keep(session: Session, instance_id: int, kept_: Kept) -> None:
    here = session.info.get(_HERE)
    if here is None:
        here = session.info[_HERE] = {}
        after_commit(session, partial(_publish, session))
    here[instance_id] = kept_


def _publish(session: Session) -> None:
    executions = kept(session, Executions)
    for instance_id, kept_ in session.info.pop(_HERE).items():
        executions.give(instance_id, kept_)


_HERE = "executions"
_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]
_SUBSCRIPTIONS = Base.metadata.tables[MessageSubscription.__tablename__]
_SUBMISSIONS = Base.metadata.tables[Submission.__tablename__]
_INCIDENTS = Base.metadata.tables[Incident.__tablename__]

COLUMNS = (
    _INSTANCES.c.id.label("instance_id"),
    _INSTANCES.c.deployed_process_id,
    _INSTANCES.c.business_key,
    _INSTANCES.c.status,
    _INSTANCES.c.version,
    _INSTANCES.c.history_seq,
    _INSTANCES.c.history_hash,
)
"""What `stepping` must know of an instance; a command may read it together with its own row."""

RUNNING = frozenset({"running", "failed"})

_THE_INSTANCE = _INSTANCES.c.id == bindparam("instance")
_SEEN = select(*COLUMNS).where(_THE_INSTANCE)
LOCKED = _SEEN.with_for_update()
_STATE = select(_INSTANCES.c.state).where(_THE_INSTANCE)
_START = (
    insert(_INSTANCES)
    .values(status="running", state=b"", version=0, history_seq=0, history_hash="")
    .returning(*COLUMNS)
)
_ADVANCED = (
    update(_INSTANCES)
    .where(_THE_INSTANCE, _INSTANCES.c.version == bindparam("seen"))
    .values(
        state=bindparam("now_state"),
        version=bindparam("next"),
        status=bindparam("now_status"),
        business_key=bindparam("key"),
        ended_at=bindparam("end"),
        end_event=bindparam("by_event"),
        history_seq=bindparam("seq"),
        history_hash=bindparam("hash"),
    )
)
_RECEIVERS = (
    select(_SUBSCRIPTIONS.c.instance_id)
    .where(
        _SUBSCRIPTIONS.c.name == bindparam("name"),
        _SUBSCRIPTIONS.c.kind == bindparam("kind"),
        or_(
            _SUBSCRIPTIONS.c.business_key == bindparam("key", type_=String),
            bindparam("key", type_=String).is_(None),
        ),
        _SUBSCRIPTIONS.c.instance_id != bindparam("own"),
    )
    .distinct()
    .order_by(_SUBSCRIPTIONS.c.instance_id)
)
_SUBMIT = insert(_SUBMISSIONS)
_SETTLED = (
    update(_INCIDENTS)
    .where(
        _INCIDENTS.c.instance_id == bindparam("instance"),
        _INCIDENTS.c.subject == bindparam("of"),
        _INCIDENTS.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("at"), resolved_by=bindparam("whom"))
)
_UNSETTLED = (
    select(_INCIDENTS.c.id)
    .where(_INCIDENTS.c.instance_id == bindparam("instance"), _INCIDENTS.c.resolved_at.is_(None))
    .limit(1)
)
