"""Which variables are there when an operation runs, on every way that leads to it.

A variable is there where every way from the start brings it: each branch of a choice has to, one branch of a split is
enough. What begins without a form, a message, and operations and tasks that do not say what they bring may bring
anything, so that nothing is missed behind them.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from service.engine.checking import produced
from service.engine.checking.contract import Contract, Variable
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import SUBPROCESSES, Element, Passing, ProcessSource


@dataclass(frozen=True)
class There:
    """The variables that are there; with `anything`, there may be any other as well."""

    names: frozenset[str] = frozenset()
    anything: bool = False

    def __contains__(self, name: str) -> bool:
        return self.anything or name in self.names

    def also(self, names: Iterable[str], anything: bool = False) -> "There":
        return There(self.names.union(names), self.anything or anything)

    def both(self, other: "There") -> "There":
        """What two branches that are taken together bring."""
        return self.also(other.names, other.anything)

    def either(self, other: "There") -> "There":
        """What is there whichever of two ways was taken."""
        if self.anything and other.anything:
            return There(self.names | other.names, True)
        if self.anything or other.anything:
            return other if self.anything else self
        return There(self.names & other.names)


ANYTHING = There(anything=True)
_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
_HEARD = frozenset({"message", "signal", "error", "escalation"})


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield the operations and lists that read a variable which a way to them does not bring."""
    there = _everywhere(processes, known)
    for process in processes:
        for element in process.elements:
            given = there[process.process_id][element.id]
            given = given.also([*element.inputs, *_counters(element)])
            for what, variable in _reads(element, known, given):
                yield _missing(process, element, what, variable)


def _reads(element: Element, known: Known, given: There) -> Iterator[tuple[str, Variable]]:
    for name in element.operations:
        if name in known.contracts:
            yield from _unmet(f"操作“{name}”", known.contracts[name], given)
    for item in element.fields:
        for name in (item.properties.get("source", ""), item.properties.get("prefill", "")):
            if name in known.lists:
                yield from _unmet(f"名单“{name}”", known.lists[name], given)


def _unmet(what: str, contract: Contract, given: There) -> Iterator[tuple[str, Variable]]:
    for variable in contract.reads:
        if not variable.may_be_missing and variable.name not in given:
            yield what, variable


def _missing(process: ProcessSource, element: Element, what: str, variable: Variable) -> Finding:
    label = f"（{variable.label}）" if variable.label else ""
    return fault(
        process,
        element.id,
        "operation-variable-missing",
        f"{called(element)}的{what}要用变量“{variable.name}”{label}，"
        "走到这里的路上有一条没有产生它。请在前面的表单、操作或调用（camunda:in）里带上它。",
    )


# --- along the flows -----------------------------------------------------------------------------


def _everywhere(processes: Sequence[ProcessSource], known: Known) -> dict[str, dict[str, There]]:
    """Return what is there before each element of each process; begins with everything and takes away."""
    graphs = {process.process_id: Graph(process) for process in processes}
    before = {
        process_id: {element.id: ANYTHING for element in graph.process.elements}
        for process_id, graph in graphs.items()
    }
    flow = _Flow(graphs, known, before)
    while flow.settle():
        pass
    return before


