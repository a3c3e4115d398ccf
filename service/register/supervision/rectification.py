"""What a unit puts right under a card, round by round, until the card is cleared."""

from datetime import date, datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.operations import Form, Row
from service.register.supervision import cards, cases, findings, look_backs
from service.register.supervision.cards import State
from service.register.supervision.cases import Outcome, Status
from service.tables.supervision import ControlCard, Rectification, SupervisionCase


class PlannedItem(Row):
    """一个问题的整改措施"""

    number: int = Field(description="问题序号")
    requirement: str | None = Field(description="整改要求")
    measure: str = Field(description="措施")
    responsible: str = Field(description="责任人")
    due_on: date = Field(description="完成日")


class Plan(Form):
    """整改方案"""

    approved_by: str = Field(description="审定方案的单位负责人")
    plan: str = Field(description="总体安排")
    items: tuple[PlannedItem, ...] = Field(description="逐项措施")


class DoneItem(Row):
    """一个问题的完成情况"""

    number: int = Field(description="问题序号")
    requirement: str | None = Field(description="整改要求")
    measure: str = Field(description="措施")
    done_on: date = Field(description="完成日")
    result: str = Field(description="完成情况")


class Report(Form):
    """整改报告"""

    items: tuple[DoneItem, ...] = Field(description="逐项完成情况")
    report: str = Field(description="整改报告")
    evidence: tuple[int, ...] = Field(description="佐证材料")


class Clearing(Form):
    """批准销号"""

    clear_opinion: str = Field(description="批准意见")


def start_round(session: Session, supervision_id: int, at: datetime) -> ControlCard | None:
    """Begin a round of rectification under the card in force; without a card the case is closed.

    After a failed look-back under the same card the unit gets the colour's full limit again.
    """
    case = cases.get(session, supervision_id)
    card = cards.in_force(session, supervision_id)
    if card is None:
        if case.status != Status.CLOSED:
            cases.close(case, Outcome.NOT_CARDED, at)
        return None
    if case.status == Status.LOOKING_BACK:
        cards.restart(session, card, round_began_at(session, supervision_id) or at)
    case.status = Status.RECTIFYING
    last = latest(session, supervision_id)
    session.add(
        Rectification(
            supervision_id=supervision_id,
            round=last.round + 1 if last else 1,
            card_id=card.id,
            plan=last.plan if last else "",
            items=[dict(item) for item in last.items] if last else [],
            evidence=[],
        )
    )
    session.flush()
    return card


def round_began_at(session: Session, supervision_id: int) -> datetime | None:
    """Return when the limit of the round at hand began: the card's force, or the failed look-back after it."""
    card = cards.in_force(session, supervision_id)
    failed_at = look_backs.last_at(session, supervision_id)
    if card is None or card.in_force_at is None:
        return None
    return max(card.in_force_at, failed_at) if failed_at else card.in_force_at


def record_plan(
    session: Session, supervision_id: int, plan: Plan, by: str, at: datetime
) -> Rectification:
    """Keep the unit's plan for the round at hand."""
    row = get(session, supervision_id)
    row.plan = plan.plan
    row.approved_by = plan.approved_by
    row.items = [item.model_dump(mode="json") for item in plan.items]
    row.planned_by = by
    row.planned_at = at
    return row


def record_report(
    session: Session, supervision_id: int, report: Report, by: str, at: datetime
) -> Rectification:
    """Keep the unit's report; every problem must be answered."""
    findings.refuse_gaps(session, supervision_id, [item.number for item in report.items])
    row = get(session, supervision_id)
    planned = {item["number"]: item for item in row.items}
    row.items = [
        {**planned.get(item.number, {}), **item.model_dump(mode="json")} for item in report.items
    ]
    row.report = report.report
    row.evidence = list(report.evidence)
    row.reported_by = by
    row.reported_at = at
    cases.get(session, supervision_id).status = Status.LOOKING_BACK
    return row


def get(session: Session, supervision_id: int) -> Rectification:
    """Return the round at hand, or raise NotFound."""
    found = latest(session, supervision_id)
    if found is None:
        raise NotFound("这次督查还没有要求整改。", supervision=supervision_id)
    return found


def latest(session: Session, supervision_id: int) -> Rectification | None:
    """Return the last round there was."""
    return session.scalar(
        select(Rectification)
        .where(Rectification.supervision_id == supervision_id)
        .order_by(Rectification.round.desc())
        .limit(1)
    )


def approve_clearing(session: Session, supervision_id: int, clearing: Clearing, by: str) -> None:
    """Keep who lets the cards be cleared, and why."""
    for card in cards.standing(session, supervision_id):
        card.clear_opinion = clearing.clear_opinion
        card.cleared_by = by


def clear(session: Session, supervision_id: int, at: datetime) -> SupervisionCase:
    """Take the colour off the unit; cards and records stay for ever."""
    case = cases.get(session, supervision_id)
    for card in cards.standing(session, supervision_id):
        cards.end(card, State.CLEARED, at)
    cases.close(case, Outcome.CLEARED, at)
    return case
