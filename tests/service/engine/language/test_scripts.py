"""A script of any language runs where all it does is to assign; nothing else of it does."""

from typing import Any

import pytest

from service.engine.language import scripts
from service.engine.language.grammar import ExpressionInvalid

NAMES = {"price": 5, "rate": 2, "unit": "水利局"}


def run(lines: scripts.Lines) -> dict[str, Any]:
    names: dict[str, Any] = dict(NAMES)
    for name, expression in lines:
        names[name] = expression.evaluate(names)
    return {name: value for name, value in names.items() if name not in NAMES}


@pytest.mark.parametrize(
    "language", ["javascript", "text/javascript", "groovy", "python", "", "JS"]
)
@pytest.mark.parametrize(
    "text",
    [
        "total = price * rate",
        "total = price * rate;",
        "// 合计\ntotal = price * rate",
        "# 合计\ntotal = price * rate",
        "/* 合计；\n第二行 */ total = price * rate",
        "total = (price\n  * rate)",
        "total = price; total *= rate",
        "execution.setVariable('total', price * rate);",
        'execution.setVariable("total", (price * rate))',
    ],
)
def test_a_script_that_only_assigns_runs_in_every_language(language: str, text: str) -> None:
    assert run(scripts.of_script(text, "", language)) == {"total": 10}


@pytest.mark.parametrize(
    "text",
    ["var total = price * rate;", "let total = 10", "const total = 10;", "def total = price * 2"],
)
def test_a_declared_variable_is_one(text: str) -> None:
    assert run(scripts.of_script(text, "", "groovy")) == {"total": 10}


def test_statements_are_computed_in_their_order() -> None:
    text = """
        var base = price * 100;   // 元
        base += 50; base -= 1
        label = 'a;b=c // d' + "#e"
        execution.setVariable('large', base >= 500 && unit !== "x");
    """

    found = run(scripts.of_script(text, "", "javascript"))

    assert found == {"base": 549, "label": "a;b=c // d#e", "large": True}


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("price * rate", "groovy", {"r": 10}),
        ("price * rate;", "javascript", {"r": 10}),
        ("x = price * rate", "javascript", {"x": 10, "r": 10}),
        ("var x = price;\nx * rate", "javascript", {"x": 5, "r": 10}),
        ("execution.setVariable('x', 1)", "javascript", {"x": 1, "r": None}),
        ('unit = "水利局"', "feel", {"r": True}),
    ],
)
def test_a_result_takes_the_value_of_the_last_statement(
    text: str, language: str, values: dict[str, Any]
) -> None:
    assert run(scripts.of_script(text, "r", language)) == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "// nothing",
        'print("x")',
        "println 1",
        "if (price > 3) { total = 1 }",
        "total = price; notify(total)",
        "x = y = 1",
        "a.b = 1",
        "_x = 1",
        "None = 1",
        "x == 1",
        "function f() { return 1 }",
        "for (var i = 0; i < 3; i++) x = i",
        "import os",
        "x = new java.util.Date()",
        "x = `${price}`",
        "execution.setVariable(name, 1)",
        "execution.removeVariable('x')",
        "x = execution.getProcessInstanceId()",
        "x = 1\n" * 21,
        "x = 1 # " + "a" * 5_000,
    ],
)
@pytest.mark.parametrize("language", ["javascript", "python"])
def test_what_does_more_than_assign_is_refused(text: str, language: str) -> None:
    with pytest.raises(ExpressionInvalid, match=r"。$"):
        scripts.of_script(text, "", language)


def test_two_slashes_divide_in_our_own_language() -> None:
    assert run(scripts.of_script("half = price // rate", "", "python")) == {"half": 2}
    assert run(scripts.of_script("half = price // rate", "", "groovy")) == {"half": 5}


@pytest.mark.parametrize(
    ("text", "result", "values"),
    [
        ("${execution.setVariable('result', 'ok')}", "", {"result": "ok"}),
        ("#{execution.setVariable('result', unit)}", "", {"result": "水利局"}),
        ("${result = price * 2}", "", {"result": 10}),
        ("${true}", "", {"": True}),
        ("${price > 3}", "", {"": True}),
        ("${price * rate}", "r", {"r": 10}),
        ("${price}", "r", {"r": 5}),
        ("${execution.setVariable('x', 1)}", "r", {"x": 1, "r": None}),
        ("${x = 1}", "r", {"x": 1, "r": 1}),
    ],
)
def test_an_expression_of_a_service_computes(
    text: str, result: str, values: dict[str, Any]
) -> None:
    assert run(scripts.of_service(text, result)) == values


@pytest.mark.parametrize(
    "text",
    [
        "${bean}",
        "${bean.field}",
        "${bean.run()}",
        "${bean.run(execution)}",
        "${a.b = 1}",
        "${x = y = 1}",
        "${bean.run(x = 1)}",
        "计算",
        "${a} ${b}",
        "",
    ],
)
def test_an_expression_that_may_be_a_program_is_refused(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        scripts.of_service(text)


def test_a_long_script_of_quotes_and_comments_is_read_in_no_time() -> None:
    for text in ("/*" * 2_500, "'\"" * 2_500, "((" * 2_500, "x=1;" * 1_250):
        with pytest.raises(ExpressionInvalid):
            scripts.of_script(text, "", "javascript")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("x = '5' + 1", "51"),
        ("x = 5 + '1'", "51"),
        ("x = '第' + price + '号'", "第5号"),
        ("x = '共' + true", "共true"),
        ("x = '无' + null", "无null"),
        ("x = '关于'; x += unit", "关于水利局"),
        ("x = price + 1", 6),
        ("x = price / rate", 2.5),
    ],
)
@pytest.mark.parametrize("language", ["javascript", "groovy"])
def test_a_sum_with_a_text_joins_where_the_language_does(
    language: str, text: str, joined: Any
) -> None:
    assert run(scripts.of_script(text, "", language)) == {"x": joined}


def test_in_our_own_language_a_sum_is_one_of_numbers() -> None:
    assert run(scripts.of_script("x = '5' + 1", "", "juel")) == {"x": 6}
