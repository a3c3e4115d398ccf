"""What an expression may call, and what is run for the methods of other engines."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from service.engine.language import conversions, timing

_WHOLE = re.compile(r"[+-]?\d{1,18}")
HOST_FUNCTIONS = frozenset({"deadline", "now", "dateTime"})


def _number(value: Any) -> Any:
    if isinstance(value, int | float):
        return value
    raise TypeError("only numbers can be multiplied or divided")


def _times(left: Any, right: Any) -> Any:
    return _number(left) * _number(right)


def _modulo(left: Any, right: Any) -> Any:
    return _number(left) % _number(right)


def _key(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value[key]
    raise TypeError(f"{key} is asked of something that is not a record")


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("a method of texts is asked of something else")


def _at(value: Any, key: Any) -> Any:
    """Return what a list has at a place, or a record under a key; as in Java, a record may lack it."""
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple) and isinstance(key, int) and key >= 0:
        return value[key]
    raise TypeError("get is asked of something that is neither list nor record")


def _later(value: Any, amount: Any, unit: str, sign: int) -> date:
    """Return a moment so much later or earlier; of a day and whole days, a day. In a variable both are text."""
    count = sign * _whole(amount, unit)
    start = value if conversions.is_moment(value) else timing.day_or_moment(_text(value).strip())
    start = getattr(start, "moment", start)  # of a named limit
    if isinstance(start, datetime):
        return timing.shifted(start, unit, count)
    moved = timing.shifted(datetime.combine(start, time.min, timing.LOCAL), unit, count)
    return moved if unit in {"hours", "minutes", "seconds"} else moved.date()


def _whole(amount: Any, unit: str) -> int:
    """Return how many units a method of Java is handed: text is read, nothing is 0, a fraction falls away."""
    if amount is None or amount == "":
        return 0
    is_text = isinstance(amount, str) and _WHOLE.fullmatch(amount)
    if is_text or (isinstance(amount, int | float) and not isinstance(amount, bool)):
        return int(amount)
    raise TypeError(f"plus of {amount!r}, which is no whole number of {unit}")


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "any": any,
    "all": all,
    "abs": abs,
    "round": round,
    "int": int,
    "float": float,
    "str": str,
    "empty": _empty,
}
"""What a diagram may call by name."""
_METHODS: Mapping[str, Callable[..., Any]] = {
    "__alike": lambda one, other: _text(one).casefold() == _text(other).casefold(),
    "__at": _at,
    "__begins": lambda value, start: _text(value).startswith(_text(start)),
    "__ends": lambda value, end: _text(value).endswith(_text(end)),
    "__lower": lambda value: _text(value).lower(),
    "__upper": lambda value: _text(value).upper(),
    "__trim": lambda value: _text(value).strip(),
    "__later": _later,
    "__same": conversions.identical,
}
"""What is run for a method of another engine; a diagram cannot write these names."""
OF_NAMES: Mapping[str, Callable[..., Any]] = {
    "__variable": lambda names, key, otherwise=None: names.get(key, otherwise),
    "__has": lambda names, key: key in names,
}
"""Functions that look at the variables themselves; like the host's, they get them as their first argument."""
_CONVERSIONS: Sequence[Callable[..., Any]] = (
    *(conversions.equal, conversions.less, conversions.at_most),
    *(conversions.greater, conversions.at_least, conversions.identical),
    *(
        conversions.added,
        conversions.joined,
        conversions.subtracted,
        conversions.multiplied,
        conversions.divided,
    ),
    *(conversions.floored, conversions.remainder, conversions.negative, conversions.number),
    *(conversions.truth, conversions.chosen, conversions.any_of, conversions.all_of),
    *(conversions.total, conversions.item, conversions.text, conversions.within, conversions.size),
)
"""What operators are rewritten to."""
BOUND = HOST_FUNCTIONS | OF_NAMES.keys()
GLOBALS: dict[str, Any] = {
    "__builtins__": {},
    "__times": _times,
    "__modulo": _modulo,
    "__key": _key,
    **{f"__{made.__name__}": made for made in _CONVERSIONS},
    **{f"__{name}": made for name, made in {**_METHODS, **FUNCTIONS}.items()},
}
