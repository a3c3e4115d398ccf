"""What the cells of a decision table say: tests of a value and values, as the modellers write them, read once.

A test is `-`, a value, a comparison, a range, a list of these or `not(…)` of them. Whatever is more than that is an
expression, and goes through the same whitelist as every other; `=`, `?`, `in (…)` and `if … then … else …` are
translated. What FEEL means otherwise than the whitelist's language is refused, with what to write instead.
"""

import re
from typing import Any

from service.engine.feel import conditions, kinds, operands, parts, translation
from service.engine.feel.conditions import (
    Anything,
    Between,
    Compared,
    Equal,
    Judged,
    Not,
    OneOf,
    Same,
    Test,
    Written,
)
from service.engine.feel.kinds import CellInvalid, coerced, in_order, shown
from service.engine.feel.operands import Computed, Literal, Operand
from service.engine.feel.translation import CELL_INPUT
from service.engine.language.expressions import Expression

_NOT = re.compile(r"not\s*\(")
_SIGN = re.compile(r"<=|>=|!=|==|<|>|=")


def expression(text: str) -> Expression:
    """Read an input expression or a literal expression, or raise CellInvalid."""
    return translation.compiled(operands.readable(text))


def output(text: str, kind: str = "any") -> Operand:
    """Read a cell of an output column, or raise CellInvalid; an empty one has no value."""
    text = operands.readable(text)
    if text in {"", "-"}:
        return Literal(None)
    found = operands.operand(text, kind)
    if isinstance(found, Literal):
        return Literal(operands.valid(lambda: coerced(kind, found.content)))
    return found


def values(text: str, kind: str = "any") -> tuple[Any, ...]:
    """Read a list of values written one after another, or raise CellInvalid."""
    found = []
    for part in parts.split(operands.readable(text)):
        one = operands.operand(part, kind) if isinstance(part, str) else None
        if not isinstance(one, Literal):
            raise CellInvalid('这里要逐个写出允许的值，例如 "高","中","低"。')
        found.append(operands.valid(lambda one=one: coerced(kind, one.content)))  # type: ignore[misc]
    return tuple(found)


def condition(text: str, kind: str = "any", variable: str = "") -> Test:
    """Read a cell of an input column, or raise CellInvalid; `variable` is the column's own name for its value."""
    text = operands.readable(text)
    if text in {"", "-"}:
        return Anything()
    negated = _NOT.match(text)
    if negated and parts.closing(text, negated.end() - 1) == len(text) - 1:
        return Not(_any_of(text[negated.end() : -1], kind, variable))
    return _any_of(text, kind, variable)


def _any_of(text: str, kind: str, variable: str) -> Test:
    found = tuple(_test(part, kind, variable) for part in parts.split(text))
    return found[0] if len(found) == 1 else OneOf(found)


def _test(part: "str | parts.Range", kind: str, variable: str) -> Test:
    if isinstance(part, parts.Range):
        return _between(part, kind)
    if not part or part == "-":
        raise CellInvalid('逗号之间缺了内容；请写成 "a","b" 或 1,2,[5..9]。')
    if _NOT.match(part) and parts.closing(part, part.index("(")) == len(part) - 1:
        raise CellInvalid('not( ) 只能括住整格，请写成 not("a","b")。')
    sign = _SIGN.match(part)
    if sign:
        return _compared(sign.group(), operands.operand(part[sign.end() :], kind))
    found = operands.operand(part, kind)
    if isinstance(found, Literal):
        return Written(found.content)
    assert isinstance(found, Computed)
    if {CELL_INPUT, variable} & found.expression.names:
        return Judged(found.expression)
    if kind == "boolean":
        raise CellInvalid(conditions.AMBIGUOUS)
    called = operands.DATE.fullmatch(part) is not None
    # A verdict or a list must reach `Equal` as it is.
    return Equal(found if called else Computed(found.expression, "any"))


def _compared(sign: str, than: Operand) -> Test:
    if sign in {"=", "=="}:
        return Written(than.content) if isinstance(than, Literal) else Same(than)
    if sign == "!=":
        return Not(_compared("=", than))
    if isinstance(than, Literal):
        _ordered(than.content)
    return Compared(sign, than)


def _ordered(value: Any) -> None:
    if not kinds.orderable(value):
        raise CellInvalid(f"{shown(value)}没有大小，不能用 < 或 > 比较；请直接写它。")


def _between(part: parts.Range, kind: str) -> Test:
    low, high = operands.operand(part.low, kind), operands.operand(part.high, kind)
    if isinstance(low, Literal) and isinstance(high, Literal):
        _ordered(low.content)
        _ordered(high.content)
        if not operands.valid(lambda: in_order(low.content, "<=", high.content)):
            raise CellInvalid(f"范围 {part.low}..{part.high} 的前一个数大于后一个，请对调。")
    above = ">=" if part.opens == "[" else ">"
    return Between(low, above, high, "<=" if part.closes == "]" else "<")
