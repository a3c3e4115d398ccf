"""One command on one process instance is one transaction: lock it, load it, step it, save what changed.

Everything that moves an instance goes through `advancing` or `start`; its rows are written in `_save` and nowhere
else.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from service import history
from service.authority import repairing
from service.database import nudge, together
from service.engine.definitions import DefinitionSet, Element, ProcessDefinition
from service.engine.execution import Execution
from service.engine.host import Step
from service.errors import InstanceNotRunning, NotFound, ProcessFailed, StaleVersion
from service.history import Entry, Head
from service.runtime import blame, executions, outgoing, settling, submissions, versions, waiting
from service.runtime.executions import Cached
from service.runtime.host import Host, offered
from service.runtime.outgoing import Sender
from service.runtime.waiting import Place, Waiting, Write
from service.tables import Base
from service.tables.runtime import DeployedProcess, ProcessInstance


@dataclass(frozen=True)
class Command:
    """What moves an instance. An incident keeps name, subject and payload, so that the same can be run again.

    `data` goes into the history beside the task the command completes; `entries` come before all it sets off.
    """

    name: str  # start | complete | fire | receive | deliver | …
    subject: str  # process id, task id, timer id, message name, "message:<id>"
    payload: Mapping[str, Any] = field(default_factory=dict)
    task_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


@dataclass
class Turn:
    """One command at work on an instance: locked, loaded, not yet saved."""

    session: Session
    row: Any
    execution: Execution
    before: Waiting
    host: Host
    command: Command
    joined: Sequence[Entry]  # what its operations append to its history
    taken: set[str] = field(default_factory=set)  # ids whose rows the command has deleted itself
    moved_to: int | None = None  # the deployed process it goes on by from now

    def migrate(self, deployed_process_id: int) -> None:
        """Go on by another version, or raise ProcessFailed naming where it has no place for a token."""
        definition = versions.definition(self.session, deployed_process_id)
        self.execution = self.execution.migrated(definition)
        self.moved_to = deployed_process_id


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

    A process that begins by a named start event, for a message, a signal or a moment, has no form: all values become variables.
    """
    deployed_process_id = versions.latest(session, process_id)
    definition = versions.definition(session, deployed_process_id)
    connection = session.connection()
    fresh = {
        "deployed_process_id": deployed_process_id,
        "process_id": process_id,
        "business_key": business_key,
        "started_at": at,
        "started_by": by,
    }
    row = connection.execute(_START, fresh).one()
    host = _host(session, row, by, at)
    element = _start_event(definition.process, start_event)
    where = {"business_key": business_key, "start_event": start_event}
    named = {key: value for key, value in where.items() if value}
    command = Command("start", process_id, {"values": dict(values), **named})
    with (
        blame.at_fields(definition, None if start_event else element, values),
        _naming_the_command(command, None, by, lambda: definition),
        history.joining(session, row.instance_id) as joined,
    ):
        variables = _first_variables(host, process_id, element, start_event, values)
        if element is not None and element.fields and not start_event:
            subject = f"start:{row.instance_id}"
            data = submissions.keep(session, row.instance_id, subject, element, by, at, values)
            command = replace(command, task_id=subject, data=data)
        execution = Execution.start(definition, variables, host, at, start_event)
        _save(Turn(session, row, execution, Waiting(), host, command, joined))
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


