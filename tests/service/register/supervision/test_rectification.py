"""A unit answers every problem, round by round, until its card is cleared."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cards, cases, rectification
from service.register.supervision.rectification import Clearing, Plan, PlannedItem
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded, report


def test_without_a_card_there_is_nothing_to_rectify(session: Session) -> None:
    case = cases.get(session, concluded(session))

    assert rectification.start_round(session, case.id, MORNING) is None
    assert (case.status, case.outcome) == ("closed", "not_carded")


def test_a_report_answers_every_problem_and_keeps_the_plan(session: Session) -> None:
    number = concluded(session)
    carded(session, number)
    rectification.start_round(session, number, MORNING)
    planned = [
        PlannedItem(
            number=number,
            requirement="",
            measure=measure,
            responsible="股长",
            due_on=date(2026, 3, 9),
        )
        for number, measure in ((1, "编方案"), (2, "上门沟通"))
    ]
    plan = Plan(approved_by="局长李明", plan="三天办完", items=planned)
    rectification.record_plan(session, number, plan, "jt_liaison", MORNING)

    with pytest.raises(NotAllowed, match="第 2 个问题"):
        rectification.record_report(session, number, report("已报"), "jt_liaison", MORNING)
    row = rectification.record_report(
        session, number, report("已报", "已见面"), "jt_liaison", MORNING
    )

    assert [
        (item["number"], item["responsible"], item["due_on"], item["result"]) for item in row.items
    ] == [(1, "股长", "2026-03-09", "已报"), (2, "股长", "2026-03-09", "已见面")]
    assert cases.get(session, number).status == "looking_back"


def test_clearing_takes_the_colour_off_and_keeps_the_card(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    rectification.approve_clearing(session, number, Clearing(clear_opinion="同意销号"), "xu_jing")

    case = rectification.clear(session, number, MORNING)

    assert (card.state, card.cleared_by, card.clear_opinion) == ("cleared", "xu_jing", "同意销号")
    assert (case.status, case.outcome) == ("closed", "cleared")
    assert cards.in_force(session, number) is None
    with pytest.raises(NotAllowed, match="已经销号"):
        carded(session, number)


def test_a_round_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        rectification.get(session, 99)
