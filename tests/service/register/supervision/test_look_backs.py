"""A look-back that failed counts, and begins the next round."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.supervision import look_backs, rectification
from service.register.supervision.look_backs import Inspection, Verdict
from service.tables.supervision import LookBack, Rectification
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded, report


def test_a_failed_look_back_gives_the_limit_again_and_counts(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    rectification.start_round(session, number, MORNING)
    rectification.record_report(session, number, report("已报", "已见面"), "jt_liaison", MORNING)
    inspection = Inspection(
        methods=("deputy",),
        items=(),
        deputy_opinion=None,
        verdict=Verdict.PARTIAL,
        opinion="没有见面",
    )
    later = MORNING + timedelta(days=14)

    case = look_backs.record(session, number, inspection, "xu_jing", later)
    again = rectification.start_round(session, number, later)

    assert case.look_backs_failed == 1
    assert again is card
    assert rectification.round_began_at(session, number) == later
    assert card.due_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)
    rounds = session.scalars(select(Rectification).order_by(Rectification.round)).all()
    assert [row.round for row in rounds] == [1, 2]
    assert rounds[1].items == rounds[0].items, "what was written before is carried over"
    assert [row.round for row in session.scalars(select(LookBack))] == [1]
