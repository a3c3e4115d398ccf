"""A file checked: what the tests of the rules share."""

from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from service.engine.faults.diagrams import faults
from tests.service.engine.diagrams import document, end, path, process, start, user

M = '<bpmn:message id="M" name="已下发"/>'
ROAD = (start(), user("a"), end(), path("s", "a", "e"))

Refused = dict[str, tuple[tuple[str, ...], tuple[str, str]]]


def found(*parts: str, known: frozenset[str] = frozenset()) -> list[Finding]:
    files = {"p.bpmn": document(M, *parts)}
    return faults([reading.read(name, content) for name, content in files.items()], known)


def codes(*parts: str, severity: str = "error") -> set[tuple[str, str]]:
    return {(f.code, f.element) for f in found(process("p", *parts)) if f.severity == severity}


def assert_refused(parts: tuple[str, ...], verdict: tuple[str, str]) -> None:
    """A process drawn like this is given this error at this element, in a whole sentence."""
    findings = found(process("p", *parts))

    assert verdict in {(f.code, f.element) for f in findings if f.severity == "error"}
    for finding in findings:
        assert finding.file == "p.bpmn"
        assert finding.message.endswith("。")
