"""Files of a designer as a page shows them: what a check says of each, the drawing, the same in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response

from service.engine.checking import guarded, lint
from service.engine.checking.lint import Finding
from service.engine.drawn import encoding
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.telling import twin
from service.engine.telling.twin import Names
from service.handlers import web

MOST_SHOWN = 100
"""Findings of one file on a page; the rest are shown once these are mended."""


@dataclass(frozen=True)
class Remark:
    """A finding as a page shows it: the element by its name, the error by a word."""

    element: str
    name: str
    is_error: bool
    message: str


@dataclass(frozen=True)
class CheckedFile:
    """One file and what is to be said about it."""

    number: int
    name: str
    errors: int
    remarks: Sequence[Remark]  # what keeps it from running, or from running as one would think
    advice: Sequence[Remark]  # how it would read more easily
    more: int
    faulty: tuple[str, ...]
    doubtful: tuple[str, ...]
    diagram: DiagramSource | None


@dataclass(frozen=True)
class InWords:
    """A process in words."""

    name: str
    lines: tuple[twin.Line, ...]


def checked_files(files: Mapping[str, bytes], findings: Sequence[Finding]) -> list[CheckedFile]:
    """Return each file with what is said of it, by name."""
    diagrams = {one.file: one for one in guarded.readable(files, findings)}
    return [
        _of_file(number, name, [f for f in findings if f.file == name], diagrams.get(name))
        for number, name in enumerate(sorted(files))
    ]


def in_words(processes: Iterable[ProcessSource], names: Names) -> list[InWords]:
    """Tell each process step by step."""
    return [
        InWords(process.name or process.process_id, twin.lines(Graph(process), names))
        for process in processes
    ]


def processes(checked: CheckedFile) -> Sequence[ProcessSource]:
    """Return what a file draws, nothing where it cannot be read."""
    return checked.diagram.processes if checked.diagram else ()


def is_error(finding: Finding) -> bool:
    """Does it keep the file from being deployed?"""
    return finding.severity == "error"


def first_error(findings: Iterable[Finding]) -> Finding:
    """Return the first of what keeps files from being deployed."""
    return next(filter(is_error, findings))


def drawing_of(content: bytes) -> Response:
    """Send a diagram in the encoding that the viewer reads."""
    return web.drawn_file(encoding.in_utf8(content), "drawing.bpmn")


def _of_file(
    number: int, name: str, findings: Sequence[Finding], diagram: DiagramSource | None
) -> CheckedFile:
    names = _names(diagram)
    coded = [
        (one.code, Remark(one.element, names.get(one.element, ""), is_error(one), one.message))
        for one in findings
    ]
    advice = [one for code, one in coded if code in lint.ADVICE and not one.is_error]
    remarks = [one for _, one in coded if one not in advice]
    faulty = {one.element for one in remarks if one.is_error and one.element}
    doubtful = {one.element for one in remarks if one.element} - faulty
    return CheckedFile(
        number,
        name,
        sum(one.is_error for one in remarks),
        remarks[:MOST_SHOWN],
        advice[:MOST_SHOWN],
        max(0, len(remarks) - MOST_SHOWN) + max(0, len(advice) - MOST_SHOWN),
        tuple(sorted(faulty)),
        tuple(sorted(doubtful)),
        diagram,
    )


def _names(diagram: DiagramSource | None) -> dict[str, str]:
    """Return what the elements, flows and processes of a file are called."""
    processes = diagram.processes if diagram else ()
    named = [(one.process_id, one.name) for one in processes]
    named += [(flow.id, flow.name) for one in processes for flow in one.flows]
    named += [(element.id, element.name) for one in processes for element in one.elements]
    return dict(named)
