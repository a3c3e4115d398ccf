"""What was said to a unit and what it appealed stays with its card."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.register.supervision import cases, issuing, reviews
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.issuing import AppealDecision, Interview, Receipt, Ruling
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded, notice


def test_an_interview_is_kept_with_the_card(session: Session) -> None:
    card = carded(session, concluded(session), Color.RED)
    interview = Interview(
        interviewed_on=date(2026, 3, 3), attendance="高原约谈局长", record="承诺月底前完成"
    )

    issuing.record_interview(session, card.id, interview, "gao_yuan")

    assert (card.interviewed_on, card.interview_attendance) == (date(2026, 3, 3), "高原约谈局长")
    assert "gao_yuan" in reviews.participants(session, card.supervision_id)


@pytest.mark.parametrize(
    ("decision", "color", "state", "left"),
    [
        (AppealDecision.UPHELD, None, "issued", "white"),
        (AppealDecision.CHANGED, Color.YELLOW, "replaced", "yellow"),
        (AppealDecision.CHANGED, Color.WHITE, "issued", "white"),
        (AppealDecision.WITHDRAWN, None, "withdrawn", "white"),
    ],
)
def test_an_appeal_upholds_changes_or_takes_back(
    session: Session, decision: AppealDecision, color: Color | None, state: str, left: str
) -> None:
    case, proposed = cases.get(session, concluded(session)), Proposal(Color.WHITE, ())
    card = issuing.issue(session, case, notice(), proposed, "tang_wei", MORNING)
    receipt = Receipt(receipt="局长李明", appeals=True, appeal_reason="方案已报")
    issuing.sign(session, card.id, receipt, "jt_liaison", MORNING)
    ruling = Ruling(appeal_decision=decision, measure=color, opinion="研究过了")

    after = issuing.decide_appeal(session, card.id, ruling, "tang_wei", MORNING)

    assert (card.state, after.color, card.appeal_decision) == (state, left, decision)
    assert after.signed_by == "jt_liaison"
