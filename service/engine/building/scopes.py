"""What is drawn in a process becomes specifications, scope by scope."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.engine.building import nodes
from service.engine.building.nodes import Decisions, spec_name
from service.engine.drawn import source
from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.elements import boundaries, events, gateways, repetitions, subprocesses
from service.engine.elements.conditions import Condition
from service.engine.language import expressions
from service.engine.running.nodes import Node
from service.engine.running.processes import LISTENER, SPLIT, ProcessSpec


def specs(process: ProcessSource, decisions: Decisions) -> Mapping[str, ProcessSpec]:
    """Return the specification of a process and of each subprocess drawn in it, by their names."""
    return _Building(process, decisions).build()


class _Building:
    """Turns one process as drawn into specifications."""

    def __init__(self, process: ProcessSource, decisions: Decisions) -> None:
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

    def build(self) -> Mapping[str, ProcessSpec]:
        scopes = ["", *(e.id for e in self.process.elements if e.kind in source.SUBPROCESSES)]
        for scope in scopes:
            self._scope(scope)
        return MappingProxyType(self.specs)

    def _scope(self, scope: str) -> None:
        name = spec_name(self.process.process_id, scope)
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

    def _node(self, spec: ProcessSpec, element: Element) -> None:
        if element.repetition is None and element.loop is None:
            node = self._made(spec, element, element.id)
        else:
            child = self._made(spec, element, f"{element.id} [child]")
            node = child.repeats = self._frame(spec, element, child)
            node.bpmn_id, node.bpmn_name, node.element = element.id, element.name, element
        if element.event is not None and element.event.kind == "conditional":
            spec.watchers.append(node)
        self.entries[element.id] = self.exits[element.id] = node

    def _made(self, spec: ProcessSpec, element: Element, name: str) -> Node:
        node = nodes.made(spec, name, element, self.decisions)
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
        frame.collection = expressions.optional(repetition.collection)
        frame.cardinality = expressions.optional(repetition.cardinality)
        frame.completion = expressions.optional(repetition.completion)
        frame.is_counted = self.counts
        return frame

    def _standard_loop(self, spec: ProcessSpec, element: Element, child: Node) -> Node:
        loop = element.loop
        assert loop is not None
        frame = repetitions.StandardLoop(spec, element.id)
        frame.child = child
        frame.condition = expressions.optional(loop.condition)
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
            spec, element.id + LISTENER, event_definition=nodes.event_definition(start)
        )
        node.bpmn_id, node.bpmn_name, node.element = start.id, start.name, start
        body = self.entries[element.id]
        assert isinstance(body, subprocesses.EventSubprocess)
        node.body, body.interrupts = body, start.interrupting
        spec.listeners.append(node)
        if isinstance(node.event_definition, Condition):
            spec.watchers.append(node)

    def _attach(self, spec: ProcessSpec, element: Element) -> None:
        """Put the undrawn split above an activity that has boundary events."""
        attached = [e for e in self.process.elements if e.attached_to == element.id]
        if not attached:
            return
        split = boundaries.BoundarySplit(spec, element.id + SPLIT)
        for node in (self.exits[element.id], *(self.exits[event.id] for event in attached)):
            _link(split, node)
        self.entries[element.id] = split

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
                expressions.optional(flow.condition or ""),
                self.entries[flow.target],
                flow.id,
                flow.name,
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
    """Say whether anything written in a process names a variable; one that nothing names is not stored."""
    return name in repr((process.elements, process.flows))
