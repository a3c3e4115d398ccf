"""What a value is beside another: the one table of conversions, as the JUEL of Camunda 7 and Flowable has it.

Beside a number a text is read as a number, beside a truth value as a truth value; nothing is 0 in a sum, equal to
nothing else, neither smaller nor greater than anything. Days are days in Shanghai, and begin at midnight beside a
moment. Where both engines stop, `ConversionFailed` names the values; what Python adds to that is joining texts and
lists, decimals read beside whole numbers, and the truth of numbers, lists and records.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from operator import floordiv, truediv
from typing import Any

from service.engine.language import timing

_NUMBER = re.compile(r"[+-]?(?:(?P<whole>\d+)|(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)")
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.DOTALL)
_TRUTH = {"true": True, "false": False, "": False}
_LONGEST = 40  # letters of a number; a longer one is no amount that is meant
_SHOWN = 40


class ConversionFailed(TypeError):
    """Values that have no meaning beside each other; the sentence names them and says what to write instead."""


# --- equality and order --------------------------------------------------------------------------


def equal(left: Any, right: Any) -> bool:
    """Say whether two values are the same, the one read as what the other is."""
    kind = type(left)
    if kind is type(right):
        return bool(left == right) or (kind is str and _same_moment(left, right))
    if left is None or right is None:
        return False
    if _is_number(left) or _is_number(right):
        return bool(_number_beside(left, right) == _number_beside(right, left))
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth_beside(left, right) is _truth_beside(right, left)
    if is_moment(left) or is_moment(right):
        pair = _in_order(left, right)
        return pair is not None and bool(pair[0] == pair[1])
    return bool(left == right)


def less(left: Any, right: Any) -> bool:
    """Say whether the left value comes before the right one; nothing comes before or after nothing."""
    if type(left) is type(right) and type(left) in _ORDERED:
        return bool(left < right)
    pair = _in_order(left, right)
    return pair is not None and bool(pair[0] < pair[1])


def at_most(left: Any, right: Any) -> bool:
    """Say whether the left value comes before the right one or is the same."""
    if type(left) is type(right) and type(left) in _ORDERED:
        return bool(left <= right)
    if left is None and right is None:
        return True
    pair = _in_order(left, right)
    return pair is not None and bool(pair[0] <= pair[1])


def greater(left: Any, right: Any) -> bool:
    """Say whether the left value comes after the right one."""
    return less(right, left)


def at_least(left: Any, right: Any) -> bool:
    """Say whether the left value comes after the right one or is the same."""
    return at_most(right, left)


def identical(left: Any, right: Any) -> bool:
    """Say whether two values are the same without being converted, as Java's `equals` does."""
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


# --- sums ----------------------------------------------------------------------------------------


def added(left: Any, right: Any) -> Any:
    """Return the sum; texts that are no numbers are joined, and so are lists."""
    if type(left) is int is type(right):
        return left + right
    if isinstance(left, str) and isinstance(right, str) and not _are_numbers(left, right):
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return [*left, *right]
    return _finite(number(left) + number(right))


def joined(left: Any, right: Any) -> Any:
    """Return the sum; where one is a text, the two as texts one after the other."""
    if isinstance(left, str) or isinstance(right, str):
        return "".join("null" if one is None else text(one) for one in (left, right))
    return added(left, right)


def subtracted(left: Any, right: Any) -> Any:
    """Return the left value less the right one."""
    return _finite(number(left) - number(right))


def multiplied(left: Any, right: Any) -> Any:
    """Return the product."""
    return _finite(number(left) * number(right))


def divided(left: Any, right: Any) -> Any:
    """Return the quotient with its fraction, also of whole numbers."""
    return _finite(_by(truediv, left, right))


def floored(left: Any, right: Any) -> Any:
    """Return the quotient rounded down, which Python alone writes."""
    return _finite(_by(floordiv, left, right))


def remainder(left: Any, right: Any) -> Any:
    """Return what a division leaves; it has the sign of the left value."""
    return _finite(_by(_remainder, left, right))


def negative(value: Any) -> Any:
    """Return the number below zero."""
    return -number(value)


def total(values: Iterable[Any]) -> Any:
    """Return the sum of a list."""
    found: Any = 0
    for value in values:
        found = added(found, value)
    return found


def number(value: Any) -> Any:
    """Return the number a value is in a sum: of nothing and of an empty text 0."""
    if type(value) is int or type(value) is float:
        return value
    if value is None or value == "":
        return 0
    found = _read(value) if isinstance(value, str) else None
    if found is None:
        raise ConversionFailed(
            f"{shown(value)}不是数字，不能参加计算；请填数字，要把文字连起来请用 str(…)"
        )
    return found


# --- truth ---------------------------------------------------------------------------------------


def truth(value: Any) -> bool:
    """Say whether a value decides for or against: `false` written out is false, and so are nothing and empty text."""
    if value is True or value is False:
        return bool(value)
    if isinstance(value, str):
        found = _TRUTH.get(value.lower())
        if found is None:
            raise ConversionFailed(
                f"{shown(value)}既不是 true 也不是 false，不能当作条件；"
                '要看有没有填写请写 not empty note，要看填了什么请写 note == "…"'
            )
        return found
    return bool(value)


def chosen(value: Any) -> Any:
    """Return what `and` and `or` make of their last value: a truth value where it is one, otherwise itself."""
    if value is None:
        return False
    return _TRUTH.get(value.lower(), value) if isinstance(value, str) else value


def any_of(values: Iterable[Any]) -> bool:
    """Say whether one of a list decides for."""
    return any(truth(value) for value in values)


