"""Times as a diagram writes them: literals, texts with expressions, named limits."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from unicodedata import normalize

from service.engine.drawn.source import Element
from service.engine.language import expressions, timing
from service.engine.language.expressions import Expression, Template
from service.engine.language.grammar import ExpressionInvalid

DATES = ("dueDate", "followUpDate")
MOST_LETTERS = 60  # of a wrong time that are repeated
_BARE_AMOUNT = re.compile(r"[\"'${\s]*[Pp]([0-9]{1,9})[\"'}\s]*")
_WIDE = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_LIKE = re.compile(r"P(?:\d+[YMWD]|T?\d+[HMS]?)+(?:T(?:\d+[HMS])+)?(?![.\d])", re.ASCII)


def compiled(text: str) -> Template | Expression:
    """Read a time: a literal as every modeller writes it, text with `${…}`, or an expression."""
    if timing.is_literal(text):
        return Template((text.strip(),))
    if "${" in text or "#{" in text:
        return expressions.interpolate(text.strip())
    return expressions.compile(text)


def fault(text: str, read: Callable[[str], object]) -> str:
    """Say what is wrong with a time that `read` understands, as far as can be said without variables, or nothing."""
    text = text.strip()
    try:
        timing.refuse_cron(text)
        timing.refuse_words(text)
        _refuse_wide(text)
        found = compiled(text) if text else Template(("",))
        if not _is_computed(found):
            value = found.evaluate({})
            if value is not None and not isinstance(value, str):
                return _unclear(text)
            _refuse_wide(value or "")
            read(value or "")
    except ExpressionInvalid as error:
        return _unclear(text) if "例如" in str(error) else str(error)
    except (timing.TimeInvalid, OverflowError, ValueError) as error:
        return _without_unit(text) or str(error)
    except (ArithmeticError, LookupError, TypeError):
        return _unclear(text)
    return ""


def moment_fault(text: str) -> str:
    """Say what is wrong with the time written on a task, or nothing."""
    return fault(text, lambda value: timing.when(value, datetime.fromtimestamp(0, UTC)))


def written(text: str) -> str:
    """Return the time somebody meant by a text that is nearly one: with full-width or small letters, a sign, words."""
    narrow = normalize("NFKC", text[:MOST_LETTERS]).upper()
    found = _LIKE.search(narrow)
    if found is None:
        return ""
    try:
        timing.duration(found[0])
    except timing.TimeInvalid:
        amount = re.fullmatch(r"P(\d+)", found[0])
        return f"{found[0]}D" if amount else ""
    return found[0]


def _refuse_wide(text: str) -> None:
    """Full-width letters and digits look like the others and are none; texts within `${…}` may have them."""
    if "{" not in text and _WIDE.search(text):
        meant = normalize("NFKC", text)
        raise timing.TimeInvalid(
            f"“{text[:MOST_LETTERS]}”里有全角的字母或数字，请用半角写成 {meant[:MOST_LETTERS]}。"
        )


def _is_computed(found: Template | Expression) -> bool:
    return any(part.names or part.calls for part in found.expressions)


def _without_unit(text: str) -> str:
    found = _BARE_AMOUNT.fullmatch(text)
    if found is None:
        return ""
    amount = found[1]
    return (
        f"“P{amount}”没有写单位，请写成 P{amount}D（{amount} 天）或 PT{amount}H（{amount} 小时）。"
    )


def _unclear(text: str) -> str:
    meant = written(text) or "P15D"
    return (
        f"“{text[:MOST_LETTERS]}”不是时间，也不是能计算出时间的表达式；请写成时长，例如 {meant}，"
        '或写时刻，例如 2026-03-01T09:00:00+08:00，或写期限名，例如 deadline("sign")。'
    )


def reads_variables(text: str) -> bool:
    """Say whether a time cannot be computed without variables."""
    try:
        found = compiled(text) if text else Template(())
    except ExpressionInvalid:
        return False
    return any(part.names for part in found.expressions)


def deadline_keys(element: Element) -> tuple[str, ...]:
    """Return the limits an element names, in its property, in its timer or in its form."""
    keys = [element.properties["deadline"]] if element.properties.get("deadline") else []
    timed = [event.text for event in element.events if event.kind == "timer"]
    timed += [element.attributes[name] for name in DATES if element.attributes.get(name)]
    for text in timed:
        if timing.is_literal(text):
            continue
        try:
            found = compiled(text)
        except ExpressionInvalid:
            continue
        keys += [key for expression in found.expressions for key in expression.deadlines]
    keys += [key for expression in _of_form(element) for key in expression.deadlines]
    return tuple(dict.fromkeys(keys))


def _of_form(element: Element) -> Iterator[Expression]:
    """Yield what a form computes; a text that is no expression is told of elsewhere."""
    for one in element.fields:
        for text in (*one.constraints.values(), one.default or ""):
            with suppress(ExpressionInvalid):
                yield from expressions.interpolate(text).expressions
        with suppress(ExpressionInvalid):
            if shown := expressions.optional(one.properties.get("showIf", "")):
                yield shown
