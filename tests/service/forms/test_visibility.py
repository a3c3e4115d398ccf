"""A page may follow simple conditions; what it cannot follow is shown and left to the server."""

from typing import Any

import pytest

from service.forms import Field, Option
from service.forms.visibility import condition, sentence

FIELDS = {
    "conclusion": Field(
        "conclusion", "审查结论", "enum", options=(Option("no", "不予立案"), Option("yes", "立案"))
    ),
    "agreed": Field("agreed", "是否同意", "boolean"),
    "ways": Field("ways", "调研方式", "choices", options=(Option("visit", "走访"),)),
    "count": Field("count", "件数", "long"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('conclusion == "no"', ["is", "conclusion", "no"]),
        ('${conclusion != "no"}', ["not", ["is", "conclusion", "no"]]),
        ('"no" == conclusion', ["is", "conclusion", "no"]),
        ('conclusion in ["no", "yes"]', ["any", "conclusion", ["no", "yes"]]),
        ('"visit" in ways', ["has", "ways", "visit"]),
        ("agreed == True", ["is", "agreed", "true"]),
        ("not agreed", ["not", ["set", "agreed"]]),
        ('agreed and conclusion == "no"', ["and", ["set", "agreed"], ["is", "conclusion", "no"]]),
        ("conclusion == None or is_key", ["or", ["is", "conclusion", ""], ["yes"]]),
        ("conclusion == wanted", ["is", "conclusion", "yes"]),
        ("count > 3", None),
        ("len(ways) > 0", None),
        ("unknown == 1", None),
        ("not a ( sentence", None),
    ],
)
def test_a_condition_becomes_plain_lists_or_nothing(text: str, expected: Any) -> None:
    assert condition(text, FIELDS, {"is_key": True, "wanted": "yes"}) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('conclusion == "no"', "只在“审查结论”选“不予立案”时填写。"),
        ('conclusion != "no"', "只在“审查结论”不选“不予立案”时填写。"),
        ('conclusion in ("no", "yes")', "只在“审查结论”选“不予立案”或“立案”时填写。"),
        ('"visit" in ways', "只在“调研方式”包含“走访”时填写。"),
        ("agreed", "只在“是否同意”选“是”时填写。"),
        (
            'agreed and conclusion == "no"',
            "只在“是否同意”选“是”并且“审查结论”选“不予立案”时填写。",
        ),
        ("count > 3", "只在前面的选择需要时填写。"),
    ],
)
def test_a_condition_is_said_in_words(text: str, words: str) -> None:
    assert sentence(condition(text, FIELDS, {}), FIELDS, {}) == words
