"""Events that would not happen as they are drawn: what they wait for, throw, are attached to and start."""

from collections import Counter
from collections.abc import Iterator, Mapping

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import (
    ACTIVITIES,
    SUBPROCESSES,
    Element,
    EventSource,
    ProcessSource,
)
from service.engine.faults import timers
from service.engine.running import times

_STARTS = frozenset({"timer", "message", "signal"})
_CATCHES = _STARTS | {"conditional"}
_THROWS = frozenset({"message", "signal", "escalation"})
BOUNDARIES = _CATCHES | {"error", "escalation"}
_ENDS = _THROWS | {"terminate", "error", "cancel"}
_CONTAIN = SUBPROCESSES | {"callActivity"}
_FAIL = _CONTAIN | {"serviceTask", "businessRuleTask", "sendTask"}
REFUSED: Mapping[str, str] = {
    "link": "链接事件只能画成一对中间事件：一个抛出，一个捕获，名称相同；请改画或直接连线。",
    "compensate": "本系统不执行补偿；请删去补偿事件，在要撤销的那条路上（例如排他网关的“要撤销”分支，取消或错误边界事件之后）"
    "把撤销的任务直接画出来，后做的先撤销，不一定做过的用排他网关判断。",
    "cancel": "取消只能画成事务子流程里的结束事件，和附在这个事务子流程上的边界事件；请改画到那里。",
    "conditional": "流程开始之前还没有变量，不能由条件开始；请画空白开始事件，后面接条件捕获事件或排他网关。",
}


def _event_kinds(graph: Graph) -> Iterator[Finding]:
    allowed = {
        "startEvent": _STARTS,
        "endEvent": _ENDS,
        "intermediateCatchEvent": _CATCHES | {"link"},
        "intermediateThrowEvent": _THROWS | {"link"},
        "boundaryEvent": BOUNDARIES | {"cancel"},
    }
    for element in graph.process.elements:
        if element.kind not in allowed or graph.starts_event_subprocess(element):
            continue
        if len(element.events) > 1:
            yield fault(
                graph.process,
                element.id,
                "several-events",
                f"{called(element)}挂了几种触发，请拆成几个事件。",
            )
        for event in element.events:
            if event.kind not in allowed[element.kind]:
                message = REFUSED.get(event.kind, f"这里不能用“{event.kind}”事件，请换一种事件。")
                text = f"{called(element)}：{message}"
                yield fault(graph.process, element.id, "unsupported-event", text)
        if not element.events and element.kind in {"intermediateCatchEvent", "boundaryEvent"}:
            yield fault(
                graph.process,
                element.id,
                "event-empty",
                f"{called(element)}没有说明等待什么，请选择定时、消息、信号或条件。",
            )


def _event_details(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        for event in element.events:
            if event.kind == "timer":
                yield from timers.findings(graph.process, element, event)
            if element.kind == "receiveTask" and not event.reference:
                yield _open(graph.process, element, event)
            elif event.kind in {"message", "signal", "error", "escalation"}:
                yield from _reference(graph.process, element, event)
        if element.kind == "startEvent" and element.event is not None and not element.scope:
            yield from _start_event(graph, element, element.event)


def _start_event(graph: Graph, element: Element, event: EventSource) -> Iterator[Finding]:
    """What begins a process is waited for outside every instance, which has no variables yet."""
    if event.kind in {"error", "escalation"}:
        text = f"{called(element)}不能由错误或升级开始；请用消息、信号或定时开始事件。"
        yield fault(graph.process, element.id, "unsupported-event", text)
    elif event.kind == "timer" and times.reads_variables(event.text):
        text = f"{called(element)}的时间用到了变量，而流程开始之前还没有变量；请写日期、时长、R/P7D 或期限名。"
        yield fault(graph.process, element.id, "timer-invalid", text)
    thrown = [
        other
        for other in graph.process.elements
        if other.kind in {"intermediateThrowEvent", "endEvent", "sendTask"}
        and any((one.kind, one.name) == (event.kind, event.name) for one in other.events)
    ]
    if thrown and event.name:
        text = f"{called(element)}等的正是{called(thrown[0])}说出的，流程会一再发起自己；请核对是否有意如此。"
        yield note(graph.process, element.id, "start-itself", text)


def _reference(process: ProcessSource, element: Element, event: EventSource) -> Iterator[Finding]:
    anything = event.kind in {"error", "escalation"} and element.kind == "boundaryEvent"
    if not event.name and (event.reference or not anything):
        what = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}[
            event.kind
        ]
        lacks = (
            f"所选的{what}“{event.reference}”没有声明或没有名称"
            if event.reference
            else f"没有选定{what}"
        )
        text = f"{called(element)}{lacks}，请在属性中选择。"
        yield fault(process, element.id, "reference", text)


