"""Where one test of a cell ends and the next begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.engine.feel.kinds import CellInvalid

STRING = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
QUOTED = re.compile(STRING, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Range:
    opens: str
    low: str
    high: str
    closes: str


def split(text: str) -> Iterator[str | Range]:
    """Split at the commas that part tests; a range is one part whichever way its brackets are turned."""
    position = 0
    while True:
        position += len(text[position:]) - len(text[position:].lstrip())
        found = _range(text, position) if text[position : position + 1] in {"[", "]", "("} else None
        if found:
            part, end = found
            yield part
            if text[end : end + 1] not in {"", ","}:
                raise CellInvalid(f"看不懂“{text[end:][:40]}”；几个条件之间请用英文逗号隔开。")
        else:
            end = _comma(text, position)
            yield text[position:end].strip()
        if end >= len(text):
            return
        position = end + 1


def _range(text: str, start: int) -> tuple[Range, int] | None:
    dots = -1
    for index, letter in _outside(text, start + 1):
        if dots < 0 and letter == ",":
            return None
        if dots < 0 and text.startswith("..", index):
            dots = index
        elif letter in "[])":
            if dots < 0:
                return None
            low, high = text[start + 1 : dots].strip(), text[dots + 2 : index].strip()
            end = index + 1
            end += len(text[end:]) - len(text[end:].lstrip())
            return Range(text[start], low, high, letter), end
    return None


def _outside(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Go through the letters outside quotes and the parentheses opened on the way."""
    depth, index = 0, start
    while index < len(text):
        quoted = QUOTED.match(text, index)
        if quoted:
            index = quoted.end()
            continue
        letter = text[index]
        if depth == 0 and letter != "(":
            yield index, letter
        depth += {"(": 1, ")": -1}.get(letter, 0) if depth or letter == "(" else 0
        index += 1


def _comma(text: str, start: int) -> int:
    """Return where the test that starts at a place ends."""
    depth, index = 0, start
    while index < len(text):
        quoted = QUOTED.match(text, index)
        if quoted:
            index = quoted.end()
            continue
        if text[index] == "," and depth <= 0:
            return index
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[index], 0)
        index += 1
    return index


def closing(text: str, start: int) -> int:
    """Return where the parenthesis at a place is closed, or -1."""
    return next((index for index, letter in _outside(text, start + 1) if letter == ")"), -1)
