"""What Python's grammar does not have is written so that it has."""

import re
from collections.abc import Callable
from itertools import pairwise

_FLOWABLE = re.compile(r"(?<![\w.])(?:vars?|variables):([A-Za-z]+)(?=\s*\()")
_SHORT = {  # of which some are operators in JUEL
    "eq": "equals",
    "ne": "notEquals",
    "lt": "lessThan",
    "lte": "lessThanOrEquals",
    "gt": "greaterThan",
    "gte": "greaterThanOrEquals",
    "empty": "isEmpty",
    "notEmpty": "isNotEmpty",
    "lowerThan": "lessThan",
    "lowerThanOrEquals": "lessThanOrEquals",
}
_WORD_BEFORE = re.compile(r"([^\W\d]\w*)\s*$")
_NOT_CALLED = frozenset({"not", "and", "or", "in", "if", "else"})
_OPENING, _CLOSING = "([{", ")]}"


def familiar(text: str) -> str:
    """Return the text without what Python's grammar does not have: `a ? b : c`, a single `=`, `var:`."""
    if text.startswith("=") and not text.startswith("=="):
        text = text[1:].strip()  # FEEL, as newer modellers mark it
    if ":" in text:
        text = _outside_quotes(text, lambda part: _FLOWABLE.sub(_function, part))
    if "=" in text:
        text = _equality(text)
    return _conditional(text) if "?" in text else text


def _function(match: re.Match[str]) -> str:
    return f"variables.{_SHORT.get(match[1], match[1])}"


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _unquoted(text: str) -> list[tuple[int, str]]:
    """Return the characters outside quotes, with their places."""
    found, quote, escaped = [], "", False
    for index, character in enumerate(text):
        if quote:
            if character == quote and not escaped:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character in "'\"":
            quote = character
        else:
            found.append((index, character))
    return found


def _equality(text: str) -> str:
    """Double each single `=`, except among the arguments of a call, where it would name one."""
    calls: list[bool] = []
    places = []
    for index, character in _unquoted(text):
        if character in _OPENING:
            word = _WORD_BEFORE.search(text[:index])
            calls.append(character == "(" and word is not None and word[1] not in _NOT_CALLED)
        elif character in _CLOSING and calls:
            calls.pop()
        elif character == "=" and not any(calls):
            before, after = text[index - 1 : index], text[index + 1 : index + 2]
            if before not in {"=", "!", "<", ">"} and after != "=":
                places.append(index)
    for index in reversed(places):
        text = f"{text[:index]}=={text[index + 1 :]}"
    return text


def _conditional(text: str) -> str:
    """Turn `a ? b : c` into `b if a else c`, at every depth."""
    depth, question, nested, opened = 0, -1, 0, 0
    groups: list[tuple[int, int]] = []
    commas: list[int] = []
    for index, character in _unquoted(text):
        if character in _OPENING:
            opened = index if depth == 0 else opened
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth == 0:
                groups.append((opened + 1, index))
        elif depth:
            continue
        elif character == ",":
            commas.append(index)
        elif character == "?":
            nested += question >= 0
            question = index if question < 0 else question
        elif character == ":" and question >= 0 and nested:
            nested -= 1
        elif character == ":" and question >= 0 and not commas:
            parts = (text[:question], text[question + 1 : index], text[index + 1 :])
            if not all(part.strip() for part in parts):
                return text  # no expression, which the grammar will say
            when, then, otherwise = map(_conditional, parts)
            return f"(({then}) if ({when}) else ({otherwise}))"
    if commas:
        edges = [-1, *commas, len(text)]
        pieces = pairwise(edges)
        return ",".join(_conditional(text[start + 1 : end]) for start, end in pieces)
    for start, end in reversed(groups):
        if "?" in text[start:end]:
            text = f"{text[:start]}{_conditional(text[start:end])}{text[end:]}"
    return text
