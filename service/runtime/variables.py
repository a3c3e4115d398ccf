"""The variables of a running instance as an operator mends them: one value in one place, with a reason, in its history.

What an operator may see and set is decided by `authority.repairing`; the value must be one that the form, the list or
the table of variables could hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service import audit, operations
from service.audit import Act
from service.authority import repairing
from service.authority.repairing import Wanted
from service.engine.checking import reads
from service.engine.definitions import DefinitionSet, ProcessDefinition
from service.engine.execution import Execution
from service.engine.execution import Place as Standing
from service.errors import NotFound, ProcessFailed, RepairImpossible, StaleVersion
from service.history import Entry
from service.operations import OPERATIONS
from service.register.people.directory import Actor
from service.runtime import fitting, incidents, instances, versions
from service.runtime.instances import Command
from service.tables.runtime import Incident, ProcessInstance

_MOVED_ON = (
    "您打开页面之后，这件事项又往前走了，或别人刚修过它。没有作任何改动，请看了最新情况再决定。"
)


@dataclass(frozen=True)
class Place:
    """A process an instance is in, as one operator sees it."""

    id: str
    process_id: str
    name: str
    elements: tuple[str, ...]
    variables: Mapping[str, Any]
    hidden: int  # variables that are there, not sealed, and not for this person to see


@dataclass(frozen=True)
class Variables:
    """What an operator sees of the variables of an instance; `needed` are those that failed steps read."""

    version: int
    places: tuple[Place, ...]
    needed: tuple[str, ...]
    may_set_any: bool


@dataclass(frozen=True)
class Value:
    """One variable to be set, in a place by its id, on an instance as it was seen."""

    name: str
    value: Any
    reason: str
    version: int
    place: str = ""


def of(session: Session, person: Actor, instance_id: int, at: datetime) -> Variables:
    """Return the variables an operator may see, with the version they have to name when they set one."""
    row = session.get(ProcessInstance, instance_id)
    if row is None:
        raise NotFound("没有这个流程实例。")
    repairing.refuse(session, person, row)
    if row.status not in instances.RUNNING:
        return Variables(row.version, (), (), False)
    definition = versions.definition(session, row.deployed_process_id)
    failing = incidents.unresolved(session, instance_id=instance_id)
    needed = _read_by(failing, definition)
    guarded = repairing.is_guarded(person, row.business_key, definition)
    sealed = repairing.sealed(definition)
    with instances.looking(session, instance_id, at) as execution:
        places = tuple(
            _place(one, definition, sealed, needed if guarded else None)
            for one in execution.places()
            if one.process_id not in repairing.CLOSED
        )
    return Variables(row.version, places, tuple(sorted(needed - sealed)), not guarded)


def set_one(session: Session, person: Actor, instance_id: int, given: Value, at: datetime) -> bool:
    """Set one variable, or refuse it in words and change nothing; return whether a condition waited for it and went on.

    1. lock the instance; has it moved on since it was looked at?
    2. is it this person's to set, and a value that could stand there?
    3. give it to every token of the place; the history and the audit say who, what and why
    """
    row = session.connection().execute(instances.LOCKED, {"instance": instance_id}).one_or_none()
    if row is None:
        raise NotFound("没有这个流程实例。")
    instance = session.get_one(ProcessInstance, instance_id)
    repairing.refuse(session, person, instance)
    if row.version != given.version:
        raise StaleVersion(_MOVED_ON)
    fitting.check(given.name, given.value, given.reason)
    definition = versions.definition(session, row.deployed_process_id)
    command = Command("repair", f"variables:{instance_id}")
    with (
        _refusing_what_fails(),
        instances.stepping(session, row, person.login, at, command) as turn,
    ):
        place = _chosen(turn.execution, given.place)
        process = definition.processes[place.process_id]
        before = place.variables.get(given.name)
        _refuse(session, person, instance, definition, process, given, before)
        given = replace(given, value=fitting.fit(process, given.name, given.value))
        what = f"设置变量：{given.name}（{given.reason}）"
        data = {"name": given.name, "before": before, "after": given.value, "reason": given.reason}
        entry = Entry("variable_set", place.process_id, "", what, None, person.login, data)
        turn.command = replace(command, entries=(entry,))  # before what it sets off
        turn.execution.set_variable(given.place, given.name, given.value)
        is_on = bool(turn.execution.trace)
    _audit(session, person, instance, process, given, before, at)
    return is_on


@contextmanager
def _refusing_what_fails() -> Iterator[None]:
    """Refuse a value with which what waits for a condition would go on and fail."""
    try:
        yield
    except ProcessFailed as error:
        raise RepairImpossible(
            f"设置以后，等候条件的环节会往前走，但走不成：{error}没有作任何改动。"
        ) from error


def _refuse(
    session: Session,
    person: Actor,
    instance: ProcessInstance,
    definition: DefinitionSet,
    process: ProcessDefinition,
    given: Value,
    before: Any,
) -> None:
    name = given.name
    failing = incidents.unresolved(session, instance_id=instance.id)
    repairing.refuse_value(
        person,
        Wanted(
            name,
            given.value,
            name in repairing.sealed(definition) or process.process_id in repairing.CLOSED,
            repairing.is_guarded(person, instance.business_key, definition),
            name in _read_by(failing, definition),
            fitting.answered(definition.processes.values(), name, before),
            _assigns(definition, name),
        ),
    )
    for incident in failing:
        if name in incident.payload.get("values", {}):
            raise RepairImpossible(
                f"变量“{name}”是失败的那次提交里填写的，重试时会照原样再写一次，设置了也不起作用。"
                "请办理人重新提交这项任务，或请流程设计员改正流程图后换版。"
            )


def _assigns(definition: DefinitionSet, name: str) -> bool:
    """Does this variable say, anywhere in the process or what it calls, who does a task?"""
    people = ("assignee", "candidateUsers", "candidateGroups")
    return any(
        name in reads.of_text(element.attributes.get(attribute, ""))
        for process in definition.processes.values()
        for element in process.elements.values()
        for attribute in people
    )


def _read_by(failing: Iterable[Incident], definition: DefinitionSet) -> frozenset[str]:
    """Return the variables that the steps read which failed and wait for an operator."""
    operations.load()
    found: set[str] = set()
    for incident in failing:
        for process in definition.processes.values():
            element = process.elements.get(incident.element_id)
            if element is None:
                continue
            found |= reads.at(process.drawn, element.id)
            for name in element.operations:
                known = OPERATIONS.get(name)
                found.update(one.name for one in (known.contract.reads if known else ()))
    return frozenset(found)


def _place(
    found: Standing,
    definition: DefinitionSet,
    sealed: frozenset[str],
    only: frozenset[str] | None,
) -> Place:
    """Return a place without what is sealed; that is not counted either, for the number would tell who has answered."""
    process = definition.processes[found.process_id]
    names = tuple(process.elements[one].name or one for one in found.elements)
    told = {name: value for name, value in sorted(found.variables.items()) if name not in sealed}
    shown = {name: value for name, value in told.items() if only is None or name in only}
    return Place(
        found.id,
        found.process_id,
        process.name or found.process_id,
        names,
        shown,
        len(told) - len(shown),
    )


def _chosen(execution: Execution, place_id: str) -> Any:
    for place in execution.places():
        if place.id == place_id:
            return place
    raise RepairImpossible("这件事项现在不在您选的那个流程里。没有作任何改动，请看了最新情况再选。")


def _audit(
    session: Session,
    person: Actor,
    instance: ProcessInstance,
    process: ProcessDefinition,
    given: Value,
    before: Any,
    at: datetime,
) -> None:
    sentence = f"在第 {instance.id} 号流程实例的“{process.name}”里设置变量“{given.name}”。"
    data = {
        "instance": instance.id,
        "before": {given.name: before},
        "after": {given.name: given.value},
    }
    subject = f"instance:{instance.id}"
    audit.record(session, person.login, at, Act.INCIDENT, subject, sentence, given.reason, data)
