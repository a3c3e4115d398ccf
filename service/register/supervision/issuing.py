"""How a card comes to bind: a person issues it, the unit is spoken to, signs it and may appeal against it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.labels import Labelled
from service.operations import Form, Variable
from service.register.supervision import cards, cases, measures
from service.register.supervision.cards import State
from service.register.supervision.cases import Outcome
from service.register.supervision.colors import Color, Proposal
from service.tables.supervision import ControlCard, SupervisionCase


class AppealDecision(Labelled):
    """What is decided on a unit's appeal against its card."""

    UPHELD = "upheld", "维持"
    CHANGED = "changed", "改变颜色"
    WITHDRAWN = "withdrawn", "撤回通知单"


class Notice(Form):
    """确定颜色"""

    measure: Color = Field(description="确定的措施")
    reason: str = Field(description="理由")
    requirement: str | None = Field(description="要求")


class Interview(Form):
    """约谈单位负责人"""

    interviewed_on: date = Field(description="约谈日期")
    attendance: str = Field(description="约谈人和被约谈人")
    record: str = Field(description="约谈纪要")


class Receipt(Form):
    """签收通知单"""

    receipt: str = Field(description="签收人（姓名、职务）")
    appeals: bool = Field(description="是否申诉")
    appeal_reason: str | None = Field(description="申诉理由")


class Ruling(Form):
    """处理申诉"""

    appeal_decision: AppealDecision = Field(description="处理决定")
    measure: Color | None = Field(description="改变后的颜色")
    opinion: str = Field(description="理由")


def case_of(session: Session, card_id: int) -> str | None:
    """Return the key of a card's case, None where there is no such card."""
    found = session.get(ControlCard, card_id)
    return cases.business_key(found.supervision_id) if found else None


CardId = Annotated[int, Variable("通知单", case=case_of)]


def issue(
    session: Session,
    case: SupervisionCase,
    notice: Notice,
    proposed: Proposal,
    by: str,
    at: datetime,
) -> ControlCard:
    """Issue a card with the next number of its colour. It binds once the unit has it."""
    if notice.measure not in measures.allowed(session, case):
        raise NotAllowed(
            f"对这个单位不能采取“{notice.measure.label}”，请在列出的措施里选。"
            "法院、检察院、监委、人大和党群单位以函告代替亮牌；已经亮牌的不能降低颜色。"
        )
    if case.outcome == Outcome.CLEARED:
        raise NotAllowed("这次督查的整改已经销号，不能再亮牌。请选“不亮牌”。")
    card = ControlCard(
        supervision_id=case.id,
        unit=case.unit,
        color=notice.measure,
        number=cards.next_number(session, notice.measure, at),
        rule="".join(proposed.reasons),
        proposed_color=proposed.color,
        reason=notice.reason,
        requirement=notice.needed("requirement", notice.requirement),
        issued_by=by,
        issued_at=at,
        state=State.ISSUED,
    )
    session.add(card)
    session.flush()
    return card


def record_interview(session: Session, card_id: int, interview: Interview, by: str) -> ControlCard:
    """Keep who spoke to the unit, on which day, and what was said."""
    card = cards.get(session, card_id)
    card.interviewed_on = interview.interviewed_on
    card.interview_attendance = interview.attendance
    card.interview = interview.record
    card.interviewed_by = by
    return card


def sign(session: Session, card_id: int, receipt: Receipt, by: str, at: datetime) -> ControlCard:
    """Let the unit sign its card, with an appeal if there is one."""
    card = cards.get(session, card_id)
    card.receipt = receipt.receipt
    card.signed_by = by
    card.signed_at = at
    if receipt.appeals:
        card.appeal = receipt.needed("appeal_reason", receipt.appeal_reason)
        card.appealed_at = at
    return card


def decide_appeal(
    session: Session, card_id: int, ruling: Ruling, by: str, at: datetime
) -> ControlCard:
    """Uphold, change or take back a card; a changed one gets a number of its new colour. Returns the card that is left."""
    card = cards.get(session, card_id)
    card.appeal_decision = ruling.appeal_decision
    card.appeal_opinion = ruling.opinion
    card.appeal_decided_by = by
    card.appeal_decided_at = at
    if ruling.appeal_decision is AppealDecision.WITHDRAWN:
        cards.end(card, State.WITHDRAWN, at)
    if ruling.appeal_decision is AppealDecision.CHANGED:
        color = ruling.needed("measure", ruling.measure)
        if color != card.color:
            return cards.succeed(session, card, color, ruling.opinion, by, at)
    return card
