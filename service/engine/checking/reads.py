"""The variables a diagram reads: in conditions, repetitions, timers, assignees and the expressions of services."""

from collections.abc import Iterator

from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.language import expressions, timing
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing


def of(process: ProcessSource) -> Iterator[tuple[Element | Flow, str, frozenset[str]]]:
    """Yield each place that reads variables, in words, with the variables it reads."""
    for flow in process.flows:
        if flow.condition is not None:
            yield flow, f"“{flow.name or flow.id}”的条件", _of_expression(flow.condition)
    for element in process.elements:
        title = f"“{element.name or element.id}”"
        for name in ("assignee", "candidateUsers", "candidateGroups"):
            yield element, f"{title}的办理人", of_text(element.attributes.get(name, ""))
        for event in element.events:
            if event.kind == "timer" and not timing.is_literal(event.text):
                yield element, f"{title}的时间", _of_expression(event.text)
            if event.kind == "conditional":
                yield element, f"{title}的条件", _of_expression(event.text)
        if element.kind != "scriptTask":
            yield element, f"{title}的表达式", _computed(element)
        if element.loop is not None:
            yield element, f"{title}的循环条件", _of_expression(element.loop.condition)
        if element.repetition is not None:
            yield element, f"{title}的多实例集合", _of_expression(element.repetition.collection)
            yield element, f"{title}的多实例个数", _of_expression(element.repetition.cardinality)
            yield element, f"{title}的完成条件", _of_expression(element.repetition.completion)


def at(process: ProcessSource, element_id: str) -> frozenset[str]:
    """Return the variables read where a token is at an element: by it, its repetition, its events and its ways out."""
    found: set[str] = set()
    for place, _, names in of(process):
        if element_id == (place.source if isinstance(place, Flow) else place.id):
            found |= names
    for element in process.elements:
        if element.id == element_id:
            found.update(_taken_along(element))
    return frozenset(found - {""})


def _taken_along(element: Element) -> Iterator[str]:
    """Yield the variables an element counts its dates by, takes along, computes with or passes to what it calls."""
    dates = (element.attributes.get(name, "") for name in ("dueDate", "followUpDate", "priority"))
    for text in (*dates, *element.inputs.values(), *element.outputs.values()):
        yield from of_text(text)
    for item in (*element.passed_in, *element.passed_out):
        yield item.source
        yield from _of_expression(item.expression)
    if element.script is not None:
        yield from (name for _, line in computing.lines(element) for name in line.names)


def _computed(element: Element) -> frozenset[str]:
    """Return the variables a computing service reads before it assigns them."""
    found: set[str] = set()
    assigned: set[str] = set()
    for name, expression in computing.lines(element) if computing.computes(element) else ():
        found |= expression.names - assigned
        assigned.add(name)
    return frozenset(found)


def _of_expression(text: str) -> frozenset[str]:
    """Return the variables an expression reads; what is no expression has a finding of its own."""
    try:
        return expressions.compile(text).names if text else frozenset()
    except ExpressionInvalid:
        return of_text(text)


def of_text(text: str) -> frozenset[str]:
    """Return the variables read by the expressions within a text."""
    try:
        parts = expressions.interpolate(text).expressions
    except ExpressionInvalid:
        return frozenset()
    return frozenset(name for part in parts for name in part.names)
