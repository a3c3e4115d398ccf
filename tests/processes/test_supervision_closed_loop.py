"""A unit is examined; what is found is concluded, delivered, rectified and open to objection, side by side."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service.database import Database
from service.errors import NotAllowed
from tests.supervised import (
    CLEAN,
    CLEARED,
    CONCLUDED,
    EXAMINED,
    EXAMINER,
    HEAD,
    IN_PLACE,
    LIAISON,
    LOOP,
    NONE,
    OFFICE,
    REPORT,
    SIGNED,
    WHITE,
    Supervision,
)
from tests.world import assert_every_flow_taken


@pytest.fixture
def story(database: Database) -> Iterator[Supervision]:
    story = Supervision(database)
    yield story
    story.remember_flows()


def test_a_unit_without_a_problem_is_left_in_peace(story: Supervision) -> None:
    story.open()
    assert story.who("检查核实") == ["gov_supervision"]
    assert [row["point"] for row in story.rows("检查核实", EXAMINER, "checks")] == [
        "办前沟通",
        "办理方案（三定）",
    ]

    story.do("检查核实", EXAMINER, **CLEAN)

    assert story.end == "End_no_problem"
    assert (story.record.status, story.record.outcome) == ("closed", "no_problem")


def test_a_problem_is_concluded_carded_rectified_and_cleared(story: Supervision) -> None:
    story.concluded()
    assert story.who("签收督查结论") == ["unit_liaison:JT"]
    [finding] = story.rows("签收督查结论", LIAISON, "conclusion")
    assert finding["requirement"] == "五日内报送办理方案"
    [told] = story.told("unit_head:JT")
    assert "30 日内可以申请复核" in told

    story.do("签收督查结论", LIAISON, **SIGNED)
    assert story.open_tasks() == ["申请复核", "确定颜色"]

    story.do("确定颜色", HEAD, **WHITE)
    story.do("签收通知单", LIAISON, **SIGNED)
    story.do("提交整改报告", LIAISON, **REPORT)
    story.do("回头看", EXAMINER, **IN_PLACE)
    story.do("批准销号", EXAMINER, **CLEARED)

    assert story.record.outcome == "cleared"
    assert story.end is None, "the unit may still object"
    story.do("申请复核", LIAISON, objection="none")
    assert story.end == "End_closed"
    assert story.card_states == [("white", "cleared")]
    assert story.incidents() == []


def test_a_unit_that_does_not_sign_is_deemed_to_have_the_conclusion(story: Supervision) -> None:
    story.concluded()

    story.until("签收期限届满")

    assert story.conclusion.signed_at is None
    assert story.conclusion.delivered_at == story.at
    assert story.open_tasks() == ["申请复核", "确定颜色"]


def test_thirty_days_after_delivery_the_right_to_object_is_gone(story: Supervision) -> None:
    story.delivered()
    delivered_on = story.at.date()
    story.do("确定颜色", HEAD, **NONE)
    assert story.open_tasks() == ["申请复核"]
    assert story.limit("申请复核").date() == delivered_on + timedelta(days=30)

    story.until("复核申请期限届满")

    assert story.end == "End_closed"
    assert story.record.outcome == "not_carded"


def test_a_revoked_conclusion_ends_the_rectification_at_once(story: Supervision) -> None:
    story.carded()
    story.objected()
    assert "提交整改报告" in story.open_tasks(), "an objection does not stop the rectification"

    story.do("作出复核决定", OFFICE, decision="revoked", opinion="方案确已报送，结论事实不清。")

    assert story.end == "End_closed"
    assert story.record.outcome == "revoked"
    assert story.card_states == [("white", "withdrawn")]


def test_the_government_may_not_examine_a_court(story: Supervision) -> None:
    assert "政府督查工作条例第五条" in story.not_opened(unit="FY")["unit"]


def test_nobody_supervises_in_the_name_of_another_office(story: Supervision) -> None:
    assert "任职的部门" in story.not_opened(organizer="party_supervision")["organizer"]


def test_only_supervisors_and_the_congress_office_may_begin(story: Supervision) -> None:
    with pytest.raises(NotAllowed):
        story.open(by=LIAISON)


def test_the_same_matter_is_not_supervised_twice(story: Supervision) -> None:
    story.open()

    assert "严禁重复督查" in story.not_opened()["unit"]


def test_a_problem_ticked_point_by_point_may_not_be_denied(story: Supervision) -> None:
    story.open()

    denied = {**EXAMINED, "found": False, "findings": []}

    assert list(story.refused("检查核实", EXAMINER, **denied)) == ["found"]


def test_a_conclusion_tells_the_right_to_object_and_answers_each_problem(
    story: Supervision,
) -> None:
    story.open()
    story.do("检查核实", EXAMINER, **EXAMINED)
    untold = {**CONCLUDED, "right_told": False}
    unasked = {**CONCLUDED, "requirements": [{"requirement": ""}]}

    assert list(story.refused("出具督查结论", EXAMINER, **untold)) == ["right_told"]
    assert list(story.refused("出具督查结论", EXAMINER, **unasked)) == [
        "requirements-0-requirement"
    ]


def test_the_congress_supervises_a_court_by_letter(story: Supervision) -> None:
    story.open(by="代工委甲", organizer="deputy_office", unit="FY")
    story.do("检查核实", "代工委甲", **EXAMINED)
    story.do("出具督查结论", "代工委甲", **{**CONCLUDED, "measure": "letter"})
    story.do("签收督查结论", "法院联络员", **SIGNED)
    assert story.who("确定颜色") == ["deputy_office"]

    letter = {"measure": "letter", "reason": "办理方案一直未定", "requirement": "请处理并函复。"}
    story.do("确定颜色", "代工委乙", **letter)
    story.do("签收通知单", "法院联络员", **SIGNED)
    story.do("提交整改报告", "法院联络员", **REPORT)
    story.do("回头看", "代工委甲", **IN_PLACE)
    assert story.who("批准销号") == ["deputy_office"]
    story.do("批准销号", "代工委乙", **CLEARED)

    assert story.cards[0].number.startswith("督函")
    assert story.record.line == "npc"


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken(LOOP)
