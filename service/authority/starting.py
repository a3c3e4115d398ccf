"""Who may begin a process, and with what: its starters with its form, and keepers what touches no register."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.authority import reading
from service.engine.definitions import DefinitionSet, Element
from service.errors import NotAllowed
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import group

_NOT_YOURS = "您不能启动这个流程。请联系系统管理员核对您的岗位。"


def is_starter(person: Actor, start: Element | None) -> bool:
    """Does the start event name a role of this person, or their login as `user:<login>`?"""
    if start is None:
        return False
    roles = {held.partition(":")[0] for held in person.groups}
    names = start.properties.get("starters", "").split(",")
    starters = {group(name.strip()) for name in names}
    return bool(starters & (roles | person.candidates))


def refuse_start(
    person: Actor,
    definition: DefinitionSet,
    business_key: str | None,
    variables: Mapping[str, Any],
) -> None:
    """Refuse a start from outside that this person may not make.

    Starters begin a process; one that names none is begun by calls only, but for keepers, who may begin what touches
    no register. Which case an instance belongs to is for its own operations to say, so no caller names one of the
    register; and what acts on the register takes its values from a form, never as free variables.
    """
    start = definition.process.start
    acts = touches_register(definition)
    attempt = {"act": "start", "subject": f"{definition.process.process_id} {business_key or ''}"}
    if not is_starter(person, start):
        if not person.groups & posts.KEEPERS:
            raise NotAllowed(_NOT_YOURS, **attempt)
        if acts:
            raise NotAllowed(
                "这个流程会改动台账，只能由流程图写明的发起人发起，或者由别的流程调用。"
                "要试走流程图，请用 tibanping simulate 在临时数据库里模拟。",
                **attempt,
            )
    if reading.names_a_case(business_key):
        raise NotAllowed(
            "业务编号里的建议、督查、评价编号由系统登记，不能由发起人填写。请去掉 business_key 后再试。",
            **attempt,
        )
    if acts and variables and not (start is not None and start.fields):
        raise NotAllowed(
            "这个流程没有发起表单，不能带变量启动。请去掉 variables 后再试。", **attempt
        )


def touches_register(definition: DefinitionSet) -> bool:
    """Does the process, or one it calls, name an operation? Every operation acts on the register."""
    return any(
        element.topic or element.properties.get("on_complete")
        for process in definition.processes.values()
        for element in process.elements.values()
    )


def refuse_message(
    name: str, receivers: Iterable[str | None], begun: Iterable[DefinitionSet]
) -> None:
    """Refuse a message from outside to cases of the register, or one that would begin what acts on it.

    The processes of a case say to each other what they have to; nobody else speaks for them.
    """
    if any(reading.names_a_case(key) for key in receivers) or any(map(touches_register, begun)):
        raise NotAllowed(
            "建议、督查、评价的流程只听它们自己的消息，不能从外面发送。请在相应的任务里办理。",
            act="message",
            subject=name,
        )
