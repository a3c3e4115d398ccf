"""An event subprocess begins with one event that can be waited for."""

from collections.abc import Iterator

from service.engine.drawn.findings import Finding, Rule, called, fault
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element
from service.engine.faults.events import BOUNDARIES, REFUSED


def _typed_starts(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        is_typed = element.kind == "startEvent" and element.scope and element.events
        if is_typed and not graph.starts_event_subprocess(element):
            yield fault(
                graph.process,
                element.id,
                "start-typed",
                f"{called(element)}在普通子流程里，子流程要从空白开始事件开始；请去掉触发条件，"
                "或把子流程设为事件子流程。",
            )


def _event_subprocesses(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.triggered_by_event:
            for where, message in _event_subprocess(graph, element):
                yield fault(graph.process, where.id, "event-subprocess", message)


def _event_subprocess(graph: Graph, element: Element) -> Iterator[tuple[Element, str]]:
    starts = [e for e in graph.inside(element.id) if e.kind == "startEvent"]
    kinds = [event.kind for start in starts for event in start.events]
    if kinds == ["compensate"]:
        yield starts[0], f"{called(starts[0])}：{REFUSED['compensate']}"
    elif len(starts) != 1 or len(kinds) != 1 or kinds[0] not in BOUNDARIES:
        yield (
            starts[0] if starts else element,
            f"事件子流程{called(element)}要有一个开始事件，由定时、消息、信号、条件、错误或升级触发；请选好触发的事件。",
        )
    elif kinds == ["error"] and not starts[0].interrupting:
        yield starts[0], f"{called(starts[0])}由错误触发，必须中断所在的流程，请改为中断型。"
    flows = [*graph.outgoing.get(element.id, []), *graph.incoming.get(element.id, [])]
    if flows or element.repetition or element.loop:
        yield (
            element,
            f"事件子流程{called(element)}由事件触发，不能连线，也不能加循环或多实例标记；请去掉。",
        )


RULES: tuple[Rule, ...] = (_typed_starts, _event_subprocesses)
