"""The page's script and the server decide alike when a field applies, over every operator and kind of answer."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from service.engine.language import expressions
from service.forms import Field, Option
from service.forms import values as reading
from service.forms.visibility import condition

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "service" / "static"
CODES = ("true", "false", "1", "0", "甲", "2026-12-12")
FIELDS = {
    "choice": Field("choice", "选", "enum", options=tuple(Option(code, code) for code in CODES)),
    "agreed": Field("agreed", "同意", "boolean"),
    "many": Field("many", "多选", "choices", options=tuple(Option(code, code) for code in CODES)),
    "count": Field("count", "件数", "long"),
    "amount": Field("amount", "金额", "number"),
    "held_on": Field("held_on", "日期", "date"),
    "title": Field("title", "标题", "string"),
    "note": Field("note", "备注", "longtext"),
}
ANSWERS: dict[str, list[list[str]]] = {
    "choice": [[], *([code] for code in CODES)],
    "agreed": [[], ["true"], ["false"]],
    "many": [[], ["甲"], ["true", "1"]],
    "count": [[""], ["0"], ["1"], ["12"], ["1,200"]],
    "amount": [[""], ["0"], ["2.5"], ["12"]],
    "held_on": [[""], ["2026-12-11"], ["2026-12-12"]],
    "title": [[""], ["true"], ["FALSE"], ["3"], [" 2.5 "], ["1e2"], ["甲  乙"], ["2026-12-11T15:00Z"]],
    "note": [[""], ["false"], ["甲\n乙"]],
}  # fmt: skip
CONSTANTS: dict[str, Any] = {
    "nothing": None,
    "yes": True,
    "no": False,
    "one": 1,
    "half": 2.5,
    "hundred": 100,
    "word": "甲",
    "blank": "",
    "truth": "true",
    "untruth": "False",
    "numeral": "12",
    "fraction": "2.5",
    "day": "2026-12-12",
    "moment": "2026-12-11T16:00:00+00:00",
    "local": "2026-12-12 00:00",
    "list": ["甲", "1"],
    "none": [],
}
COMPARED = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is")
ALONE = (
    "{0}", "!{0}", "empty {0}", "!empty {0}", "{0}.isEmpty()", "{0} ? true : false", "{0} || no",
    "yes && {0}", "{0} and agreed", "agreed or {0}", "{0} == null", "not ({0} == null or !{0})",
    "(agreed ? {0} : count) == one", "{0} in [title, word]", "title in [{0}, blank]", "{0} || word",
)  # fmt: skip


BESIDE: tuple[dict[str, list[str]], ...] = (
    {},
    {"title": ["甲 乙"], "agreed": ["true"], "count": ["1"]},
)
"""What the other fields hold."""


def texts(name: str) -> Iterator[str]:
    """Yield the conditions in which a field meets every operator, every constant and every other field."""
    for form in ALONE:
        yield f"${{{form.format(name)}}}"
    for sign, other in itertools.product(COMPARED, (*CONSTANTS, *FIELDS)):
        yield f"{name} {sign} {other}"
        yield f"{other} {sign} {name}"
    for other in CONSTANTS:
        yield f"${{{name}.equals({other})}}"
        yield f"${{{name}.contains({other})}}"


def read(name: str, typed: list[str]) -> Any:
    field = FIELDS[name]
    return reading.read(field, typed if field.is_list else "".join(typed[-1:]), field.options)


def test_the_script_decides_what_the_server_decides(chromium: Chromium) -> None:
    page = chromium.new_page()
    page.add_script_tag(path=STATIC / "conditions.js")
    wrong, many = [], 0
    for name in FIELDS:
        written = list(texts(name))
        followed = [condition(text, FIELDS, CONSTANTS, expressions) for text in written]
        assert None not in followed
        given = [
            {**{one: [] for one in FIELDS}, **others, name: typed}
            for others in BESIDE
            for typed in ANSWERS[name]
        ]
        decided = page.evaluate(
            """([followed, given]) => given.map((typed) => followed.map(
                (condition) => conditions.applies(condition, (name) => typed[name])))""",
            [followed, given],
        )
        for answers, row in zip(given, decided, strict=True):
            names = {**CONSTANTS, **{one: read(one, typed) for one, typed in answers.items()}}
            for text, got in zip(written, row, strict=True):
                many += 1
                if got is not expressions.applies(text, names):
                    wrong.append((text, {k: v for k, v in answers.items() if v}, got))
    page.close()

    assert (len(wrong), wrong[:20]) == (0, [])
    assert many > 20_000


def test_an_answer_that_is_hidden_counts_no_more(chromium: Chromium) -> None:
    """不否决 hides the reason, and with the reason what depends on it, though something was typed there before."""
    page = chromium.new_page()
    page.set_content(
        """<form><label><input type=radio name=veto value=true>否决</label>
        <label><input type=radio name=veto value=false>不否决</label>
        <div id=why data-show-when='["field","veto","line"]'><input name=why></div>
        <div id=more data-show-when='["not",["empty",["field","why","line"]]]'>详情</div></form>"""
    )
    for name in ("conditions.js", "app.js"):
        page.add_script_tag(path=STATIC / name)
    shown = lambda: [page.locator(id_).is_visible() for id_ in ("#why", "#more")]  # noqa: E731

    assert shown() == [False, False]
    page.get_by_label("否决", exact=True).check()
    page.locator("[name=why]").fill("资金不足")
    assert shown() == [True, True]
    page.get_by_label("不否决").check()
    assert shown() == [False, False]
    page.close()
