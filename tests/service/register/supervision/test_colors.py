"""The highest colour that a rule hits is proposed, and every rule of that colour says why."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.supervision import colors, proposals
from service.register.supervision.colors import RULES, Fact, Proposal, propose
from service.tables.supervision import ColorRule
from tests.service.register.supervision.undone import NOW, assignment, suggestion


@pytest.mark.parametrize(
    ("facts", "color"),
    [
        ({}, "none"),
        ({"reply_overdue": 1}, "white"),
        ({"reply_overdue": 10}, "white"),
        ({"reply_overdue": 11}, "yellow"),
        ({"reply_overdue": 30}, "yellow"),
        ({"reply_overdue": 31}, "red"),
        ({"unsigned": 1, "no_plan": 1}, "white"),
        ({"assist_overdue": 10}, "white"),
        ({"assist_overdue": 11}, "yellow"),
        ({"commitment_overdue": 20}, "white"),
        ({"commitment_overdue": 21}, "yellow"),
        ({"redo_overdue": 1}, "yellow"),
        ({"white_expired": 1}, "yellow"),
        ({"yellow_expired": 1}, "red"),
        ({"look_backs_failed": 1}, "yellow"),
        ({"look_backs_failed": 2}, "red"),
        ({"reply_overdue": 2, "past_legal_limit": 1}, "red"),
        ({"no_contact": 1, "false_dealing": 1}, "red"),
    ],
)
def test_the_highest_colour_that_is_hit_wins(facts: dict[str, int], color: str) -> None:
    assert propose(RULES, facts).color == color


def test_a_proposal_says_why_with_the_numbers() -> None:
    assert propose(RULES, {"reply_overdue": 12, "no_contact": 1}) == Proposal(
        "yellow", ("答复逾期 12 个工作日，超过 10 个工作日。",)
    )
    assert propose(RULES, {"unsigned": 1, "no_plan": 1}).reasons == (
        "交办后逾期未签收。",
        "逾期未制定办理方案。",
    )


def test_the_third_white_of_a_year_is_yellow() -> None:
    assert propose(RULES, {"unsigned": 1}, whites_before=1).color == "white"
    assert propose(RULES, {"unsigned": 1}, whites_before=2) == Proposal(
        "yellow", ("本年第 3 次应亮白牌。",)
    )
    assert propose(RULES, {}, whites_before=5).color == "none"


def test_every_rule_speaks_of_a_known_fact_and_colour() -> None:
    assert {rule.fact for rule in RULES} == set(Fact)
    assert {rule.color for rule in RULES} == {"white", "yellow", "red"}


def test_rules_are_data_that_an_administrator_may_change(session: Session) -> None:
    colors.seed(session)
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=2))
    [rule] = session.scalars(
        select(ColorRule).where(ColorRule.fact == "reply_overdue", ColorRule.color == "white")
    )

    rule.active = False

    assert proposals.candidates(session, NOW) == []
    assert colors.seed(session) == 0, "what was changed stays"
