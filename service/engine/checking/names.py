"""Names that must exist outside a diagram: operations, deadlines, roles."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from service.engine.checking.known import Known, choices
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import DiagramSource, Element, ProcessSource
from service.engine.faults.activities import delegate
from service.engine.language.expressions import MOST_LETTERS_OF_TEXT
from service.engine.running.times import deadline_keys

_HOLE = re.compile(r"[$#]\{[^}]*\}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def findings(process: ProcessSource, known: Known) -> Iterator[Finding]:
    """Yield the operations, deadlines and roles a process names that do not exist."""
    for element in process.elements:
        for code, what, names, allowed in _named(element, known):
            for name in names:
                if name in allowed:
                    continue
                if code == "unknown-role" and not _slip(name, allowed):
                    message = (
                        f"{called(element)}的候选组“{name}”不是本系统的角色，任务只有管理员能看到。"
                    )
                    yield note(process, element.id, code, message)
                else:
                    message = (
                        f"{called(element)}用到的{what}“{name}”不存在。{choices(name, allowed)}"
                    )
                    yield fault(process, element.id, code, message)


def _named(
    element: Element, known: Known
) -> Iterator[tuple[str, str, Sequence[str], Collection[str]]]:
    operations = [element.topic] if element.topic else []
    if element.properties.get("on_complete"):
        operations.append(element.properties["on_complete"])
    yield "unknown-operation", "操作", operations, known.operations
    yield "unknown-deadline", "期限", deadline_keys(element), known.deadlines
    yield "unknown-role", "角色", _roles(element), known.roles


def with_operations(finding: Finding, diagrams: Sequence[DiagramSource], known: Known) -> Finding:
    """Add the operations nearest to what it was to do to the finding on a service without one."""
    if finding.code not in {"operation-missing", "service-type"}:
        return finding
    element = next(
        element
        for diagram in diagrams
        for process in diagram.processes
        if process.file == finding.file
        for element in process.elements
        if element.id == finding.element
    )
    program = delegate(element) or element.id
    words = program.strip("${}#").partition("(")[0]
    words = words.replace(".", "_") if "{" in program else words.rpartition(".")[2]
    wanted = _CAMEL.sub("_", words).lower()
    return replace(finding, message=finding.message + choices(wanted, known.operations))


def _roles(element: Element) -> list[str]:
    """Return the role names written literally in an element's candidates and starters."""
    texts = [
        element.attributes.get("candidateGroups", ""),
        element.properties.get("starters", ""),
    ]
    names = [name.strip() for text in texts for name in _split(text)]
    roles = [name.partition(":")[0] for name in names if not name.startswith("user:")]
    return [role for role in dict.fromkeys(roles) if role and "${}" not in role]


def _slip(name: str, roles: Collection[str]) -> bool:
    """Say whether a name is a role misspelt, not a group of another system: it is like one of ours, or is no code."""
    return not name.isascii() or bool(get_close_matches(name, list(roles), n=1, cutoff=0.7))


def _split(text: str) -> list[str]:
    """Split at commas outside `${…}`."""
    return _HOLE.sub("${}", text[:MOST_LETTERS_OF_TEXT]).split(",")
