"""One card binds at a time, with the limit of its colour; each has the next number of its colour."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cards, cases, issuing, measures
from service.register.supervision.colors import Color, Proposal
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded, notice


def test_a_card_binds_from_when_it_is_in_force_with_the_limit_of_its_colour(
    session: Session,
) -> None:
    number = concluded(session)
    card = carded(session, number)

    assert card.number == "督白〔2026〕1号"
    assert card.due_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC), "five working days, 18:00"


def test_a_graver_card_replaces_the_one_before_and_none_is_lighter(session: Session) -> None:
    number = concluded(session)
    white = carded(session, number)
    yellow = carded(session, number, Color.YELLOW)
    case = cases.get(session, number)

    assert (white.state, white.replaced_by_id) == ("replaced", yellow.id)
    assert cards.in_force(session, number) == yellow
    assert measures.allowed(session, case) == ["none", "yellow", "red"]
    with pytest.raises(NotAllowed, match="不能降低颜色"):
        carded(session, number)


def test_numbers_run_by_series_and_year(session: Session) -> None:
    first, second = concluded(session), concluded(session, unit="SD")
    cards = [carded(session, first), carded(session, second)]
    next_year = MORNING + timedelta(days=365)
    case, proposed = cases.get(session, second), Proposal(Color.NONE, ())
    third = issuing.issue(session, case, notice(), proposed, "tang_wei", next_year)

    assert [card.number for card in (*cards, third)] == [
        "督白〔2026〕1号",
        "督白〔2026〕2号",
        "督白〔2027〕1号",
    ]


def test_a_card_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        cards.get(session, 99)
