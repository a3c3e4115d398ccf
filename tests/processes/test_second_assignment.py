"""二次交办: given out once more, to the same unit or another, with a limit of its own; then rated anew."""

from typing import Any

import pytest
from sqlalchemy import select

from service.register.deliberation import second_assignments
from service.register.dispatch import assignments
from service.tables.evaluation import Evaluation
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

ORDER = {"demands": DEMANDS, "requirements": "雨季以前完成", "lead_leader": "陈副市长"}


def ordered(world: World, units: tuple[str, ...] = ("JT",), **values: Any) -> RepliedCase:
    """Let a case be given out again after a meeting that did not help."""
    case = unhappy(world, "deliberation_and_reassign", units=units)
    meet(world)
    world.do("填写二次交办单", "代工委甲", **{**ORDER, **values})
    return case


def test_the_unit_answers_again_and_is_rated_again(world: World) -> None:
    case = ordered(world)
    assert world.open_tasks() == ["分派科室"]
    assert world.suggestion().status == "second_handling"
    assert DEMANDS in world.told("unit_liaison:JT")[-1]
    assert "二次交办" in world.told("gov_office")[-1]
    assert "已二次交办交通局" in world.told("代表甲")[-1]

    answer_again(world)
    assert world.open_tasks() == ["填写评价"]
    assert world.suggestion().status == "evaluating"
    world.do("填写评价", "代表甲", **SATISFIED)
    world.until("统一封口时刻")

    with world.reading() as session:
        rows = session.execute(
            select(Evaluation.round, Evaluation.result_rating).order_by(Evaluation.id)
        )
        assert [tuple(row) for row in rows] == [(1, "dissatisfied"), (2, "satisfied")]
        replies = [each.status for each in assignments.active(session, case.suggestion.id)]
        assert replies == ["delivered"]


def test_another_unit_takes_the_lead(world: World) -> None:
    case = ordered(world, lead_unit="CG")

    assert world.inbox("城管局联络员") == ["分派科室"]
    assert world.inbox("交通局联络员") == []
    with world.reading() as session:
        [row] = second_assignments.of_case(session, case.suggestion.id)
        [first, second] = world.assignments()
    assert (row.previous_units, row.lead_leader) == (["JT"], "陈副市长")
    assert (first.unit, first.round, first.status) == ("JT", 1, "delivered")
    assert (second.unit, second.round) == ("CG", 2)


def test_assisting_units_are_called_in_with_a_limit_of_their_own(world: World) -> None:
    ordered(world, handling_mode="lead_assist", assist_units=["GA"])

    lead, assist = world.assignments()[-2:]
    assert (lead.role, assist.role, assist.unit) == ("lead", "assist", "GA")
    assert lead.due_at is not None
    assert assist.due_at is not None
    assert assist.due_at < lead.due_at
    assert "分派科室" in world.inbox("交通局联络员")
    assert world.inbox("公安局联络员") != []


def test_of_units_that_answered_separately_only_those_concerned_do_it_again(world: World) -> None:
    ordered(world, units=("JT", "CG"), separate_units=["JT"])

    assert world.inbox("交通局联络员") == ["分派科室"]
    assert world.inbox("城管局联络员") == []
    answer_again(world)
    assert [task.name for task in world.waiting()] == ["填写评价"]
    assert world.task("填写评价", "代表甲").variables["evaluation"]["unit"] == "JT"


def test_the_limit_of_a_second_assignment_is_its_own(world: World) -> None:
    ordered(world)
    assigned_at = world.at
    due = world.due("二次办理期限届满")
    with world.reading() as session:
        [order] = second_assignments.of_case(session, world.suggestion().id)
    assert due == order.due_at
    assert 28 <= (due - assigned_at).days <= 34

    world.until("二次办理期限届满")

    assert world.open_tasks() == ["分派科室"]
    assert world.time_state() == "overdue"
    assert any("答复期限已到" in text for text in world.told("deputy_office"))


def test_nobody_may_hand_a_second_assignment_back(world: World) -> None:
    ordered(world)

    assert [row.signed_at is not None for row in world.assignments()] == [True, True]
    assert "签收任务" not in world.open_tasks()


def test_an_order_names_units_that_fit_its_mode(world: World) -> None:
    unhappy(world, "deliberation_and_reassign")
    meet(world)

    refused = world.refused(
        "填写二次交办单", "代工委甲", **ORDER, handling_mode="lead_assist", assist_units=["JT"]
    )

    assert "协办单位" in refused["handling_mode"]


def test_the_order_starts_from_what_the_meeting_resolved(world: World) -> None:
    unhappy(world, "deliberation_and_reassign")
    meet(world)

    view = world.task("填写二次交办单", "代工委甲")

    assert view.variables["meeting_units"] == ["JT"]
    assert "dissatisfied" not in str(view.variables).replace("still_dissatisfied", "")
    assert DEMANDS not in str(view.variables)


@pytest.mark.parametrize("values", [SATISFIED, NOT_SATISFIED])
def test_the_second_rating_is_as_sealed_as_the_first(world: World, values: dict[str, Any]) -> None:
    ordered(world)
    answer_again(world)

    world.do("填写评价", "代表甲", **values)

    assert world.open_tasks() == []
    assert world.ended() is None
    assert world.suggestion().status == "evaluating"


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("second_assignment")