def all_of(values: Iterable[Any]) -> bool:
    """Say whether all of a list decide for."""
    return all(truth(value) for value in values)


# --- collections ---------------------------------------------------------------------------------


def within(value: Any, container: Any) -> bool:
    """Say whether a value is one of a list, a key of a record or part of a text, as Python compares; nothing has parts."""
    if container is None or (value is None and isinstance(container, str)):
        return False
    if isinstance(container, str) and not isinstance(value, str):
        raise ConversionFailed(f"{shown(value)}不是文字，不会是{shown(container)}的一部分")
    if not isinstance(container, str | list | tuple | Mapping):
        raise ConversionFailed(f"{shown(container)}不是列表，里面不会有{shown(value)}")
    return value in container


def size(value: Any) -> int:
    """Return how many there are; of nothing none."""
    return 0 if value is None else len(value)


# --- text ------------------------------------------------------------------------------------------


def text(value: Any) -> str:
    """Return a value as text has it: nothing is no text, and a truth value is written small."""
    if value is None:
        return ""
    return _written(value) if isinstance(value, bool) else str(value)


# --- parts of records and lists --------------------------------------------------------------------


def item(value: Any, key: Any) -> Any:
    """Return what a record has under a key or a list at a place; nothing where it has none, and of nothing."""
    if value is None or key is None:
        return None
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple):
        place = number(key)
        return value[place] if type(place) is int and -len(value) <= place < len(value) else None
    if isinstance(value, str) and type(key) is int:
        return value[key]
    raise ConversionFailed(f"{shown(value)}里没有“{key}”可取，只有记录和列表才有")


# --- how it is done ------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """Return a value in words, for a sentence."""
    match value:
        case None:
            return "空值"
        case bool():
            return f"是否值 {'true' if value else 'false'}"
        case int() | float():
            return f"数字 {value}"
        case str():
            return f"文字“{value[:_SHOWN]}”" if value else "空文字"
        case list() | tuple():
            return f"列表 {str(list(value))[:_SHOWN]}"
        case datetime():
            return f"时间 {timing.zoned(value).astimezone(timing.LOCAL):%Y-%m-%d %H:%M}"
        case date():
            return f"日期 {value.isoformat()}"
        case Mapping():
            return f"记录 {str(dict(value))[:_SHOWN]}"
    return "期限" if is_moment(value) else "这个值"


def is_moment(value: Any) -> bool:
    """Say whether a value is a day or a moment and no text: what `now()` and `deadline(…)` give."""
    return isinstance(value, date) or isinstance(getattr(value, "moment", None), datetime)


_ORDERED = frozenset({int, float, bool})


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _are_numbers(left: str, right: str) -> bool:
    return all(not text or _read(text) is not None for text in (left, right))


def _read(text: str) -> int | float | None:
    """Return the number a text is, or nothing where it is none."""
    text = text.strip()
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    found = int(text) if match["whole"] else float(text)
    return found if math.isfinite(found) else None


def _number_beside(value: Any, other: Any) -> Any:
    """Return what a value is beside a number, which the other or the value itself is."""
    if _is_number(value):
        return value
    if value == "":
        return 0
    found = _read(value) if isinstance(value, str) else None
    if found is None:
        raise _incomparable(value, other)
    return found


def _truth_beside(value: Any, other: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise _incomparable(value, other)
    return value.lower() == "true"


def _moment_beside(value: Any, other: Any) -> datetime:
    """Return the moment a value is beside one: a day begins at midnight in Shanghai."""
    try:
        if isinstance(value, str):
            return timing.moment(value)
        if isinstance(value, date):
            return timing.beginning(value)
        if is_moment(value):
            return timing.zoned(value.moment)
    except timing.TimeInvalid as error:
        raise _incomparable(value, other) from error
    raise _incomparable(value, other)


def _same_moment(left: str, right: str) -> bool:
    pair = _as_moments(left, right)
    return pair is not None and pair[0] == pair[1]


def _as_moments(left: str, right: str) -> tuple[datetime, datetime] | None:
    """Return the moments two texts are, where both are days or moments; of two days nothing, which are in order as they are written."""
    if not (_DATED.fullmatch(left) and _DATED.fullmatch(right)) or len(left) == len(right) == 10:
        return None
    try:
        return timing.moment(left), timing.moment(right)
    except timing.TimeInvalid:
        return None


def _in_order(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Return two values as what can be put in order, or nothing where no order holds."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return _as_moments(left, right) or (left, right)
    if is_moment(left) or is_moment(right):
        if left == "" or right == "":
            return None
        return _moment_beside(left, right), _moment_beside(right, left)
    if _is_number(left) or _is_number(right):
        return _number_beside(left, right), _number_beside(right, left)
    if isinstance(left, str | bool) and isinstance(right, str | bool):
        return _written(left), _written(right)
    raise _incomparable(left, right)


def _written(value: str | bool) -> str:
    return value if isinstance(value, str) else ("true" if value else "false")


def _incomparable(left: Any, right: Any) -> ConversionFailed:
    return ConversionFailed(f"{shown(left)}和{shown(right)}不能比较")


def _by(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    if left is None and right is None:
        return 0
    divisor = number(right)
    if divisor == 0:
        raise ConversionFailed(f"{shown(left)}不能除以 0")
    return operation(number(left), divisor)


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, float) or isinstance(right, float):
        return math.fmod(left, right)
    return abs(left) % abs(right) * (-1 if left < 0 else 1)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ConversionFailed("算出的数字太大")
    return value
