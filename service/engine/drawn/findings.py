"""How a finding is made, and the words by which a designer finds an element."""

from collections.abc import Callable, Iterator

from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Finding, ProcessSource

Rule = Callable[[Graph], Iterator[Finding]]


def fault(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    """Return what keeps a diagram from being deployed."""
    return Finding(process.file, element, code, "error", message)


def note(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    """Return what its designer should know, though it may be deployed."""
    return Finding(process.file, element, code, "warning", message)


def called(item: Element) -> str:
    """Return the words by which a designer finds an element."""
    return f"“{item.name}”（{item.id}）" if item.name else f"“{item.id}”"
