"""What keeps a diagram from being executed as it is drawn: named by file and element, with what to draw instead."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from service.engine.drawn.findings import Finding, Rule, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.offers import UNTITLED
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.faults import (
    activities,
    calls,
    cancellations,
    conditions,
    elements,
    event_subprocesses,
    events,
    flows,
    identity,
    texts,
    undecided,
)


def faults(
    diagrams: Sequence[DiagramSource],
    known: Collection[str] = (),
    titles: Mapping[str, str] = UNTITLED,
) -> list[Finding]:
    """Return everything that keeps these files from being executed; `known` are processes deployed elsewhere."""
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    found = [*_files(diagrams), *identity.process_ids(processes)]
    available = {key: titles.get(key, "") for key in known}
    available |= {process.process_id: process.name for process in processes}
    for process in processes:
        named = [*identity.ids(process), *identity.ends_of_flows(process)]
        found += named
        if not any(finding.severity == "error" for finding in named):
            graph = Graph(process)
            found += [finding for rule in _RULES for finding in rule(graph)]
            found += calls.called_processes(process, available)
        elif not any(finding.code == "too-large" for finding in named):
            found += _of_elements(process, available)
    found += calls.circles(processes)
    return found


def _of_elements(process: ProcessSource, available: Mapping[str, str]) -> Iterator[Finding]:
    """The errors of single elements where ids or flows are amiss: what hangs together cannot be said there."""
    part = identity.readable(process)
    graph = Graph(part)
    for rule in _LOCAL_RULES:
        yield from (finding for finding in rule(graph) if finding.severity == "error")
    called = calls.called_processes(part, available)
    yield from (finding for finding in called if finding.severity == "error")


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
        yield from _pools(diagram)


def _pools(diagram: DiagramSource) -> Iterator[Finding]:
    """Say which process stands in several pools: copying a pool copies the name of its process."""
    for process in diagram.processes:
        pools = [pool for pool, key in diagram.participants if key == process.process_id]
        if len(pools) > 1 and process.executable and process.process_id:
            named = "、".join(f"“{pool}”" for pool in pools)
            yield note(
                process,
                pools[1],
                "pool-twice",
                f"泳池{named}指着同一个流程“{process.process_id}”，它只会运行一次；"
                "请删去多余的泳池，或给复制出来的泳池另设一个流程 id。",
            )


_LOCAL_RULES: tuple[Rule, ...] = (
    *elements.LOCAL_RULES,
    *events.LOCAL_RULES,
    *flows.LOCAL_RULES,
    *activities.RULES,
    *texts.RULES,
)
_RULES: tuple[Rule, ...] = (
    *elements.RULES,
    *event_subprocesses.RULES,
    *events.RULES,
    *cancellations.RULES,
    *conditions.RULES,
    *flows.RULES,
    *activities.RULES,
    *texts.RULES,
    *undecided.RULES,
)
