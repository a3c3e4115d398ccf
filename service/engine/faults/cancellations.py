"""A transaction is cancelled by an end event inside it, and goes on by the one event beside it that catches this."""

from collections.abc import Iterator

from service.engine.drawn.findings import Finding, Rule, called, fault
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element


def _cancellations(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        look = _LOOKS.get(element.kind)
        if look is None or element.event is None or element.event.kind != "cancel":
            continue
        if message := look(graph, element):
            text = f"{called(element)}{message}"
            yield fault(graph.process, element.id, "cancel-place", text)


def _cancelling(graph: Graph, element: Element) -> str:
    scope = graph.elements.get(element.scope)
    if scope is None or scope.kind != "transaction":
        return (
            "要直接画在事务子流程里，才知道取消什么；请移到那里，或改画终止结束事件、错误结束事件。"
        )
    if not _cancel_events(graph, scope):
        return f"取消之后没有去处；请在事务子流程{called(scope)}的边框上附一个取消边界事件，从它引出取消之后要走的路。"
    return ""


def _cancelled(graph: Graph, element: Element) -> str:
    host = graph.elements.get(element.attached_to)
    if host is None or host.kind != "transaction":
        return "只能附在事务子流程的边框上；请移到那里，或改用消息、错误边界事件。"
    if not element.interrupting:
        return "取消时事务子流程已经停止，请改为中断型。"
    if _cancel_events(graph, host)[0] is not element:
        return f"是事务子流程{called(host)}上的第二个取消边界事件，只会走第一个；请删去一个。"
    return ""


def _cancel_events(graph: Graph, host: Element) -> list[Element]:
    attached = graph.boundaries.get(host.id, [])
    return [one for one in attached if one.event and one.event.kind == "cancel"]


_LOOKS = {"endEvent": _cancelling, "boundaryEvent": _cancelled}
RULES: tuple[Rule, ...] = (_cancellations,)