class _Flow:
    """The variables of all processes together, since what a call passes depends on its caller."""

    def __init__(
        self,
        graphs: Mapping[str, Graph],
        known: Known,
        before: dict[str, dict[str, There]],
    ) -> None:
        self.graphs = graphs
        self.known = known
        self.before = before
        # What comes first is worked out first, so that a long way is settled in a few rounds.
        self.order = {process_id: _forward(graph) for process_id, graph in graphs.items()}

    def settle(self) -> bool:
        """Work out every element once more; return whether anything changed."""
        changed = False
        for process_id, graph in self.graphs.items():
            here = self.before[process_id]
            for element in self.order[process_id]:
                found = self._entering(graph, element)
                if found != here[element.id]:
                    here[element.id] = found
                    changed = True
        return changed

    def _entering(self, graph: Graph, element: Element) -> There:
        here = self.before[graph.process.process_id]
        if element.attached_to in graph.elements:
            repetition = graph.elements[element.attached_to].repetition
            collected = [repetition.output_collection] if repetition else []
            return here[element.attached_to].also(collected)
        incoming = [
            self._leaving(graph, graph.elements[flow.source])
            for flow in graph.incoming.get(element.id, [])
            if flow.source in graph.elements
        ]
        if not incoming:
            return self._beginning(graph, element)
        if element.kind in _JOINS:
            return reduce(There.both, incoming)
        return reduce(There.either, incoming)

    def _beginning(self, graph: Graph, element: Element) -> There:
        """What is there where nothing leads to: at the start of the process, or of the subprocess it is drawn in."""
        scope = graph.elements.get(element.scope)
        if scope is None:
            return self._start(graph)
        around = self.before[graph.process.process_id][scope.id]
        if scope.triggered_by_event:
            around = self._beginning(graph, scope)
        return around.also([*scope.inputs, *_counters(scope)])

    def _start(self, graph: Graph) -> There:
        """What a process begins with: what its callers pass, or what its start form and operation bring later."""
        process = graph.process
        own = [item.name for item in process.data_objects]
        calls = [
            _passed(element.passed_in, self._around(caller, element))
            for caller in self.graphs.values()
            for element in caller.process.elements
            if element.kind == "callActivity" and element.called == process.process_id
        ]
        if calls:
            return reduce(There.either, calls).also(own)
        starts = [element for element in graph.starts("") if element.kind == "startEvent"]
        has_form = any(element.fields for element in starts)
        return There(frozenset(own), anything=not has_form)

    def _around(self, graph: Graph, element: Element) -> There:
        """What an element itself sees: what is there before it, and whom it is repeated for."""
        return self.before[graph.process.process_id][element.id].also(_counters(element))

    def _leaving(self, graph: Graph, element: Element) -> There:
        given = self.before[graph.process.process_id][element.id]
        brought = frozenset(produced.of_element(element, self.known.contracts))
        if element.kind == "callActivity":
            return self._returned(given, brought, element)
        given = given.also(brought)
        if element.kind in SUBPROCESSES and element.repetition is None:
            return given.both(self._inside(graph, element))
        return given.also((), _brings_anything(element, self.known))

    def _returned(self, given: There, brought: frozenset[str], element: Element) -> There:
        """What is there after a call: what it maps is there where the called process ends with it."""
        called = self.graphs.get(element.called)
        every = any(item.every for item in element.passed_out)
        if called is None:
            return given.also(brought, every)
        mapped = {item.target for item in element.passed_out}
        ends = self._at_ends(called, "")
        back = ends if every else There()
        kept = There(given.names - mapped, given.anything).also(brought - mapped)
        return kept.both(back).also(_mapped(element.passed_out, ends))

    def _inside(self, graph: Graph, element: Element) -> There:
        found = self._at_ends(graph, element.id)
        return There(found.names - element.inputs.keys(), found.anything)

    def _at_ends(self, graph: Graph, scope: str) -> There:
        before = self.before[graph.process.process_id]
        ends = [
            before[element.id]
            for element in graph.inside(scope)
            if element.kind == "endEvent" and not graph.outgoing.get(element.id)
        ]
        return reduce(There.either, ends) if ends else ANYTHING


def _forward(graph: Graph) -> list[Element]:
    """Return the elements in the order in which tokens reach them, subprocesses before what is in them."""
    wanted = deque(start.id for scope in graph.scopes for start in graph.starts(scope))
    reached = dict.fromkeys(wanted)
    while wanted:
        for key in graph.next_of(wanted.popleft()):
            if key not in reached:
                reached[key] = None
                wanted.append(key)
    rest = [element.id for element in graph.process.elements]
    return [
        graph.elements[key] for key in dict.fromkeys([*reached, *rest]) if key in graph.elements
    ]


def _passed(passings: Sequence[Passing], given: There) -> There:
    """What a call passes: all there is, or the names it maps; what is mapped and is not there arrives empty."""
    names = _mapped(passings, given)
    if any(item.every for item in passings):
        return given.also(names)
    return There(names)


def _mapped(passings: Sequence[Passing], given: There) -> frozenset[str]:
    names = {
        item.target
        for item in passings
        if item.expression or not item.source or item.source in given
    }
    return frozenset(names - {""})


def _counters(element: Element) -> Iterator[str]:
    if element.repetition is not None:
        yield from (element.repetition.element_variable, *produced.COUNTED)
    if element.loop is not None:
        yield "loopCounter"


def _brings_anything(element: Element, known: Known) -> bool:
    """May an element bring variables that nothing names?"""
    if any(_is_open(name, known) for name in element.operations):
        return True
    if any(event.kind in _HEARD for event in element.events):
        return element.kind not in {"endEvent", "intermediateThrowEvent"}
    if element.kind == "receiveTask":
        return True
    return element.kind == "userTask" and not element.fields


def _is_open(name: str, known: Known) -> bool:
    return name not in known.contracts or known.contracts[name].is_open
