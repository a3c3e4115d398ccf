"""A process as a graph: what leads where, what can be reached, where a token would run in circles."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.engine.drawn.source import SUBPROCESSES, Element, Flow, ProcessSource

WAITS = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"})


@dataclass(frozen=True)
class Graph:
    """Elements and flows of one process, looked up by id; the first of several equal ids counts."""

    process: ProcessSource

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        return {element.id: element for element in reversed(self.process.elements)}

    @property
    def flows(self) -> Sequence[Flow]:
        return self.process.flows

    @cached_property
    def outgoing(self) -> Mapping[str, list[Flow]]:
        return self._by(lambda flow: flow.source)

    @cached_property
    def incoming(self) -> Mapping[str, list[Flow]]:
        return self._by(lambda flow: flow.target)

    @cached_property
    def boundaries(self) -> Mapping[str, list[Element]]:
        """The boundary events of each activity."""
        found: dict[str, list[Element]] = {}
        for element in self.process.elements:
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return found

    def _by(self, key: Callable[[Flow], str]) -> Mapping[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.process.flows:
            found.setdefault(key(flow), []).append(flow)
        return found

    def inside(self, scope: str) -> list[Element]:
        return [element for element in self.process.elements if element.scope == scope]

    @property
    def scopes(self) -> list[str]:
        return ["", *(e.id for e in self.process.elements if e.kind in SUBPROCESSES)]

    def starts(self, scope: str) -> list[Element]:
        """Where tokens are born in a scope: its start events, or else what nothing leads to."""
        inside = self.inside(scope)
        drawn = [element for element in inside if element.kind == "startEvent"]
        implied = [e for e in inside if not self.incoming.get(e.id) and not e.attached_to]
        return drawn or [e for e in implied if not (e.triggered_by_event or e.leaves_link)]

    def starts_event_subprocess(self, element: Element) -> bool:
        """Whether an element is the start event of an event subprocess, which waits inside its scope."""
        scope = self.elements.get(element.scope)
        return element.kind == "startEvent" and scope is not None and scope.triggered_by_event

    def catchers(self, element: Element) -> list[Element]:
        """Return the events that would catch the error or escalation an element throws, the nearest first."""
        thrown = element.events[0]
        return [
            one
            for one in self._outward(element)
            if one.event and one.event.kind == thrown.kind and one.event.name in {"", thrown.name}
        ]

    def _outward(self, element: Element) -> Iterator[Element]:
        """Yield the events that may catch it: of its scope, beside its scope, and so on outward."""
        scope = came_from = element.scope
        while True:
            asides = [e for e in self.inside(scope) if e.triggered_by_event and e.id != came_from]
            yield from (start for aside in asides for start in self.inside(aside.id))
            if not scope:
                return
            yield from self.boundaries.get(scope, [])
            came_from, scope = scope, self.elements[scope].scope

    def next_of(self, element_id: str) -> list[str]:
        """Where a token may go from an element, the ways over its boundary events included."""
        flows = [flow.target for flow in self.outgoing.get(element_id, [])]
        return flows + [event.id for event in self.boundaries.get(element_id, [])]

    def reached_from(self, starts: Iterable[str]) -> set[str]:
        return _closure(starts, self.next_of)

    def ways_into(self, gateway: str, start: str) -> frozenset[str]:
        """Return the flows into a gateway to which a token at an element can come without passing the gateway."""
        passed = _closure([start], lambda key: (k for k in self.next_of(key) if k != gateway))
        return frozenset(flow.id for flow in self.incoming[gateway] if flow.source in passed)

    def reaching(self, ends: Iterable[str]) -> set[str]:
        before: dict[str, list[str]] = {}
        for element in self.process.elements:
            for target in self.next_of(element.id):
                before.setdefault(target, []).append(element.id)
        return _closure(ends, lambda element_id: before.get(element_id, []))

    def restless_loop(self, waits: frozenset[str]) -> list[str]:
        """Return a circle of elements none of which waits, or nothing."""
        ways = {
            element.id: [flow.target for flow in self.outgoing.get(element.id, [])]
            for element in self.process.elements
            if element.id not in waits
        }
        return _circle({key: [t for t in targets if t in ways] for key, targets in ways.items()})


def _closure(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    found = set(starts)
    wanted = list(found)
    while wanted:
        for other in step(wanted.pop()):
            if other not in found:
                found.add(other)
                wanted.append(other)
    return found


def circle(ways: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the members of one circle of a graph, in order, or nothing; not recursive, diagrams may be long."""
    return _circle({key: list(targets) for key, targets in ways.items()})


def _circle(ways: Mapping[str, list[str]]) -> list[str]:
    done: set[str] = set()
    for start in ways:
        trail: list[str] = []
        rest = [iter([start])]
        while rest:
            node = next(rest[-1], None)
            if node is None:
                rest.pop()
                if trail:
                    done.add(trail.pop())
            elif node in trail:
                return trail[trail.index(node) :]
            elif node not in done and node in ways:
                trail.append(node)
                rest.append(iter(ways[node]))
    return []
