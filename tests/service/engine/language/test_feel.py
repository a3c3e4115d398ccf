"""Cells mean what the modellers mean by them; what would mean something else is refused with what to write."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.engine.language import feel
from service.engine.language.feel import CELL_INPUT, CellInvalid
from service.engine.language.kinds import CellFailed, written

NAMES: dict[str, Any] = {
    "limit": 10,
    "units": ["JT", "GA"],
    "urgent": True,
    "day": "2026-03-02",
    "unit": {"code": "JT"},
}


def holds(text: str, value: Any, kind: str = "any") -> bool:
    return feel.condition(text, kind).holds(value, {**NAMES, CELL_INPUT: value})


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ('"city"', ["city"], ["town", None, 1]),
        ("'city'", ["city"], ["town"]),
        ('"a","b" , "c"', ["a", "b", "c"], ["d"]),
        ('"a, b"', ["a, b"], ["a"]),
        ('"say \\"no\\""', ['say "no"'], ["say no"]),
        ("5", [5, 5.0], [6, "5", True]),
        ("-5", [-5], [5]),
        ("1, 3, [7..9]", [1, 3, 8], [2, 10]),
        ("> 5", [6], [5, None]),
        ("<= 5", [5], [6]),
        ("!= 5", [6, None], [5]),
        ("= 5", [5], [6]),
        ("== 5", [5], [6]),
        ('!= "a"', ["b"], ["a"]),
        ("[1..5]", [1, 5], [0, 6]),
        ("(1..5)", [2], [1, 5]),
        ("]1..5[", [2], [1, 5]),
        ("[1..5)", [1], [5]),
        ("[ -1.5 .. limit ]", [-1.5, 10], [11]),
        ('["a".."f"]', ["c"], ["g"]),
        ("not(5)", [6, None], [5]),
        ('not("a","b")', ["c"], ["a", "b"]),
        ("not([1..5], 9)", [7], [3, 9]),
        ("not(> 5)", [5], [6]),
        ("true", [True], [False, 1, "true"]),
        ("false", [False], [True, 0, None]),
        ("null", [None], [0, ""]),
        ("not(null)", [0], [None]),
        ("limit", [10], [9]),
        ("> limit", [11], [10]),
        ("= limit", [10], [9]),
        ("limit + 5", [15], [10]),
        ("units", ["JT"], ["WJ"]),
        ('unit.code, "GA"', ["JT", "GA"], ["WJ"]),
        ("= urgent", [True], [False]),
        ("? > 5 and ? != limit", [7], [5, 10]),
        ("? = 5 or ? = 7", [5, 7], [6]),
        ("${cellInput > 5}", [6], [5]),
        ("not(? > 5)", [5], [6]),
        ("? in (1, 2)", [1], [3]),
        ('? in ("ab")', ["ab"], ["a"]),
        ("if limit > 5 then 1 else 2", [1], [2]),
        ("limit > 5", [1, None, "x"], []),
        ("limit < 5", [], [1, None]),
        ("", [1, None], []),
        ("-", [1, None, True], []),
        (" - ", [1], []),
    ],
)
def test_a_condition_holds_for_these_and_not_for_those(
    text: str, yes: list[Any], no: list[Any]
) -> None:
    assert [value for value in yes if not holds(text, value)] == []
    assert [value for value in no if holds(text, value)] == []


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ('date("2026-03-02")', "2026-03-02", "2026-03-03"),
        ('> date("2026-03-02")', "2026-03-03", "2026-03-02"),
        ('@"2026-03-02"', "2026-03-02", "2026-03-01"),
        ('"2026-03-02"', "2026-03-02", "2026-03-01"),
        ('[date("2026-03-01")..date("2026-03-31")]', "2026-03-31", "2026-04-01"),
        ('>= date and time("2026-03-02T09:00:00")', "2026-03-02T09:00:00", "2026-03-02T08:59:59"),
        ("fn_date('2026-03-02')", "2026-03-02", "2026-03-03"),
        ("< date:toDate('2026-03-02')", "2026-03-01", "2026-03-02"),
        ("> date(day)", "2026-03-03", "2026-03-02"),
        ("date(day)", "2026-03-02", "2026-03-03"),
        ('not(date("2026-03-02"))', "2026-03-03", "2026-03-02"),
    ],
)
def test_dates_are_compared_as_dates(text: str, yes: str, no: str) -> None:
    for kind in ("date", "any"):
        if kind == "date" or text != '"2026-03-02"':
            assert holds(text, yes, kind)
            assert not holds(text, no, kind)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("，", "any", "中文标点"),
        ("“市级”", "text", "中文标点"),
        ("> 5，< 10", "number", "中文标点"),
        ("city", "boolean", "分不清是条件还是值"),
        ("limit > 5", "boolean", "分不清是条件还是值"),
        ('"5"', "number", "例如 5"),
        ("5", "text", '文字要加英文引号，例如 "city"'),
        ("1", "boolean", "只能写 true 或 false"),
        ("5", "date", 'date("2026-03-01")'),
        ('date("2026-02-30")', "date", "不是日期"),
        ('date("tomorrow")', "any", "不是日期"),
        ("[9..5]", "number", "请对调"),
        ("[true..false]", "any", "没有大小"),
        ("> null", "any", "没有大小"),
        ("1,,2", "any", "逗号之间缺了内容"),
        ("1,", "any", "逗号之间缺了内容"),
        ("[1..5] [7..9]", "any", "英文逗号隔开"),
        ("[1..5", "any", "带上括号"),
        ("1..5", "any", "带上括号"),
        ('"a" or "b"', "any", "请用逗号隔开"),
        ('? = "a" or "b"', "any", "请用逗号隔开"),
        ('not("a"),"b"', "any", "只能括住整格"),
        ("between 1 and 5", "any", "写成范围"),
        ("for x in units return x", "any", "先用一个操作算好"),
        ("some x in units satisfies x", "any", "先用一个操作算好"),
        ("every x in units satisfies x", "any", "先用一个操作算好"),
        ("{a: 1}", "any", "几个输出列"),
        ("units[1]", "any", "从 0 数起"),
        ("units[item > 3]", "any", "从 0 数起"),
        ("2 ** 3", "any", "连乘"),
        ("5 // five", "any", "说明"),
        ("? in units", "any", "括号里的几个值"),
        ('? in "abc"', "any", "括号里的几个值"),
        ("now()", "any", "没有“现在”"),
        ("today()", "any", "没有“现在”"),
        ('duration("P1D")', "any", "不能用时段"),
        ('? > date("2026-03-02") and ? < 5', "any", "单独写在一格里"),
        ('${collection:contains(units, "JT")}', "any", "带前缀的函数"),
        ('contains(?, "a")', "any", "没有函数“contains”"),
        ('starts with(?, "a")', "any", "没有函数“with”"),
        ("string length(?) > 3", "any", "没有函数“length”"),
        ("monthly salary", "any", "看不懂"),
        ("if limit > 5 then 1", "any", "把条件写完整"),
        ("(" * 30 + "1" + ")" * 30, "any", "嵌套太深"),
        ("deadline('sign')", "any", "定时事件"),
        ("99999999999999", "number", "请改小"),
        ('"\\ud800"', "any", "不是完整的字"),
        ('"' + "x" * 2_000 + '"', "any", "请拆成几行"),
        ("${amount > ", "any", "没有配对"),
        ("> ", "any", "表达式"),
    ],
)
def test_what_means_something_else_is_refused_with_what_to_write(
    text: str, kind: str, says: str
) -> None:
    with pytest.raises(CellInvalid, match=says.replace("(", r"\(").replace(")", r"\)")):
        feel.condition(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os")',
        "().__class__",
        "units.__class__",
        "open('/etc/passwd')",
        "eval('1')",
        "lambda: 1",
        "[x for x in units]",
        "f'{limit}'",
        "${exec('1')}",
        "#{Runtime.getRuntime().exec('id')}",
        'java.lang.System.exit(0) = "a"',
    ],
)
def test_no_cell_reaches_the_machine(text: str) -> None:
    for read in (feel.condition, feel.output):
        with pytest.raises(CellInvalid):
            read(text, "any")
    with pytest.raises(CellInvalid):
        feel.expression(text)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('"市级"', "text", "市级"),
        ("5", "integer", 5),
        ("5.0", "integer", 5),
        ("limit * 2 + 0.5", "number", 20.5),
        ("true", "boolean", True),
        ("limit > 5", "boolean", True),
        ('date("2026-03-02")', "any", "2026-03-02"),
        ("", "text", None),
        ("-", "text", None),
        ("null", "text", None),
        ('if limit > 5 then "大" else if limit > 3 then "中" else "小"', "text", "大"),
        ('["JT", "GA"]', "any", ["JT", "GA"]),
        ("units", "any", ["JT", "GA"]),
        ('${unit["code"]}', "text", "JT"),
        ("round(2.6)", "integer", 3),
        ('"第 " + str(limit)', "text", "第 10"),
    ],
)
def test_an_output_is_of_its_column_s_type(text: str, kind: str, value: Any) -> None:
    found = feel.output(text, kind).value(NAMES)

    assert found == value or found.isoformat() == value


@pytest.mark.parametrize(("text", "kind"), [("5.5", "integer"), ('"5"', "integer"), ("1", "text")])
def test_an_output_that_is_not_is_refused(text: str, kind: str) -> None:
    with pytest.raises(CellInvalid):
        feel.output(text, kind)


def test_allowed_values_are_written_out_one_by_one() -> None:
    assert feel.values('"高","中", "低"', "text") == ("高", "中", "低")
    assert feel.values("1,2.5", "number") == (1, 2.5)
    for text in ("[1..5]", "limit", '"高",'):
        with pytest.raises(CellInvalid):
            feel.values(text, "any")


@pytest.mark.parametrize(
    ("text", "value", "says"),
    [
        ("city", "x", '变量“city”还没有值.*写成 "city"'),
        ("> 5", "7", "不能比较大小"),
        ("urgent", True, "分不清是条件还是值"),
        ("? + 1", 5, "应当是 true 或 false"),
        ("limit + units", 5, "无法计算"),
        ("unit.name", 5, "无法计算"),
    ],
)
def test_what_cannot_be_decided_is_told(text: str, value: Any, says: str) -> None:
    with pytest.raises(CellFailed, match=says):
        holds(text, value)


def test_a_column_may_have_a_name_of_its_own_for_its_value() -> None:
    test = feel.condition("amount > 5", "number", "amount")

    assert test.holds(6, {"amount": 6})
    assert not test.holds(5, {"amount": 5})


# --- whatever is typed ---------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *('"a"', "'b'", '"', "\\", "5", "1.5", "..", "[", "]", "(", ")", "{", "}", ",", "-", "?"),
        *("not(", "and", "or", "if", "then", "else", "in", "=", "<", ">=", "!", "@", "${", "#{"),
        *("date(", "date and time(", "x", "units", "true", "null", ".", " ", "\n", "，", "*", "//"),
    ]
)
TEXTS = st.one_of(
    st.lists(_WORDS, max_size=25).map("".join),
    st.lists(_WORDS, max_size=25).map(" ".join),
    st.text(max_size=60),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just("2026-03-02"),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.sampled_from(["any", "text", "integer", "number", "boolean", "date"]), VALUES)
def test_whatever_is_typed_gets_a_verdict(text: str, kind: str, value: Any) -> None:
    try:
        verdict = feel.condition(text, kind).holds(value, {**NAMES, CELL_INPUT: value})
    except (CellInvalid, CellFailed) as refused:
        verdict = bool(str(refused))

    assert isinstance(verdict, bool)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["any", "text", "integer", "number", "boolean", "date"]))
def test_whatever_is_typed_as_a_result_is_one_or_is_refused(text: str, kind: str) -> None:
    with suppress(CellInvalid, CellFailed):
        written(feel.output(text, kind).value(NAMES))
    with suppress(CellInvalid):
        assert isinstance(feel.values(text, kind), tuple)


@pytest.mark.parametrize(
    "text",
    [
        '"' * 1_999,
        '\\"' * 999,
        "(" * 1_999,
        "[..," * 499,
        "]..,1" * 399,
        "if " * 600,
        "1," * 999 + "1",
        '"\\' * 999,
    ],
)
def test_a_cell_is_read_in_no_time(text: str) -> None:
    started = time.perf_counter()

    for read in (feel.condition, feel.output, feel.values):
        try:
            read(text, "any")
        except CellInvalid:
            continue

    assert time.perf_counter() - started < 2