def _open(process: ProcessSource, element: Element, event: EventSource) -> Finding:
    text = (
        f"{called(element)}没有选定消息，走到这里一直等，直到接口（POST /api/v1/messages）送来名为“{event.name}”的消息；"
        "由流程里的环节来通知的，请选定消息。"
    )
    return note(process, element.id, "receive-open", text)


def _boundaries(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind != "boundaryEvent":
            continue
        host = graph.elements.get(element.attached_to)
        is_fit = host is not None and host.kind in ACTIVITIES and not host.triggered_by_event
        if host is None or not is_fit or host.scope != element.scope:
            yield fault(
                graph.process,
                element.id,
                "boundary-host",
                f"{called(element)}没有附在任务或子流程上，请重新拖放到任务的边框上。",
            )
        kind = element.event.kind if element.event else ""
        if kind in {"error", "escalation"} and host is not None:
            if host.kind not in (_FAIL if kind == "error" else _CONTAIN):
                yield fault(
                    graph.process,
                    element.id,
                    "boundary-error",
                    f"{called(element)}只能附在会报出它的环节上：子流程、调用活动，错误还可以附在服务任务上；"
                    "请移到那里，或改用消息事件。",
                )
            if kind == "error" and not element.interrupting:
                yield fault(
                    graph.process,
                    element.id,
                    "boundary-error",
                    f"{called(element)}必须中断所附的环节，请改为中断型。",
                )


def _uncaught_errors(graph: Graph) -> Iterator[Finding]:
    """An error no event of the diagram catches ends its token; a process that calls this one may still catch it."""
    for element in graph.process.elements:
        event = element.event
        if element.kind != "endEvent" or event is None or event.kind != "error":
            continue
        if not graph.catchers(element):
            yield note(
                graph.process,
                element.id,
                "error-uncaught",
                f"{called(element)}报出的错误“{event.name}”在这张图上没有事件处理，走到这里就结束；"
                "要处理请画错误边界事件或事件子流程，否则改画普通的结束事件。",
            )


def _links(graph: Graph) -> Iterator[Finding]:
    """A link is a pair; several may enter where one leaves."""
    links = [e for e in graph.process.elements if e.event and e.event.kind == "link"]
    links = [e for e in links if e.kind.startswith("intermediate")]
    leaving = Counter((e.scope, e.events[0].name) for e in links if e.leaves_link)
    entering = Counter((e.scope, e.events[0].name) for e in links if not e.leaves_link)
    for element in links:
        key = (element.scope, element.events[0].name)
        is_paired = leaving[key] == 1 and entering[key] >= 1
        if not is_paired or not key[1]:
            yield fault(
                graph.process,
                element.id,
                "link-alone",
                f"链接事件{called(element)}没有唯一的另一端；请在同一层画一抛一捕两个链接事件，写上相同的链接名称，"
                "或直接连线。",
            )


LOCAL_RULES: tuple[Rule, ...] = (_event_kinds, _event_details)
RULES: tuple[Rule, ...] = (*LOCAL_RULES, _boundaries, _uncaught_errors, _links)
