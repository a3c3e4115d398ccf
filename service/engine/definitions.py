"""A process definition is one executable process at one version: parsed, immutable, shared by threads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from service.engine import bundle
from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.drawn import source
from service.engine.drawn.findings import Finding
from service.engine.drawn.source import (
    DiagramSource,
    Element,
    EventSource,
    FieldSource,
    Flow,
    Passing,
    ProcessSource,
)
from service.engine.elements import (
    activities,
    boundaries,
    errors,
    events,
    gateways,
    messages,
    repetitions,
    services,
    subprocesses,
    timers,
)
from service.engine.faults.diagrams import faults
from service.engine.language import expressions
from service.engine.language.expressions import Expression, Template
from service.engine.running import times
from service.engine.running.nodes import Node
from service.engine.running.processes import LISTENER, SPLIT, ProcessSpec
from service.engine.running.terms import Terms
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
        *ruling.findings(diagrams, contents.decisions, ruling.referred(diagrams)),
    ]
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DiagramInvalid(errors)
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    return {
        process.process_id: _Building(process, contents.decisions).definition()
        for process in processes
    }


def _anything_called(diagrams: Sequence[DiagramSource]) -> frozenset[str]:
    """Whether a called process exists is asked when a definition is bound."""
    processes = [process for diagram in diagrams for process in diagram.processes]
    return frozenset(e.called for process in processes for e in process.elements if e.called)


class _Building:
    """Turns one process as drawn into specifications."""

    def __init__(self, process: ProcessSource, decisions: Mapping[str, Decision]) -> None:
        self.process = process
        self.decisions = decisions
        self.counts = _asks_for(process, repetitions.LOOP_COUNTER)
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
        spec.initial = {
            item.name: item.value for item in self.process.data_objects if item.scope == scope
        }
        spec.start = events.Start(spec, "(start)")
        spec.end = gateways.EndJoin(spec, "(end)")
        elements = [e for e in self.process.elements if e.scope == scope]
        for element in elements:
            self._node(spec, element)
        for element in elements:
            self._attach(spec, element)
            if element.triggered_by_event:
                self._listener(spec, element)
        self._connect(spec, elements)
        for node in spec.task_specs.values():
            if isinstance(node, gateways.InclusiveGateway):
                node.reach = {name: _reaching(spec, name, node.name) for name in node._inputs}

    def _spec_name(self, scope: str) -> str:
        return f"{self.process.process_id}:{scope}" if scope else self.process.process_id

    # nodes

    def _node(self, spec: ProcessSpec, element: Element) -> None:
        if element.repetition is None and element.loop is None:
            node = self._made(spec, element, element.id)
        else:
            child = self._made(spec, element, f"{element.id} [child]")
            node = child.repeats = self._frame(spec, element, child)
            node.bpmn_id, node.bpmn_name, node.element = element.id, element.name, element
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
        if repetition is None:
            return self._standard_loop(spec, element, child)
        frame = repetitions.MultiInstance(spec, element.id)
        frame.child, frame.repetition = child, repetition
        frame.collection = _optional(repetition.collection)
        frame.cardinality = _optional(repetition.cardinality)
        frame.completion = _optional(repetition.completion)
        frame.is_counted = self.counts
        return frame

    def _standard_loop(self, spec: ProcessSpec, element: Element, child: Node) -> Node:
        loop = element.loop
        assert loop is not None
        frame = repetitions.StandardLoop(spec, element.id)
        frame.child = child
        frame.condition = _optional(loop.condition)
        frame.maximum = int(loop.maximum) if loop.maximum else None
        frame.tests_before = loop.test_before
        return frame

    def _listener(self, spec: ProcessSpec, element: Element) -> None:
        """Put what starts an event subprocess at the beginning of its scope."""
        [start] = [
            e
            for e in self.process.elements
            if e.scope == element.id and not e.attached_to and e.kind == "startEvent"
        ]
        node = subprocesses.EventSubprocessStart(
            spec, element.id + LISTENER, event_definition=_definition(start)
        )
        node.bpmn_id, node.bpmn_name, node.element = start.id, start.name, start
        body = self.entries[element.id]
        assert isinstance(body, subprocesses.EventSubprocess)
        node.body, body.interrupts = body, start.interrupting
        spec.listeners.append(node)

    def _attach(self, spec: ProcessSpec, element: Element) -> None:
        """Put the undrawn split above an activity that has boundary events."""
        attached = [e for e in self.process.elements if e.attached_to == element.id]
        if not attached:
            return
        split = boundaries.BoundarySplit(spec, element.id + SPLIT)
        for node in (self.exits[element.id], *(self.exits[event.id] for event in attached)):
            _link(split, node)
        self.entries[element.id] = split

    # flows

    def _connect(self, spec: ProcessSpec, elements: Sequence[Element]) -> None:
        self._begin(spec, elements)
        for element in elements:
            flows = self.outgoing.get(element.id, [])
            node = self.exits[element.id]
            for flow in flows:
                _link(node, self.entries[flow.target])
                spec.flows.setdefault((flow.source, flow.target), flow.id)
            if any(flow.condition is not None or flow.is_default for flow in flows):
                node.choice = self._choice(element, flows)
            if not flows:
                _link(node, spec.end)

    def _begin(self, spec: ProcessSpec, elements: Sequence[Element]) -> None:
        """Lead from the undrawn start to where tokens are born."""
        drawn = [e for e in elements if e.kind == "startEvent"]
        implied = [e for e in elements if not self.incoming.get(e.id) and not e.attached_to]
        starts = drawn or [e for e in implied if not (e.triggered_by_event or e.leaves_link)]
        for element in starts:
            _link(spec.start, self.entries[element.id])
        blank = [e for e in drawn if not e.events]
        usual = starts if len(drawn) < 2 else blank
        spec.start.entries = {e.id: self.entries[e.id] for e in starts}
        spec.start.usual = [self.entries[e.id] for e in usual]

    def _choice(self, element: Element, flows: Sequence[Flow]) -> gateways.Choice:
        targets = [flow.target for flow in flows]
        ways = {
            flow.id: gateways.Way(
                _optional(flow.condition or ""),
                self.entries[flow.target],
                flow.id,
                targets.count(flow.target) > 1,
            )
            for flow in flows
        }
        default = next((flow.id for flow in flows if flow.is_default), None)
        otherwise = ways.pop(default) if default else None
        return gateways.Choice(tuple(ways.values()), otherwise, element.kind == "exclusiveGateway")


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


def _asks_for(process: ProcessSource, name: str) -> bool:
    """Say whether anything written in a process names a variable; what nobody asks for is not kept."""
    return name in repr((process.elements, process.flows))


# --- one maker per kind --------------------------------------------------------------------------


def _user(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = activities.UserTask(spec, name)
    node.terms = Terms.of(element)
    return _local(node, element)


def _passing(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return _local(activities.PassingTask(spec, name), element)


def _service(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    asked = ruling.of(element)
    if asked is not None:
        return _ruled(building, spec, name, element, asked)
    node = services.ServiceTask(spec, name)
    node.parameters = _templates(element.inputs)
    node.outcomes = _templates(element.outputs)
    return node


def _script(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = activities.ScriptTask(spec, name)
    assert element.script is not None
    node.lines = expressions.assignments(element.script.text, element.script.result)
    return _local(node, element)


def _local(node: activities.Activity, element: Element) -> Node:
    node.received = _templates(element.inputs)
    node.handed_on = _templates(element.outputs)
    return node


def _ruled(
    building: _Building, spec: ProcessSpec, name: str, element: Element, asked: ruling.Ruling
) -> Node:
    node = services.BusinessRuleTask(spec, name)
    node.ruling = asked
    node.bound = None if asked.binding == "latest" else building.decisions.get(asked.key)
    node.parameters = _templates(element.inputs)
    node.outcomes = _templates(element.outputs)
    return node


def _send(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    if element.events:
        return events.ThrowEvent(spec, name, event_definition=_definition(element))
    return _service(building, spec, name, element)


def _gateway(kind: type[Node]) -> "_Maker":
    return lambda building, spec, name, element: kind(spec, name)


def _event_gateway(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return gateways.EventGateway(spec, name, event_definition=messages.Definition())


def _start(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    # Whoever starts a process starts it; what a message or timer start waits for is outside an instance.
    return events.StartEvent(spec, name, event_definition=messages.Definition())


def _end(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = events.EndEvent(spec, name, event_definition=_definition(element))
    node.terminates = element.event is not None and element.event.kind == "terminate"
    return node


def _throw(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    if element.event is None or element.event.kind == "link":
        return _passing(building, spec, name, element)
    return events.ThrowEvent(spec, name, event_definition=_definition(element))


def _catch(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    if element.leaves_link:
        return _passing(building, spec, name, element)
    return events.CatchEvent(spec, name, event_definition=_definition(element))


def _boundary(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    return boundaries.BoundaryEvent(
        spec, name, event_definition=_definition(element), cancel_activity=element.interrupting
    )


def _embedded(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    kind = subprocesses.EventSubprocess if element.triggered_by_event else subprocesses.Subprocess
    node = kind(spec, name, subworkflow_spec=building._spec_name(element.id))
    node.passed_in = node.passed_out = _EVERYTHING
    node.shares = True
    return _local(node, element)


_EVERYTHING = (Passing(every=True),)


def _call(building: _Building, spec: ProcessSpec, name: str, element: Element) -> Node:
    node = subprocesses.Subprocess(spec, name, subworkflow_spec=element.called)
    node.passed_in, node.passed_out = element.passed_in, element.passed_out
    node.shares = False
    node.expressions = {
        item.expression: expressions.compile(item.expression)
        for item in (*element.passed_in, *element.passed_out)
        if item.expression
    }
    return _local(node, element)


_Maker = Callable[[_Building, ProcessSpec, str, Element], Node]

_MAKERS: Mapping[str, _Maker] = {
    "userTask": _user,
    "serviceTask": _service,
    "scriptTask": _script,
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


def _definition(element: Element) -> messages.Definition:
    event = element.event
    if event is None or event.kind == "terminate":
        return messages.Definition()
    if event.kind == "timer":
        return timers.Timer(element.name or element.id, event.timer, times.compiled(event.text))
    if event.kind in {"error", "escalation"}:
        return errors.Fault(event.kind, event.name, event.kept)
    return messages.Named(event.kind, event.name or element.name, _templates(event.parameters))


def _templates(texts: Mapping[str, str]) -> Mapping[str, Template]:
    return {name: expressions.interpolate(text) for name, text in texts.items()}


def _optional(text: str) -> Expression | None:
    return expressions.compile(text) if text else None


def _with_deadlines(element: Element) -> Element:
    return replace(element, deadline_keys=deadline_keys(element))
