"""A page may follow simple conditions; what it cannot follow is shown and left to the server."""

from typing import Any

import pytest

from service.forms import Field, Option
from service.forms.visibility import Unknown, condition, follows_the_form, sentence
from tests.service.forms.samples import LANGUAGE

FIELDS = {
    "conclusion": Field(
        "conclusion", "审查结论", "enum", options=(Option("no", "不予立案"), Option("yes", "立案"))
    ),
    "agreed": Field("agreed", "是否同意", "boolean"),
    "ways": Field("ways", "调研方式", "choices", options=(Option("visit", "走访"),)),
    "count": Field("count", "件数", "long"),
    "met_on": Field("met_on", "见面日期", "date"),
    "note": Field("note", "备注", "longtext"),
    "rows": Field("rows", "清单", "table"),
    "unit": Field("unit", "主办单位", "unit", readonly=True),
}
NAMES = {"is_key": True, "wanted": "yes", "limit": 3, "veto": "false", "unit": "JT"}
CONCLUSION, AGREED = ["field", "conclusion", "line"], ["field", "agreed", "truth"]
WAYS, COUNT = ["field", "ways", "many"], ["field", "count", "number"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('conclusion == "no"', ["==", CONCLUSION, ["value", "no"]]),
        ('${conclusion != "no"}', ["not", ["==", CONCLUSION, ["value", "no"]]]),
        ('"no" == conclusion', ["==", ["value", "no"], CONCLUSION]),
        ('conclusion in ["no", wanted]', ["in", CONCLUSION, ["value", ["no", "yes"]]]),
        ('"visit" in ways', ["in", ["value", "visit"], WAYS]),
        ("${ways.contains('visit')}", ["in", ["value", "visit"], WAYS]),
        ("${conclusion.equals('no')}", ["same", CONCLUSION, ["value", "no"]]),
        ("conclusion is not None", ["not", ["same", CONCLUSION, ["value", None]]]),
        ("${agreed == 'true'}", ["==", AGREED, ["value", "true"]]),
        ("${!agreed}", ["not", AGREED]),
        ("${agreed && count gt limit}", ["and", AGREED, [">", COUNT, ["value", 3]]]),
        ("conclusion == None or is_key", ["or", ["==", CONCLUSION, ["value", None]], ["value", True]]),
        ("${not empty ways}", ["not", ["empty", WAYS]]),
        ("${ways.isEmpty()}", ["empty", WAYS]),
        ("${agreed ? count > 3 : veto}", ["if", AGREED, [">", COUNT, ["value", 3]], ["value", "false"]]),
        ("met_on <= '2026-12-12'", ["<=", ["field", "met_on", "day"], ["value", "2026-12-12"]]),
        ("note == '无'", ["==", ["field", "note", "lines"], ["value", "无"]]),
        ("conclusion == unit", ["==", CONCLUSION, ["value", "JT"]]),
        ("conclusion in [unit, wanted]", ["in", CONCLUSION, ["value", ["JT", "yes"]]]),
        ("wanted in [conclusion, 'x']", ["in", ["value", "yes"], ["list", CONCLUSION, ["value", "x"]]]),
        ("veto", ["value", "false"]),
        ("unit == 'JT'", ["value", True]),
        ("count + 1 > 3", None),
        ("1 < count < 3", None),
        ("len(ways) > 0", None),
        ("empty rows", None),
        ("unknown == 1 and agreed", None),
        ("now() > met_on", None),
        ("not a ( sentence", None),
    ],
)  # fmt: skip
def test_a_condition_becomes_plain_lists_or_nothing(text: str, expected: Any) -> None:
    assert condition(text, FIELDS, NAMES, LANGUAGE) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('conclusion == "no"', "只在“审查结论”选“不予立案”时填写。"),
        ('conclusion != "no"', "只在“审查结论”不选“不予立案”时填写。"),
        ('conclusion in ("no", "yes")', "只在“审查结论”选“不予立案”或“立案”时填写。"),
        ('"visit" in ways', "只在“调研方式”包含“走访”时填写。"),
        ("agreed", "只在“是否同意”选“是”时填写。"),
        ("${!agreed}", "只在“是否同意”不选“是”时填写。"),
        ("${agreed == 'false'}", "只在“是否同意”选“否”时填写。"),
        ("${not empty ways}", "只在“调研方式”已填写时填写。"),
        ("${empty conclusion}", "只在“审查结论”没有填写时填写。"),
        (
            'agreed and conclusion == "no"',
            "只在“是否同意”选“是”并且“审查结论”选“不予立案”时填写。",
        ),
        ("count > 3", "只在前面的选择需要时填写。"),
        ("conclusion == None", "只在前面的选择需要时填写。"),
    ],
)
def test_a_condition_is_said_in_words(text: str, words: str) -> None:
    assert sentence(condition(text, FIELDS, {}, LANGUAGE), FIELDS, {}) == words


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("agreed", True),
        ("${!agreed && is_key}", True),
        ("${is_key || wanted == 'yes'}", False),
        ("len(wanted) > 2", False),
        ("true", True),
        ("not a ( sentence", True),
    ],
)
def test_what_the_case_alone_decides_is_told_apart(text: str, follows: bool) -> None:
    assert follows_the_form(text, FIELDS, LANGUAGE) is follows


def test_a_form_without_a_language_has_no_conditions() -> None:
    assert condition("agreed", FIELDS, {}, Unknown()) is None
    with pytest.raises(ValueError, match="agreed"):
        Unknown().applies("agreed", {})
