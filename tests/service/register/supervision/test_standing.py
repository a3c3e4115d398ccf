"""White cards of this year add up, and no others."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.register.supervision import proposals
from tests.service.register.supervision.undone import NOW, assignment, card, suggestion, supervision


def test_whites_of_last_year_and_withdrawn_ones_do_not_add_up(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=3))
    past = supervision(session, unit="JT", suggestion_id=own.id, closed_at=NOW)
    card(session, past, "white", 1)
    card(session, past, "white", 2, state="withdrawn")
    card(session, past, "white", 3, issued_at=datetime(2025, 12, 31, 15, 0, tzinfo=UTC))
    assert [each.proposal.color for each in proposals.candidates(session, NOW)] == ["white"]

    card(session, past, "white", 4)
    assert [each.proposal.color for each in proposals.candidates(session, NOW)] == ["yellow"]
