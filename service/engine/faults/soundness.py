"""Plays through every way the tokens of a diagram can go, to find joins that would wait for ever.

Data is not looked at: every answer of a gateway is possible. Each flow has one element that takes its tokens, so it
is enough to try the alternatives of one element at a time; a diagram with few gateways has few positions to try.
What is reached twice needs no position with both tokens: `concurrency` computes it.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import combinations

from service.engine.drawn.findings import Finding, called
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Flow
from service.engine.faults import concurrency

MOST_WORK = 50_000  # tokens looked at in all positions of one scope
_MOST_SUBSETS = 5  # outgoing flows of an inclusive gateway of which every combination is tried

_Position = tuple[str, ...]  # ids of the flows with a token, sorted; one with two tokens twice


def findings(graph: Graph) -> Iterator[Finding]:
    """Return the joins that can be left waiting, and the elements that can be reached twice at once."""
    for scope in graph.scopes:
        game = _Game(graph, scope)
        stuck: set[str] = set()
        for start in game.openings():
            stuck |= game.stuck(start)
        yield from _stuck(graph, stuck)
        yield from _twice(graph, concurrency.doubled(graph, scope) - stuck)


def stuck(graph: Graph, scope: str, flows: Sequence[str]) -> set[str]:
    """Return the elements at which tokens standing on these flows can end up waiting for ever, or meet themselves."""
    stuck = _Game(graph, scope).stuck(tuple(sorted(flows)))
    return stuck | concurrency.met(graph, scope, flows)


def _stuck(graph: Graph, stuck: set[str]) -> Iterator[Finding]:
    for key in sorted(stuck):
        yield Finding(
            graph.process.file,
            key,
            "join-never",
            "error",
            f"并行网关{called(graph.elements[key])}可能永远等不齐：有的路径不会走到它的每一条入线。"
            "请用同一种网关分支和汇合，或把它改成排他网关。",
        )


def _twice(graph: Graph, twice: set[str]) -> Iterator[Finding]:
    for key in sorted(twice):
        yield Finding(
            graph.process.file,
            key,
            "twice",
            "warning",
            f"{called(graph.elements[key])}可能被同时走到两次：并行的路没有先用并行网关汇合；要等齐再往下走，请在它前面加一个并行网关。",
        )


class _Game:
    def __init__(self, graph: Graph, scope: str) -> None:
        self.graph = graph
        self.scope = scope
        self.work = 0
        self._ways_into = cache(graph.ways_into)
        # A flow belongs to where its ends are drawn, wherever in the file it is written.
        inside = {element.id for element in graph.inside(scope)}
        self.flows = {flow.id: flow for flow in graph.process.flows if flow.source in inside}

    def openings(self) -> Iterator[_Position]:
        """Where tokens are born: at the start, and beside an activity that goes on."""
        starts = self.graph.starts(self.scope)
        drawn = [start for start in starts if start.kind == "startEvent"]
        # Each start event begins an instance of its own; what nothing leads to begins all at once.
        for begun in [[start] for start in drawn] or [starts]:
            yield _sorted([flow for start in begun for flow in self._out(start.id)])
        for element in self.graph.inside(self.scope):
            if element.kind == "boundaryEvent" and not element.interrupting:
                yield _sorted(self._out(element.id))

    def stuck(self, start: _Position) -> set[str]:
        """Return the elements at which tokens wait in a position from which nothing leads on."""
        found: set[str] = set()
        for position in self.positions(start):
            if position and self.taker(position) is None:
                found |= {self.flows[flow].target for flow in position}
        return found

    def positions(self, start: _Position) -> Iterator[_Position]:
        """Yield the positions that can come about, as many as MOST_WORK allows."""
        seen = {start}
        wanted = deque([start])
        while wanted and self.work < MOST_WORK:
            position = wanted.popleft()
            self.work += len(position)
            yield position
            element = self.taker(position)
            if element is None or max(Counter(position).values(), default=0) > 2:
                continue
            for after in self._moves(element, position):
                if after not in seen:
                    seen.add(after)
                    wanted.append(after)

    def taker(self, position: _Position) -> Element | None:
        """Return the element to try next: the one nearest to the start, inclusive joins last."""
        able = [e for e in self._reached(position) if self._enabled(e, position)]
        if not able:
            return None
        return min(able, key=lambda e: (e.kind == "inclusiveGateway", self._distance[e.id], e.id))

    def _reached(self, position: _Position) -> list[Element]:
        keys = dict.fromkeys(self.flows[flow].target for flow in position)
        return [self.graph.elements[key] for key in keys]

    def _enabled(self, element: Element, position: _Position) -> bool:
        entering = {flow.id for flow in self.graph.incoming[element.id]}
        if element.kind == "parallelGateway":
            return entering <= set(position)
        if element.kind != "inclusiveGateway":
            return True
        # It waits for a token that can still come to an empty way in, unless that can come to a taken one too.
        taken = entering & set(position)
        others = {self.flows[flow].target for flow in position if flow not in entering}
        reached = (self._ways_into(element.id, other) for other in others)
        return all(flows <= taken or flows & taken for flows in reached)

    def _moves(self, element: Element, position: _Position) -> Iterator[_Position]:
        left = Counter(position)
        entering = [flow.id for flow in self.graph.incoming[element.id] if left[flow.id]]
        joins = element.kind in {"parallelGateway", "inclusiveGateway"}
        left.subtract(entering if joins else entering[:1])
        if concurrency.ends_all(self.graph, element):
            yield ()
            return
        for leaving in self._ways_out(element):
            after = left + Counter(flow.id for flow in leaving)
            yield tuple(sorted(after.elements()))

    def _ways_out(self, element: Element) -> list[list[Flow]]:
        flows = self._out(element.id)
        if element.kind in {"exclusiveGateway", "eventBasedGateway"}:
            return [[flow] for flow in flows]
        interrupted = [
            self._out(event.id)
            for event in self.graph.boundaries.get(element.id, [])
            if event.interrupting
        ]
        return [*_chosen(element, flows), *interrupted]

    def _out(self, element_id: str) -> list[Flow]:
        return self.graph.outgoing.get(element_id, [])

    @cached_property
    def _distance(self) -> dict[str, int]:
        distance = {element.id: 0 for element in self.graph.starts(self.scope)}
        wanted = deque(distance)
        while wanted:
            key = wanted.popleft()
            for after in self.graph.next_of(key):
                if after not in distance:
                    distance[after] = distance[key] + 1
                    wanted.append(after)
        return distance


def _chosen(element: Element, flows: list[Flow]) -> list[list[Flow]]:
    """Return the sets of flows an element may take at once."""
    if element.kind == "parallelGateway":
        return [flows]  # a condition on them is an error of its own
    maybe = [flow for flow in flows if flow.condition is not None or flow.is_default]
    always = [flow for flow in flows if flow not in maybe]
    if not maybe or len(maybe) > _MOST_SUBSETS:
        return [flows]
    sizes = range(0 if always else 1, len(maybe) + 1)
    return [[*always, *some] for size in sizes for some in combinations(maybe, size)]


def _sorted(flows: list[Flow]) -> _Position:
    return tuple(sorted(flow.id for flow in flows))
