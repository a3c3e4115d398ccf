"""Written replies: drafted item by item, passed by the unit's leaders, numbered, and delivered to every deputy."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.common import numbers as letters
from service.register.common.numbers import Series
from service.register.reply.forms import Draft, ItemRow
from service.register.reply.kinds import ReplyStatus, Step
from service.tables.assignments import Assignment
from service.tables.handling import (
    Reply,
    ReplyItem,
    ReplyReturn,
    ReplyVersion,
)

_WRITTEN = (
    "title",
    "body",
    "next_steps",
    "assist_account",
    "reply_class",
    "class_reason",
    "publicity",
    "publicity_reason",
    "contact_name",
    "contact_phone",
    "copies",
    "attachments",
)
"""What the drafter writes, beside the items."""

# Drafting


def draft(
    session: Session, assignment: Assignment, text: Draft, by: str | None, at: datetime
) -> Reply:
    """Hand in the reply to an assignment; every version handed in is kept."""
    reply = find(session, assignment.id)
    if reply is None:
        reply = Reply(
            suggestion_id=assignment.suggestion_id,
            assignment_id=assignment.id,
            unit=assignment.unit,
            version=0,
        )
        session.add(reply)
    reply.version += 1
    reply.status = ReplyStatus.REVIEWING
    reply.title, reply.body, reply.next_steps = text.title, text.body, text.next_steps or ""
    reply.assist_account = text.assist_account or ""
    reply.reply_class, reply.class_reason = text.reply_class, text.class_reason
    reply.publicity, reply.publicity_reason = text.publicity, text.publicity_reason or ""
    reply.contact_name, reply.contact_phone = text.contact_name, text.contact_phone
    reply.copies, reply.attachments = list(text.copies), list(text.attachments)
    reply.drafted_by, reply.drafted_at = by, at
    _replace_items(session, reply, text.items)
    session.add(
        ReplyVersion(
            reply_id=reply.id, version=reply.version, content=dict(content(reply)), by=by, at=at
        )
    )
    session.flush()
    return reply


# Passing


def proof(session: Session, assignment_id: int, by: str | None, at: datetime) -> Reply:
    """Record that the reply was proofread."""
    reply = current(session, assignment_id)
    reply.proofed_by, reply.proofed_at = by, at
    return reply


def endorse(session: Session, assignment_id: int, by: str | None, at: datetime) -> Reply:
    """Record that the leader in charge of the section passed the reply."""
    reply = current(session, assignment_id)
    reply.endorsed_by, reply.endorsed_at = by, at
    return reply


def review(session: Session, assignment_id: int, by: str | None, at: datetime) -> Reply:
    """Record that the leader in charge of a key suggestion passed the reply."""
    reply = current(session, assignment_id)
    reply.leader_reviewed_by, reply.leader_reviewed_at = by, at
    return reply


def sign_off(session: Session, assignment_id: int, by: str | None) -> Reply:
    """Record who signed the reply; its number is given by `issue`."""
    reply = current(session, assignment_id)
    reply.issued_by = by
    return reply


def send_back(
    session: Session, assignment_id: int, step: Step, reason: str, by: str | None, at: datetime
) -> ReplyReturn:
    """Return the reply to its drafter; the limits run on."""
    reply = current(session, assignment_id)
    returned = ReplyReturn(
        reply_id=reply.id, version=reply.version, step=step, reason=reason, by=by, at=at
    )
    session.add(returned)
    reply.status = ReplyStatus.DRAFTING
    session.flush()
    return returned


def last_return(session: Session, assignment_id: int) -> ReplyReturn | None:
    """Return why the reply came back to its drafter, if its newest version did."""
    return session.scalars(
        select(ReplyReturn)
        .join(Reply, Reply.id == ReplyReturn.reply_id)
        .where(Reply.assignment_id == assignment_id, ReplyReturn.version == Reply.version)
        .order_by(ReplyReturn.id.desc())
        .limit(1)
    ).first()


# Issuing


def issue(session: Session, assignment: Assignment, at: datetime) -> Reply:
    """Number the signed reply; one that came back after it was issued keeps its number."""
    reply = current(session, assignment.id)
    reply.number = reply.number or letters.for_unit(session, Series.REPLY, assignment.unit, at)
    reply.status, reply.issued_at = ReplyStatus.ISSUED, at
    return reply


# Reading


def find(session: Session, assignment_id: int) -> Reply | None:
    """Return the reply to an assignment, if there is any."""
    return session.scalars(select(Reply).where(Reply.assignment_id == assignment_id)).first()


def current(session: Session, assignment_id: int) -> Reply:
    """Return the reply to an assignment, which must exist."""
    reply = find(session, assignment_id)
    if reply is None:
        raise NotFound("这件建议还没有起草答复。请承办人先起草答复。")
    return reply


def of_suggestion(session: Session, suggestion_id: int, round_: int) -> list[Reply]:
    """Return the units' replies to a suggestion in one round, the first delivered first."""
    return list(
        session.scalars(
            select(Reply)
            .join(Assignment, Assignment.id == Reply.assignment_id)
            .where(Reply.suggestion_id == suggestion_id, Assignment.round == round_)
            .order_by(Reply.delivered_at, Reply.id)
        )
    )


def content(reply: Reply) -> Mapping[str, Any]:
    """Return what the drafter wrote, as plain values."""
    items = [
        {"number": i.number, "text": i.text, "response": i.response, "state": i.state}
        for i in reply.items
    ]
    return {name: getattr(reply, name) for name in _WRITTEN} | {"items": items}


def _replace_items(session: Session, reply: Reply, items: Iterable[ItemRow]) -> None:
    # Old rows go before new ones come: they share the primary key.
    reply.items.clear()
    session.flush()
    reply.items.extend(
        ReplyItem(number=number, text=item.item or "", response=item.response, state=item.state)
        for number, item in enumerate(items, 1)
    )
    session.flush()
