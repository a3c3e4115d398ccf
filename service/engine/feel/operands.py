"""Values in a cell, written down or computed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from service.engine.feel import kinds, parts, translation
from service.engine.feel.kinds import (
    EXAMPLES,
    WORDS,
    CellFailed,
    CellInvalid,
    coerced,
    kind_of,
    shown,
)
from service.engine.language.expressions import Expression

Names = Mapping[str, Any]
MOST_LETTERS = 2_000  # in one cell
_CHINESE = re.compile("[“”‘’，（）；：＜＞＝！？【】、]")
# The last two are Flowable's ways of writing a date.
DATE = re.compile(r"(?:date(?:\s+and\s+time)?|fn_date|date:toDate)\s*\((?P<inner>.*)\)", re.DOTALL)
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


class Operand(Protocol):
    """A value that is written down or computed."""

    def value(self, names: Names) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    content: Any

    def value(self, names: Names) -> Any:
        return self.content


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression; `kind` is what its value is turned into, "any" to leave it."""

    expression: Expression
    kind: str

    def value(self, names: Names) -> Any:
        return coerced(self.kind, evaluated(self.expression, names))


def readable(text: str) -> str:
    """Refuse a text that is too long, or has Chinese punctuation outside quotes."""
    text = text.strip()
    if len(text) > MOST_LETTERS:
        raise CellInvalid(f"一格超过 {MOST_LETTERS} 个字，请拆成几行。")
    found = _CHINESE.search(parts.QUOTED.sub("", text))
    if found:
        raise CellInvalid(f"这里有中文标点 {found.group()} ，请改用英文标点。")
    return text


def operand(text: str, kind: str) -> Operand:
    """Read one value: a literal of this kind, or an expression whose value will be turned into it."""
    text = text.strip()
    found = _literal(text)
    if found is not None:
        return Literal(_fitting(found.content, kind))
    called = DATE.fullmatch(text)
    if called and parts.closing(text, called.start("inner") - 1) == len(text) - 1:
        inner = operand(called["inner"], "any")
        if isinstance(inner, Literal):
            return Literal(_fitting(valid(lambda: coerced("date", inner.content)), kind))
        assert isinstance(inner, Computed)
        return Computed(inner.expression, "date")
    return Computed(translation.compiled(text), kind)


def _fitting(value: Any, kind: str) -> Any:
    """Check a literal against its column: a number in quotes is text, and text is no number."""
    fits = {
        "text": "text",
        "integer": "number",
        "number": "number",
        "boolean": "boolean",
        "date": "date text",
    }
    if kind != "any" and value is not None and kind_of(value) not in fits[kind]:
        raise CellInvalid(f"这一列的类型是{WORDS[kind]}，{EXAMPLES[kind]}，不能是{shown(value)}。")
    return valid(lambda: coerced("date" if kind == "date" else "any", value))


def valid(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except CellFailed as error:
        raise CellInvalid(str(error)) from error


def _literal(text: str) -> Literal | None:
    if text in _CONSTANTS:
        return Literal(_CONSTANTS[text])
    if kinds.NUMBER.fullmatch(text):
        return Literal(_limited(kinds.number(text)))
    if parts.QUOTED.fullmatch(text):
        return Literal(_ESCAPE.sub(_unescaped, text[1:-1]))
    if text.startswith("@") and parts.QUOTED.fullmatch(text[1:]):
        return Literal(valid(lambda: coerced("date", text[2:-1])))
    return None


def _limited(value: float) -> float:
    if abs(value) > kinds.LARGEST:
        raise CellInvalid(f"数字超过 {kinds.LARGEST}，请改小。")
    return value


def _unescaped(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t", "r": "\r"}.get(match[2])
    if letter is not None and "\ud800" <= letter <= "\udfff":
        raise CellInvalid(f"“{match.group()}”不是完整的字，请直接写出这个字。")
    return match[2] if letter is None else letter


def evaluated(expression: Expression, names: Names) -> Any:
    try:
        return expression.evaluate(names)
    except NameError as error:
        name = str(getattr(error, "name", "") or expression.text)
        raise CellFailed(
            f'变量“{name}”还没有值。如果“{name}”本来是文字，请加上英文引号，写成 "{name}"；'
            "如果是变量，请在这一步之前填写。"
        ) from error
    except Exception as error:
        raise CellFailed(
            f"表达式“{expression.text}”无法计算，请核对它用到的变量的类型（{error}）。"
        ) from error
