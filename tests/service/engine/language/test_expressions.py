"""Expressions say what they mean, in either dialect, and reach nothing else."""

from typing import Any

import pytest

from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid

NAMES: dict[str, Any] = {
    "amount": 60,
    "ok": False,
    "conclusion": "register",
    "满意度": "不满意",
    "units": ["交通局", "公安局"],
    "assist": {"unit": "ZJ", "assignment": 3},
    "nothing": None,
    "blank": "",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('conclusion == "register"', True),
        ("${amount > 50 && !ok}", True),
        ("#{amount > 50 and not ok}", True),
        ("${amount le 60 or ok}", True),
        ("${conclusion eq 'register'}", True),
        ("${conclusion ne 'register' || amount gt 100}", False),
        ("满意度 == '不满意'", True),
        ("${assist.unit}", "ZJ"),
        ("${assist['unit'] == \"ZJ\"}", True),
        ("units[1]", "公安局"),
        ("len(units) > 1", True),
        ("'公安局' in units", True),
        ("${empty blank}", True),
        ("${!empty units}", True),
        ("${not empty nothing}", False),
        ("${nothing == null}", True),
        ("${true && !false}", True),
        ("amount * 2 % 7 + amount div 8", 1 + 7.5),
        ("'&& || !' + ' eq'", "&& || ! eq"),
        ("'一般' if amount < 100 else '重点'", "一般"),
        ("min(amount, 10) + round(2.6)", 13),
        ("  ${ amount >= 60 }  ", True),
        ("{'a': [1, (2, 3)]}['a'][1][0]", 2),
        ("-amount < 0 <= amount", True),
    ],
)
def test_an_expression_means_the_same_in_every_dialect(text: str, value: Any) -> None:
    assert expressions.compile(text).evaluate(NAMES) == value


def test_a_host_function_gets_the_names_first() -> None:
    def deadline(names: Any, key: str) -> str:
        return f"{key} for {names['conclusion']}"

    expression = expressions.compile('deadline("sign")')

    assert expression.deadlines == ("sign",)
    assert expression.evaluate(NAMES, {"deadline": deadline}) == "sign for register"
    with pytest.raises(NameError):
        expression.evaluate(NAMES)


def test_text_is_filled_in() -> None:
    fill = expressions.interpolate

    assert fill("unit_liaison:${assist.unit},deputy_office").evaluate(NAMES) == (
        "unit_liaison:ZJ,deputy_office"
    )
    assert fill("${units}").evaluate(NAMES) == ["交通局", "公安局"]
    assert fill("第${amount}件#{nothing}").evaluate(NAMES) == "第60件"
    assert fill("${assist['unit'] + '}'}").evaluate(NAMES) == "ZJ}"
    assert fill("没有变量").evaluate(NAMES) == "没有变量"
    assert fill("").evaluate(NAMES) == ""
    assert [e.text for e in fill("a${amount}b#{ok}").expressions] == ["${amount}", "#{ok}"]


def test_text_with_a_bad_expression_is_refused() -> None:
    with pytest.raises(ExpressionInvalid):
        expressions.interpolate("第${amount件")


@pytest.mark.parametrize(
    ("text", "applies"),
    [
        ("${ok}", False),
        ("${ok == 'false'}", True),
        ("veto", False),
        ("not veto", True),
        ("nothing or blank", False),
        ("units", True),
        ("conclusion", True),  # says neither yes nor no, as the one below
        ("not conclusion", True),
        ("amount > conclusion", True),
    ],
)
def test_what_the_values_do_not_decide_applies(text: str, applies: bool) -> None:
    assert expressions.applies(text, {**NAMES, "veto": "false"}) is applies


def test_once_is_enough_for_what_is_not_kept() -> None:
    assert expressions.evaluate("amount + 1", NAMES) == 61


def test_what_is_one_expression_is_read_as_a_text_with_one() -> None:
    alone, text = expressions.compile("unit"), expressions.interpolate("部门：${unit}")

    assert [part.names for part in alone.expressions] == [{"unit"}]
    assert [part.names for part in text.expressions] == [{"unit"}]
    assert alone.expressions == (alone,)


@pytest.mark.parametrize("text", ["", "  ", "a >", "${a} ${b}", "__import__('os')", "lambda: 1"])
def test_what_is_no_expression_has_no_syntax(text: str) -> None:
    assert expressions.readable(text) is None
    assert expressions.readable("${a > 1}") is not None
