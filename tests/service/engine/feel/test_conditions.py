"""A condition holds for what the modeller means, and says why it cannot be decided."""

from typing import Any

import pytest

from service.engine.feel import cells
from service.engine.feel.kinds import CellFailed
from service.engine.feel.translation import CELL_INPUT
from tests.service.engine.feel.test_cells import NAMES


def holds(text: str, value: Any, kind: str = "any") -> bool:
    return cells.condition(text, kind).holds(value, {**NAMES, CELL_INPUT: value})


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
