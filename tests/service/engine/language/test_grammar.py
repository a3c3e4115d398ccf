"""What the whitelist does not name is no expression, whatever it is called."""

import pytest

from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid


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
    "text", ["pass == '是'", "${class.from == 1}", "!as", "not (return > 2) and with == 0"]
)
def test_words_of_python_may_be_names_of_variables(text: str) -> None:
    compiled = expressions.compile(text)

    values = {"pass": "是", "as": True, "class": {"from": 1}, "return": 1, "with": 0}
    assert compiled.evaluate(values) is (text != "!as")
    assert compiled.names <= values.keys()
