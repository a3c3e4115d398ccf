"""Written replies: drafted item by item, passed by the unit's leaders, numbered, and delivered to every deputy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.common import numbers as letters
from service.register.proposal import recipients
from service.tables.assignments import Assignment
from service.tables.handling import (
    Delivery,
    Reply,
    ReplyClass,
    ReplyItem,
    ReplyReturn,
    ReplyVersion,
)

ITEM_STATES = {
    "resolved": "已解决",
    "in_progress": "正在解决",
    "planned": "列入计划",
    "unable": "无法解决",
    "higher_authority": "上级事权",
}
DELIVERY_METHODS = {
    "in_person": "当面",
    "post": "邮寄",
    "platform": "平台",
    "via_lead": "经领衔代表转交",
}
STEPS = {
    "proof": "核稿",
    "endorse": "分管领导审签",
    "leader": "领办领导审定",
    "issue": "主要负责人签发",
    "receipt": "代工委收悉审核",
}
# Used until administrators enter their own: the three classes common in Shaanxi.
CLASSES = (
    ReplyClass(
        code="A", name="A类（已解决或采纳）", position=1, resolved=True, tracked=False, active=True
    ),
    ReplyClass(
        code="B",
        name="B类（列入计划，逐步解决）",
        position=2,
        resolved=False,
        tracked=True,
        active=True,
    ),
    ReplyClass(
        code="C", name="C类（留作参考）", position=3, resolved=False, tracked=False, active=True
    ),
)


@dataclass(frozen=True)
class Item:
    text: str
    response: str
    state: str


@dataclass(frozen=True)
class Draft:
    """Everything a drafter writes in one reply."""

    title: str
    body: str
    items: Sequence[Item]
    reply_class: str
    class_reason: str
    publicity: str
    publicity_reason: str = ""
    next_steps: str = ""
    assist_account: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    copies: Sequence[str] = ()
    attachments: Sequence[int] = field(default=())


@dataclass(frozen=True)
class Receipt:
    """How one deputy got the reply."""

    deputy: str
    suggestion_id: int
    method: str
    delivered_on: date
    receipt: str = ""


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
    reply.status = "reviewing"
    reply.title, reply.body, reply.next_steps = text.title, text.body, text.next_steps
    reply.assist_account = text.assist_account
    reply.reply_class, reply.class_reason = text.reply_class, text.class_reason
    reply.publicity, reply.publicity_reason = text.publicity, text.publicity_reason
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


def classes(session: Session) -> Sequence[ReplyClass]:
    """Return the reply classes in use here, in order."""
    query = select(ReplyClass).where(ReplyClass.active).order_by(ReplyClass.position)
    return session.scalars(query).all() or CLASSES


def class_of(session: Session, code: str) -> ReplyClass:
    for found in (*classes(session), *CLASSES):
        if found.code == code:
            return found
    raise NotFound(f"没有“{code}”这个答复类别。请重新选择。")


# Passing


def proof(session: Session, assignment_id: int, by: str | None, at: datetime) -> Reply:
    reply = current(session, assignment_id)
    reply.proofed_by, reply.proofed_at = by, at
    return reply


def endorse(session: Session, assignment_id: int, by: str | None, at: datetime) -> Reply:
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
    session: Session, assignment_id: int, step: str, reason: str, by: str | None, at: datetime
) -> ReplyReturn:
    """Return the reply to its drafter; the limits run on."""
    reply = current(session, assignment_id)
    returned = ReplyReturn(
        reply_id=reply.id, version=reply.version, step=step, reason=reason, by=by, at=at
    )
    session.add(returned)
    reply.status = "drafting"
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


# Issuing and delivering


def issue(session: Session, assignment: Assignment, at: datetime) -> Reply:
    """Number the signed reply; one that came back after it was issued keeps its number."""
    reply = current(session, assignment.id)
    reply.number = reply.number or letters.next_number(session, assignment.unit, "建复", at)
    reply.status, reply.issued_at = "issued", at
    return reply


def deliver(
    session: Session,
    assignment: Assignment,
    receipts: Iterable[Receipt],
    by: str | None,
    at: datetime,
) -> Reply:
    """Record the delivery to each deputy.

    The moment of delivery is the moment of recording: the deputy's time to evaluate cannot be shortened by a
    date written afterwards.
    """
    reply = current(session, assignment.id)
    roles = {
        (r.deputy, r.suggestion_id): r.role for r in recipients.of(session, reply.suggestion_id)
    }
    known = {(d.deputy, d.suggestion_id): d for d in reply.deliveries}
    for receipt in receipts:
        key = (receipt.deputy, receipt.suggestion_id)
        row = known.get(key)
        if row is None:
            row = Delivery(
                reply_id=reply.id,
                deputy=receipt.deputy,
                suggestion_id=receipt.suggestion_id,
                role=roles.get(key, "co_signer"),
            )
            session.add(row)
        row.method, row.delivered_on = receipt.method, receipt.delivered_on
        row.receipt = receipt.receipt
        row.recorded_by, row.recorded_at = by, at
    reply.status, reply.delivered_at = "delivered", at
    assignment.status, assignment.replied_at = "delivered", at
    session.flush()
    session.expire(reply, ["deliveries"])
    return reply


# Reading


def find(session: Session, assignment_id: int) -> Reply | None:
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
    kept = (
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
    items = [
        {"number": i.number, "text": i.text, "response": i.response, "state": i.state}
        for i in reply.items
    ]
    return {name: getattr(reply, name) for name in kept} | {"items": items}


def _replace_items(session: Session, reply: Reply, items: Iterable[Item]) -> None:
    # Old rows go before new ones come: they share the primary key.
    reply.items.clear()
    session.flush()
    reply.items.extend(
        ReplyItem(number=number, text=item.text, response=item.response, state=item.state)
        for number, item in enumerate(items, 1)
    )
    session.flush()
