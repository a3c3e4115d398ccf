"""A supervision finds what its story finds, and the unit sets it right point by point."""

from service.demo import cast
from service.demo.usual.supervising import USUAL
from service.register.supervision.findings import Point
from tests.service.demo.scenes import scene


def test_a_point_the_story_finds_fault_with_is_a_problem_and_no_other() -> None:
    [first, *_] = scene(101, "检查核实", "dc_ganshi").supervised.findings
    shown = {"checks": [{"point": Point.label_of(first.point)}, {"point": "别的要点"}]}

    answer = USUAL["检查核实"].answer(scene(101, "检查核实", "dc_ganshi", shown=shown))

    assert answer["checks"] == [
        {"result": "problem", "note": first.evidence},
        {"result": "ok", "note": ""},
    ]
    assert answer["found"] is True


def test_a_supervision_is_about_a_suggestion_or_about_none() -> None:
    assert USUAL["发起督查"].answer(scene(101, "发起督查", "dc_ganshi"))["suggestion"] == "1003"
    assert USUAL["发起督查"].answer(scene(102, "发起督查", "dc_ganshi"))["suggestion"] is None


def test_with_a_yellow_card_the_deputy_head_is_talked_to() -> None:
    answer = USUAL["约谈单位负责人"].answer(scene(101, "约谈单位负责人", "dc_ganshi"))

    assert answer["attendance"].endswith(f"约谈{cast.titled('cz_fenguan')}")


def test_the_plan_sets_a_day_for_each_finding() -> None:
    answer = USUAL["制定整改方案"].answer(scene(101, "制定整改方案", "cz_chengban"))

    assert [row["due_on"] for row in answer["items"]] == ["2026-03-10", "2026-03-10"]
    assert answer["approved_by"] == cast.titled("cz_zhuyao")
