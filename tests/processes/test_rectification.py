"""A carded unit plans, rectifies and reports; it is looked at again until it is right, and the graver the longer."""

from collections.abc import Iterator
from datetime import date

import pytest

from service.database import Database
from service.deadlines import changes
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import local_day
from tests.supervised import (
    CLEARED,
    EXAMINER,
    HEAD,
    IN_PLACE,
    LIAISON,
    MAYOR,
    NONE,
    NOT_IN_PLACE,
    PLAN,
    RED,
    REPORT,
    SIGNED,
    WHITE,
    YELLOW,
    Supervision,
)
from tests.world import assert_every_flow_taken


@pytest.fixture
def story(database: Database) -> Iterator[Supervision]:
    story = Supervision(database)
    yield story
    story.remember_flows()


def test_a_white_card_asks_for_a_report_and_no_plan(story: Supervision) -> None:
    story.carded(WHITE)

    assert story.open_tasks() == ["提交整改报告", "申请复核"]
    assert local_day(story.limit("提交整改报告")) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("notice", "due_on"), [(YELLOW, date(2026, 3, 16)), (RED, date(2026, 3, 23))]
)
def test_a_graver_card_asks_for_a_plan_and_gives_its_own_limit(
    story: Supervision, notice: dict[str, str], due_on: date
) -> None:
    story.carded(notice)
    assert "制定整改方案" in story.open_tasks()

    story.do("制定整改方案", LIAISON, **PLAN)

    assert local_day(story.limit("提交整改报告")) == due_on
    [item] = story.rows("提交整改报告", LIAISON, "items")
    assert item["measure"] == "编制方案", "the plan is there to be reported on"


def test_a_report_answers_every_problem(story: Supervision) -> None:
    story.carded()
    report = {**REPORT, "items": [{**REPORT["items"][0], "result": ""}]}

    assert list(story.refused("提交整改报告", LIAISON, **report)) == ["items-0-result"]


def test_what_is_in_place_is_cleared(story: Supervision) -> None:
    story.reported()
    [row] = story.rows("回头看", EXAMINER, "report")
    assert row["result"] == "方案已报"

    story.do("回头看", EXAMINER, **IN_PLACE)
    assert story.who("批准销号") == ["gov_supervision"]
    [card] = story.rows("批准销号", EXAMINER, "card")
    assert card["number"] == "督白〔2026〕1号"
    story.do("批准销号", EXAMINER, **CLEARED)

    assert story.card_states == [("white", "cleared")]
    assert "不再显示颜色" in story.told("unit_head:JT")[-1]


@pytest.mark.parametrize(
    ("notice", "group", "by"),
    [(YELLOW, "gov_supervision_head", HEAD), (RED, "vice_mayor", MAYOR)],
)
def test_the_graver_the_colour_the_higher_who_clears(
    story: Supervision, notice: dict[str, str], group: str, by: str
) -> None:
    story.reported(notice)
    story.do("回头看", EXAMINER, **IN_PLACE)

    assert story.who("批准销号") == [group]
    story.do("批准销号", by, **CLEARED)
    assert story.record.outcome == "cleared"


def test_a_look_back_may_not_pass_what_it_found_wanting(story: Supervision) -> None:
    story.reported()

    refused = story.refused("回头看", EXAMINER, **{**NOT_IN_PLACE, "verdict": "in_place"})

    assert list(refused) == ["verdict"]


def test_a_failed_look_back_proposes_yellow_and_a_second_one_red(story: Supervision) -> None:
    story.reported()
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    [by_rule, _] = story.rows("确定颜色", HEAD, "proposal")
    assert (by_rule["measure"], by_rule["why"]) == ("黄牌", "回头看一次不到位。")

    story.issued(YELLOW)
    story.do("签收通知单", LIAISON, **SIGNED)
    story.do("制定整改方案", LIAISON, **PLAN)
    story.do("提交整改报告", LIAISON, **REPORT)
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    [by_rule, _] = story.rows("确定颜色", HEAD, "proposal")
    assert (by_rule["measure"], by_rule["why"]) == ("红牌", "回头看 2 次不到位。")

    story.issued(RED)
    story.do("签收通知单", LIAISON, **SIGNED)
    assert story.card_states == [
        ("white", "replaced"),
        ("yellow", "replaced"),
        ("red", "in_force"),
    ]


