"""What a diagram must satisfy to be deployed, and what its designer should also know.

An error is what would not run as drawn, could wait for ever, or names what does not exist. The card for readable
diagrams is advice: a diagram drawn elsewhere runs without following it, and `tibanping check --strict` holds our own
diagrams to it.
"""

from collections.abc import Mapping

from service.engine import bundle
from service.engine.checking import (
    card,
    drawing,
    fields,
    names,
    naming,
    needs,
    present,
    produced,
    schema,
    tables,
)
from service.engine.checking.card import ADVICE
from service.engine.checking.known import Known
from service.engine.definitions import ProcessDefinition
from service.engine.drawn.findings import Finding
from service.engine.drawn.graph import Graph
from service.engine.faults import rulings, soundness
from service.engine.faults.diagrams import faults

__all__ = ["ADVICE", "Finding", "Known", "check", "reused"]


def check(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """Return everything to say about these files, errors first; without an error they can be deployed."""
    contents = bundle.read(files)
    diagrams = contents.diagrams
    findings = list(contents.findings)
    known_decisions = {*contents.decision_ids, *known.decisions}
    findings += tables.findings(contents.decisions, known)
    findings += rulings.findings(diagrams, contents.decisions, known_decisions)
    findings += [f for file, content in files.items() for f in schema.findings(file, content)]
    broken = faults(diagrams, frozenset(known.processes))
    broken = [names.with_operations(finding, diagrams, known) for finding in broken]
    findings += broken
    oversized = {finding.file for finding in broken if finding.code == "too-large"}
    for diagram in diagrams:
        if diagram.file in oversized:
            continue  # advice on each of ten thousand elements helps nobody
        findings += card.of_file(diagram)
        for process in diagram.processes:
            if process.executable:
                findings += names.findings(process, known)
                findings += fields.findings(process, known)
                findings += [f for rule in _CARD for f in rule(Graph(process))]
                if not any(f.file == diagram.file and f.severity == "error" for f in broken):
                    findings += soundness.findings(Graph(process))
        findings += drawing.findings(diagram)
    if not any(finding.severity == "error" for finding in findings):
        processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
        findings += produced.findings(processes, known.contracts)
        findings += needs.findings(processes, known)
        findings += present.findings(processes, known)
    order = {"error": 0, "warning": 1}
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (order[f.severity], f.file, f.element, f.code))


def reused(before: ProcessDefinition, after: ProcessDefinition) -> list[Finding]:
    """Return the ids that mean another kind of element than in the version that is running."""
    return [
        Finding(
            after.file,
            element.id,
            "id-reused",
            "error",
            f"id“{element.id}”在已部署的版本里是 {before.elements[element.id].kind}，"
            f"现在成了 {element.kind}；在办事项和历史会指错地方，请换一个新的 id。",
        )
        for element in after.elements.values()
        if element.id in before.elements and before.elements[element.id].kind != element.kind
    ]


_CARD = (*naming.RULES, *card.RULES)
