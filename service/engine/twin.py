"""The text twin of a diagram: the same steps as numbered Chinese sentences, for screen readers, print and messages."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.engine.source import GATEWAYS, SUBPROCESSES, Element, Flow


class Drawn(Protocol):
    """What of a process the twin tells: its elements and its flows."""

    @property
    def elements(self) -> Mapping[str, Element]: ...

    @property
    def flows(self) -> Sequence[Flow]: ...


@dataclass(frozen=True)
class Line:
    """One step: `text` says what happens and who does it, `then` where it goes on."""

    number: int
    element_id: str
    kind: str
    depth: int
    text: str
    then: str


def tell(process: Drawn) -> tuple[Line, ...]:
    """Tell every element once, in the order a token would first reach it; nothing drawn is left out."""
    order = _order(process)
    numbers = {element_id: number for number, element_id in enumerate(order, 1)}
    return tuple(
        Line(
            numbers[element_id],
            element_id,
            process.elements[element_id].kind,
            _depth(process, element_id),
            _text(process.elements[element_id], process),
            _then(process, element_id, numbers),
        )
        for element_id in order
    )


def _order(process: Drawn) -> list[str]:
    following: dict[str, list[str]] = {element_id: [] for element_id in process.elements}
    for flow in process.flows:
        if flow.source in following and flow.target in following:
            following[flow.source].append(flow.target)
    attached = [e for e in process.elements.values() if e.attached_to]
    waiting = deque(_starts(process, ""))
    seen: dict[str, None] = {}
    while waiting:
        element_id = waiting.popleft()
        if element_id in seen:
            continue
        seen[element_id] = None
        nearer = [e.id for e in attached if e.attached_to == element_id]
        if process.elements[element_id].kind in SUBPROCESSES:
            nearer = [*_starts(process, element_id), *nearer]
        waiting.extendleft(reversed(nearer))
        waiting.extend(following[element_id])
    return [*seen, *(one for one in process.elements if one not in seen)]


def _starts(process: Drawn, scope: str) -> list[str]:
    return [e.id for e in process.elements.values() if e.kind == "startEvent" and e.scope == scope]


def _depth(process: Drawn, element_id: str) -> int:
    depth, scope = 0, process.elements[element_id].scope
    while scope:
        depth, scope = depth + 1, process.elements[scope].scope
    return depth


def _text(element: Element, process: Drawn) -> str:
    name = f"“{element.name}”" if element.name else ""
    who = f"{element.lane}" if element.lane else "办理人"
    each = "（逐个进行）" if element.repetition and element.repetition.sequential else ""
    each = "（各自同时进行）" if element.repetition and not each else each
    if element.kind in {"userTask", "manualTask", "task"}:
        return f"{who}办理{name}{each}。"
    if element.kind in {"serviceTask", "scriptTask", "sendTask", "businessRuleTask"}:
        return f"系统自动完成{name}{each}。"
    if element.kind == "callActivity":
        return f"进入{name}流程{each}。"
    if element.kind in SUBPROCESSES:
        return f"进入{name}这一段{each}。"
    if element.kind == "boundaryEvent":
        host = process.elements.get(element.attached_to)
        during = f"“{host.name}”进行期间，" if host else ""
        cut = "，原任务停止" if element.interrupting else "，原任务继续"
        return f"{during}如果{name}{cut}。"
    if element.kind in GATEWAYS:
        return _gateway(element, process)
    told = {"startEvent": "开始", "endEvent": "结束", "intermediateCatchEvent": "等待"}
    return f"{told.get(element.kind, '发出')}：{element.name}。"


def _gateway(element: Element, process: Drawn) -> str:
    leaving = sum(flow.source == element.id for flow in process.flows)
    if element.kind == "parallelGateway":
        return "以下各路同时进行。" if leaving > 1 else "各路都完成后再继续。"
    return f"判断：{element.name}" if element.name else "各路在此会合。"


def _then(process: Drawn, element_id: str, numbers: Mapping[str, int]) -> str:
    leaving = [f for f in process.flows if f.source == element_id and f.target in numbers]
    parts = [
        f"{flow.name}，转第 {numbers[flow.target]} 步"
        if flow.name
        else f"第 {numbers[flow.target]} 步"
        for flow in leaving
    ]
    if not parts:
        return ""
    named = any(flow.name for flow in leaving)
    return f"{'；'.join(parts)}。" if named else f"接着是{_listed(parts)}。"


def _listed(parts: Iterable[str]) -> str:
    return "、".join(parts)
