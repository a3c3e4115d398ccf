"""Cells are said in Chinese, and what a person fills in becomes a cell again."""

from pathlib import Path

import pytest

from service.engine.deciding import sheets, spoken
from service.engine.deciding.spoken import Simple
from service.engine.feel.kinds import CellInvalid

DRAWN = (Path(__file__).parents[4] / "processes" / "control_color.dmn").read_bytes()
SHEET = sheets.sheet("control_color.dmn", DRAWN, "control_color")
COLOR, REASON = SHEET.outputs


@pytest.mark.parametrize(
    ("text", "kind", "simple", "words"),
    [
        ("", "integer", Simple("any"), "任意"),
        ("-", "text", Simple("any"), "任意"),
        (">= 31", "integer", Simple("least", "31"), "大于等于 31"),
        ("< 2.5", "number", Simple("below", "2.5"), "小于 2.5"),
        ("[1..10]", "integer", Simple("between", "1", "10"), "从 1 到 10"),
        ("1", "integer", Simple("is", "1"), "等于 1"),
        ("true", "boolean", Simple("yes"), "是"),
        ("false", "boolean", Simple("no"), "否"),
        ('"市级"', "text", Simple("is", "市级"), "等于 市级"),
        ('not("市级")', "text", Simple("not", "市级"), "不等于 市级"),
        ("1,3,[5..9]", "integer", Simple("other", "1,3,[5..9]"), "1,3,[5..9]"),
        ("]1..10]", "integer", Simple("other", "]1..10]"), "]1..10]"),
        ("true", "any", Simple("other", "true"), "true"),
    ],
)
def test_a_condition_is_said_and_taken_apart(
    text: str, kind: str, simple: Simple, words: str
) -> None:
    assert spoken.simple(text, kind) == simple
    assert spoken.condition(text, kind) == words
    if text != "-":
        assert spoken.text_of(simple, kind) == text


@pytest.mark.parametrize(
    ("simple", "kind", "sentence"),
    [
        (Simple("least"), "integer", "请填写要比较的内容"),
        (Simple("least", "十一"), "integer", "“十一”不是整数"),
        (Simple("least", "1.5"), "integer", "不是整数"),
        (Simple("below", "x"), "number", "不是数字"),
        (Simple("between", "1"), "integer", "请填写两个数"),
        (Simple("yes"), "integer", "请选择一种比较方式"),
        (Simple("is", 'a"b'), "text", "不能有英文引号"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    simple: Simple, kind: str, sentence: str
) -> None:
    with pytest.raises(CellInvalid, match=sentence):
        spoken.text_of(simple, kind)


def test_a_result_is_said_by_its_label_and_its_facts_by_theirs() -> None:
    labels = {"color": {"red": "红牌"}}

    assert spoken.result('"red"', COLOR, SHEET, labels) == "红牌"
    assert (
        spoken.result('"逾期 {reply_overdue} 日"', REASON, SHEET, labels)
        == "逾期 {答复逾期的工作日数} 日"
    )
    assert spoken.result("", REASON, SHEET, labels) == "（没有写）"
    assert spoken.result("1 + 1", REASON, SHEET, labels) == "1 + 1"
    assert spoken.with_names("逾期 {答复逾期的工作日数} 日", SHEET) == "逾期 {reply_overdue} 日"
    assert spoken.with_names("逾期 {reply_overdue} 日", SHEET) == "逾期 {reply_overdue} 日"
    with pytest.raises(CellInvalid, match="没有“天数”"):
        spoken.with_names("逾期 {天数} 日", SHEET)


def test_only_what_a_kind_of_value_can_be_compared_by_is_offered() -> None:
    assert list(spoken.offered("boolean").values()) == ["任意", "是", "否", "其他写法"]
    assert "大于等于" in spoken.offered("integer").values()
    assert list(spoken.offered("date")) == ["any", "other"]
