"""Values of a decision table have a kind: what `typeRef` says of a column, and what may be compared with what."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Any

LARGEST = 10**12
NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})")

# What `typeRef` may say, and what it means here. "any" is not converted.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("", "any", "object", "list", "collection"), "any"),
    **dict.fromkeys(("string", "text"), "text"),
    **dict.fromkeys(("integer", "long", "int", "short"), "integer"),
    **dict.fromkeys(("number", "double", "float", "decimal"), "number"),
    "boolean": "boolean",
    **dict.fromkeys(("date", "datetime", "dateandtime", "date and time"), "date"),
}
WORDS: Mapping[str, str] = {
    "text": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是否（true 或 false）",
    "date": "日期",
}
EXAMPLES: Mapping[str, str] = {
    "text": '文字要加英文引号，例如 "city"',
    "integer": "例如 5",
    "number": "例如 5 或 1.5",
    "boolean": "只能写 true 或 false",
    "date": '例如 date("2026-03-01")',
}


class CellFailed(ValueError):
    """A cell cannot be decided for these values; the sentence tells why."""


class CellInvalid(ValueError):
    """The text is nothing a cell may say; the message says what to write instead."""


def kind_of(value: Any) -> str:
    """Return which kind a value is; values of different kinds are never equal."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case date():
            return "date"
    return "any"


def coerced(kind: str, value: Any) -> Any:
    """Return a value as its column's type has it, or raise CellFailed; no value stays none."""
    if value is None or kind == "any":
        return value
    try:
        return _COERCIONS[kind](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise CellFailed(f"{shown(value)}不是{WORDS[kind]}；{EXAMPLES[kind]}。") from error


def written(value: Any) -> Any:
    """Return a value as a variable holds it, a moment as text, or raise CellFailed where none can."""
    match value:
        case date():
            return value.isoformat()
        case list() | tuple():
            return [written(one) for one in value]
        case float() if not isfinite(value):
            raise CellFailed("算出的数字太大，请核对公式。")
        case int() if abs(value) >= 2**63:
            raise CellFailed("算出的数字太大，请核对公式。")
    return value


def same(one: Any, other: Any) -> bool:
    """Say whether two values are equal and of one kind, so that 1 is not true; beside a date, text is one."""
    if one is None or other is None:
        return one is other
    one, other = _aligned(one, other)
    return bool(kind_of(one) == kind_of(other) and one == other)


def in_order(one: Any, sign: str, other: Any) -> bool:
    """Compare two values; without a value nothing holds. Raises CellFailed where the two have no order."""
    if one is None or other is None:
        return False
    one, other = _aligned(one, other)
    if kind_of(one) != kind_of(other) or not orderable(one):
        raise CellFailed(
            f"{shown(one)}和{shown(other)}不能比较大小；请给这一列选定类型，数字不要加引号。"
        )
    return bool(_SIGNS[sign](one, other))


def orderable(value: Any) -> bool:
    return kind_of(value) in {"number", "text", "date"}


def shown(value: Any) -> str:
    """Return a value in words, for a message."""
    text = (value.isoformat() if isinstance(value, date) else str(value))[:40]
    words = {
        "text": f"文字“{text}”",
        "number": f"数字 {text}",
        "date": f"日期 {text}",
        "null": "空值",
    }
    return words.get(kind_of(value), f"“{text}”")


def number(text: str) -> int | float:
    """Read a number as it is written, or raise ValueError."""
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text) if "." in text else int(text)


# --- what a column's type makes of a value -------------------------------------------------------


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
        case date():
            return value.isoformat()
    raise TypeError(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, str):
        value = number(value.strip())
    if isinstance(value, int | float) and abs(value) <= LARGEST:  # neither infinite nor no number
        return value
    raise TypeError(value)


def _integer(value: Any) -> int:
    found = _number(value)
    if found != int(found):
        raise ValueError(value)
    return int(found)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise TypeError(value)


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise TypeError(value)
    text = value.strip()
    return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)


_COERCIONS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _aligned(one: Any, other: Any) -> tuple[Any, Any]:
    """Make a date and what it is compared with comparable: beside a moment, a day is its beginning."""
    if not isinstance(one, date) and not isinstance(other, date):
        return one, other
    one, other = (coerced("date", v) if isinstance(v, str) else v for v in (one, other))
    if not isinstance(one, datetime) and not isinstance(other, datetime):
        return one, other
    first, second = _moment(one), _moment(other)
    moments = isinstance(first, datetime) and isinstance(second, datetime)
    if moments and (first.tzinfo is None) != (second.tzinfo is None):
        raise CellFailed(
            f"{shown(one)}和{shown(other)}只有一个写了时区，无法比较；"
            '请写成 date and time("2026-03-01T00:00:00+08:00")。'
        )
    return first, second


def _moment(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value
