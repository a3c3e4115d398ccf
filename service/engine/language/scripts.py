"""Scripts and service expressions that only assign variables, in whatever language they are written.

Each statement becomes a name and an expression of ours: `total = price * 2`, `var x = 1;`, `execution.setVariable('x', 1)`.
What does anything else is refused; no other language is ever run.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from service.engine.language import expressions, grammar
from service.engine.language.expressions import Expression
from service.engine.language.grammar import ExpressionInvalid

LANGUAGES = frozenset({"", "juel", "uel", "python"})  # those our expressions are read as

_Reader = Callable[[str], Expression]
Lines = tuple[tuple[str, Expression], ...]
"""What is computed, in this order; a value without a name is computed and left."""

_MOST_STATEMENTS = 20
_DECLARED = (
    r"(?:(?:var|let|const|def|final|int|long|double|float|boolean|String|Integer|Long|Double|Float"
    r"|Boolean|Number|BigDecimal|Object)\s+)?"
)
_ASSIGNMENT = re.compile(
    rf"{_DECLARED}(?P<name>[^\W\d_]\w*)\s*(?P<operator>[-+*/]?)=(?!=)\s*(?P<text>.+)", re.DOTALL
)
_SETTER = re.compile(
    r"execution\s*\.\s*setVariable(?:Local)?\s*\(\s*(?P<quote>['\"])(?P<name>[^\W\d_]\w*)(?P=quote)"
    r"\s*,(?P<text>.+)\)",
    re.DOTALL,
)
_PIECE = re.compile(
    r"(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")|(?P<block>/\*.*?\*/)"
    r"|(?P<slashes>//[^\n]*)|(?P<hash>\#(?!\{)[^\n]*)|(?P<identity>(?:!=|==)=)|(?P<one>.)",
    re.DOTALL,
)
_LONE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_BARE = re.compile(r"[^\W\d][\w.]*")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def is_ours(language: str) -> bool:
    """Say whether expressions in a language, which may be a MIME type, are read as our own."""
    return named(language) in LANGUAGES


def named(language: str) -> str:
    return language.rsplit("/", 1)[-1].strip().lower()


@lru_cache(maxsize=1024)
def of_script(text: str, result: str = "", language: str = "") -> Lines:
    """Compile the statements of a script, or raise ExpressionInvalid; with a `result`, that takes the value of the last."""
    if len(text) > expressions.MOST_LETTERS_OF_TEXT:
        raise ExpressionInvalid("脚本太长，请做成操作，用服务任务调用。")
    statements = list(_statements(text, named(language)))
    if not 0 < len(statements) <= _MOST_STATEMENTS:
        raise ExpressionInvalid(f"脚本要写 1 到 {_MOST_STATEMENTS} 行，每行一个“变量 = 表达式”。")
    is_feel = named(language) == "feel"  # in which a single = compares
    read = expressions.compile if is_feel or is_ours(language) else expressions.joining
    if not result:
        return tuple(_assignment(one, read) for one in statements)
    *before, last = statements
    lines = tuple(_assignment(one, read) for one in before)
    return (*lines, *(((result, read(last)),) if is_feel else _with_value(last, result, read)))


@lru_cache(maxsize=1024)
def of_service(text: str, result: str = "") -> Lines:
    """Compile the expression of a service, or raise ExpressionInvalid where it would call a program.

    A bare name may be a program of the other engine; without a `result` to take its value it is refused.
    """
    source = grammar.unwrapped(text.strip())
    if not result and _BARE.fullmatch(source) and expressions.compile(source).names:
        raise ExpressionInvalid(f"“{source[:40]}”可能是外来程序，本系统不运行。")
    return _with_value(source, result, expressions.compile)


def _with_value(statement: str, result: str, read: _Reader) -> Lines:
    """Compile a statement, and let a variable take its value; that of calling a setter is nothing."""
    if not _is_assignment(statement):
        _refuse_equals(statement, statement)
        return ((result, read(statement)),)
    name, value = _assignment(statement, read)
    worth = "null" if _SETTER.fullmatch(statement) else name
    return ((name, value), *(((result, read(worth)),) if result else ()))


def _is_assignment(statement: str) -> bool:
    return bool(_SETTER.fullmatch(statement) or _ASSIGNMENT.fullmatch(statement))


def _assignment(statement: str, read: _Reader) -> tuple[str, Expression]:
    match = _SETTER.fullmatch(statement) or _ASSIGNMENT.fullmatch(statement)
    if match is None or match["name"] in grammar.RESERVED:
        raise _not_understood(statement)
    name, text = match["name"], match["text"].strip()
    _refuse_equals(text, statement)
    operator = match.groupdict().get("operator")
    return name, read(f"{name} {operator} ({text})" if operator else text)


def _refuse_equals(text: str, statement: str) -> None:
    """Refuse a second assignment in a statement, which an expression would take for a comparison."""
    if _LONE_EQUALS.search(_STRING.sub("", text)):
        raise _not_understood(statement)


def _not_understood(statement: str) -> ExpressionInvalid:
    return ExpressionInvalid(
        f"脚本里的“{statement[:40]}”看不懂；每行请写成“变量 = 表达式”，例如 total = price * 2，"
        "更多的计算请做成操作，用服务任务调用。"
    )


def _statements(text: str, language: str) -> Iterator[str]:
    """Yield the statements of a script without comments; a line ends one, except inside brackets."""
    found, depth = "", 0
    for piece in _PIECE.finditer(text):
        kind, part = piece.lastgroup, piece.group()
        if kind in {"block", "hash"}:
            continue
        if kind == "slashes" and (not found.strip() or language not in LANGUAGES):
            continue  # in ours they divide, but for a whole line of them
        if kind == "identity" and language not in LANGUAGES:
            part = part[:-1]
        if kind == "one" and part in "([{)]}":
            depth += 1 if part in "([{" else -1
        if kind == "one" and part in "\n;" and depth <= 0:
            if found.strip():
                yield found.strip()
            found, depth = "", 0
        else:
            found += " " if part == "\n" else part
    if found.strip():
        yield found.strip()
