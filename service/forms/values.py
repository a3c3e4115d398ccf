"""One value at a time: what was typed becomes a typed value, or a sentence saying how to put it right."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from service.forms.computing import Bound, Computing
from service.forms.fields import Field, Option

# Moves around a page, a Word document or a chat window, and no database or reader wants it.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LARGEST = 2**53


class Refused(Exception):
    """A value that cannot be taken; the text is the sentence shown beside the field."""


def read(field: Field, given: Any, options: Sequence[Option]) -> Any:
    """Return the typed value of what was given, None or [] where nothing was."""
    if field.is_list:
        values = _list(given)
        return _READERS[field.type](field, values, options) if values else []
    if isinstance(given, (list, tuple, dict)):
        raise Refused(f"“{field.label}”只能填一个值，请刷新页面后重新填写。")
    text = tidy(given)
    if field.type != "longtext":
        text = text.strip()
    return None if text == "" else _READERS[field.type](field, text, options)


def limit(field: Field, value: Any, computing: Computing | None) -> None:
    """Raise `Refused` where a typed value is missing, too short, too long or out of range; cells of a table have no range."""
    if value is None or value == []:
        if field.required:
            raise Refused(absent(field))
        return
    if isinstance(value, str) and field.type in {"string", "longtext"}:
        _length(field, len(value), computing)
    ranged = _RANGED.get("list" if field.is_list else field.type)
    if computing is not None and ranged is not None:
        low, high = computing.bound(field, field.minimum), computing.bound(field, field.maximum)
        ranged(field, value, low, high)


def absent(field: Field) -> str:
    if field.type == "file":
        return f"请上传“{field.label}”。"
    if field.type == "table":
        return f"请在“{field.label}”中至少填写一行。"
    if field.type in {"enum", "choices", "person", "unit", "units", "boolean"}:
        return f"请选择“{field.label}”。"
    return f"请填写“{field.label}”。"


def tidy(given: Any) -> str:
    """Return plain text: one kind of line end, composed characters, nothing invisible.

    The indent that opens a Chinese paragraph stays.
    """
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    text = unicodedata.normalize("NFC", str(given)).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x0b", "\n").replace("\x0c", "\n").replace("\xa0", " ")
    return "\n".join(line.rstrip() for line in _INVISIBLE.sub("", text).split("\n")).strip("\n")


def spoken_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _list(given: Any) -> list[Any]:
    if given is None or given == "":
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _string(field: Field, text: str, options: Sequence[Option]) -> str:
    return " ".join(text.split())


def _longtext(field: Field, text: str, options: Sequence[Option]) -> str:
    return text


def _long(field: Field, text: str, options: Sequence[Option]) -> int:
    digits = text.replace(",", "").replace("，", "").removesuffix(".0")
    try:
        number = int(digits) if len(digits) <= 20 else None
    except ValueError:
        number = None
    if number is None or abs(number) > _LARGEST or "_" in digits:
        raise Refused(f"“{field.label}”要填整数，例如 12，不要带单位。")
    return number


def _number(field: Field, text: str, options: Sequence[Option]) -> float:
    try:
        number = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e15 or "_" in text:
        raise Refused(f"“{field.label}”要填数字，例如 3.5，不要带单位。")
    return number


def _date(field: Field, text: str, options: Sequence[Option]) -> str:
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise Refused(f"“{field.label}”要填日期，例如 2026-11-23。")
    year, month, day = (int(part) for part in parts.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Refused(
            f"“{field.label}”填的 {year}年{month}月{day}日 不存在，请核对日期。"
        ) from None


def _boolean(field: Field, text: str, options: Sequence[Option]) -> bool:
    if text not in {"true", "false"}:
        raise Refused(f"请在“{field.label}”中选择“是”或“否”。")
    return text == "true"


def _one(field: Field, text: str, options: Sequence[Option]) -> str:
    if text not in {option.code for option in options}:
        raise Refused(f"“{field.label}”选的内容不在可选范围内，请重新选择。")
    return text


def _many(field: Field, values: list[Any], options: Sequence[Option]) -> list[str]:
    wanted = {_one(field, text, options) for text in (tidy(value) for value in values) if text}
    return [option.code for option in options if option.code in wanted]


def _files(field: Field, values: list[Any], options: Sequence[Option]) -> list[int]:
    known = {option.code for option in options}
    texts = list(dict.fromkeys(tidy(value) for value in values))
    if any(text not in known for text in texts):
        raise Refused(f"“{field.label}”中有文件已经不在了，请重新上传。")
    return [int(text) for text in texts]


def _length(field: Field, length: int, computing: Computing | None) -> None:
    low, high = (Bound(n) if n else None for n in (field.min_length, field.max_length))
    if computing is not None:
        low = computing.bound(field, field.shortest) or low
        high = computing.bound(field, field.longest) or high
    if high is not None and length > high.value:
        most = _spaced(high.says(f"{high.value} 个字"))
        raise Refused(
            f"“{field.label}”最多{most}，现在有 {length} 个字，请删减 {length - high.value} 个字。"
        )
    if low is not None and length < low.value:
        least = _spaced(low.says(f"{low.value} 个字"))
        raise Refused(f"“{field.label}”至少写{least}，现在只有 {length} 个字，请补充。")


def _range(field: Field, value: float, low: Bound | None, high: Bound | None) -> None:
    if low is not None and value < low.value:
        raise Refused(f"“{field.label}”不能小于{_spaced(low.says(str(low.value)))}，请改正。")
    if high is not None and value > high.value:
        raise Refused(f"“{field.label}”不能大于{_spaced(high.says(str(high.value)))}，请改正。")


def _date_range(field: Field, value: str, low: Bound | None, high: Bound | None) -> None:
    if low is not None and value < low.value:
        raise Refused(f"“{field.label}”不能早于{_day(low)}，请改正。")
    if high is not None and value > high.value:
        raise Refused(f"“{field.label}”不能晚于{_day(high)}，请改正。")


def _day(bound: Bound) -> str:
    return _spaced(bound.says(spoken_date(date.fromisoformat(bound.value))))


def _spaced(text: str) -> str:
    """Set a number off from the words before it."""
    return f" {text}" if text[0].isdigit() or text[0] == "-" else text


def _size(field: Field, values: Sequence[Any], low: Bound | None, high: Bound | None) -> None:
    size = len(values)
    verb = {"file": "个文件", "table": "行"}.get(field.type, "项")
    if low is not None and size < low.value:
        least = _spaced(low.says(f"{low.value} {verb}"))
        raise Refused(f"“{field.label}”至少要有{least}，现在有 {size} {verb}，请补充。")
    if high is not None and size > high.value:
        most = _spaced(high.says(f"{high.value} {verb}"))
        raise Refused(f"“{field.label}”最多{most}，现在有 {size} {verb}，请删减。")


_RANGED: Mapping[str, Callable[[Field, Any, Bound | None, Bound | None], None]] = {
    "long": _range,
    "number": _range,
    "date": _date_range,
    "list": _size,
}
_READERS: Mapping[str, Callable[[Field, Any, Sequence[Option]], Any]] = {
    "string": _string,
    "longtext": _longtext,
    "long": _long,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "enum": _one,
    "person": _one,
    "unit": _one,
    "choices": _many,
    "units": _many,
    "file": _files,
}
