"""What one case says to another: a message reaches the one instance that waits for it, or begins a case; a signal reaches all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.engine.definitions import DefinitionSet
from service.errors import MessageNotExpected
from service.runtime import instances, listening, starts, versions
from service.runtime.instances import Command
from service.tables.runtime import MessageSubscription, ProcessInstance


def send(
    session: Session,
    name: str,
    business_key: str | None,
    payload: Mapping[str, Any],
    by: str | None,
    at: datetime,
) -> int:
    """Deliver a message to the instance of this case that has waited for it longest, else start what it begins.

    Returns the id of the one that got it.
    """
    waiting = _waiting(session, "message", name, business_key)
    for instance_id in waiting[:1]:
        hand_over(session, instance_id, "message", name, business_key, payload, by, at)
    found = waiting or starts.begin(session, "message", name, business_key, payload, by, at)
    if not found:
        raise MessageNotExpected
    return found[0]


def signal(
    session: Session,
    name: str,
    business_key: str | None,
    payload: Mapping[str, Any],
    by: str | None,
    at: datetime,
) -> list[int]:
    """Deliver a signal to every instance that waits for it, of one case or of all, and start what it begins.

    Returns the ids of all that got it.
    """
    waiting = _waiting(session, "signal", name, business_key)
    for instance_id in waiting:
        hand_over(session, instance_id, "signal", name, business_key, payload, by, at)
    found = [*waiting, *starts.begin(session, "signal", name, business_key, payload, by, at)]
    if not found:
        raise MessageNotExpected
    return found


def send_to(
    session: Session,
    element_id: str,
    business_key: str,
    payload: Mapping[str, Any],
    by: str | None,
    at: datetime,
) -> int:
    """Deliver a message to one element of a case, where a receive task need not have chosen any; no other element hears it.

    Returns the id of the instance that got it: of several, the first that waits.
    """
    waiting = (one for one in expected(session, business_key) if one.kind == "message")
    for instance_id in sorted({one.instance_id for one in waiting}):
        with instances.looking(session, instance_id, at) as execution:
            found = (one for one in execution.subscriptions if one.kind == "message")
            name = next((one.name for one in found if one.element_id == element_id), None)
        if name is not None:
            where = (instance_id, "message", name, business_key, payload, by, at)
            hand_over(session, *where, element_id=element_id)
            return instance_id
    raise MessageNotExpected


def receivers(session: Session, kind: str, name: str, business_key: str | None) -> list[str | None]:
    """Return the business keys of the instances a message or signal would reach now."""
    waiting = _waiting(session, kind, name, business_key)
    reached = waiting if kind == "signal" else waiting[:1]
    query = select(ProcessInstance.business_key).where(ProcessInstance.id.in_(reached))
    return list(session.scalars(query))


def begun(session: Session, kind: str, name: str) -> list[DefinitionSet]:
    """Return the newest versions that begin with this message or signal."""
    return [
        versions.definition(session, versions.latest(session, place.process_id))
        for place in listening.to(session, kind, name)
    ]


def hand_over(
    session: Session,
    instance_id: int,
    kind: str,
    name: str,
    business_key: str | None,
    payload: Mapping[str, Any],
    by: str | None,
    at: datetime,
    element_id: str = "",
) -> None:
    """Let one instance take a message or signal that it waits for, at one of its elements if that is named."""
    facts = {"kind": kind, "business_key": business_key, "payload": dict(payload)}
    if element_id:
        facts["element_id"] = element_id
    with instances.advancing(
        session, instance_id, at, by, Command("receive", name, facts)
    ) as execution:
        execution.receive(name, kind, payload, element_id)


def expected(session: Session, business_key: str) -> list[MessageSubscription]:
    """Return the messages and signals that the instances of a case wait for."""
    return list(
        session.scalars(
            select(MessageSubscription)
            .where(MessageSubscription.business_key == business_key)
            .order_by(MessageSubscription.name, MessageSubscription.id)
        )
    )


def awaited(session: Session, instance_id: int) -> list[MessageSubscription]:
    """Return the messages and signals that one instance waits for."""
    query = select(MessageSubscription).where(MessageSubscription.instance_id == instance_id)
    return list(session.scalars(query.order_by(MessageSubscription.name, MessageSubscription.id)))


def _waiting(session: Session, kind: str, name: str, business_key: str | None) -> list[int]:
    """Return the instances that wait, in the order in which they are locked, so that two senders cannot block each other."""
    query = select(MessageSubscription.instance_id).where(
        MessageSubscription.kind == kind, MessageSubscription.name == name
    )
    if business_key is not None:
        query = query.where(MessageSubscription.business_key == business_key)
    return list(session.scalars(query.distinct().order_by(MessageSubscription.instance_id)))
