"""What people type, and what becomes of it."""

from typing import Any

import pytest

from service.forms import Field, Option
from service.forms.values import Refused, absent, read, tidy

CHOICES = [Option("A", "已解决"), Option("B", "正在解决"), Option("17", "现场.jpg")]


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("string", "  两行\n并成一行 ", "两行 并成一行"),
        ("longtext", "　　首行缩进\r\n第二段  \r\n\r\n", "　　首行缩进\n第二段"),
        ("longtext", "　 \n ", None),
        ("long", "12", 12),
        ("long", "１２", 12),
        ("long", "1,234", 1234),
        ("long", 7, 7),
        ("long", "-3", -3),
        ("number", "3.50", 3.5),
        ("number", 2, 2.0),
        ("date", "2026-11-23", "2026-11-23"),
        ("date", "2026年3月1日", "2026-03-01"),
        ("date", "2026/3/1", "2026-03-01"),
        ("boolean", "false", False),
        ("boolean", True, True),
        ("enum", "A", "A"),
        ("person", "A", "A"),
        ("choices", ["B", "A", "B"], ["A", "B"]),
        ("units", "B", ["B"]),
        ("file", ["17", "17"], [17]),
        ("choices", [], []),
        ("file", None, []),
        ("string", None, None),
        ("long", "", None),
        ("enum", "", None),
    ],
)
def test_what_is_typed_becomes_a_typed_value(type_: str, given: Any, value: Any) -> None:
    assert read(Field("x", "某项", type_), given, CHOICES) == value


@pytest.mark.parametrize(
    ("type_", "given", "words"),
    [
        ("long", "12件", "要填整数"),
        ("long", "3.5", "要填整数"),
        ("long", "1_000", "要填整数"),
        ("long", "9" * 30, "要填整数"),
        ("number", "nan", "要填数字"),
        ("number", "1e400", "要填数字"),
        ("number", "约三成", "要填数字"),
        ("date", "明天", "要填日期"),
        ("date", "2026-02-30", "2026年2月30日 不存在"),
        ("date", "0000-01-01", "不存在"),
        ("boolean", "maybe", "选择“是”或“否”"),
        ("enum", "Z", "不在可选范围内"),
        ("choices", ["A", "Z"], "不在可选范围内"),
        ("file", ["99"], "已经不在了"),
        ("string", ["a", "b"], "只能填一个值"),
        ("enum", {"code": "A"}, "只能填一个值"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(type_: str, given: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        read(Field("x", "某项", type_), given, CHOICES)

    assert "某项" in str(refused.value)
    assert str(refused.value).endswith("。")


def test_pasted_text_loses_what_nobody_sees() -> None:
    assert tidy("建议\u200b\x00标题\ufeff") == "建议标题"
    assert tidy("a\xa0b\x0bc\rd") == "a b\nc\nd"
    assert tidy("坏\ud800字") == "坏字"


def test_what_is_missing_is_asked_for_with_the_fitting_verb() -> None:
    assert absent(Field("x", "标题", "string")) == "请填写“标题”。"
    assert absent(Field("x", "结论", "enum")) == "请选择“结论”。"
    assert absent(Field("x", "照片", "file")) == "请上传“照片”。"
    assert absent(Field("x", "任务", "table")) == "请在“任务”中至少填写一行。"
