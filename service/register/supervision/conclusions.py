"""What a unit is told after an examination: every problem, what is required, and when it was delivered."""

from datetime import datetime

from pydantic import Field
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.labels import Labelled
from service.operations import Form
from service.register.supervision import cases, findings
from service.register.supervision.cases import Status
from service.register.supervision.colors import Color
from service.register.supervision.findings import Requirement
from service.tables.supervision import Conclusion


class State(Labelled):
    """Whether a conclusion holds."""

    STANDING = "standing", "有效"
    CHANGED = "changed", "已变更"
    REVOKED = "revoked", "已撤销"


class Draft(Form):
    """督查结论"""

    summary: str = Field(description="结论")
    requirements: tuple[Requirement, ...] = Field(description="逐项整改要求")
    measure: Color = Field(description="建议措施")
    reason: str = Field(description="建议理由")
    right_told: bool = Field(description="已写明申请复核的权利")


class Receipt(Form):
    """签收督查结论"""

    receipt: str = Field(description="签收人（姓名、职务）")


def conclude(
    session: Session, supervision_id: int, draft: Draft, by: str, at: datetime
) -> Conclusion:
    """Issue the conclusion: what is wrong, what is required for each problem, which measure is proposed."""
    case = cases.get(session, supervision_id)
    findings.require(session, case.id, draft.requirements)
    conclusion = Conclusion(
        supervision_id=case.id,
        summary=draft.summary,
        proposed_color=draft.measure,
        reason=draft.reason,
        status=State.STANDING,
        issued_by=by,
        issued_at=at,
    )
    session.add(conclusion)
    case.status = Status.CONCLUDED
    session.flush()
    return conclusion


def sign(
    session: Session, supervision_id: int, receipt: Receipt, by: str, at: datetime
) -> Conclusion:
    """Keep who signed for the unit, and when."""
    conclusion = get(session, supervision_id)
    conclusion.receipt = receipt.receipt
    conclusion.signed_by = by
    conclusion.signed_at = at
    return conclusion


def deliver(session: Session, supervision_id: int, at: datetime) -> Conclusion:
    """Count the conclusion as delivered, signed or not: the unit's thirty days begin."""
    conclusion = get(session, supervision_id)
    conclusion.delivered_at = at
    return conclusion


def change(conclusion: Conclusion, measure: Color) -> None:
    """Let a conclusion go on with the words a review has given it, and another measure."""
    conclusion.status = State.CHANGED
    conclusion.proposed_color = measure


def revoke(conclusion: Conclusion) -> None:
    """Let a conclusion hold no longer."""
    conclusion.status = State.REVOKED


def get(session: Session, supervision_id: int) -> Conclusion:
    """Return the conclusion of a case, or raise NotFound."""
    found = session.get(Conclusion, supervision_id)
    if found is None:
        raise NotFound("这次督查还没有出具结论。", supervision=supervision_id)
    return found
