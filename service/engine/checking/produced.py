"""Which values a set of diagrams produces, and which it reads without anything in it producing them.

What an operation, a message, a person without a form or a start without a form brings along is not written in the
diagram. Behind one of those nothing is missed, except a name that is a single letter off one that is produced.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from service.engine.checking import reads, slips
from service.engine.checking.contract import Contract
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing
from service.forms.fields import Field, FieldFaulty

COUNTED = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}
)
NONE: Mapping[str, Contract] = {}
MayCome = Literal["", "people", "anything"]
"""By what else than is drawn a variable may come."""
_HEARD = frozenset({"message", "signal"})
_ASSIGNED = re.compile(r"(?<![\w.])([^\W\d]\w*)\s*=(?!=)|setVariable\(\s*[\"']([^\W\d]\w*)")


def findings(
    processes: Sequence[ProcessSource], contracts: Mapping[str, Contract] = NONE
) -> Iterator[Finding]:
    """Return the values that conditions, repetitions, timers and assignees read and nothing produces."""
    by_id = {process.process_id: process for process in processes}
    for process in processes:
        graph = Graph(process)
        names = names_of(process, by_id, contracts)
        near = slips.near(names)
        anything = open_ended(graph, by_id, contracts)
        for element, what, read in reads.of(process):
            for name in sorted(read - names):
                meant = slips.meant(name, near)
                if meant:
                    yield _finding(
                        process,
                        element,
                        f"{what}用到的“{name}”没有环节产生，是不是“{meant}”？请改成同一个名称。",
                    )
                elif _place(element) not in anything:
                    yield _finding(
                        process,
                        element,
                        f"{what}用到的“{name}”没有环节产生，{_outcome(element)}；"
                        "请在前面的表单里加上这个字段，或改正名称。",
                    )


def _outcome(read: Element | Flow) -> str:
    """Say what becomes of it: an event's condition waits for a variable, anything else has to have it."""
    is_waiting = isinstance(read, Element) and any(e.kind == "conditional" for e in read.events)
    return "条件一直不会成立" if is_waiting else "走到这里时会失败"


def _place(read: Element | Flow) -> str:
    return read.source if isinstance(read, Flow) else read.id


def _finding(process: ProcessSource, element: Element | Flow, message: str) -> Finding:
    return note(process, element.id, "value-unproduced", message)


def names_of(
    process: ProcessSource,
    processes: Mapping[str, ProcessSource],
    contracts: Mapping[str, Contract],
) -> frozenset[str]:
    """Return the variables that something in a process brings by name, or in those that it calls or that call it.

    Of those it takes all, or hands all back, the same holds again, however far that goes.
    """
    names: set[str] = set()
    seen, wanted = {process.process_id}, [process]
    while wanted:
        one = wanted.pop()
        names.update(_own(one, contracts))
        for other, passed in _beside(one, processes):
            names.update(passed)
            if other is not None and other.process_id not in seen:
                seen.add(other.process_id)
                wanted.append(other)
    return frozenset(names - {""})


def _beside(
    process: ProcessSource, processes: Mapping[str, ProcessSource]
) -> Iterator[tuple[ProcessSource | None, list[str]]]:
    """Yield what callers pass a process by name, and each process of which it gets every variable."""
    for other in processes.values():
        for element in other.elements:
            if element.kind == "callActivity" and element.called == process.process_id:
                every = not element.passed_in or any(item.every for item in element.passed_in)
                yield other if every else None, [item.target for item in element.passed_in]
    for element in process.elements:
        if element.kind == "callActivity" and element.called in processes:
            every = not element.passed_out or any(item.every for item in element.passed_out)
            yield processes[element.called] if every else None, []


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
    for name in element.operations:
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
    """Yield the variables a script task or a computing service assigns."""
    if element.script is None:
        return
    try:
        yield from (name for name, _ in computing.lines(element))
    except (
        ExpressionInvalid
    ):  # which is an error of its own; what it would assign is not missed as well
        yield element.script.result
        found = _ASSIGNED.findall(element.script.text[: expressions.MOST_LETTERS_OF_TEXT])
        yield from (name or other for name, other in found)


def open_ended(
    graph: Graph, processes: Mapping[str, ProcessSource], contracts: Mapping[str, Contract]
) -> set[str]:
    """Return the elements behind something that brings along values no diagram names."""
    everywhere = graph.process.elements
    told = told_more(graph, processes, contracts)
    return told | _behind(graph, {e.id for e in everywhere if _is_free(e)})


def told_more(
    graph: Graph, processes: Mapping[str, ProcessSource], contracts: Mapping[str, Contract]
) -> set[str]:
    """Return the elements behind operations, messages and calls that bring along values no diagram names.

    What somebody without a form may bring over the interface does not count.
    """
    everywhere = graph.process.elements
    callers = [p for p in processes.values() if _hands_all(p, graph.process.process_id)]
    if any(tells(e, processes, contracts) for caller in callers for e in caller.elements):
        return {element.id for element in everywhere}
    return _behind(graph, {e.id for e in everywhere if tells(e, processes, contracts)})


def may_be_told(graph: Graph, processes: Mapping[str, ProcessSource], known: Known) -> set[str]:
    """Return the same; of a process that is deployed all, as others that call it may pass anything."""
    if graph.process.process_id in known.processes:
        return {element.id for element in graph.process.elements}
    return told_more(graph, processes, known.contracts)


def _hands_all(caller: ProcessSource, process_id: str) -> bool:
    """Whether a process calls another with all its variables."""
    calls = [e for e in caller.elements if e.kind == "callActivity" and e.called == process_id]
    return any(item.every for element in calls for item in element.passed_in)


def may_bring_more(
    process: ProcessSource,
    processes: Mapping[str, ProcessSource],
    contracts: Mapping[str, Contract],
) -> MayCome:
    """Say whether a process that is called may set what it does not name: people without a form, or operations and messages."""
    told = any(tells(element, processes, contracts) for element in process.elements)
    callers = [one for one in processes.values() if _hands_all(one, process.process_id)]
    told = told or any(tells(e, processes, contracts) for one in callers for e in one.elements)
    free = any(e.kind == "userTask" and not e.fields for e in process.elements)
    return "anything" if told else "people" if free else ""


def _behind(graph: Graph, sources: set[str]) -> set[str]:
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


def _is_free(element: Element) -> bool:
    """Whether whoever does it, or begins by it, fills in no form and may hand in anything."""
    is_start = element.kind == "startEvent" and not element.scope
    return (element.kind == "userTask" or is_start) and not element.fields


def tells(
    element: Element, processes: Mapping[str, ProcessSource], contracts: Mapping[str, Contract]
) -> bool:
    """Say whether an element brings along values it does not name: an operation, a message or a call."""
    if any(name not in contracts or contracts[name].is_open for name in element.operations):
        return True
    if any(event.kind in _HEARD for event in element.events):
        return True
    if element.kind != "callActivity":
        return False
    every = not element.passed_out or any(item.every for item in element.passed_out)
    called = processes.get(element.called)
    return every and (called is None or any(_brings_nested(e, contracts) for e in called.elements))


def _brings_nested(element: Element, contracts: Mapping[str, Contract]) -> bool:
    """The same of an element of a called process; what that calls in its turn is not followed."""
    is_call = element.kind == "callActivity"
    return is_call or _is_free(element) or tells(element, {}, contracts)
