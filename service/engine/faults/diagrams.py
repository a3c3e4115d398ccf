"""What keeps a diagram from being executed as it is drawn: named by file and element, with what to draw instead."""

from collections.abc import Iterator, Sequence

from service.engine.drawn.findings import Finding, Rule
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import DiagramSource
from service.engine.faults import (
    activities,
    calls,
    elements,
    event_subprocesses,
    events,
    flows,
    identity,
    texts,
)


def faults(diagrams: Sequence[DiagramSource], known: frozenset[str] = frozenset()) -> list[Finding]:
    """Return everything that keeps these files from being executed; `known` are processes deployed elsewhere."""
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    found = [*_files(diagrams), *identity.process_ids(processes)]
    available = known | {process.process_id for process in processes}
    for process in processes:
        named = [*identity.ids(process), *identity.ends_of_flows(process)]
        found += named
        if not any(finding.severity == "error" for finding in named):
            graph = Graph(process)
            found += [finding for rule in _RULES for finding in rule(graph)]
            found += calls.called_processes(process, available)
    found += calls.circles(processes)
    return found


def _files(diagrams: Sequence[DiagramSource]) -> Iterator[Finding]:
    for diagram in diagrams:
        if not any(process.executable for process in diagram.processes):
            yield Finding(
                diagram.file,
                "",
                "not-executable",
                "error",
                "文件里没有可执行的流程，请在建模工具的流程属性中勾选“可执行”（isExecutable）。",
            )


_RULES: tuple[Rule, ...] = (
    *elements.RULES,
    *event_subprocesses.RULES,
    *events.RULES,
    *flows.RULES,
    *activities.RULES,
    *texts.RULES,
)
