"""A reply is delivered to each deputy it must reach, and each delivery is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.register.dispatch import progress
from service.register.proposal import recipients
from service.register.proposal.recipients import Signing
from service.register.reply import replies
from service.register.reply.kinds import DeliveryMethod, ReplyStatus
from service.tables.assignments import Assignment
from service.tables.handling import Delivery, Reply


@dataclass(frozen=True)
class Receipt:
    """How one deputy got the reply."""

    deputy: str
    suggestion_id: int
    method: DeliveryMethod
    delivered_on: date
    receipt: str = ""


def record(
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
    reply = replies.current(session, assignment.id)
    wanted = recipients.of(session, reply.suggestion_id)
    roles = {(each.deputy, each.suggestion_id): each.role for each in wanted}
    known = {(each.deputy, each.suggestion_id): each for each in reply.deliveries}
    for receipt in receipts:
        key = (receipt.deputy, receipt.suggestion_id)
        row = known.get(key)
        if row is None:
            row = Delivery(
                reply_id=reply.id,
                deputy=receipt.deputy,
                suggestion_id=receipt.suggestion_id,
                role=roles.get(key, Signing.CO_SIGNER),
            )
            session.add(row)
        row.method, row.delivered_on = receipt.method, receipt.delivered_on
        row.receipt = receipt.receipt
        row.recorded_by, row.recorded_at = by, at
    reply.status, reply.delivered_at = ReplyStatus.DELIVERED, at
    progress.answer(assignment, at)
    session.flush()
    session.expire(reply, ["deliveries"])
    return reply
