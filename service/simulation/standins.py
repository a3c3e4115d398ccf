"""What a rehearsal stands in for: programs, scripts, mails, calls of addresses, processes and decisions that are not there.

The check says which they are. They are rehearsed on a copy, where each has become an operation that returns what the
answers say; the files themselves stay refused, and a deployment never stands in for anything.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from service.engine import bundle
from service.engine.checking import lint
from service.engine.checking.known import Known
from service.engine.drawn import standins
from service.engine.drawn.findings import Finding

CODES = frozenset(
    {"operation-missing", "unknown-operation", "service-type", "script", "script-language"}
    | {"called-process", "decision-missing", "called-decision", "reference"}
)
"""The findings that say of an element that what it names is not there."""
_KINDS = frozenset(
    {"serviceTask", "businessRuleTask", "sendTask", "scriptTask", "callActivity"}
    | {"intermediateThrowEvent", "endEvent"}  # whose message another engine gives to a program
)


@dataclass(frozen=True)
class Copies:
    """Files to rehearse in the place of others; `elements` are those stood in for, each by its file and id."""

    files: Mapping[str, bytes]
    elements: frozenset[tuple[str, str]]
    operations: frozenset[str]
    """Every operation the copies name."""
    findings: tuple[Finding, ...]
    """What keeps each element from being deployed, as a reminder."""


def copies(files: Mapping[str, bytes], known: Known) -> Copies:
    """Return copies in which answers can stand in for what is not there."""
    kinds = {
        (process.file, element.id): element.kind
        for diagram in bundle.read(files).diagrams
        for process in diagram.processes
        for element in process.elements
    }
    missing = {
        (one.file, one.element): one
        for one in reversed(lint.check(files, known))
        if one.code in CODES and kinds.get((one.file, one.element)) in _KINDS
    }
    by_file: defaultdict[str, set[str]] = defaultdict(set)
    for file, element in missing:
        by_file[file].add(element)
    copied = standins.stood_in(files, by_file)
    reminders = tuple(map(_reminder, missing.values()))
    return Copies(copied, frozenset(missing), frozenset(_operations(copied)), reminders)


def _reminder(finding: Finding) -> Finding:
    message = f"{finding.message}演练时由答案代替这一步，部署前仍要改正。"
    return replace(finding, severity="warning", message=message)


def _operations(files: Mapping[str, bytes]) -> Iterator[str]:
    for diagram in bundle.read(files).diagrams:
        for process in diagram.processes:
            for element in process.elements:
                yield from element.operations
