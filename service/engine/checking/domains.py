"""Which values a variable can have, where everything that sets it says so: codes of a choice, yes or no, constants."""

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from service.engine.checking import produced
from service.engine.checking.known import Known
from service.engine.checking.produced import MayCome
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import SUBPROCESSES, Element, FieldSource, ProcessSource
from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing

_FARTHEST = 4  # calls through which a variable is followed


@dataclass(frozen=True)
class Domain:
    """The values a variable can have, as texts with their labels."""

    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    is_truth: bool = False  # yes or no

    def either(self, other: "Domain") -> "Domain":
        return Domain(
            {**self.labels, **other.labels},
            self.title or other.title,
            self.is_truth and other.is_truth,
        )


def text_of(value: object) -> str:
    """Return a constant as it is compared with a code: `1` and "1" are the same, and so are true and "true"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def of_field(item: FieldSource) -> Domain | None:
    """Return what a field of a form can bring; None where that is anything."""
    if item.type == "boolean":
        return Domain({"true": "是", "false": "否"}, item.label, is_truth=True)
    if item.type in {"enum", "choices"} and item.options and not item.properties.get("source"):
        return Domain(dict(item.options), item.label)
    return None


class Domains:
    """The domains of the variables of a set of processes."""

    def __init__(self, processes: Sequence[ProcessSource], known: Known) -> None:
        self.by_id = {process.process_id: process for process in processes}
        self.known = known
        self.of = cache(self._of)
        self.setting = cache(self._setting)
        self.graph = cache(lambda process_id: Graph(self.by_id[process_id]))
        self.bringing = cache(self._bringing)
        self.unsettled = cache(self._unsettled)

    def before(self, process_id: str, name: str, element: str) -> MayCome:
        """Say by what else than is drawn a variable may have come where an element begins."""
        people, told = self.unsettled(process_id, name)
        return "anything" if element in told else "people" if element in people else ""

    def after(self, process_id: str, name: str, element: str) -> MayCome:
        """Say the same of where it is done."""
        drawn = self.graph(process_id).elements.get(element)
        if drawn is not None and _settles(drawn, name):
            return ""
        return self.before(process_id, name, element)

    def _of(self, process_id: str, name: str, far: int = 0) -> Domain | None:
        """Return the values the variable of a name can have in a process, None where anything may be or nothing sets it."""
        found = [*self._set(self.by_id[process_id], name, far)]
        known = [domain for domain in found if domain is not None]
        if not found or len(known) < len(found):
            return None
        whole = known[0]
        for domain in known[1:]:
            whole = whole.either(domain)
        return whole

    def _set(self, process: ProcessSource, name: str, far: int) -> Iterator[Domain | None]:
        """Yield the domain of each thing that sets a variable, None of one that may set it to anything."""
        for item in process.data_objects:
            if item.name == name:
                yield _constant(item.text)
        setting = self.setting(process.process_id)
        for element in (*setting.get(name, ()), *setting[""]):
            yield from self._set_by(element, name, far)
        if far < _FARTHEST:
            yield from self._handed_down(process, name, far)

    def _setting(self, process_id: str) -> dict[str, list[Element]]:
        """Return the elements that set a variable, by its name; under no name those that may bring back any."""
        found: dict[str, list[Element]] = {"": []}
        for element in self.by_id[process_id].elements:
            names = {item.id for item in element.fields} | {*element.inputs, *element.outputs}
            names.update(name for name, _ in _lines(element))
            names.update(item.target for item in element.passed_out)
            for name in (names | _brought(element, self.known)) - {""}:
                found.setdefault(name, []).append(element)
            if any(item.every for item in element.passed_out) and element.called in self.by_id:
                found[""].append(element)
        return found

    def _set_by(self, element: Element, name: str, far: int) -> Iterator[Domain | None]:
        for item in element.fields:
            if item.id == name:
                yield of_field(item)
        for values in (element.inputs, element.outputs):
            if name in values:
                yield _of_template(values[name])
        yield from _computed(element, name)
        for passing in element.passed_out:
            if passing.target == name or passing.every:
                yield from self._brought_back(
                    element, passing.source or name, passing.expression, far
                )
        if name in _brought(element, self.known):
            yield None

    def _brought_back(
        self, element: Element, source: str, expression: str, far: int
    ) -> Iterator[Domain | None]:
        inner = self.by_id.get(element.called)
        if expression or inner is None or far >= _FARTHEST:
            yield None
        elif source in produced.names_of(inner, self.by_id, self.known.contracts):
            yield self.of(inner.process_id, source, far + 1)

    def _handed_down(self, process: ProcessSource, name: str, far: int) -> Iterator[Domain | None]:
        for caller in self.by_id.values():
            for element in caller.elements:
                if element.kind != "callActivity" or element.called != process.process_id:
                    continue
                for passing in element.passed_in:
                    if passing.target == name:
                        known = passing.source and not passing.expression
                        yield self.of(caller.process_id, passing.source, far + 1) if known else None
                    elif passing.every and _sets(caller, name, self.known):
                        yield self.of(caller.process_id, name, far + 1)

    def _unsettled(self, process_id: str, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the elements that may see a variable as nothing drawn sets it: as people, and as operations may bring it."""
        setting = self.setting(process_id).get(name, ())
        settling = {element.id for element in setting if _settles(element, name)}
        people, told = self.bringing(process_id)
        graph = self.graph(process_id)
        return _spread(graph, people, settling), _spread(graph, told - settling, settling)

    def _bringing(self, process_id: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return where variables may come in that nothing names: from people, and from operations and messages."""
        process = self.by_id[process_id]
        told = (
            element.id
            for element in process.elements
            if produced.tells(element, self.by_id, self.known.contracts)
        )
        starts = [element.id for element in self.graph(process_id).starts("")]
        free = [e.id for e in process.elements if e.kind == "userTask" and not e.fields]
        return frozenset(starts + free), frozenset(told)


def reached_with(graph: Graph, element: Element, name: str) -> frozenset[str]:
    """Return the elements that see a variable as an element has left it."""
    settling = {one.id for one in graph.process.elements if _settles(one, name)}
    leaving = {flow.target for flow in graph.outgoing.get(element.id, [])}
    return _spread(graph, leaving & graph.elements.keys(), settling)


def _settles(element: Element, name: str) -> bool:
    """Whether a variable has been set anew when an element is done."""
    if element.properties.get("sealed") == "true":
        return False
    return (
        any(item.id == name for item in element.fields)
        or name in element.outputs
        or any(True for _ in _computed(element, name))
        or any(item.target == name for item in element.passed_out)
    )


def _spread(graph: Graph, begins: Set[str], stops: Set[str]) -> frozenset[str]:
    """Return what tokens reach from some elements on, without one of the others having been done."""
    found, wanted = set(begins), list(begins)

    def reach(keys: Iterator[str]) -> None:
        for key in keys:
            if key in graph.elements and key not in found:
                found.add(key)
                wanted.append(key)

    while wanted:
        element = graph.elements[wanted.pop()]
        reach(event.id for event in graph.boundaries.get(element.id, []))
        if element.kind in SUBPROCESSES:
            reach(start.id for start in graph.starts(element.id))
        if element.id not in stops:
            leaving = graph.outgoing.get(element.id, [])
            is_over = element.kind not in SUBPROCESSES or element.repetition is not None
            reach(flow.target for flow in leaving if is_over)
            if not leaving and element.scope in graph.elements:
                reach(flow.target for flow in graph.outgoing.get(element.scope, []))
        if element.scope in graph.elements or element.kind == "startEvent":
            reach(e.id for e in graph.inside(element.scope) if e.triggered_by_event)
    return frozenset(found)


def _sets(process: ProcessSource, name: str, known: Known) -> bool:
    return any(
        name in {*produced.of_element(element, known.contracts, surely=False), *element.inputs}
        for element in process.elements
    )


def _computed(element: Element, name: str) -> Iterator[Domain | None]:
    for target, text in _lines(element):
        if target == name:
            yield _of_expression(text)


def _lines(element: Element) -> list[tuple[str, str]]:
    """What a script or a service computes; what cannot be read is an error of its own."""
    try:
        return [(target, expression.text) for target, expression in computing.lines(element)]
    except ExpressionInvalid:
        return []


def _brought(element: Element, known: Known) -> set[str]:
    """What an element brings that says nothing of its values: of operations, messages, decisions, repetitions."""
    names = {element.attributes.get(key, "") for key in ("resultVariable", "resultVariableName", "initiator")}  # fmt: skip
    names -= {target for target, _ in _lines(element)}
    names.update(name for event in element.events for name in event.parameters)
    names.update(name for event in element.events for name in event.variables.values())
    for operation in element.operations:
        if operation in known.contracts:
            names.update(given.name for given in known.contracts[operation].gives)
    if element.repetition is not None:
        names |= {element.repetition.element_variable, element.repetition.output_collection}
    return names - {""}


def _of_template(text: str) -> Domain | None:
    try:
        parts = expressions.interpolate(text).parts
    except ExpressionInvalid:
        return None
    [first, *more] = parts
    if more:
        return None
    return _constant(first) if isinstance(first, str) else _of_expression(first.text)


def _of_expression(text: str) -> Domain | None:
    return _of_tree(expressions.readable(text))


def _of_tree(tree: ast.expr | None) -> Domain | None:
    match tree:
        case ast.Constant(value=bool() as value):
            return Domain({text_of(value): ""})
        case ast.Constant(value=str() | int() | float() as value):
            return _constant(value)
        case ast.IfExp(body=body, orelse=otherwise):
            one, other = _of_tree(body), _of_tree(otherwise)
            return one.either(other) if one and other else None
    return None


def _constant(value: object) -> Domain:
    return Domain({text_of(value): ""})
