"""The rules propose a colour, a person decides; the unit is spoken to, signs, may appeal, and the card binds."""

from collections.abc import Iterator
from datetime import date

import pytest

from service.database import Database
from service.deadlines.workdays import local_day
from tests.supervised import (
    APPEAL,
    EXAMINER,
    HEAD,
    INTERVIEWED,
    LIAISON,
    MAYOR,
    NONE,
    RED,
    SIGNED,
    WHITE,
    YELLOW,
    Supervision,
    deploy_rules,
)
from tests.world import assert_every_flow_taken

NO_PLAN_IS_YELLOW = (
    (
        'Output_no_plan_white_color">\n          <text>"white"',
        'Output_no_plan_white_color">\n          <text>"yellow"',
    ),
    ("逾期未制定办理方案。", "没有办理方案的，一律黄牌。"),
)
OPINION = {"opinion": "查过系统记录，情况属实。"}


@pytest.fixture
def story(database: Database) -> Iterator[Supervision]:
    story = Supervision(database).delivered()
    yield story
    story.remember_flows()


def test_the_head_sees_what_the_rules_and_the_examiner_propose(story: Supervision) -> None:
    assert story.who("确定颜色") == ["gov_supervision_head"]

    assert story.rows("确定颜色", HEAD, "proposal") == [
        {"by": "三色规则", "measure": "白牌", "why": "逾期未制定办理方案。"},
        {"by": "检查人", "measure": "白牌", "why": "逾期未制定办理方案。"},
    ]
    assert story.task("确定颜色", HEAD).variables["proposed_color"] == "white"


def test_a_changed_table_decides_from_the_next_proposal_on(database: Database) -> None:
    story = Supervision(database).concluded()
    with story.database.transaction() as session:
        deploy_rules(session, *NO_PLAN_IS_YELLOW, at=story.at)

    story.do("签收督查结论", LIAISON, **SIGNED)

    assert story.task("确定颜色", HEAD).variables["proposed_color"] == "yellow"
    [proposed, _] = story.rows("确定颜色", HEAD, "proposal")
    assert (proposed["measure"], proposed["why"]) == ("黄牌", "没有办理方案的，一律黄牌。")


def test_a_card_keeps_the_reason_it_was_issued_for(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **WHITE)

    with story.database.transaction() as session:
        deploy_rules(session, *NO_PLAN_IS_YELLOW, at=story.at)

    [card] = story.cards
    assert (card.proposed_color, card.rule) == ("white", "逾期未制定办理方案。")


def test_no_card_needs_a_reason_and_nothing_else(story: Supervision) -> None:
    assert list(story.refused("确定颜色", HEAD, measure="none", reason="无")) == ["reason"]

    story.do("确定颜色", HEAD, **NONE)

    assert story.cards == []
    assert story.record.outcome == "not_carded"


def test_a_white_card_goes_straight_to_the_unit(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **WHITE)

    assert story.who("签收通知单") == ["unit_deputy_head:JT", "unit_head:JT", "unit_liaison:JT"]
    [card] = story.rows("签收通知单", LIAISON, "card")
    assert (card["number"], card["color"]) == ("督白〔2026〕1号", "白牌")
    assert story.told("unit_deputy_head:JT") == [
        "您单位收到白牌通知单（督白〔2026〕1号），请签收并按要求整改。"
    ]


@pytest.mark.parametrize(
    ("notice", "group", "by"),
    [(YELLOW, "gov_supervision", EXAMINER), (RED, "vice_mayor", MAYOR)],
)
def test_the_graver_the_colour_the_higher_who_speaks_to_the_unit(
    story: Supervision, notice: dict[str, str], group: str, by: str
) -> None:
    story.do("确定颜色", HEAD, **notice)
    assert story.who("约谈单位负责人") == [group]

    story.do("约谈单位负责人", by, **INTERVIEWED)

    [card] = story.cards
    assert (card.interviewed_by, card.interviewed_on) == (by, date(2026, 3, 16))
    assert "签收通知单" in story.open_tasks()


def test_the_limit_runs_from_when_the_unit_has_the_card(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **WHITE)
    story.pass_days(1)

    story.do("签收通知单", LIAISON, **SIGNED)

    [card] = story.cards
    assert card.in_force_at == story.at
    assert card.due_at is not None
    assert local_day(card.due_at) == date(2026, 3, 10), "five working days after 3 March"
    assert "请在2026年3月10日前提交整改报告" in story.told("unit_head:JT")[-1]


def test_a_card_that_is_not_signed_is_deemed_to_be(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **WHITE)

    story.until("签收期限届满")

    [card] = story.cards
    assert (card.state, card.signed_at) == ("in_force", None)
    assert "提交整改报告" in story.open_tasks()


def appealed(story: Supervision) -> None:
    story.do("确定颜色", HEAD, **WHITE)
    story.do("签收通知单", LIAISON, **APPEAL)


def test_an_appeal_is_decided_before_the_limit_runs(story: Supervision) -> None:
    appealed(story)
    assert story.who("处理申诉") == ["gov_supervision_head"]
    [row] = story.rows("处理申诉", HEAD, "appeal")
    assert row["appeal"] == APPEAL["appeal_reason"]
    story.pass_days(2)

    story.do("处理申诉", HEAD, appeal_decision="upheld", **OPINION)

    [card] = story.cards
    assert (card.state, card.in_force_at) == ("in_force", story.at)


def test_an_appeal_may_change_the_colour(story: Supervision) -> None:
    appealed(story)

    story.do("处理申诉", HEAD, appeal_decision="changed", measure="yellow", **OPINION)

    assert story.card_states == [("white", "replaced"), ("yellow", "in_force")]
    assert "制定整改方案" in story.open_tasks(), "the colour that binds decides what is asked"


def test_an_appeal_may_take_the_card_back(story: Supervision) -> None:
    appealed(story)

    story.do("处理申诉", HEAD, appeal_decision="withdrawn", **OPINION)

    assert story.card_states == [("white", "withdrawn")]
    assert story.record.outcome == "not_carded"
    assert story.open_tasks() == ["申请复核"]


def test_a_letter_is_not_offered_where_cards_apply(story: Supervision) -> None:
    assert list(story.refused("确定颜色", HEAD, **{**WHITE, "measure": "letter"})) == ["measure"]


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("color_management")
