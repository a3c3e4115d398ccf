"""Which values a set of diagrams produces, and which it reads without anything in it producing them.

What an operation, a message, a person without a form or a start without a form brings along is not written in the
diagram. Behind one of those nothing is missed, except a name that is a single letter off one that is produced.
"""

from collections.abc import Iterator, Mapping, Sequence

from service.engine.checking import reads, slips
from service.engine.checking.contract import Contract
from service.engine.drawn.findings import Finding, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid
from service.forms.fields import Field, FieldFaulty

COUNTED = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}
)
NONE: Mapping[str, Contract] = {}
_HEARD = frozenset({"message", "signal"})


def findings(
    processes: Sequence[ProcessSource], contracts: Mapping[str, Contract] = NONE
) -> Iterator[Finding]:
    """Return the values that conditions, repetitions, timers and assignees read and nothing produces."""
    by_id = {process.process_id: process for process in processes}
    for process in processes:
        graph = Graph(process)
        names = _produced(process, by_id, contracts)
        near = slips.near(names)
        open_ended = _open_ended(graph, by_id, contracts)
        for element, what, read in reads.of(process):
            for name in sorted(read - names):
                meant = slips.meant(name, near)
                if meant:
                    yield _finding(
                        process,
                        element,
                        f"{what}用到的“{name}”没有环节产生，是不是“{meant}”？请改成同一个名称。",
                    )
                elif _place(element) not in open_ended:
                    yield _finding(
                        process,
                        element,
                        f"{what}用到的“{name}”没有环节产生，走到这里时会失败；"
                        "请在前面的表单里加上这个字段，或改正名称。",
                    )


def _place(read: Element | Flow) -> str:
    return read.source if isinstance(read, Flow) else read.id


def _finding(process: ProcessSource, element: Element | Flow, message: str) -> Finding:
    return note(process, element.id, "value-unproduced", message)


def _produced(
    process: ProcessSource,
    processes: Mapping[str, ProcessSource],
    contracts: Mapping[str, Contract],
) -> frozenset[str]:
    names = set(_own(process, contracts))
    for other in processes.values():
        for element in other.elements:
            if element.kind != "callActivity":
                continue
            if element.called == process.process_id:
                every = not element.passed_in or any(item.every for item in element.passed_in)
                names.update(item.target for item in element.passed_in)
                names.update(_own(other, contracts) if every else ())
            if other is process and element.called in processes:
                every = not element.passed_out or any(item.every for item in element.passed_out)
                names.update(_own(processes[element.called], contracts) if every else ())
    return frozenset(names - {""})


def _own(process: ProcessSource, contracts: Mapping[str, Contract]) -> Iterator[str]:
    yield from (item.name for item in process.data_objects)
    for element in process.elements:
        yield from of_element(element, contracts, surely=False)
        yield from element.inputs
        if element.repetition is not None:
            yield from (element.repetition.element_variable, *COUNTED)
        if element.loop is not None:
            yield "loopCounter"


def of_element(
    element: Element, contracts: Mapping[str, Contract], surely: bool = True
) -> Iterator[str]:
    """Yield the variables an element leaves behind when it is done; also those it only may, unless `surely`."""
    yield from _handed_on(element)
    yield from element.outputs
    yield from _computed(element)
    yield element.repetition.output_collection if element.repetition else ""
    yield from (item.target for item in element.passed_out)
    for name in ("resultVariable", "resultVariableName", "initiator"):
        yield element.attributes.get(name, "")
    for event in element.events:
        yield from event.parameters
    for name in (element.topic, element.properties.get("on_complete", "")):
        for given in contracts[name].gives if name in contracts else ():
            if not (surely and given.may_be_missing):
                yield given.name


def _handed_on(element: Element) -> Iterator[str]:
    """Yield the fields of a form that become variables: not its long texts, tables and files, and nothing sealed."""
    if element.properties.get("sealed") == "true":
        return
    for source in element.fields:
        try:
            is_variable = Field.of(source).is_variable
        except FieldFaulty:
            is_variable = True  # the field has a finding of its own
        if is_variable:
            yield source.id


def _computed(element: Element) -> Iterator[str]:
    """Yield the variables a script task assigns."""
    if element.script is None:
        return
    try:
        lines = expressions.assignments(element.script.text, element.script.result)
    except ExpressionInvalid:
        return
    yield from (name for name, _ in lines)


def _open_ended(
    graph: Graph, processes: Mapping[str, ProcessSource], contracts: Mapping[str, Contract]
) -> set[str]:
    """Return the elements behind something that brings along values no diagram names."""
    sources = {e.id for e in graph.process.elements if _brings_more(e, processes, contracts)}
    for element in graph.process.elements:
        if element.id in sources:
            sources.update(_around(graph, element))
    behind = graph.reached_from(sources)
    inside = {e.id for e in graph.process.elements if behind.intersection(_around(graph, e))}
    return behind | inside


def _around(graph: Graph, element: Element) -> Iterator[str]:
    """Yield the subprocesses an element is drawn in, the nearest first."""
    scope = element.scope
    while scope in graph.elements:
        yield scope
        scope = graph.elements[scope].scope


def _brings_more(
    element: Element, processes: Mapping[str, ProcessSource], contracts: Mapping[str, Contract]
) -> bool:
    operations = (element.topic, element.properties.get("on_complete", ""))
    if any(name and (name not in contracts or contracts[name].is_open) for name in operations):
        return True
    if any(event.kind in _HEARD for event in element.events):
        return True
    if element.kind == "userTask" or (element.kind == "startEvent" and not element.scope):
        return not element.fields
    if element.kind != "callActivity":
        return False
    every = not element.passed_out or any(item.every for item in element.passed_out)
    called = processes.get(element.called)
    return every and (called is None or any(_brings_nested(e, contracts) for e in called.elements))


def _brings_nested(element: Element, contracts: Mapping[str, Contract]) -> bool:
    """The same of an element of a called process; what that calls in its turn is not followed."""
    return element.kind == "callActivity" or _brings_more(element, {}, contracts)
