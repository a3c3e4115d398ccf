"""Who may mend a case that has failed, and what of it: operators, nothing sealed, and no decision of somebody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service import operations
from service.authority import reading, starting
from service.engine.checking import reads
from service.engine.definitions import DefinitionSet, Element
from service.errors import NotAllowed, NotFound, ProcessFailed
from service.operations import OPERATIONS
from service.register.casefile import sealing
from service.register.people import posts, roles
from service.register.people.directory import Actor
from service.tables.runtime import ProcessInstance

CLOSED = sealing.SEALED_PROCESSES
"""What is answered in these processes is nobody's to mend."""
CONCEALED = (
    "这一步要用密封环节里填写的内容，没有成功，内容保密，不显示原因。"
    "请流程设计员核对流程图里用到它的条件和表达式，改正后重新部署。"
)


@dataclass(frozen=True)
class Wanted:
    """A variable somebody wants to set, and what the answer depends on."""

    name: str
    value: Any
    is_sealed: bool  # it is, or tells, what a sealed task was answered
    is_guarded: bool  # the process acts on the register, or belongs to one of its cases
    is_read: bool  # by the step that failed
    answered: (
        str  # the task in which somebody answered what stands there now, if it is a good answer
    )
    assigns: bool  # somebody's tasks by it


def refuse(session: Session, person: Actor, instance: ProcessInstance) -> None:
    """Refuse to mend, or look into, an instance this person may not.

    Operators mend what runs. What is sealed is not there for them, and while deputies evaluate a case nobody who may
    not follow the evaluation looks into it: where it stands would tell how they rate.
    """
    refuse_others(person)
    if instance.process_id in sealing.SEALED_PROCESSES:
        raise NotFound("没有这个流程实例。")
    if sealing.steps(session, person, instance.business_key).is_waiting:
        raise NotAllowed(
            "代表正在评价这件建议，评价结束以前不能查看和设置它的变量，也不能换版。失败的步骤可以重试。"
        )


def refuse_others(person: Actor) -> None:
    """Refuse whoever does not look after incidents."""
    if not person.groups & posts.OPERATORS:
        raise NotAllowed("只有运维人员和系统管理员可以处理异常、修复事项。请联系他们。")


def conceals(
    session: Session, person: Actor, instance: ProcessInstance | None, process_id: str
) -> bool:
    """Is it kept from this person what failed in a process of an instance, or at its start? Only that something did is shown."""
    if is_closed(instance, process_id):
        return True
    key = instance.business_key if instance is not None else None
    return key in sealing.waiting(session, person, [key])


def is_closed(instance: ProcessInstance | None, process_id: str) -> bool:
    """Is what fails in this process, or at its start, kept from everybody at any time?"""
    return process_id in CLOSED or (instance is not None and instance.process_id in CLOSED)


def is_guarded(person: Actor, business_key: str | None, definition: DefinitionSet) -> bool:
    """Does this person see and set only what the failed step reads?

    Of a case of the register only what the failed step reads is shown and set, whoever asks: its variables tell how it
    was judged. The same holds where a process acts on the register, for a person who may not deploy; a person who may
    could draw it anyway.
    """
    if reading.is_case(business_key):
        return True
    return starting.touches_register(definition) and not person.groups & posts.DEPLOYERS


def sealed(definition: DefinitionSet) -> frozenset[str]:
    """Return the variables that are, or tell, what was answered in sealed tasks and processes."""
    return frozenset(
        name
        for process in definition.processes.values()
        for element in process.elements.values()
        for name in _sealed_by(element)
    )


def opened(before: DefinitionSet, after: DefinitionSet) -> frozenset[str]:
    """Return the variables that hold what was answered under seal, and would lie open on another version."""
    held = (
        name
        for process in before.processes.values()
        for element in process.elements.values()
        for name in _brought_out(element)
    )
    return frozenset(held) - sealed(after)


def conceal(error: ProcessFailed, definition: DefinitionSet) -> None:
    """Take what sealed tasks were answered out of a failure before anybody reads it: its sentence, cause and values."""
    read = set(error.names)
    for process in definition.processes.values():
        if error.element in process.elements:
            read |= reads.at(process.drawn, error.element)
    if read.isdisjoint(sealed(definition)):
        return
    error.values = ""
    if error.__cause__ is not None and not isinstance(error.__cause__, NameError):
        error.args = (CONCEALED,)
        error.cause = error.facts["cause"] = ""
        error.__cause__ = None


def refuse_value(person: Actor, wanted: Wanted) -> None:
    """Refuse a value that this person may not set.

    Never what is sealed. Of a guarded instance only what the failed step reads, and no answer that somebody gave in a
    form: to decide otherwise is for whoever has the task. Nobody assigns a task to themselves by a variable.
    """
    if wanted.is_sealed:
        raise NotAllowed(
            f"变量“{wanted.name}”来自密封的环节，只属于填写的人，任何人都不能查看或设置。没有作任何改动。"
        )
    if wanted.is_guarded and not wanted.is_read:
        raise NotAllowed(
            f"失败的环节不用变量“{wanted.name}”。这件事项涉及台账，只能设置失败的环节要用的变量。没有作任何改动。"
        )
    if wanted.is_guarded and wanted.answered:
        raise NotAllowed(
            f"变量“{wanted.name}”是办理人在“{wanted.answered}”里填写的，不能由运维人员代为决定。"
            "请办理人重新办理，或请流程设计员改正流程图后换版。"
        )
    if wanted.assigns and _names(wanted.value, person):
        raise NotAllowed("变量决定由谁办理，不能把任务交给自己。请写应当办理的人或岗位。")


def _sealed_by(element: Element) -> Iterator[str]:
    yield from _brought_out(element)
    if element.properties.get("sealed") == "true":
        yield from (field.id for field in element.fields)


def _brought_out(element: Element) -> Iterator[str]:
    """Yield the variables that hold what was answered under seal; the answers themselves never become any."""
    if element.called in sealing.SEALED_PROCESSES:
        yield from (item.target or item.source for item in element.passed_out)
    if element.properties.get("sealed") != "true":
        return
    yield from element.outputs
    operations.load()
    known = OPERATIONS.get(element.properties.get("on_complete", ""))
    if known is not None:
        yield from (given.name for given in known.contract.gives)


def _names(value: Any, person: Actor) -> bool:
    """Does a value name this person or one of their posts, wherever in it?"""
    if isinstance(value, dict):
        return any(_names(one, person) for one in value.values())
    if isinstance(value, list):
        return any(_names(one, person) for one in value)
    if not isinstance(value, str):
        return False
    own = {person.login, *person.candidates, *person.groups}
    parts = [part.strip() for part in value.split(",")]
    return any(part in own or roles.group(part) in own for part in parts)
