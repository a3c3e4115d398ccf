"""Names that must exist outside a diagram: operations, deadlines, roles."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.offers import offered
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
                if code == "unknown-role" and known.role(name):
                    yield note(
                        process, element.id, "role-by-title", _by_title(element, name, known)
                    )
                elif code == "unknown-role" and not _slip(name, allowed):
                    message = (
                        f"{called(element)}的候选组“{name}”不是本系统的角色，任务只有管理员能看到。"
                    )
                    near = known.near(name, allowed)
                    yield note(process, element.id, code, f"{message}{near}")
                else:
                    near = known.near(name, allowed) or "请核对名称。"
                    message = f"{called(element)}用到的{what}“{name}”不存在。{near}"
                    yield fault(process, element.id, code, message)


def _by_title(element: Element, title: str, known: Known) -> str:
    role = known.role(title)
    return (
        f"{called(element)}的候选组“{title}”是角色 {role} 的名称，按这个角色分派；"
        f"请改写成 {role}，以后名称变了也不受影响。"
    )


def _named(
    element: Element, known: Known
) -> Iterator[tuple[str, str, Sequence[str], Collection[str]]]:
    yield "unknown-operation", "操作", element.operations, known.operations
    yield "unknown-deadline", "期限", deadline_keys(element), known.deadlines
    yield "unknown-role", "角色", _roles(element), known.roles


def with_offers(
    finding: Finding,
    diagrams: Sequence[DiagramSource],
    known: Known,
    decisions: Mapping[str, str],
) -> Finding:
    """Add the operations, or decisions, that are like what it was to do to the finding on a service without one.

    Decisions come with their titles. What a program or an id is not like, the name of the element may be.
    """
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
    if element.kind == "businessRuleTask" and not delegate(element):
        found = [offered(word, decisions, decisions) for word in (_meant(element), element.name)]
    else:
        found = [known.near(word, known.operations) for word in (_meant(element), element.name)]
    return replace(finding, message=finding.message + (found[0] or found[1]))


def _meant(element: Element) -> str:
    """Return what a program, or else the element, is called, as an operation would be."""
    program = delegate(element) or element.id
    words = program.strip("${}#").partition("(")[0]
    words = words.replace(".", "_") if "{" in program else words.rpartition(".")[2]
    return _CAMEL.sub("_", words).lower()


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
    """Say whether a name is a role misspelt, not a group of another system: it is like one of ours."""
    return bool(get_close_matches(name, list(roles), n=1, cutoff=0.7))


def _split(text: str) -> list[str]:
    """Split at commas outside `${…}`."""
    return _HOLE.sub("${}", text[:MOST_LETTERS_OF_TEXT]).split(",")
