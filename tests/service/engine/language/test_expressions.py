"""Expressions say what they mean, in either dialect, and reach nothing else."""

from typing import Any

import pytest

from service.engine.language import expressions
from service.engine.language.expressions import ExpressionInvalid

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
        ("amount * 2 % 7 + amount div 7", 1 + 8),
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


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").getpid()',
        "().__class__.__base__.__subclasses__()",
        "units.__class__",
        'open("/etc/hostname").read()',
        '"{0.__class__.__mro__}".format(units)',
        "9**9**9",
        "len(str(9**9**5))",
        "[x for x in range(10**8)]",
        "(x for x in ()).gi_frame",
        "{x for x in units}",
        "{x: 1 for x in units}",
        "lambda: 1",
        "(y := 5)",
        "f'{units}'",
        "[*units]",
        "{**assist}",
        "units[0:1]",
        "_hidden",
        "assist._hidden",
        "eval('1')",
        "exec('1')",
        "getattr(units, 'append')",
        "globals()",
        "units.append(1)",
        "(lambda: 1)()",
        "len(*units)",
        "min(units, key=len)",
        "10000000000000",
        "b'bytes'",
        "...",
        "1j",
        "import os",
        "a; b",
        "",
        "${}",
        "${a} and ${b}",
        "${unclosed",
        "(" * 220 + "1" + ")" * 220,
        "1" + "+1" * 100,
        "a" * 501,
        "await amount",
        "amount > ",
        "a ? b",
    ],
)
def test_nothing_else_is_an_expression(text: str) -> None:
    with pytest.raises(ExpressionInvalid) as refusal:
        expressions.compile(text)

    assert str(refusal.value).endswith("。")


@pytest.mark.parametrize(
    "text", ["blank * 1000000", "units * 3", "'%s' % units", "conclusion.upper", "missing", "1 / 0"]
)
def test_what_slips_through_the_grammar_fails_when_it_is_evaluated(text: str) -> None:
    with pytest.raises((TypeError, NameError, ZeroDivisionError)):
        expressions.compile(text).evaluate({**NAMES, "blank": "x" * 1000})


def test_the_builtin_names_are_out_of_reach_even_for_compiled_code() -> None:
    for name in ("print", "open", "type", "vars"):
        with pytest.raises(NameError):
            expressions.compile(name).evaluate({})


def test_a_host_function_gets_the_names_first() -> None:
    def deadline(names: Any, key: str) -> str:
        return f"{key} for {names['conclusion']}"

    expression = expressions.compile('deadline("sign")')

    assert expression.deadlines == ("sign",)
    assert expression.evaluate(NAMES, {"deadline": deadline}) == "sign for register"
    with pytest.raises(NameError):
        expression.evaluate(NAMES)


def test_an_expression_tells_which_variables_it_reads() -> None:
    assert expressions.compile("assist.unit == x and len(units) > n").names == {
        "assist",
        "x",
        "units",
        "n",
    }


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


def test_once_is_enough_for_what_is_not_kept() -> None:
    assert expressions.evaluate("amount + 1", NAMES) == 61


@pytest.mark.parametrize(
    "text", ["pass == '是'", "${class.from == 1}", "!pass", "not (return > 2) and with == 0"]
)
def test_words_of_python_may_be_names_of_variables(text: str) -> None:
    compiled = expressions.compile(text)

    values = {"pass": "是", "class": {"from": 1}, "return": 1, "with": 0}
    assert compiled.evaluate(values) is (text != "!pass")
    assert compiled.names <= values.keys()


def test_a_variable_may_have_the_name_of_a_function_and_a_function_is_no_value():
    assert expressions.evaluate("sum + len(max)", {"sum": 2, "max": [1]}) == 3
    with pytest.raises(NameError):
        expressions.evaluate("len", {})
