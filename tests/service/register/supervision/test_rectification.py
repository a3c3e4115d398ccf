"""A unit answers every problem, round by round, until its card is cleared."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cards, cases, rectification
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded


def test_without_a_card_there_is_nothing_to_rectify(session: Session) -> None:
    case = cases.get(session, concluded(session))

    assert rectification.start_round(session, case.id, MORNING) is None
    assert (case.status, case.outcome) == ("closed", "not_carded")


def test_a_report_answers_every_problem_and_keeps_the_plan(session: Session) -> None:
    number = concluded(session)
    carded(session, number)
    rectification.start_round(session, number, MORNING)
    plan = [{"number": 1, "measure": "编方案"}, {"number": 2, "measure": "上门沟通"}]
    rectification.plan(session, number, "三天办完", "局长李明", plan, "jt_liaison", MORNING)

    with pytest.raises(NotAllowed, match="第 2 个问题"):
        rectification.report(session, number, "好了", [{"number": 1}], [], "jt_liaison", MORNING)
    done = [{"number": 1, "result": "已报"}, {"number": 2, "result": "已见面"}]
    row = rectification.report(session, number, "都已完成", done, [], "jt_liaison", MORNING)

    assert row.items == [
        {"number": 1, "measure": "编方案", "result": "已报"},
        {"number": 2, "measure": "上门沟通", "result": "已见面"},
    ]
    assert cases.get(session, number).status == "looking_back"


def test_clearing_takes_the_colour_off_and_keeps_the_card(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    rectification.approve_clearing(session, number, "同意销号", "xu_jing")

    case = rectification.clear(session, number, MORNING)

    assert (card.state, card.cleared_by, card.clear_opinion) == ("cleared", "xu_jing", "同意销号")
    assert (case.status, case.outcome) == ("closed", "cleared")
    assert cards.in_force(session, number) is None
    with pytest.raises(NotAllowed, match="已经销号"):
        carded(session, number)


def test_a_round_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        rectification.get(session, 99)
