"""What a diagram must satisfy to be deployed, and what its designer should also know.

An error is what would not run as drawn, could wait for ever, or names what does not exist. The card for readable
diagrams is advice: a diagram drawn elsewhere runs without following it, and `tibanping check --strict` holds our own
diagrams to it.
"""

from collections.abc import Iterator, Mapping, Sequence

from service.engine import bundle
from service.engine.checking import (
    card,
    drawing,
    emptied,
    fields,
    fillable,
    limits,
    names,
    naming,
    needs,
    passed,
    present,
    produced,
    properties,
    schema,
    shown,
    tables,
    values,
)
from service.engine.checking.card import ADVICE
from service.engine.checking.known import Known
from service.engine.deciding.decisions import Decision
from service.engine.definitions import ProcessDefinition
from service.engine.drawn.findings import Finding
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.faults import identity, rulings, soundness
from service.engine.faults.diagrams import faults

__all__ = ["ADVICE", "Finding", "Known", "check", "reused"]


def check(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """Return everything to say about these files, errors first; without an error they can be deployed."""
    contents = bundle.read(files)
    diagrams = contents.diagrams
    findings = list(contents.findings)
    known_decisions = {*contents.decision_ids, *known.decisions, *contents.unread}
    findings += tables.findings(contents.decisions, known)
    findings += rulings.findings(diagrams, contents.decisions, known_decisions, known.titles)
    findings += [f for file, content in files.items() for f in schema.findings(file, content)]
    broken = faults(diagrams, contents.unread.union(known.processes), known.titles)
    decisions = {key: known.titles.get(key, "") for key in known.decisions}
    decisions |= {key: one.name for key, one in contents.decisions.items()}
    broken = [names.with_offers(finding, diagrams, known, decisions) for finding in broken]
    findings += broken
    oversized = {finding.file for finding in broken if finding.code == "too-large"}
    shapeless = {finding.file for finding in broken if finding.code in _SHAPE}
    for diagram in diagrams:
        if diagram.file in oversized:
            continue  # advice on each of ten thousand elements helps nobody
        findings += card.of_file(diagram)
        for process in diagram.processes:
            if process.executable:
                findings += names.findings(process, known)
                findings += fields.findings(process, known)
                findings += properties.findings(process)
                findings += _advice(process, diagram.file in shapeless)
                if diagram.file not in shapeless:
                    findings += soundness.findings(Graph(process))
        findings += drawing.findings(diagram)
    whole = [diagram for diagram in diagrams if diagram.file not in oversized]
    partly = bool(contents.unread or shapeless)
    for finding in _of_variables(whole, known, contents.decisions):
        if finding.file not in shapeless and not (partly and finding.code == "field-unused"):
            findings.append(finding)
    order = {"error": 0, "warning": 1}
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (order[f.severity], f.file, f.element, f.code))


def _advice(process: ProcessSource, is_shapeless: bool) -> Iterator[Finding]:
    graph = Graph(identity.readable(process))
    for rule in _CARD:
        for finding in rule(graph):
            if not (is_shapeless and finding.code in {"start-missing", "end-missing"}):
                yield finding


def _of_variables(
    diagrams: Sequence[DiagramSource], known: Known, decisions: Mapping[str, Decision]
) -> Iterator[Finding]:
    """What is said of variables, which need not wait until other errors are mended: only ways must lead somewhere."""
    executable = [p for diagram in diagrams for p in diagram.processes if p.executable]
    by_id = {process.process_id: process for process in reversed(executable)}
    processes = [identity.readable(process) for process in by_id.values()]
    yield from limits.findings(processes, known)
    yield from produced.findings(processes, known.contracts)
    yield from shown.findings(processes, known)
    yield from passed.findings(processes, known)
    yield from values.findings(processes, known, decisions)
    yield from emptied.findings(processes)
    yield from fillable.findings(processes, known)
    yield from needs.findings(processes, known)
    yield from present.findings(processes, known)


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

# With one of these it cannot be said where tokens go; every other error leaves the rest to be said in the same round.
_SHAPE = frozenset(
    {"id-missing", "id-duplicate", "process-id", "process-duplicate", "too-large", "nesting"}
    | {"flow-end", "flow-crosses", "flow-direction", "unreachable", "no-start", "empty"}
    | {"boundary-host", "link-alone", "join-waits-for-itself", "unsupported", "several-starts"}
)