def _first_variables(
    host: Host,
    process_id: str,
    element: Element | None,
    start_event: str,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what an instance starts with: what its start form routes and its operation returns, or all that was given."""
    if element is None:
        return dict(values)
    variables = dict(values) if start_event else submissions.routed(element, values)
    if operation := element.properties.get("on_complete"):
        variables |= host.hand_in(operation, process_id, element, {}, values)
    return variables


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
    with stepping(session, row, by, at, command or Command("advance", str(instance_id))) as turn:
        yield turn.execution


@contextmanager
def stepping(
    session: Session, row: Any, by: str | None, at: datetime, command: Command
) -> Iterator[Turn]:
    """Hold an instance whose locked row the caller has read, `COLUMNS` at least, and save it at the end."""
    if row.status not in RUNNING:
        raise InstanceNotRunning
    host = _host(session, row, by, at)
    drawn = partial(versions.definition, session, row.deployed_process_id)
    with (
        _naming_the_command(command, row.instance_id, by, drawn),
        history.joining(session, row.instance_id) as joined,
    ):
        cached = executions.take(session, row, host, at)
        turn = Turn(session, row, cached.execution, cached.waiting, host, command, joined)
        yield turn
        _save(turn)


@contextmanager
def looking(session: Session, instance_id: int, at: datetime) -> Iterator[Execution]:
    """Lend an instance's execution for looking only; nothing is locked and nothing is saved."""
    row = session.connection().execute(_SEEN, {"instance": instance_id}).one_or_none()
    if row is None:
        raise NotFound
    cached = executions.take(session, row, _host(session, row, None, at), at)
    yield cached.execution
    executions.give_back(session, instance_id, cached)


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
    query = select(ProcessInstance).order_by(ProcessInstance.id.desc()).limit(limit)
    if process_id:
        versions = select(DeployedProcess.id).where(DeployedProcess.process_id == process_id)
        query = query.where(ProcessInstance.deployed_process_id.in_(versions))
    if business_key:
        query = query.where(ProcessInstance.business_key == business_key)
    if status:
        query = query.where(ProcessInstance.status == status)
    if before is not None:
        query = query.where(ProcessInstance.id < before)
    if but:
        query = query.where(ProcessInstance.process_id.not_in(but))
    return list(session.scalars(query))


def of(session: Session, business_key: str) -> list[ProcessInstance]:
    """Return the instances of a case, oldest first."""
    return list(
        session.scalars(
            select(ProcessInstance)
            .where(ProcessInstance.business_key == business_key)
            .order_by(ProcessInstance.id)
        )
    )


def _host(session: Session, row: Any, by: str | None, at: datetime) -> Host:
    return Host(session, row.instance_id, row.business_key, by, at, offered(session))


@contextmanager
def _naming_the_command(
    command: Command, instance_id: int | None, by: str | None, drawn: Callable[[], DefinitionSet]
) -> Iterator[None]:
    """Note in a failure what failed, so that an incident can be recorded where the transaction was opened; nothing sealed."""
    try:
        yield
    except ProcessFailed as error:
        repairing.conceal(error, drawn())
        error.facts.update(command=command, instance_id=instance_id, by=by)
        raise


def _save(turn: Turn) -> None:
    """Write what a command changed, and nothing else: one row of the instance, then all that hangs on it."""
    session, row, host = turn.session, turn.row, turn.host
    connection = session.connection()
    now = Waiting.of(turn.execution, turn.before if turn.moved_to is None else Waiting())
    place = Place(row.instance_id, host.business_key, host.at, host.limit, host.stands_since)
    sender = Sender(row.instance_id, row.version + 1, host.business_key, host.at)
    writes = [
        *waiting.changes(place, turn.before, now, turn.taken),
        *outgoing.writes(session, sender, turn.execution.thrown),
    ]
    events, head = history.chained(
        row.instance_id, Head(row.history_seq, row.history_hash), _entries(turn, now), host.at
    )
    if connection.execute(_ADVANCED, _advanced(turn, now, head)).rowcount != 1:
        raise StaleVersion
    with together(connection):
        for statement, rows in [Write(history.EVENT, events), *writes]:
            if rows:
                connection.execute(statement, rows if len(rows) > 1 else rows[0])
    if due_at := waiting.next_due(writes):
        nudge(session, due_at)
    if any(write.statement is outgoing.MESSAGE for write in writes):
        nudge(session, host.at)
    cached = Cached(turn.execution, now, row.version + 1, head.hash)
    executions.give_back(session, row.instance_id, cached)


def _advanced(turn: Turn, now: Waiting, head: Head) -> dict[str, Any]:
    ended = turn.execution.ended
    return {
        "instance": turn.row.instance_id,
        "definition": turn.moved_to or turn.row.deployed_process_id,
        "seen": turn.row.version,
        "next": turn.row.version + 1,
        "now_state": turn.execution.dump(),
        "now_status": _status(turn, now),
        "key": turn.host.business_key,
        "end": turn.host.at if ended else None,
        "by_event": turn.execution.end_event if ended else None,
        "seq": head.seq,
        "hash": head.hash,
    }


def _entries(turn: Turn, now: Waiting) -> list[Entry]:
    """Say what happened: what the command adds, the elements gone through, the tasks nobody need do any more."""
    command, by = turn.command, turn.host.by
    steps = enumerate(turn.execution.trace)
    entries = [*command.entries, *(_entry(step, command, by, number) for number, step in steps)]
    entries += (
        Entry("withdrawn", task.process_id, task.element_id, task.name, task.id, by)
        for task in turn.before.tasks.values()
        if task.id not in now.tasks and task.id != command.task_id
    )
    return [*entries, *turn.joined]


def _entry(step: Step, command: Command, by: str | None, number: int) -> Entry:
    """The form of a start is the first step's alone; processes called at once have start events of their own."""
    task_id = step.task_id if step.kind == "userTask" else None
    data: dict[str, Any] = {"from": step.from_element, "flow": step.flow_id}
    if step.kind == "startEvent" and command.name == "start" and number == 0:
        task_id = command.task_id
    if task_id is not None and task_id == command.task_id:
        data |= command.data
    return Entry(step.kind, step.process_id, step.element_id, step.name, task_id, by, data)


def _status(turn: Turn, now: Waiting) -> str:
    """Return the status after this command; a failed instance runs again when its last failure is made good."""
    still_failed = turn.row.status == "failed" and settling.settle(
        turn.session,
        turn.row.instance_id,
        turn.command.subject,
        now,
        turn.host.by,
        turn.host.at,
    )
    if turn.execution.ended:
        return "terminated" if turn.command.name == "terminate" else "ended"
    return "failed" if still_failed else "running"


_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]

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
        deployed_process_id=bindparam("definition"),
        version=bindparam("next"),
        status=bindparam("now_status"),
        business_key=bindparam("key"),
        ended_at=bindparam("end"),
        end_event=bindparam("by_event"),
        history_seq=bindparam("seq"),
        history_hash=bindparam("hash"),
    )
)
