"""A unit may object to a conclusion for thirty days; somebody who took no part decides within thirty more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service.database import Database
from tests.supervised import (
    EXAMINER,
    HEAD,
    LIAISON,
    NONE,
    OBJECTION,
    OFFICE,
    WHITE,
    YELLOW,
    Supervision,
)
from tests.world import assert_every_flow_taken

CHANGED = {
    "decision": "changed",
    "opinion": "方案报送晚了五天，事实存在，要求予以放宽。",
    "requirements": [{"number": 1, "description": "", "requirement": "十日内报送办理方案"}],
    "measure": "white",
}


@pytest.fixture
def story(database: Database) -> Iterator[Supervision]:
    story = Supervision(database).delivered()
    yield story
    story.remember_flows()


def test_a_unit_may_say_that_it_has_no_objection(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **NONE)

    story.do("申请复核", LIAISON, objection="none")

    assert story.end == "End_closed"


def test_silence_for_thirty_days_ends_the_right(story: Supervision) -> None:
    story.until("复核申请期限届满")

    assert "申请复核" not in story.open_tasks()
    assert "确定颜色" in story.open_tasks(), "the rest goes on"


def test_an_objection_gives_its_reasons(story: Supervision) -> None:
    refused = story.refused("申请复核", LIAISON, objection="review", reason="不服")

    assert list(refused) == ["reason"]


def test_the_head_names_a_reviewer_who_took_no_part(story: Supervision) -> None:
    story.do("申请复核", LIAISON, **OBJECTION)
    assert story.who("受理复核申请") == ["gov_supervision_head"]
    assert story.limit("受理复核申请") > story.at
    [told] = story.told("gov_supervision_head")
    assert "请指定复核人" in told
    [request] = story.rows("受理复核申请", HEAD, "objection_text")
    assert request["reason"] == OBJECTION["reason"]

    refused = story.refused("受理复核申请", HEAD, reviewer=EXAMINER, suspends=False)
    assert list(refused) == ["reviewer"], "the examiner is not in the list"

    story.do("受理复核申请", HEAD, reviewer=OFFICE, suspends=False)
    assert story.who("作出复核决定") == [OFFICE]
    assert story.limit("作出复核决定").date() == story.at.date() + timedelta(days=30)


def test_whoever_issues_the_card_meanwhile_may_not_decide(story: Supervision) -> None:
    story.do("申请复核", LIAISON, **OBJECTION)
    story.do("受理复核申请", HEAD, reviewer=HEAD, suspends=False)
    story.do("确定颜色", HEAD, **WHITE)

    refused = story.refused("作出复核决定", HEAD, decision="upheld", opinion="事实清楚，证据充分。")

    assert "应当回避" in refused["decision"]


def test_an_upheld_conclusion_stands(story: Supervision) -> None:
    story.objected()

    story.do("作出复核决定", OFFICE, decision="upheld", opinion="事实清楚，证据充分，予以维持。")

    assert story.conclusion.status == "standing"
    assert story.review.decided_by == OFFICE
    assert story.open_tasks() == ["确定颜色"]
    assert story.told("unit_head:JT")[-1].endswith("维持督查结论。")


def test_a_changed_conclusion_asks_for_something_else_and_keeps_the_old_words(
    story: Supervision,
) -> None:
    story.objected()

    story.do("作出复核决定", OFFICE, **CHANGED)

    assert story.conclusion.status == "changed"
    assert story.review.previous == [{"number": 1, "requirement": "五日内报送办理方案"}]
    story.issued(WHITE)
    story.do("签收通知单", LIAISON, receipt="联络员", appeals=False)
    [item] = story.rows("提交整改报告", LIAISON, "items")
    assert item["requirement"] == "十日内报送办理方案"


def test_a_change_of_the_measure_replaces_the_card_in_force(story: Supervision) -> None:
    story.issued(WHITE)
    story.do("签收通知单", LIAISON, receipt="联络员", appeals=False)
    story.objected()

    story.do("作出复核决定", OFFICE, **{**CHANGED, "measure": "yellow"})

    assert story.card_states == [("white", "replaced"), ("yellow", "in_force")]
    assert "提交整改报告" in story.open_tasks(), "the rectification goes on"


def test_a_change_answers_every_problem(story: Supervision) -> None:
    story.objected()
    unasked = {**CHANGED, "requirements": [{"requirement": ""}]}

    assert list(story.refused("作出复核决定", OFFICE, **unasked)) == ["requirements-0-requirement"]


def test_while_suspended_no_colour_is_proposed(story: Supervision) -> None:
    story.issued(WHITE)
    story.do("签收通知单", LIAISON, receipt="联络员", appeals=False)
    story.objected(suspends=True)
    assert story.record.suspended_at == story.at

    story.until("整改期限届满")

    [by_rule, _] = story.rows("确定颜色", HEAD, "proposal")
    assert (by_rule["measure"], by_rule["why"]) == (
        "不亮牌",
        "复核期间已决定暂缓整改，不建议亮牌或者升色。",
    )
    story.do("作出复核决定", OFFICE, decision="upheld", opinion="事实清楚，证据充分，予以维持。")
    assert story.record.suspended_at is None


def test_a_revoked_conclusion_leaves_no_colour(story: Supervision) -> None:
    story.issued(YELLOW)
    story.objected()

    story.do("作出复核决定", OFFICE, decision="revoked", opinion="主要事实不清，予以撤销。")

    assert story.end == "End_closed"
    assert story.card_states == [("yellow", "withdrawn")]
    assert story.open_tasks() == []


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("conclusion_review")