def test_a_failed_look_back_without_a_new_card_gives_the_limit_once_more(
    story: Supervision,
) -> None:
    story.reported()
    story.pass_workdays(10)

    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    story.do("确定颜色", HEAD, **NONE)

    assert story.card_states == [("white", "in_force")]
    assert local_day(story.limit("提交整改报告")) == date(2026, 3, 23), "five working days more"
    assert story.cards[0].due_at == story.limit("提交整改报告")


def test_a_closed_office_moves_a_limit_that_began_anew_and_its_card_alike(
    story: Supervision,
) -> None:
    story.reported()
    story.pass_workdays(10)
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    story.do("确定颜色", HEAD, **NONE)
    flood = Closure(Scope.UNIT, "JT", date(2026, 3, 18), date(2026, 3, 20), "防汛")

    with story.database.transaction() as session:
        changes.apply_closure(session, flood, "防汛", "管理员", story.at)

    assert local_day(story.limit("提交整改报告")) == date(2026, 3, 26)
    assert story.cards[0].due_at == story.limit("提交整改报告")


def test_a_report_that_does_not_come_asks_for_a_graver_colour(story: Supervision) -> None:
    story.carded()

    story.until("整改期限届满")

    assert story.open_tasks() == ["提交整改报告", "申请复核", "确定颜色"]
    [by_rule, _] = story.rows("确定颜色", HEAD, "proposal")
    assert (by_rule["measure"], by_rule["why"]) == ("黄牌", "白牌整改期满没有提交整改报告。")


def test_the_task_stays_open_past_its_limit_and_may_still_be_done(story: Supervision) -> None:
    story.carded()
    story.until("整改期限届满")
    story.do("提交整改报告", LIAISON, **REPORT)
    story.do("确定颜色", HEAD, **NONE)

    story.do("回头看", EXAMINER, **IN_PLACE)
    story.do("批准销号", EXAMINER, **CLEARED)

    assert story.record.outcome == "cleared"


def test_a_graver_card_starts_the_rectification_again_with_what_was_written(
    story: Supervision,
) -> None:
    story.carded(YELLOW)
    story.do("制定整改方案", LIAISON, **PLAN)
    story.until("整改期限届满")

    story.issued(RED)
    assert "提交整改报告" in story.open_tasks(), "until the unit has the new card"
    story.do("签收通知单", LIAISON, **SIGNED)

    assert story.card_states == [("yellow", "replaced"), ("red", "in_force")]
    assert story.open_tasks() == ["制定整改方案", "申请复核"]
    [item] = story.rows("制定整改方案", LIAISON, "items")
    assert (item["measure"], item["responsible"]) == ("编制方案", "股长")
    story.until("整改期限届满")
    assert "确定颜色" in story.open_tasks(), "the limit of the new card runs as well"


def test_the_card_to_clear_is_the_one_that_binds_by_then(story: Supervision) -> None:
    story.carded()
    story.until("整改期限届满")
    story.do("提交整改报告", LIAISON, **REPORT)
    story.issued(YELLOW)
    story.do("签收通知单", LIAISON, **SIGNED)

    story.do("回头看", EXAMINER, **IN_PLACE)

    assert story.who("批准销号") == ["gov_supervision_head"]
    [card] = story.rows("批准销号", HEAD, "card")
    assert card["number"] == "督黄〔2026〕1号"


def test_clearing_ends_a_colour_still_being_decided(story: Supervision) -> None:
    story.carded()
    story.until("整改期限届满")
    story.do("提交整改报告", LIAISON, **REPORT)
    story.do("回头看", EXAMINER, **IN_PLACE)

    story.do("批准销号", EXAMINER, **CLEARED)

    assert story.open_tasks() == ["申请复核"]


def test_the_first_card_does_not_start_the_rectification_twice(story: Supervision) -> None:
    story.carded()

    assert len(story.history()) == len({event.seq for event in story.history()})
    passed = [event.element_id for event in story.history()]
    assert passed.count("Task_set_terms") == 1
    assert passed.count("Message_new_card") == 0


def test_without_a_card_there_is_nothing_to_rectify(story: Supervision) -> None:
    story.delivered()

    story.do("确定颜色", HEAD, **NONE)

    assert story.open_tasks() == ["申请复核"]
    assert story.record.outcome == "not_carded"


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("rectification")
