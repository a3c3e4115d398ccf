"""A condition an event waits for has to be one that variables can make true."""

from collections.abc import Iterator

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, EventSource
from service.engine.language import expressions, scripts
from service.engine.language.grammar import ExpressionInvalid

_CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})
_CLOCK = frozenset({"now", "dateTime", "deadline"})


def _conditions(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        for event in element.events:
            if event.kind != "conditional":
                continue
            for code, message in _faults(event):
                yield fault(graph.process, element.id, code, f"{called(element)}{message}")
            for code, message in _notes(graph, element, event):
                yield note(graph.process, element.id, code, f"{called(element)}{message}")


def _faults(event: EventSource) -> Iterator[tuple[str, str]]:
    if not event.text:
        yield "condition-empty", "没有写等待的条件，请写上，例如 ${balance < 0}。"
    elif not scripts.is_ours(event.language):
        yield (
            "condition-language",
            f"的条件用了脚本语言“{event.language}”，请改写成表达式，例如 ${{balance < 0}}。",
        )
    elif (read := _read(event)) is not None and not read.names:
        yield (
            "condition-fixed",
            "的条件没有用到变量，不会变成另一个结果；等时间请改用定时事件，否则请写上变量。",
        )


def _notes(graph: Graph, element: Element, event: EventSource) -> Iterator[tuple[str, str]]:
    read = _read(event)
    if read is not None and read.names and read.calls & _CLOCK:
        yield (
            "condition-clock",
            "的条件只在变量有变化时判断，时间到了不会自己判断；要等时间请改用定时事件。",
        )
    is_alone = not element.attached_to and not graph.starts_event_subprocess(element)
    if is_alone and not _is_beside_others(graph, element.scope):
        yield (
            "condition-alone",
            "等待的时候没有别的路同时进行，走到这里条件不成立就会一直等，直到有人从接口改了变量；"
            "请改用排他网关判断，或改用消息、定时事件。",
        )


def _is_beside_others(graph: Graph, scope: str) -> bool:
    """Whether something else may go on in a scope, which could write what a condition waits for."""
    return any(
        one.triggered_by_event
        or (one.kind == "boundaryEvent" and not one.interrupting)
        or (one.kind not in _CHOICES and len(graph.outgoing.get(one.id, [])) > 1)
        for one in graph.inside(scope)
    )


def _read(event: EventSource) -> expressions.Expression | None:
    try:
        return expressions.compile(event.text)
    except ExpressionInvalid:
        return None  # with a finding of its own


RULES: tuple[Rule, ...] = (_conditions,)
