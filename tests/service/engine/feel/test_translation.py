"""What means something else in FEEL is refused with what to write."""

import pytest

from service.engine.feel import cells
from service.engine.feel.kinds import CellInvalid


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
        cells.condition(text, kind)


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
    for read in (cells.condition, cells.output):
        with pytest.raises(CellInvalid):
            read(text, "any")
    with pytest.raises(CellInvalid):
        cells.expression(text)
