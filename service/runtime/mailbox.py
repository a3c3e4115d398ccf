"""What instances have thrown for their case and nobody has taken yet: in order, until somebody waits or the case ends.

A message goes to the instance that waits for it, else it begins the process that starts with it, else it is kept.
What is kept goes to the next token that waits for it in the flow. An event beside an activity or a scope hears what
comes while it waits, and nothing from before. A case is the running instances of one business key; what an instance
without one has thrown is its own. Each message is handed over once, in one transaction with what it sets off, and
what became of it stands in a history: that of its sender, or of whoever took it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service import history
from service.authority import speaking
from service.history import Entry
from service.runtime import instances, listening
from service.runtime.instances import Command
from service.tables.runtime import CaseMessage, MessageSubscription, ProcessInstance

BEHIND = timedelta(seconds=2)
"""How long a message waits for one before it that somebody else is handing over at this moment."""


class Outcome(StrEnum):
    """What became of a message that was looked at."""

    TAKEN = "taken"
    BEGAN = "began"  # a process that starts with it
    KEPT = "kept"
    DROPPED = "dropped"  # its case has ended
    BEHIND = "behind"  # another of its name comes first
    GONE = "gone"  # somebody else was first, or is at it


def next_due(session: Session) -> datetime | None:
    """Return when a message can be handed over or let go; one that nobody waits for is not due."""
    since = func.coalesce(CaseMessage.not_before, CaseMessage.sent_at)
    found: datetime | None = session.scalar(select(since).where(_IS_DUE).order_by(since).limit(1))
    return found


def due(session: Session, at: datetime, limit: int = 1_000) -> list[int]:
    """Return the messages to look at now, in the order in which they were thrown."""
    is_ready = or_(CaseMessage.not_before.is_(None), CaseMessage.not_before <= at)
    query = select(CaseMessage.id).where(_IS_DUE, is_ready).order_by(CaseMessage.id)
    return list(session.scalars(query.limit(limit)))


def subject(message_id: int) -> str:
    """Return under which name incidents know a message."""
    return f"message:{message_id}"


def number(subject: str) -> int:
    """Return which message incidents know under this name."""
    return int(subject.rpartition(":")[2])


def deliver(session: Session, message_id: int, at: datetime) -> Outcome:
    """Hand a message over, keep it, or let it go with its case; unless another scheduler is at it."""
    message = session.get(
        CaseMessage, message_id, with_for_update={"skip_locked": True}, populate_existing=True
    )
    if message is None:
        return Outcome.GONE
    for subscription in _takers(session, message):
        if (first := _first_before(session, message, subscription)) is not None:
            message.not_before = max(first.not_before or at, at + BEHIND)
            return Outcome.BEHIND
        if _hand_over(session, message, subscription, at):
            _remove(session, message)
            return Outcome.TAKEN
    if message.kept_at is None and _begin(session, message, at):
        _remove(session, message)
        return Outcome.BEGAN
    if session.scalar(select(CaseMessage.id).where(CaseMessage.id == message.id, _CASE_RUNS)):
        _keep(session, message, at)
        return Outcome.KEPT
    discard(session, message, "没有环节等候，事项已经办结，不再送达", at)
    return Outcome.DROPPED


def discard(session: Session, message: CaseMessage, why: str, at: datetime) -> None:
    """Let a message go; the history of whoever sent it says why."""
    _note(session, message, "message_dropped", f"消息“{message.name}”{why}", at)
    _remove(session, message)


def find(session: Session, message_id: int) -> CaseMessage | None:
    """Return a message that is on its way or kept, locked; nothing once it was taken or let go."""
    return session.get(CaseMessage, message_id, with_for_update=True, populate_existing=True)


def aside(session: Session) -> int:
    """Return how many messages wait after a failure."""
    return session.scalar(select(func.count()).where(CaseMessage.attempts > 0)) or 0


def of(session: Session, row: ProcessInstance) -> list[CaseMessage]:
    """Return what is on its way or kept for the case of an instance, in order, and what the instance itself has thrown."""
    is_of = CaseMessage.sender_id == row.id
    if row.business_key is not None:
        is_of = or_(is_of, CaseMessage.business_key == row.business_key)
    return list(session.scalars(select(CaseMessage).where(is_of).order_by(CaseMessage.id)))


def _remove(session: Session, message: CaseMessage) -> None:
    """Take a message out of the box; those that waited behind it need wait no longer."""
    # Only rows that wait are touched: one that is being handed over at this moment is locked.
    waits = and_(CaseMessage.not_before.is_not(None), CaseMessage.attempts == 0)
    behind = and_(CaseMessage.id > message.id, _of_the_same(message), waits)
    session.execute(update(CaseMessage).where(behind).values(not_before=None))
    session.delete(message)


def _takers(session: Session, message: CaseMessage) -> Iterator[MessageSubscription]:
    """Yield who may take a message, in the order in which they began to wait; of what is kept, only those in the flow."""
    key = select(ProcessInstance.business_key).where(ProcessInstance.id == message.sender_id)
    sender = session.scalar(key)
    query = select(MessageSubscription).where(
        MessageSubscription.kind == "message", MessageSubscription.name == message.name
    )
    if message.business_key is not None:
        query = query.where(MessageSubscription.business_key == message.business_key)
    elif message.kept_at is not None:
        query = query.where(MessageSubscription.business_key.is_(None))
    is_in_flow: ColumnElement[bool] = MessageSubscription.in_flow.is_(True)
    if message.kept_at is None:
        # What its sender waits for beside its flow began to wait later, or it would have heard it within the step.
        is_in_flow = or_(is_in_flow, MessageSubscription.instance_id != message.sender_id)
    query = query.where(is_in_flow)
    for found in session.scalars(query.order_by(MessageSubscription.instance_id)).all():
        if speaking.reaches(sender, found.business_key):
            yield found


def _first_before(
    session: Session, message: CaseMessage, subscription: MessageSubscription
) -> CaseMessage | None:
    """Return the message that has to be handed to this token earlier; one that is kept never goes beside the flow."""
    query = select(CaseMessage).where(CaseMessage.id < message.id, _of_the_same(message))
    if not subscription.in_flow:
        query = query.where(CaseMessage.kept_at.is_(None))
    return session.scalars(query.order_by(CaseMessage.id).limit(1)).first()


def _of_the_same(message: CaseMessage) -> ColumnElement[bool]:
    """Return what says that a row has the name and the case of a message."""
    is_same = CaseMessage.name == message.name
    if message.business_key is not None:
        return and_(is_same, CaseMessage.business_key == message.business_key)
    return and_(is_same, CaseMessage.sender_id == message.sender_id)


def _hand_over(
    session: Session, message: CaseMessage, subscription: MessageSubscription, at: datetime
) -> bool:
    """Let an instance take a message, unless it waits no more once it is locked."""
    instance_id = subscription.instance_id
    row = session.connection().execute(instances.LOCKED, {"instance": instance_id}).one()
    waits = select(MessageSubscription.id).where(MessageSubscription.id == subscription.id)
    if session.scalar(waits) is None:
        return False
    command = Command("deliver", subject(message.id), entries=tuple(_taken(message)))
    with instances.stepping(session, row, None, at, command) as turn:
        turn.execution.receive(message.name, "message", message.payload)
    return True


def _taken(message: CaseMessage) -> Iterator[Entry]:
    if message.kept_at is None:
        return
    data = {"message": message.id, "from": message.sender_id, "at": message.sent_at.isoformat()}
    sentence = f"收到先前保存的消息“{message.name}”"
    yield Entry("message_taken", "", "", sentence, data=data)


def _begin(session: Session, message: CaseMessage, at: datetime) -> bool:
    """Start the process that begins with a message, if there is one."""
    for place in listening.to(session, "message", message.name):
        where = (message.business_key, place.element_id)
        instances.start(session, place.process_id, message.payload, None, at, *where)
        return True
    return False


def _keep(session: Session, message: CaseMessage, at: datetime) -> None:
    """Keep a message until somebody waits for it; its sender's history says so once, and how many come first."""
    if message.kept_at is None:
        before = select(func.count()).where(CaseMessage.id < message.id, _of_the_same(message))
        number = session.scalar(before) or 0
        first = f"，前面还有 {number} 条同名消息" if number else ""
        sentence = f"消息“{message.name}”已保存，等候收取它的环节{first}"
        _note(session, message, "message_kept", sentence, at)
        message.kept_at = at
    message.attempts, message.not_before = 0, None


def _note(session: Session, message: CaseMessage, kind: str, sentence: str, at: datetime) -> None:
    data = {"message": message.id, "business_key": message.business_key}
    where = (message.process_id, message.element_id)
    history.append(session, message.sender_id, [Entry(kind, *where, sentence, data=data)], at)


_CASE_RUNS = exists().where(
    or_(
        ProcessInstance.business_key == CaseMessage.business_key,
        ProcessInstance.id == CaseMessage.sender_id,
    ),
    ProcessInstance.status.in_(instances.RUNNING),
)
_WAITS_IN_FLOW = (
    MessageSubscription.kind == "message",
    MessageSubscription.in_flow,
    MessageSubscription.name == CaseMessage.name,
)
# Two look-ups by name and key: one with both cases in it would read every subscription of that name.
_AWAITED = or_(
    exists().where(*_WAITS_IN_FLOW, MessageSubscription.business_key == CaseMessage.business_key),
    and_(
        CaseMessage.business_key.is_(None),
        exists().where(*_WAITS_IN_FLOW, MessageSubscription.business_key.is_(None)),
    ),
)
_IS_DUE = or_(CaseMessage.kept_at.is_(None), _AWAITED, ~_CASE_RUNS)
