"""Messages on their way: claimed before they are sent, settled after, tried again or given up.

A message is claimed in a transaction of its own before its channel sees it. When the process dies in between, nobody
knows whether it left. A channel that takes a key only once gets it again; by any other it is marked as unsure and not
sent again by itself (see `mail`), so that nobody gets the same message twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from service.database import upsert
from service.delivery.channels import Channel, Fate, Letter, Name, Result
from service.tables import Base
from service.tables.messages import Message, MessageChannel
from service.tables.people import Person

TOGETHER = 50
"""Messages claimed and sent in one go: as many may be in doubt when the machine dies."""

ATTEMPTS_ALLOWED = 8
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=2)
CLAIMED_FOR = timedelta(minutes=30)
"""Longer than a slow server needs for `TOGETHER` messages; then their sender counts as dead."""

CHANNEL_FIRST = timedelta(seconds=30)
CHANNEL_LONGEST = timedelta(minutes=10)

_DIED = "程序在发送途中中断，不知道这条消息是否已经送出。需要时请再次发送。"
_CLOSED = "收件人的账号已经停用，没有发送。"


@dataclass(frozen=True)
class Claimed:
    """A message that this process alone sends now."""

    id: int
    attempts: int
    letter: Letter


def open_channels(session: Session, configured: Collection[Name]) -> set[Name]:
    """Return those of the configured channels that officials have not switched off."""
    off = set(session.scalars(select(MessageChannel.name).where(~MessageChannel.is_on)))
    return {name for name in configured if name.value not in off}


def claim(
    session: Session, channel: Channel, at: datetime, *, may_leave: bool, limit: int = TOGETHER
) -> list[Claimed]:
    """Take the oldest messages that are due, so that no other process sends them; none while the channel rests.

    Outside the hours only a trial leaves, which somebody asked for and waits for.
    """
    row = _row(session, channel.name)
    if not row.is_on or (row.not_before is not None and row.not_before > at):
        return []
    _recover(session, channel, at)
    query = (
        select(Message.id, Message.key, Message.address, Message.subject, Message.body)
        .add_columns(Message.attempts, Person.name, Person.active)
        .join(Person, Person.login == Message.login)
        .where(
            Message.channel == channel.name.value,
            Message.state == "waiting",
            or_(Message.not_before.is_(None), Message.not_before <= at),
        )
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
    )
    found = session.execute(query if may_leave else query.where(Message.kind == "test")).all()
    closed = [one.id for one in found if not one.active]
    _set(session, closed, state="dead", last_error=_CLOSED)
    open_ = [one for one in found if one.active]
    _set(session, [one.id for one in open_], state="sending", not_before=at + CLAIMED_FOR)
    return [
        Claimed(one.id, one.attempts, Letter(one.key, one.address, one.name, one.subject, one.body))
        for one in open_
    ]


def settle(
    session: Session,
    channel: Channel,
    claimed: Sequence[Claimed],
    results: Sequence[Result],
    at: datetime,
) -> None:
    """Write what became of claimed messages, and how the channel fares."""
    rows = [
        _outcome(one, result, at, is_safe=channel.drops_doubles)
        for one, result in zip(claimed, results, strict=True)
    ]
    if rows:
        session.connection().execute(_SETTLED, rows)
    untried = [result for result in results if result.fate is Fate.UNTRIED]
    row = _row(session, channel.name)
    if untried:
        row.down_since = row.down_since or at
        row.not_before = at + min(CHANNEL_FIRST * 2 ** min(row.failures, 20), CHANNEL_LONGEST)
        row.failures += 1
        row.last_error = untried[0].words[:500]
    elif results:
        row.down_since, row.not_before, row.failures, row.last_error = None, None, 0, None
    if len(untried) < len(results):
        row.answered_at = at
    session.flush()


def switch(session: Session, name: Name, is_on: bool) -> bool:
    """Switch a channel on or off for everybody; returns whether that changed anything."""
    row = _row(session, name)
    was_on, row.is_on = row.is_on, is_on
    session.flush()
    return was_on != is_on


def counts(session: Session) -> Mapping[tuple[str, str], int]:
    """Return how many messages there are by channel and state, of those that are not simply sent."""
    rows = session.execute(
        select(Message.channel, Message.state, func.count())
        .where(Message.state.in_(("waiting", "sending", "unsure", "dead")))
        .group_by(Message.channel, Message.state)
    )
    return {(channel, state): number for channel, state, number in rows}


def states(session: Session) -> Mapping[str, MessageChannel]:
    """Return how each channel fares that was ever used."""
    return {row.name: row for row in session.scalars(select(MessageChannel))}


def _recover(session: Session, channel: Channel, at: datetime) -> None:
    """Decide about what a process had claimed that is not heard of any more."""
    abandoned = update(Message).where(
        Message.channel == channel.name.value,
        Message.state == "sending",
        Message.not_before <= at,
    )
    if channel.drops_doubles:
        session.execute(abandoned.values(state="waiting", not_before=None))
    else:
        session.execute(abandoned.values(state="unsure", not_before=None, last_error=_DIED))


def _outcome(one: Claimed, result: Result, at: datetime, *, is_safe: bool) -> dict[str, Any]:
    """Return the row's new values; a failure of the channel is no attempt of the message."""
    row: dict[str, Any] = {
        "row": one.id,
        "attempts": one.attempts + 1,
        "not_before": None,
        "sent_at": None,
        "last_error": result.words[:500] or None,
    }
    tried = one.attempts + 1
    if result.fate is Fate.SENT:
        return {**row, "state": "sent", "sent_at": at}
    if result.fate is Fate.UNTRIED:
        return {**row, "state": "waiting", "attempts": one.attempts}
    if result.fate is Fate.UNSURE and not is_safe:
        return {**row, "state": "unsure"}
    if result.fate is Fate.NEVER or tried >= ATTEMPTS_ALLOWED:
        return {**row, "state": "dead"}
    back_off = min(FIRST_BACK_OFF * 2**one.attempts, LONGEST_BACK_OFF)
    return {**row, "state": "waiting", "not_before": at + back_off}


def _set(session: Session, ids: Sequence[int], **values: Any) -> None:
    if ids:
        session.execute(update(Message).where(Message.id.in_(ids)).values(**values))


def _row(session: Session, name: Name) -> MessageChannel:
    """Return a channel's row, locked until the transaction ends; it is on until somebody switches it off."""
    session.execute(
        upsert(session, MessageChannel)
        .values(name=name.value, is_on=True, failures=0)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return session.get_one(MessageChannel, name.value, with_for_update=True, populate_existing=True)


_MESSAGES = Base.metadata.tables[Message.__tablename__]
_SETTLED = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "attempts", "not_before", "sent_at", "last_error")
        }
    )
)
