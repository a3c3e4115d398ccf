"""What a step says to others, written with the step: a message for its case, and a timer job for each that hears a signal.

Whoever takes it does so in a transaction of their own; who takes a message is decided in the mailbox.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from service.authority import speaking
from service.engine.host import Thrown
from service.errors import OperationFailed
from service.runtime import listening, waiting
from service.runtime.listening import Listening
from service.runtime.waiting import Write
from service.tables import Base
from service.tables.runtime import CaseMessage, MessageSubscription


@dataclass(frozen=True)
class Sender:
    """The instance that speaks, at which of its versions, and when."""

    instance_id: int
    version: int
    business_key: str | None
    at: datetime


def writes(session: Session, sender: Sender, thrown: Sequence[Thrown]) -> Iterator[Write]:
    """Yield the messages that were thrown, and the jobs that hand a signal to all who wait for it or begin with it.

    A case of the register hears nobody who is of none.
    """
    for number, one in enumerate(thrown):
        key = _addressed(sender, one)
        if one.kind == "message":
            yield Write(MESSAGE, [_message_row(sender, one, key)])
            continue
        heard = _receivers(session, sender, one, key)
        yield Write(
            waiting.TIMER, [_signal_row(sender, one, number, receiver) for receiver in heard]
        )
        places = listening.to(session, one.kind, one.name)
        yield Write(
            waiting.TIMER, [_start_row(sender, one, number, key, place) for place in places]
        )


def _addressed(sender: Sender, thrown: Thrown) -> str | None:
    key = thrown.payload.get("business_key", sender.business_key)
    if (key is None or isinstance(key, str)) and speaking.may_name(sender.business_key, key):
        return key
    raise OperationFailed(
        "流程要把消息发给别的建议、督查或评价，没有发出。请流程设计员去掉消息里的 business_key。",
        element=thrown.element_id,
        cause=f"{thrown.name}: {key!r} named by {sender.business_key!r}",
    )


def _receivers(session: Session, sender: Sender, thrown: Thrown, key: str | None) -> Sequence[int]:
    """Return the instances that wait for a signal: those of one case where it names one, else all of them."""
    names = {"name": thrown.name, "own": sender.instance_id}
    names |= {"key": key if "business_key" in thrown.payload else None}
    rows = session.connection().execute(_RECEIVERS, names).all()
    return [each for each, of in rows if speaking.reaches(sender.business_key, of)]


def _message_row(sender: Sender, thrown: Thrown, key: str | None) -> dict[str, Any]:
    return {
        "name": thrown.name,
        "business_key": key,
        "sender_id": sender.instance_id,
        "process_id": thrown.process_id,
        "element_id": thrown.element_id,
        "payload": dict(thrown.payload),
        "sent_at": sender.at,
        "attempts": 0,
    }


def _signal_row(sender: Sender, thrown: Thrown, number: int, receiver: int) -> dict[str, Any]:
    return {
        "id": f"message:{_name(sender, number)}:{receiver}",
        "instance_id": receiver,
        "kind": "message",
        "task_id": None,
        "element_id": thrown.element_id,
        "name": thrown.name,
        "due_at": sender.at,
        "payload": {"kind": thrown.kind, "payload": dict(thrown.payload)},
        "attempts": 0,
    }


def _start_row(
    sender: Sender, thrown: Thrown, number: int, key: str | None, place: Listening
) -> dict[str, Any]:
    job_id = f"begin:{_name(sender, number)}:{place.process_id}:{place.element_id}"
    payload = thrown.payload
    return listening.start_row(
        job_id, place.process_id, place.element_id, thrown.name, sender.at, payload, key
    )


def _name(sender: Sender, number: int) -> str:
    """Name one thing said, the same however often the step is tried."""
    return f"{sender.instance_id}.{sender.version}.{number}"


_MESSAGES = Base.metadata.tables[CaseMessage.__tablename__]
MESSAGE = insert(_MESSAGES).inline()

_SUBSCRIPTIONS = Base.metadata.tables[MessageSubscription.__tablename__]
_RECEIVERS = (
    select(_SUBSCRIPTIONS.c.instance_id, _SUBSCRIPTIONS.c.business_key)
    .where(
        _SUBSCRIPTIONS.c.name == bindparam("name"),
        _SUBSCRIPTIONS.c.kind == "signal",
        or_(
            _SUBSCRIPTIONS.c.business_key == bindparam("key", type_=String),
            bindparam("key", type_=String).is_(None),
        ),
        _SUBSCRIPTIONS.c.instance_id != bindparam("own"),
    )
    .distinct()
    .order_by(_SUBSCRIPTIONS.c.instance_id)
)
