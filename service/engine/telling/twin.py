"""The text twin of a diagram: the same steps as numbered Chinese sentences, for screen readers, print and messages."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from service.engine.drawn.source import GATEWAYS, SUBPROCESSES, Element, EventSource, Flow
from service.engine.telling import phrases
from service.engine.telling.phrases import Names

__all__ = ["Drawn", "Line", "Names", "tell"]

_NOTHING = Names()
_DEEPEST = 100


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


def tell(process: Drawn, names: Names = _NOTHING) -> tuple[Line, ...]:
    """Tell every element once, in the order a token would first reach it; nothing drawn is left out."""
    story = _Story(process, names)
    order = _order(story)
    numbers = {element_id: number for number, element_id in enumerate(order, 1)}
    return tuple(
        Line(
            numbers[element_id],
            element_id,
            process.elements[element_id].kind,
            _depth(process, element_id),
            _text(process.elements[element_id], story),
            _then(process.elements[element_id], story, numbers),
        )
        for element_id in order
    )


class _Story:
    """A process with its flows and attachments looked up, and what its codes are called."""

    def __init__(self, process: Drawn, names: Names) -> None:
        self.elements = process.elements
        self.names = replace(
            names, fields={**phrases.fields_of(process.elements.values()), **names.fields}
        )
        self.outgoing: dict[str, list[Flow]] = {element_id: [] for element_id in process.elements}
        self.entered: set[str] = set()
        for flow in process.flows:
            if flow.source in self.outgoing and flow.target in self.elements:
                self.outgoing[flow.source].append(flow)
                self.entered.add(flow.target)
        self.attached: dict[str, list[str]] = {}
        self.starts: dict[str, list[str]] = {}
        for element in process.elements.values():
            if element.attached_to:
                self.attached.setdefault(element.attached_to, []).append(element.id)
            elif element.kind == "startEvent":
                self.starts.setdefault(element.scope, []).append(element.id)
        for element in process.elements.values():
            if self._begins_unseen(element):
                self.starts.setdefault(element.scope, []).append(element.id)

    def _begins_unseen(self, element: Element) -> bool:
        """Whether a token is born here though no start event is drawn."""
        if element.attached_to or element.triggered_by_event or element.id in self.entered:
            return False
        first = self.starts.get(element.scope, [])
        return not any(self.elements[one].kind == "startEvent" for one in first)


def _order(story: _Story) -> list[str]:
    events = [e.id for e in story.elements.values() if e.triggered_by_event and not e.scope]
    seen: dict[str, None] = {}
    for seed in [*story.starts.get("", []), *events, *story.elements]:
        waiting = deque([seed])
        while waiting:
            element_id = waiting.popleft()
            if element_id in seen:
                continue
            seen[element_id] = None
            waiting.extendleft(reversed(_inside_and_beside(story, element_id)))
            waiting.extend(flow.target for flow in story.outgoing[element_id])
    return list(seen)


def _inside_and_beside(story: _Story, element_id: str) -> list[str]:
    """Return what is told right after an element: its inside, what happens meanwhile, and its boundary events."""
    inside: list[str] = []
    if story.elements[element_id].kind in SUBPROCESSES:
        events = [
            e.id for e in story.elements.values() if e.triggered_by_event and e.scope == element_id
        ]
        inside = [*story.starts.get(element_id, []), *events]
    return [*inside, *story.attached.get(element_id, [])]


def _depth(process: Drawn, element_id: str) -> int:
    depth, scope = 0, process.elements[element_id].scope
    while scope in process.elements and depth < _DEEPEST:
        depth, scope = depth + 1, process.elements[scope].scope
    return depth


# --- what happens --------------------------------------------------------------------------------


def _text(element: Element, story: _Story) -> str:
    tell = _TELLERS.get(element.kind, _nothing_known)
    return tell(element, story)


def _quoted(element: Element) -> str:
    return f"“{element.name}”" if element.name else ""


def _task(element: Element, story: _Story) -> str:
    who = phrases.people(element, story.names)
    return f"{who}办理{_quoted(element)}{_again(element, story)}{_within(element, story)}。"


def _pass(element: Element, story: _Story) -> str:
    return f"经过{_quoted(element) or '这一步'}，不在这里停留。"


def _system(element: Element, story: _Story) -> str:
    return f"系统自动完成{_quoted(element)}{_again(element, story)}。"


def _script(element: Element, story: _Story) -> str:
    return f"系统计算{_quoted(element)}{_again(element, story)}。"


def _rule(element: Element, story: _Story) -> str:
    table = element.attributes.get("decisionRef", "") or element.topic
    by = f"按决策表“{table}”" if table else "按决策表"
    return f"系统{by}判断{_quoted(element)}{_again(element, story)}。"


def _send(element: Element, story: _Story) -> str:
    if element.event is None:
        return _system(element, story)
    return f"系统发出{_said(element.event, element)}{_again(element, story)}。"


def _receive(element: Element, story: _Story) -> str:
    said = _said(element.event, element) if element.event else _quoted(element)
    return f"等待{said}{_again(element, story)}。"


def _call(element: Element, story: _Story) -> str:
    return f"进入{_quoted(element) or f'“{element.called}”'}流程{_again(element, story)}{_within(element, story)}。"


def _part(element: Element, story: _Story) -> str:
    if not element.triggered_by_event:
        return f"进入{_quoted(element)}这一段{_again(element, story)}{_within(element, story)}。"
    start = next((story.elements[one] for one in story.starts.get(element.id, [])), None)
    if start is None or start.event is None:
        return f"进行期间，可能插入{_quoted(element)}这一段。"
    cut = "原来的办理停止，转入" if start.interrupting else "原来的办理继续，同时进行"
    return f"进行期间，如果{_happens(start, story)}，{cut}{_quoted(element)}这一段。"


def _at_any_order(element: Element, story: _Story) -> str:
    return f"进入{_quoted(element)}这一段，其中各步没有规定的顺序。"


def _boundary(element: Element, story: _Story) -> str:
    host = story.elements.get(element.attached_to)
    during = f"{_quoted(host) or '这一步'}进行期间，" if host else ""
    cut = "原任务停止" if element.interrupting else "原任务继续"
    return f"{during}如果{_happens(element, story)}，{cut}。"


def _start(element: Element, story: _Story) -> str:
    if element.event is None:
        return f"开始：{element.name}。" if element.name else "开始。"
    return f"如果{_happens(element, story)}，从这里开始。"


def _end(element: Element, story: _Story) -> str:
    kind = element.event.kind if element.event else ""
    how = {
        "": "结束",
        "terminate": "全部结束，其余各路停止",
        "error": f"报出错误{_code(element.event)}并结束",
        "escalation": f"上报{_code(element.event)}并结束",
        "message": f"发出消息{_code(element.event)}并结束",
        "signal": f"发出信号{_code(element.event)}并结束",
        "cancel": "取消并结束",
        "compensate": "撤销已做的步骤并结束",
    }.get(kind, "结束")
    return f"{how}：{element.name}。" if element.name else f"{how}。"


def _catch(element: Element, story: _Story) -> str:
    event = element.event
    if event is None:
        return _pass(element, story)
    if event.kind == "link":
        return f"从“{event.name or element.name}”接着往下走。"
    if event.kind == "timer":
        when = phrases.time(event, story.names)
        return f"等待{_quoted(element)}（{when}）。" if element.name else f"等到{when}。"
    if event.kind == "conditional":
        return f"等到{phrases.condition(event.text, story.names)}。"
    return f"等待{_said(event, element)}。"


def _throw(element: Element, story: _Story) -> str:
    event = element.event
    if event is None:
        return f"到达{_quoted(element) or '这一步'}。"
    if event.kind == "link":
        return f"转到“{event.name or element.name}”。"
    if event.kind == "compensate":
        return f"撤销已做的步骤{_quoted(element)}。"
    return f"发出{_said(event, element)}。"


def _exclusive(element: Element, story: _Story) -> str:
    if len(story.outgoing[element.id]) < 2:
        return f"各路在此会合{_quoted(element)}。"
    if not element.name:
        return "判断走哪一条路："
    return f"判断：{element.name}{'' if element.name.endswith(('?', '？')) else '。'}"


def _inclusive(element: Element, story: _Story) -> str:
    if len(story.outgoing[element.id]) < 2:
        return "已经走了的各路都完成后再继续。"
    return (
        f"判断：{element.name}（符合的几条路同时走）"
        if element.name
        else "符合条件的几条路同时走："
    )


def _parallel(element: Element, story: _Story) -> str:
    return "以下各路同时进行。" if len(story.outgoing[element.id]) > 1 else "各路都完成后再继续。"


def _first_event(element: Element, story: _Story) -> str:
    return f"等待{_quoted(element)}，看下面哪一件先发生。"


def _nothing_known(element: Element, story: _Story) -> str:
    return f"经过{_quoted(element) or '这一步'}（{element.kind}）。"


_TELLERS: Mapping[str, Callable[[Element, _Story], str]] = {
    "userTask": _task,
    "manualTask": _pass,
    "task": _pass,
    "serviceTask": _system,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "sendTask": _send,
    "receiveTask": _receive,
    "callActivity": _call,
    "subProcess": _part,
    "transaction": _part,
    "adHocSubProcess": _at_any_order,
    "boundaryEvent": _boundary,
    "startEvent": _start,
    "endEvent": _end,
    "intermediateCatchEvent": _catch,
    "intermediateThrowEvent": _throw,
    "exclusiveGateway": _exclusive,
    "inclusiveGateway": _inclusive,
    "parallelGateway": _parallel,
    "eventBasedGateway": _first_event,
    "complexGateway": _inclusive,
}


# --- events, repetitions, limits -----------------------------------------------------------------

_WORDS = {
    "message": ("消息", "收到消息"),
    "signal": ("信号", "听到信号"),
    "error": ("错误", "出现错误"),
    "escalation": ("上报", "收到上报"),
    "cancel": ("取消", "办理被取消"),
    "compensate": ("撤销", "需要撤销"),
}


def _code(event: EventSource | None) -> str:
    return f"“{event.name}”" if event and event.name else ""


def _said(event: EventSource, element: Element) -> str:
    """Say which message or signal, and what it is for where the element has a name of its own."""
    word, _ = _WORDS.get(event.kind, ("事件", ""))
    name = event.name or element.name
    own = f"（{element.name}）" if element.name and element.name != name else ""
    return f"{word}“{name}”{own}" if name else word


def _happens(element: Element, story: _Story) -> str:
    """Say what sets an event off; its own name first, what it means for the engine in brackets."""
    event = element.event
    if event is None:
        return _quoted(element) or "有事发生"
    if event.kind == "timer":
        when = phrases.time(event, story.names)
        return f"“{element.name}”（{when}）" if element.name else f"到了时间（{when}）"
    if event.kind == "conditional":
        return phrases.condition(event.text, story.names)
    _, happens = _WORDS.get(event.kind, ("", "发生"))
    own = f"（{element.name}）" if element.name and element.name != event.name else ""
    return f"{happens}{_code(event)}{own}"


def _again(element: Element, story: _Story) -> str:
    """Say how often an activity is done."""
    repetition = element.repetition
    if repetition is None:
        return _looped(element, story)
    how = "逐个进行" if repetition.sequential else "同时各做一份"
    if repetition.collection:
        over = f"按“{story.names.label(_bare(repetition.collection))}”{how}"
    else:
        over = f"共 {_bare(repetition.cardinality) or '若干'} 份，{how}"
    until = repetition.completion
    stop = f"，{phrases.condition(until, story.names)}就不再等其余的" if until else ""
    return f"（{over}{stop}）"


def _looped(element: Element, story: _Story) -> str:
    loop = element.loop
    if loop is None:
        return ""
    most = f"最多 {loop.maximum} 次" if loop.maximum else ""
    if not loop.condition:
        return f"（反复进行，{most}）" if most else "（反复进行）"
    again = f"只要{phrases.condition(loop.condition, story.names)}就"
    when = f"{again}反复进行" if loop.test_before else f"先做一次，之后{again}再做"
    return f"（{when}{'，' if most else ''}{most}）"


def _bare(text: str) -> str:
    return text.strip().removeprefix("${").removeprefix("#{").removesuffix("}").strip()


def _within(element: Element, story: _Story) -> str:
    key = element.properties.get("deadline", "")
    return f"，{phrases.limit(key, story.names)}" if key else ""


# --- where it goes on ----------------------------------------------------------------------------


def _then(element: Element, story: _Story, numbers: Mapping[str, int]) -> str:
    leaving = story.outgoing[element.id]
    if not leaving:
        return ""
    if not any(_when(flow, element, story) or flow.name for flow in leaving):
        return f"接着{_together(element, leaving)}是{_listed(f'第 {numbers[f.target]} 步' for f in leaving)}。"
    return f"{'；'.join(_way(flow, element, story, numbers) for flow in leaving)}。"


def _together(element: Element, leaving: Sequence[Flow]) -> str:
    return "同时进行的" if len(leaving) > 1 and element.kind not in GATEWAYS else ""


def _way(flow: Flow, element: Element, story: _Story, numbers: Mapping[str, int]) -> str:
    when = _when(flow, element, story)
    if flow.name and not story.names.are_for_designers and _CODE.search(when):
        when = ""
    said = f"{flow.name}（{when}）" if flow.name and when else flow.name or when
    return f"{said}，转第 {numbers[flow.target]} 步" if said else f"转第 {numbers[flow.target]} 步"


_CODE = re.compile("[A-Za-z]{2}")


def _when(flow: Flow, element: Element, story: _Story) -> str:
    """Say when this way is taken, nothing where it always is."""
    if len(story.outgoing[element.id]) > 1 and flow.is_default:
        return "其余情况"
    return phrases.condition(flow.condition, story.names) if flow.condition else ""


def _listed(parts: Iterable[str]) -> str:
    return "、".join(parts)
