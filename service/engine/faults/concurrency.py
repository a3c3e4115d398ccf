"""Which flows of a scope can carry tokens at the same time, and what two of those tokens reach without having met.

Two tokens that never stand on one flow together still do the work behind a merge twice, so positions are not played:
the pairs of flows that can carry tokens at once are computed, from the pairs a split makes to what each of the two
leads to while the other stays (Kovalyov and Esparza 1996). That is exact where every join is reached by all its
branches, and can say too much only behind a join that is not, which is an error of its own. What begins beside an
activity begins once, so that a reminder of every pass of a loop does not meet the reminder of the pass before.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from service.engine.drawn.graph import Graph
from service.engine.drawn.source import GATEWAYS, Element
from service.engine.faults import exclusion

MOST_PAIRS = (
    500_000  # of flows in one scope; more is given up, which no diagram people draw comes near
)

_CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})
_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
_ENDS_ALL = frozenset({"terminate", "error", "cancel"})
_Pair = tuple[int, int]


def doubled(graph: Graph, scope: str) -> set[str]:
    """Return the elements of a scope that two tokens can reach which no join has made one."""
    net = _Net(graph, scope)
    starts = graph.starts(scope)
    drawn = [net.leaving(one) for one in starts if one.kind == "startEvent"]
    if drawn:  # each begins an instance of its own
        return {key for flows in drawn for key in net.doubled(*flows)}
    begun = [net.places[_before(one)] for one in starts]
    return net.doubled(begun, [*combinations(begun, 2)])


def met(graph: Graph, scope: str, flows: Sequence[str]) -> set[str]:
    """Return what tokens that stand on these flows at once can reach twice."""
    net = _Net(graph, scope)
    begun = [net.places[flow] for flow in flows]
    return net.doubled(begun, [*combinations(begun, 2)])


def ends_all(graph: Graph, element: Element) -> bool:
    """Say whether nothing of the scope goes on after an element."""
    if element.event is None or element.kind not in {"endEvent", "intermediateThrowEvent"}:
        return False
    if element.event.kind == "escalation":
        return any(one.interrupting for one in graph.catchers(element)[:1])
    return element.kind == "endEvent" and element.event.kind in _ENDS_ALL


def _before(element: Element) -> str:
    """The place before an element nothing leads to; no flow has such an id."""
    return f"→ {element.id}"


@dataclass(frozen=True)
class _Step:
    """Tokens taken from places and put on others; `together` are the pairs of those that get one each."""

    taken: tuple[int, ...]
    given: tuple[int, ...]
    together: tuple[_Pair, ...]
    awaits: int = 0  # the places whose token an inclusive join would wait for, as bits


class _Net:
    """The places of one scope, which are its flows and what begins beside an activity, and the steps between them."""

    def __init__(self, graph: Graph, scope: str) -> None:
        self.graph = graph
        self.inside = graph.inside(scope)
        # A flow belongs to where its ends are drawn, wherever in the file it is written.
        ids = {element.id for element in self.inside}
        self.flows = [flow for flow in graph.process.flows if flow.source in ids]
        implied = [one for one in graph.starts(scope) if one.kind != "startEvent"]
        asides = [e for e in self.inside if e.kind == "boundaryEvent" and not e.interrupting]
        keys = [flow.id for flow in self.flows]
        keys += [*map(_before, implied), *(event.id for event in asides)]
        self.places = {key: number for number, key in enumerate(keys)}
        self.asides = [self.places[event.id] for event in asides]
        self.steps = [step for element in self.inside for step in self._steps(element)]
        self.taking: list[list[int]] = [[] for _ in keys]
        for number, step in enumerate(self.steps):
            for place in step.taken:
                self.taking[place].append(number)

    def doubled(self, begun: Sequence[int], together: Sequence[_Pair]) -> set[str]:
        """Return what is reached twice when tokens begin like this."""
        waiting = [(one, aside) for aside in self.asides for one in begun]
        pairs = [*together, *waiting, *combinations(self.asides, 2)]
        beside = _Pairs(self, [*begun, *self.asides], pairs).beside
        return {element.id for element in self.inside if self._is_doubled(element, beside)}

    def _is_doubled(self, element: Element, beside: Sequence[int]) -> bool:
        if element.kind in GATEWAYS or ends_all(self.graph, element):
            return False
        entering = self._entering(element)
        if any(beside[place] >> place & 1 for place in entering):
            return True
        # Branches may well end at one end event: it does nothing twice.
        ends = element.kind == "endEvent" and not element.events
        return not ends and any(beside[a] >> b & 1 for a, b in combinations(entering, 2))

    def leaving(self, element: Element) -> tuple[list[int], list[_Pair]]:
        """Return the places that may get a token when an element is done, and which of them together."""
        flows = self.graph.outgoing.get(element.id, [])
        together = []
        if element.kind not in _CHOICES:
            together = [
                (self.places[one.id], self.places[other.id])
                for one, other in combinations(flows, 2)
                if element.kind == "parallelGateway" or not exclusion.apart(one, other)
            ]
        return [self.places[flow.id] for flow in flows], together

    def _entering(self, element: Element) -> list[int]:
        keys = [flow.id for flow in self.graph.incoming.get(element.id, [])]
        return [self.places[key] for key in (*keys, _before(element)) if key in self.places]

    def _steps(self, element: Element) -> Iterator[_Step]:
        entering = self._entering(element)
        if not entering or ends_all(self.graph, element):
            return
        given, together = self.leaving(element)
        if element.kind == "parallelGateway":
            yield _Step(tuple(entering), tuple(given), tuple(together))
            return
        for place in entering:
            awaits = 0
            if element.kind == "inclusiveGateway":
                awaits = self._awaited(element, entering, place)
            yield _Step((place,), tuple(given), tuple(together), awaits)
            for event in self.graph.boundaries.get(element.id, []):
                yield self._beside(event, place)

    def _beside(self, event: Element, place: int) -> _Step:
        """What a boundary event does to the token that stands at its activity."""
        given, together = self.leaving(event)
        if event.interrupting:
            return _Step((place,), tuple(given), tuple(together))
        together += [(place, one) for one in given]
        return _Step((place, self.places[event.id]), (place, *given), tuple(together))

    def _awaited(self, join: Element, entering: Sequence[int], place: int) -> int:
        """An inclusive join takes the tokens before it together, and waits for what can still come another way in."""
        awaited = sum(1 << one for one in entering)
        for flow in self.flows:
            ways = {self.places[key] for key in self.graph.ways_into(join.id, flow.target)}
            if ways and place not in ways:
                awaited |= 1 << self.places[flow.id]
        return awaited


class _Pairs:
    """The places that can have a token while another has one, each with the others as bits."""

    def __init__(self, net: _Net, begun: Sequence[int], together: Sequence[_Pair]) -> None:
        self.net = net
        self.beside = [0] * len(net.places)
        self.reached = 0
        self.count = 0
        self.wanted: deque[int] = deque()
        self.is_wanted = [False] * len(net.steps)
        for place in begun:
            self._reach(place)
        for one, other in together:
            self._put(one, 1 << other)
        while self.wanted and self.count < MOST_PAIRS:
            number = self.wanted.popleft()
            self.is_wanted[number] = False
            self._take(net.steps[number])

    def _take(self, step: _Step) -> None:
        if not all(self.reached >> place & 1 for place in step.taken):
            return
        if not all(self.beside[a] >> b & 1 for a, b in combinations(step.taken, 2)):
            return
        others = self.beside[step.taken[0]]
        for place in step.taken[1:]:
            others &= self.beside[place]
        for place in step.given:
            self._reach(place)
            self._put(place, others & ~step.awaits)
        for one, other in step.together:
            self._put(one, 1 << other)

    def _reach(self, place: int) -> None:
        if not self.reached >> place & 1:
            self.reached |= 1 << place
            self._want(place)

    def _put(self, place: int, others: int) -> None:
        """Remember that a place can have a token beside each of the others."""
        new = others & ~self.beside[place]
        if not new:
            return
        self.beside[place] |= new
        self._want(place)
        while new:
            bit = new & -new
            other = bit.bit_length() - 1
            self.beside[other] |= 1 << place
            self._want(other)
            self.count += 1
            new ^= bit

    def _want(self, place: int) -> None:
        for number in self.net.taking[place]:
            if not self.is_wanted[number]:
                self.is_wanted[number] = True
                self.wanted.append(number)
