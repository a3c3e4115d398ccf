"""知情议政与二次交办: meet, give out again, rate again, until the deputy accepts or the rounds are used up."""

from typing import Any

import pytest
from sqlalchemy import select

from service.register.deliberation import confirmations, disposals, meetings
from service.tables.evaluation import Confirmation, Evaluation
from tests.replied_case import (
    DEMANDS,
    NOT_SATISFIED,
    SATISFIED,
    RepliedCase,
    answer_again,
    meet,
    unhappy,
)
from tests.world import World, assert_every_flow_taken


def begun(world: World, **facts: Any) -> RepliedCase:
    return unhappy(world, "deliberation_and_reassign", **facts)


def again(world: World, **rating: Any) -> None:
    """Meet in vain, give out again, answer, and let the deputy rate."""
    meet(world)
    world.do("填写二次交办单", "代工委甲", demands=DEMANDS)
    answer_again(world)
    world.do("填写评价", "代表甲", **rating)
    world.until("统一封口时刻")


@pytest.mark.parametrize("outcome", ["satisfied", "accepted_explanation"])
def test_the_deputy_accepts_what_the_meeting_brought(world: World, outcome: str) -> None:
    case = begun(world)

    meet(world, outcome)

    assert world.ended() == "End_accepted"
    assert world.incidents() == []
    with world.reading() as session:
        [rating] = session.scalars(select(Evaluation))
        [said] = session.scalars(select(Confirmation))
        assert (rating.result_rating, said.outcome) == ("dissatisfied", outcome)
        explained = confirmations.explanation_accepted(session, case.suggestion.id)
        assert explained is (outcome == "accepted_explanation")


def test_the_deputy_is_satisfied_with_the_second_answer(world: World) -> None:
    begun(world)

    again(world, **SATISFIED)

    assert world.ended() == "End_satisfied"
    assert world.suggestion().round == 2


def test_a_deputy_who_says_nothing_to_the_second_answer_is_counted_as_silent(
    world: World,
) -> None:
    begun(world)
    meet(world)
    world.do("填写二次交办单", "代工委甲", demands=DEMANDS)
    answer_again(world)

    world.pass_workdays(26)

    assert world.ended() == "End_no_feedback"
    with world.reading() as session:
        query = select(Evaluation.state, Evaluation.result_rating).order_by(Evaluation.id)
        rows = session.execute(query)
        assert [tuple(row) for row in rows] == [("rated", "dissatisfied"), ("no_feedback", None)]


def test_not_satisfied_again_they_meet_again(world: World) -> None:
    case = begun(world)

    again(world, **NOT_SATISFIED)

    assert world.open_tasks() == ["研判排会"]
    meet(world, "satisfied")
    assert world.ended() == "End_accepted"
    with world.reading() as session:
        assert [item.round for item in meetings.of_case(session, case.suggestion.id)] == [1, 2]


@pytest.mark.parametrize(
    ("decision", "end"),
    [
        ("special_inquiry", "End_special_inquiry"),
        ("next_year", "End_next_year"),
        ("closed_with_explanation", "End_explained"),
    ],
)
def test_when_the_rounds_are_used_up_the_chairpersons_decide(
    world: World, decision: str, end: str
) -> None:
    case = begun(world)
    again(world, **NOT_SATISFIED)
    again(world, **NOT_SATISFIED)
    assert world.open_tasks() == ["研究处置方式"]
    assert world.inbox("主任会议") == ["研究处置方式"]
    assert world.inbox("代工委甲") == []

    world.do(
        "研究处置方式",
        "主任会议",
        disposal=decision,
        disposal_reason="资金明年才能落实，届时优先安排。",
    )

    assert world.ended() == end
    assert "资金明年才能落实" in world.told("代表甲")[-1]
    with world.reading() as session:
        row = disposals.disposal(session, case.suggestion.id)
        assert row is not None
        assert (row.decision, row.decided_by) == (decision, "主任会议")
        ratings = session.scalars(select(Evaluation.round).order_by(Evaluation.id))
        assert list(ratings) == [1, 2, 3]


def test_a_town_s_case_is_decided_by_its_presidium(world: World) -> None:
    begun(world, level="town", town="SM")

    assert world.inbox("石门主席团") == ["研判排会"]
    assert world.inbox("代工委甲") == []


def test_the_process_keeps_little_in_its_head(world: World) -> None:
    begun(world)
    again(world, **NOT_SATISFIED)

    assert len(world.instance().state) < 2048
    view = world.task("研判排会", "代工委甲")
    assert "dissatisfied" not in str(view.variables).replace("still_dissatisfied", "")


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("deliberation_and_reassign")
