"""A finding: something about a diagram its designer should know, in words by which the element is recognised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, ProcessSource


@dataclass(frozen=True)
class Finding:
    """Something about a diagram its designer should know; an error keeps it from being deployed."""

    file: str
    element: str
    code: str
    severity: Literal["error", "warning"]
    message: str


class FileUnreadable(ValueError):
    """The bytes are no diagram; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


Rule = Callable[[Graph], Iterator[Finding]]


def fault(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    """Return what keeps a diagram from being deployed."""
    return Finding(process.file, element, code, "error", message)


def note(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    """Return what its designer should know, though it may be deployed."""
    return Finding(process.file, element, code, "warning", message)


def called(item: Element) -> str:
    """Return the words by which a designer finds an element."""
    if not item.id:
        return f"“{item.name}”" if item.name else f"第 {item.line} 行的 {item.kind} "
    return f"“{item.name}”（{item.id}）" if item.name else f"“{item.id}”"
