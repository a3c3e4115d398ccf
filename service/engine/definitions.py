"""A process definition is one executable process at one version: parsed, immutable, shared by threads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from service.engine import activities, events, expressions, gateways, source, timing
from service.engine.expressions import Expression, ExpressionInvalid, Template
from service.engine.faults import faults
from service.engine.source import (
    DiagramSource,
    Element,
    EventSource,
    FieldSource,
    FileUnreadable,
    Finding,
    Flow,
    Passing,
    ProcessSource,
)
from service.engine.spiff import SPLIT, Node, ProcessSpec
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
    def start(self) -> Element | None:
        """The start event of the process, which may carry the start form."""
        return next(
            (e for e in self.elements.values() if e.kind == "startEvent" and not e.scope), None
        )

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
    findings: list[Finding] = []
    diagrams: list[DiagramSource] = []
    for file, content in files.items():
        try:
            diagrams.append(source.read(file, content))
        except FileUnreadable as error:
            findings.append(error.finding)
    findings += [f for f in faults(diagrams, _anything_called(diagrams)) if f.severity == "error"]
    if findings:
        raise DiagramInvalid(findings)
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    return {process.process_id: _Building(process).definition() for process in processes}


def _anything_called(diagrams: Sequence[DiagramSource]) -> frozenset[str]:
    """Whether a called process exists is asked when a definition is bound."""
    processes = [process for diagram in diagrams for process in diagram.processes]
    return frozenset(e.called for process in processes for e in process.elements if e.called)


class _Building:
    """Turns one process as drawn into specifications."""

    def __init__(self, process: ProcessSource) -> None:
        self.process = process
        self.entries: dict[str, Node] = {}  # where flows into an element lead
        self.exits: dict[str, Node] = {}  # where flows out of it start
        self.specs: dict[str, ProcessSpec] = {}
        self.elements = {element.id: element for element in process.elements}
        self.outgoing: dict[str, list[Flow]] = {}
        self.incoming: dict[str, list[Flow]] = {}
        for flow in process.flows:
            self.outgoing.setdefault(flow.source, []).append(flow)
            self.incoming.setdefault(flow.target, []).append(flow)

    def definition(self) -> ProcessDefinition:
        scopes = ["", *(e.id for e in self.process.elements if e.kind in source.SUBPROCESSES)]
        for scope in scopes:
            self._scope(scope)
        process = self.process
        elements = {e.id: _with_deadlines(e) for e in process.elements}
        return ProcessDefinition(
            process.process_id,
            process.name,
            process.documentation,
            process.file,
            tuple(dict.fromkeys(e.called for e in process.elements if e.kind == "callActivity")),
            MappingProxyType(elements),
            process.flows,
            process.lanes,
            MappingProxyType(self.specs),
            process,
        )

    def _scope(self, scope: str) -> None:
        name = self._spec_name(scope)
        spec = self.specs[name] = ProcessSpec(name, self.process.process_id)
        spec.start = events.Start(spec, "(start)")
        spec.end = gateways.EndJoin(spec, "(end)")
        elements = [e for e in self.process.elements if e.scope == scope]
        for element in elements:
            self._node(spec, element)
        for element in elements:
            self._attach(spec, element)
        self._connect(spec, elements)
        for node in spec.task_specs.values():
            if isinstance(node, gateways.InclusiveGateway):
                node.reach = {name: _reaching(spec, name, node.name) for name in node._inputs}

    def _spec_name(self, scope: str) -> str:
        return f"{self.process.process_id}:{scope}" if scope else self.process.process_id

    # nodes

    def _node(self, spec: ProcessSpec, element: Element) -> None:
        if element.repetition is None:
            node = self._made(spec, element, element.id)
        else:
            child = self._made(spec, element, f"{element.id} [child]")
            node = self._frame(spec, element, child)
        self.entries[element.id] = self.exits[element.id] = node

    def _made(self, spec: ProcessSpec, element: Element, name: str) -> Node:
        make = _MAKERS.get(element.kind, _passing)
        node = make(self, spec, name, element)
        node.bpmn_id = element.id
        node.bpmn_name = element.name
        node.lane = element.lane
        node.element = element
        return node

    def _frame(self, spec: ProcessSpec, element: Element, child: Node) -> Node:
        repetition = element.repetition
        assert repetition is not None
        frame = activities.MultiInstance(spec, element.id)
        frame.bpmn_id, frame.bpmn_name, frame.element = element.id, element.name, element
        frame.child, frame.repetition = child, repetition
        frame.collection = _optional(repetition.collection)
        frame.cardinality = _optional(repetition.cardinality)
        frame.completion = _optional(repetition.completion)
        child.repeats = frame
        return frame

    def _attach(self, spec: ProcessSpec, element: Element) -> None:
        """Put the undrawn split above an activity that has boundary events."""
        attached = [e for e in self.process.elements if e.attached_to == element.id]
        if not attached:
            return
        split = events.BoundarySplit(spec, element.id + SPLIT)
        for node in (self.exits[element.id], *(self.exits[event.id] for event in attached)):
            _link(split, node)
        self.entries[element.id] = split

    # flows

    def _connect(self, spec: ProcessSpec, elements: Sequence[Element]) -> None:
        starts = [e for e in elements if e.kind == "startEvent"] or [
            e for e in elements if not self.incoming.get(e.id) and not e.attached_to
        ]
        for element in starts:
            _link(spec.start, self.entries[element.id])
        for element in elements:
            flows = self.outgoing.get(element.id, [])
            node = self.exits[element.id]
            for flow in flows:
                _link(node, self.entries[flow.target])
                spec.flows.setdefault((flow.source, flow.target), flow.id)
            if isinstance(node, gateways.ExclusiveGateway | gateways.InclusiveGateway):
                self._ways(node, flows)
            if not flows:
                _link(node, spec.end)

    def _ways(
        self, node: "gateways.ExclusiveGateway | gateways.InclusiveGateway", flows: Sequence[Flow]
    ) -> None:
        targets = [flow.target for flow in flows]
        ways = {
            flow.id: gateways.Way(
                expressions.compile(flow.condition) if flow.condition is not None else None,
                self.entries[flow.target],
                flow.id,
                targets.count(flow.target) > 1,
            )
            for flow in flows
        }
        default = next((flow.id for flow in flows if flow.is_default), None)
        if len(flows) == 1 and flows[0].condition is None:
            default = flows[0].id
        node.otherwise = ways.get(default) if default else None
        node.ways = [way for key, way in ways.items() if key != default]


def _link(source_node: Node, target: Node) -> None:
    source_node._outputs.append(target.name)
    target._inputs.append(source_node.name)


def _reaching(spec: ProcessSpec, name: str, gateway: str) -> frozenset[str]:
    """Return the nodes from which a token can come to `name` without passing the gateway."""
    found = {name}
    wanted = [name]
    while wanted:
        for before in spec.task_specs[wanted.pop()]._inputs:
            if before not in found and before != gateway:
                found.add(before)
                wanted.append(before)
    return frozenset(found)


# --- one maker per kind --------------------------------------------------------------------------


def _user(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return activities.UserTask(spec, name)


def _passing(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return activities.PassingTask(spec, name)


def _service(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = activities.ServiceTask(spec, name)
    node.parameters = _templates(element.inputs)
    return node


def _send(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    if element.events:
        return events.ThrowEvent(spec, name, event_definition=_definition(element))
    return _service(building, spec, name, element)


def _gateway(kind: type[Node]) -> "_Maker":
    return lambda building, spec, name, element: kind(spec, name)


def _event_gateway(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return gateways.EventGateway(spec, name, event_definition=events.Definition())


def _start(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    # Whoever starts a process starts it; what a message or timer start waits for is outside an instance.
    return events.StartEvent(spec, name, event_definition=events.Definition())


def _end(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = events.EndEvent(spec, name, event_definition=_definition(element))
    node.terminates = element.event is not None and element.event.kind == "terminate"
    return node


def _throw(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return events.ThrowEvent(spec, name, event_definition=_definition(element))


def _catch(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return events.CatchEvent(spec, name, event_definition=_definition(element))


def _boundary(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return events.BoundaryEvent(
        spec, name, event_definition=_definition(element), cancel_activity=element.interrupting
    )


def _embedded(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return _subprocess(spec, name, building._spec_name(element.id), (), ())


def _call(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return _subprocess(spec, name, element.called, element.passed_in, element.passed_out)


def _subprocess(
    spec: ProcessSpec,
    name: str,
    called: str,
    passed_in: Sequence[Passing],
    passed_out: Sequence[Passing],
) -> Node:
    node = activities.Subprocess(spec, name, subworkflow_spec=called)
    node.passed_in, node.passed_out = passed_in, passed_out
    node.expressions = {
        item.expression: expressions.compile(item.expression)
        for item in (*passed_in, *passed_out)
        if item.expression
    }
    return node


_Maker = Callable[[_Building, ProcessSpec, str, Element], Node]

_MAKERS: Mapping[str, _Maker] = {
    "userTask": _user,
    "serviceTask": _service,
    "businessRuleTask": _service,
    "sendTask": _send,
    "receiveTask": _catch,
    "exclusiveGateway": _gateway(gateways.ExclusiveGateway),
    "parallelGateway": _gateway(gateways.ParallelGateway),
    "inclusiveGateway": _gateway(gateways.InclusiveGateway),
    "eventBasedGateway": _event_gateway,
    "startEvent": _start,
    "endEvent": _end,
    "intermediateThrowEvent": _throw,
    "intermediateCatchEvent": _catch,
    "boundaryEvent": _boundary,
    "callActivity": _call,
    "subProcess": _embedded,
    "transaction": _embedded,
}


# --- events and expressions ----------------------------------------------------------------------


def _definition(element: Element) -> events.Definition:
    event = element.event
    if event is None or event.kind == "terminate":
        return events.Definition()
    if event.kind == "timer":
        return events.Timer(element.name or element.id, event.timer, timer_text(event.text))
    if event.kind in {"error", "escalation"}:
        return events.Fault(event.kind, event.name)
    return events.Named(event.kind, event.name or element.name, _templates(event.parameters))


def timer_text(text: str) -> Template | Expression:
    """Read a timer's text: a literal as every modeller writes it, text with `${…}`, or an expression."""
    if timing.is_literal(text):
        return Template((text.strip(),))
    if "${" in text or "#{" in text:
        return expressions.interpolate(text.strip())
    return expressions.compile(text)


def _templates(texts: Mapping[str, str]) -> Mapping[str, Template]:
    return {name: expressions.interpolate(text) for name, text in texts.items()}


def _optional(text: str) -> Expression | None:
    return expressions.compile(text) if text else None


def deadline_keys(element: Element) -> tuple[str, ...]:
    """Return the limits an element names, in its property or in its timer."""
    keys = [element.properties["deadline"]] if element.properties.get("deadline") else []
    for event in element.events:
        if event.kind == "timer" and not timing.is_literal(event.text):
            try:
                parsed = timer_text(event.text)
            except ExpressionInvalid:
                continue
            found = parsed.expressions if isinstance(parsed, Template) else (parsed,)
            keys += [key for expression in found for key in expression.deadlines]
    return tuple(dict.fromkeys(keys))


def _with_deadlines(element: Element) -> Element:
    return replace(element, deadline_keys=deadline_keys(element))
