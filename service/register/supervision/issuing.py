"""How a card comes to bind: a person issues it, the unit is spoken to, signs it and may appeal against it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.register.common.labels import Labelled
from service.register.supervision import cards, cases, measures
from service.register.supervision.cards import State
from service.register.supervision.cases import Outcome
from service.register.supervision.colors import Color, Proposal
from service.tables.supervision import ControlCard


class AppealDecision(Labelled):
    """What is decided on a unit's appeal against its card."""

    UPHELD = "upheld", "维持"
    CHANGED = "changed", "改变颜色"
    WITHDRAWN = "withdrawn", "撤回通知单"


@dataclass(frozen=True)
class Notice:
    """What a card says: the measure, why, and what is required."""

    color: Color
    reason: str
    requirement: str


def issue(
    session: Session,
    supervision_id: int,
    notice: Notice,
    proposed: Proposal,
    by: str,
    at: datetime,
) -> ControlCard:
    """Issue a card with the next number of its colour. It binds once the unit has it."""
    case = cases.get(session, supervision_id)
    if notice.color not in measures.allowed(session, case):
        raise NotAllowed(
            f"对这个单位不能采取“{notice.color.label}”，请在列出的措施里选。"
            "法院、检察院、监委、人大和党群单位以函告代替亮牌；已经亮牌的不能降低颜色。"
        )
    if case.outcome == Outcome.CLEARED:
        raise NotAllowed("这次督查的整改已经销号，不能再亮牌。请选“不亮牌”。")
    card = ControlCard(
        supervision_id=case.id,
        unit=case.unit,
        color=notice.color,
        number=cards.next_number(session, notice.color, at),
        rule="".join(proposed.reasons),
        proposed_color=proposed.color,
        reason=notice.reason,
        requirement=notice.requirement,
        issued_by=by,
        issued_at=at,
        state=State.ISSUED,
    )
    session.add(card)
    session.flush()
    return card


def interview(
    session: Session, card_id: int, on: date, attendance: str, record: str, by: str
) -> ControlCard:
    """Keep who spoke to the unit, on which day, and what was said."""
    card = cards.get(session, card_id)
    card.interviewed_on = on
    card.interview_attendance = attendance
    card.interview = record
    card.interviewed_by = by
    return card


def sign(
    session: Session, card_id: int, receipt: str, appeal: str, by: str, at: datetime
) -> ControlCard:
    """Let the unit sign its card, with an appeal if there is one."""
    card = cards.get(session, card_id)
    card.receipt = receipt
    card.signed_by = by
    card.signed_at = at
    if appeal:
        card.appeal = appeal
        card.appealed_at = at
    return card


def decide_appeal(
    session: Session,
    card_id: int,
    decision: AppealDecision,
    color: Color | None,
    opinion: str,
    by: str,
    at: datetime,
) -> ControlCard:
    """Uphold, change or take back a card; a changed one gets a number of its new colour. Returns the card that is left."""
    card = cards.get(session, card_id)
    card.appeal_decision = decision
    card.appeal_opinion = opinion
    card.appeal_decided_by = by
    card.appeal_decided_at = at
    if decision is AppealDecision.WITHDRAWN:
        cards.end(card, State.WITHDRAWN, at)
    if decision is AppealDecision.CHANGED and color is not None and color != card.color:
        return cards.succeed(session, card, color, opinion, by, at)
    return card
