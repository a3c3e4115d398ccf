"""Texts of a diagram that are no expression we run."""

from collections.abc import Callable, Iterator

from service.engine.drawn.findings import Finding, Rule, fault
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.language import expressions, scripts
from service.engine.language.grammar import ExpressionInvalid


def _expressions(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for flow in process.flows:
        yield from _condition(process, flow)
    for element in process.elements:
        for text in _whole(element):
            yield from _fault(process, element.id, text, expressions.compile)
        for text in _templates(element):
            yield from _fault(process, element.id, text, expressions.interpolate)


def _condition(process: ProcessSource, flow: Flow) -> Iterator[Finding]:
    if flow.condition is None:
        return
    if not scripts.is_ours(flow.language):
        yield fault(
            process,
            flow.id,
            "condition-language",
            f"条件用了脚本语言“{flow.language}”，请改写成表达式，例如 ${{conclusion == 'register'}}。",
        )
    else:
        yield from _fault(process, flow.id, flow.condition, expressions.compile)


def _whole(element: Element) -> Iterator[str]:
    """Texts that are one expression."""
    if element.repetition is not None:
        repetition = element.repetition
        yield from filter(
            None, (repetition.collection, repetition.cardinality, repetition.completion)
        )
    if element.loop is not None and element.loop.condition:
        yield element.loop.condition
    for event in element.events:
        if event.kind == "conditional" and event.text and scripts.is_ours(event.language):
            yield event.text
    for item in (*element.passed_in, *element.passed_out):
        if item.expression:
            yield item.expression
    for field in element.fields:
        if field.properties.get("showIf"):
            yield field.properties["showIf"]


def _templates(element: Element) -> Iterator[str]:
    """Texts with expressions in them."""
    for name in ("assignee", "candidateGroups", "candidateUsers", "formKey", "formRef"):
        if element.attributes.get(name):
            yield element.attributes[name]
    yield from element.inputs.values()
    yield from element.outputs.values()
    for event in element.events:
        yield from event.parameters.values()
    for field in element.fields:
        if field.default:
            yield field.default


def _fault(
    process: ProcessSource, element: str, text: str, compile: Callable[[str], object]
) -> Iterator[Finding]:
    try:
        compile(text)
    except ExpressionInvalid as error:
        yield fault(process, element, "expression", f"“{text[:80]}”：{error}")


RULES: tuple[Rule, ...] = (_expressions,)
