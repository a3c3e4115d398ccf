"""Expressions as EL 2.2 (JSR 245) reads them, sections 1.5 to 1.10 and 1.18, for what the generator writes; days are Shanghai's.

It shares no line with the engine, whose answers it checks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

NOW = "now()"
"""Under which name the variables hold the present moment."""

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|'[^']*'|[A-Za-z_]\w*|&&|\|\||[=!<>]=|[-+*/%<>!?:.()])")
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_WORDS |= {"div": "/", "mod": "%", "not": "!", "and": "&&", "or": "||"}
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_CONSTANTS = {"true": True, "false": False, "null": None}
_SHANGHAI = timezone(timedelta(hours=8))


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression, with or without its braces."""
    return _Reader(text.removeprefix("${").removesuffix("}"), names).whole()


def truth(value: Any) -> bool:
    """Coerce to Boolean (1.18.6)."""
    if value is None or isinstance(value, str):
        return str(value).lower() == "true"
    assert isinstance(value, bool), value
    return value


class _Reader:
    """Reads from left to right; what is not decided by what came before is computed as well, for it has no effect."""

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        found = [_WORDS.get(word, word) for word in _TOKEN.findall(text)]
        self.tokens, self.names = found, names

    def whole(self) -> Any:
        value = self.choice()
        assert not self.tokens, self.tokens
        return value

    def choice(self) -> Any:
        asked = self.binary(0)
        if not self.comes("?"):
            return asked
        then = self.choice()
        assert self.comes(":")
        otherwise = self.choice()
        return then if truth(asked) else otherwise

    def binary(self, level: int) -> Any:
        if level == len(_LEVELS):
            return self.unary()
        value = self.binary(level + 1)
        while self.tokens and self.tokens[0] in _LEVELS[level]:
            operator = self.tokens.pop(0)
            value = _OPERATORS[operator](value, self.binary(level + 1))
        return value

    def unary(self) -> Any:
        if self.comes("!"):
            return not truth(self.unary())
        if self.comes("-"):
            return -_number(self.unary())
        if self.comes("empty"):
            return self.unary() in (None, "", [], {})
        return self.path()

    def path(self) -> Any:
        value = self.primary()
        while self.comes("."):
            key = self.tokens.pop(0)
            value = None if value is None else value.get(key)
        return value

    def primary(self) -> Any:
        word = self.tokens.pop(0)
        if word == "(":
            value = self.choice()
            assert self.comes(")")
            return value
        if word[0].isdigit():
            return float(word) if "." in word else int(word)
        if word[0] == "'":
            return word[1:-1]
        if word == "now":
            assert self.comes("(")
            assert self.comes(")")
            return self.names[NOW]
        return _CONSTANTS[word] if word in _CONSTANTS else self.names[word]

    def comes(self, token: str) -> bool:
        return bool(self.tokens) and self.tokens[0] == token and bool(self.tokens.pop(0))


def _number(value: Any) -> Any:
    """Coerce to a number (1.18.3): what is written with a point or an exponent is a Double."""
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        return float(value) if set(value) & set(".eE") else int(value)
    assert type(value) in {int, float}, value
    return value


def _arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: compute(_number(left), _number(right))


def _equal(left: Any, right: Any) -> bool:
    """1.8.2; a date left empty is no moment."""
    if left is None or right is None:
        return left is right
    if datetime in {type(left), type(right)}:
        return "" not in (left, right) and _moment(left) == _moment(right)
    if {type(left), type(right)} & {int, float}:
        return bool(_number(left) == _number(right))
    if bool in {type(left), type(right)}:
        return truth(left) is truth(right)
    return bool(left == right)


def _before(left: Any, right: Any) -> bool:
    """1.8.1"""
    if left is None or right is None:
        return False
    if datetime in {type(left), type(right)}:
        return _moment(left) < _moment(right)
    if {type(left), type(right)} & {int, float}:
        return bool(_number(left) < _number(right))
    return _text(left) < _text(right)


def _at_most(left: Any, right: Any) -> bool:
    return (
        left is right or _before(left, right) or (None not in (left, right) and _equal(left, right))
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=_SHANGHAI)


def _left_over(left: Any, right: Any) -> Any:
    """The remainder has the sign of the left value, as in Java."""
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "||": lambda left, right: truth(left) or truth(right),
    "&&": lambda left, right: truth(left) and truth(right),
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _before,
    ">": lambda left, right: _before(right, left),
    "<=": _at_most,
    ">=": lambda left, right: _at_most(right, left),
    "+": _arithmetic(lambda left, right: left + right),
    "-": _arithmetic(lambda left, right: left - right),
    "*": _arithmetic(lambda left, right: left * right),
    "/": _arithmetic(lambda left, right: left / right),
    "%": _arithmetic(_left_over),
}
