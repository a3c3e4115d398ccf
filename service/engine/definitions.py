"""A process definition is one executable process at one version: parsed, immutable, shared by threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from service.engine import bundle
from service.engine.building import scopes
from service.engine.deciding import ruling
from service.engine.drawn.findings import Finding
from service.engine.drawn.source import (
    DiagramSource,
    Element,
    EventSource,
    FieldSource,
    Flow,
    ProcessSource,
)
from service.engine.faults import rulings
from service.engine.faults.diagrams import faults
from service.engine.running.processes import ProcessSpec
from service.engine.running.times import deadline_keys
from service.errors import DiagramInvalid

__all__ = [
    "DefinitionSet",
    "Element",
    "EventSource",
    "FieldSource",
    "Finding",
    "Flow",
    "ProcessDefinition",
    "parse",
]


@dataclass(frozen=True)
class ProcessDefinition:
    """What a process draws, as values for the runtime and as specifications for the engine."""

    process_id: str
    name: str
    documentation: str
    file: str
    calls: tuple[str, ...]
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    lanes: tuple[str, ...]
    specs: Mapping[str, ProcessSpec] = field(repr=False)
    drawn: ProcessSource = field(repr=False)

    @cached_property
    def starts(self) -> tuple[Element, ...]:
        """The start events of the process, in the order of the file."""
        drawn = (e for e in self.elements.values() if e.kind == "startEvent")
        return tuple(element for element in drawn if not element.scope)

    @property
    def start(self) -> Element | None:
        """The start event people use, which may carry the start form: the blank one, or else the only one."""
        usual = [e for e in self.starts if not e.events] or self.starts
        return usual[0] if len(usual) == 1 else None

    def bind(self, called: "Mapping[str, ProcessDefinition]") -> "DefinitionSet":
        """Bundle the process with everything it calls, or raise DiagramInvalid naming what is missing."""
        processes: dict[str, ProcessDefinition] = {}
        wanted = [self]
        while wanted:
            process = wanted.pop()
            processes[process.process_id] = process
            for call in process.calls:
                if call not in called and call != self.process_id:
                    message = f"调用活动要调用的流程“{call}”不存在，请把它的文件一起部署。"
                    finding = Finding(
                        process.file, process.process_id, "called-process", "error", message
                    )
                    raise DiagramInvalid([finding])
                if call not in processes and call in called:
                    wanted.append(called[call])
        specs = {
            name: spec for process in processes.values() for name, spec in process.specs.items()
        }
        return DefinitionSet(self, MappingProxyType(processes), MappingProxyType(specs))


@dataclass(frozen=True)
class DefinitionSet:
    """A process and all it calls: what an execution runs on."""

    process: ProcessDefinition
    processes: Mapping[str, ProcessDefinition] = field(repr=False)
    specs: Mapping[str, ProcessSpec] = field(repr=False)

    def element(self, process_id: str, element_id: str) -> Element:
        return self.processes[process_id].elements[element_id]


def parse(files: Mapping[str, bytes]) -> dict[str, ProcessDefinition]:
    """Read a set of files into process definitions by process id, or raise DiagramInvalid with every reason found."""
    contents = bundle.read(files)
    diagrams = contents.diagrams
    findings = [
        *contents.findings,
        *faults(diagrams, _anything_called(diagrams)),
        *rulings.findings(diagrams, contents.decisions, ruling.referred(diagrams)),
    ]
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DiagramInvalid(errors)
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    return {
        process.process_id: _definition(process, scopes.specs(process, contents.decisions))
        for process in processes
    }


def _anything_called(diagrams: Sequence[DiagramSource]) -> frozenset[str]:
    """A called process need not exist before a definition is bound."""
    processes = [process for diagram in diagrams for process in diagram.processes]
    return frozenset(e.called for process in processes for e in process.elements if e.called)


def _definition(process: ProcessSource, specs: Mapping[str, ProcessSpec]) -> ProcessDefinition:
    elements = {
        element.id: replace(element, deadline_keys=deadline_keys(element))
        for element in process.elements
    }
    return ProcessDefinition(
        process.process_id,
        process.name,
        process.documentation,
        process.file,
        tuple(dict.fromkeys(e.called for e in process.elements if e.kind == "callActivity")),
        MappingProxyType(elements),
        process.flows,
        process.lanes,
        specs,
        process,
    )
