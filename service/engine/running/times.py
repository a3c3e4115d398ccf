"""Times as a diagram writes them: literals, texts with expressions, named limits."""

from datetime import UTC, datetime

from service.engine.drawn.source import Element
from service.engine.language import expressions, timing
from service.engine.language.expressions import Expression, Template
from service.engine.language.grammar import ExpressionInvalid

DATES = ("dueDate", "followUpDate")


def compiled(text: str) -> Template | Expression:
    """Read a time: a literal as every modeller writes it, text with `${…}`, or an expression."""
    if timing.is_literal(text):
        return Template((text.strip(),))
    if "${" in text or "#{" in text:
        return expressions.interpolate(text.strip())
    return expressions.compile(text)


def moment_fault(text: str) -> str:
    """Say what is wrong with the time written on a task, or nothing."""
    text = text.strip()
    try:
        timing.refuse_words(text)
        if timing.is_literal(text):
            timing.when(text, datetime.fromtimestamp(0, UTC))
        elif text:
            compiled(text)
    except (timing.TimeInvalid, ExpressionInvalid, OverflowError, ValueError) as error:
        return str(error)
    return ""


def reads_variables(text: str) -> bool:
    """Say whether a time cannot be computed without variables."""
    try:
        found = compiled(text) if text else Template(())
    except ExpressionInvalid:
        return False
    parts = found.expressions if isinstance(found, Template) else (found,)
    return any(part.names for part in parts)


def deadline_keys(element: Element) -> tuple[str, ...]:
    """Return the limits an element names, in its property or in its timer."""
    keys = [element.properties["deadline"]] if element.properties.get("deadline") else []
    timed = [event.text for event in element.events if event.kind == "timer"]
    timed += [element.attributes[name] for name in DATES if element.attributes.get(name)]
    for text in timed:
        if timing.is_literal(text):
            continue
        try:
            parsed = compiled(text)
        except ExpressionInvalid:
            continue
        found = parsed.expressions if isinstance(parsed, Template) else (parsed,)
        keys += [key for expression in found for key in expression.deadlines]
    return tuple(dict.fromkeys(keys))
