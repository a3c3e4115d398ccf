"""What was said to a unit and what it appealed stays with its card."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.register.supervision import issuing, reviews
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.issuing import AppealDecision, Notice
from tests.conftest import MORNING
from tests.service.register.supervision.examined import NOTICE, carded, concluded


def test_an_interview_is_kept_with_the_card(session: Session) -> None:
    card = carded(session, concluded(session), Notice(Color.RED, "虚假答复", "整改"))

    issuing.interview(
        session, card.id, date(2026, 3, 3), "高原约谈局长", "承诺月底前完成", "gao_yuan"
    )

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
    number = concluded(session)
    proposed = Proposal(Color.WHITE, ())
    card = issuing.issue(session, number, NOTICE, proposed, "tang_wei", MORNING)
    issuing.sign(session, card.id, "局长李明", "方案已报", "jt_liaison", MORNING)

    after = issuing.decide_appeal(
        session, card.id, decision, color, "研究过了", "tang_wei", MORNING
    )

    assert (card.state, after.color, card.appeal_decision) == (state, left, decision)
    assert after.signed_by == "jt_liaison"
