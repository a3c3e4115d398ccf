"""One sentence for each kind of element."""

from collections.abc import Callable, Mapping

from service.engine.drawn.source import Element
from service.engine.telling import conditions, people, times
from service.engine.telling.events import code, happens, quoted, thrown
from service.engine.telling.repetitions import again
from service.engine.telling.story import Story


def of(element: Element, story: Story) -> str:
    """Return the sentence for an element: what happens, and who does it."""
    write = _SENTENCES.get(element.kind, _unknown)
    return write(element, story)


def _task(element: Element, story: Story) -> str:
    who = people.of(element, story.names)
    return f"{who}办理{quoted(element)}{again(element, story)}{_within(element, story)}。"


def _pass(element: Element, story: Story) -> str:
    return f"经过{quoted(element) or '这一步'}，不在这里停留。"


def _system(element: Element, story: Story) -> str:
    return f"系统自动完成{quoted(element)}{again(element, story)}。"


def _script(element: Element, story: Story) -> str:
    return f"系统计算{quoted(element)}{again(element, story)}。"


def _rule(element: Element, story: Story) -> str:
    table = element.attributes.get("decisionRef", "") or element.topic
    by = f"按决策表“{table}”" if table else "按决策表"
    return f"系统{by}判断{quoted(element)}{again(element, story)}。"


def _send(element: Element, story: Story) -> str:
    if element.event is None:
        return _system(element, story)
    return f"系统发出{thrown(element.event, element)}{again(element, story)}。"


def _receive(element: Element, story: Story) -> str:
    awaited = thrown(element.event, element) if element.event else quoted(element)
    return f"等待{awaited}{again(element, story)}。"


def _call(element: Element, story: Story) -> str:
    return f"进入{quoted(element) or f'“{element.called}”'}流程{again(element, story)}{_within(element, story)}。"


def _part(element: Element, story: Story) -> str:
    if not element.triggered_by_event:
        return f"进入{quoted(element)}这一段{again(element, story)}{_within(element, story)}。"
    start = next((story.elements[one] for one in story.starts.get(element.id, [])), None)
    if start is None or start.event is None:
        return f"进行期间，可能插入{quoted(element)}这一段。"
    cut = "原来的办理停止，转入" if start.interrupting else "原来的办理继续，同时进行"
    return f"进行期间，如果{happens(start, story)}，{cut}{quoted(element)}这一段。"


def _at_any_order(element: Element, story: Story) -> str:
    return f"进入{quoted(element)}这一段，其中各步没有规定的顺序。"


def _boundary(element: Element, story: Story) -> str:
    host = story.elements.get(element.attached_to)
    during = f"{quoted(host) or '这一步'}进行期间，" if host else ""
    cut = "原任务停止" if element.interrupting else "原任务继续"
    return f"{during}如果{happens(element, story)}，{cut}。"


def _start(element: Element, story: Story) -> str:
    if element.event is None:
        return f"开始：{element.name}。" if element.name else "开始。"
    return f"如果{happens(element, story)}，从这里开始。"


def _end(element: Element, story: Story) -> str:
    kind = element.event.kind if element.event else ""
    how = {
        "": "结束",
        "terminate": "全部结束，其余各路停止",
        "error": f"报出错误{code(element.event)}并结束",
        "escalation": f"上报{code(element.event)}并结束",
        "message": f"发出消息{code(element.event)}并结束",
        "signal": f"发出信号{code(element.event)}并结束",
        "cancel": "取消这一段，还没办完的都停止",
        "compensate": "撤销已做的步骤并结束",
    }.get(kind, "结束")
    return f"{how}：{element.name}。" if element.name else f"{how}。"


def _catch(element: Element, story: Story) -> str:
    event = element.event
    if event is None:
        return _pass(element, story)
    if event.kind == "link":
        return f"从“{event.name or element.name}”接着往下走。"
    if event.kind == "timer":
        when = times.of(element, event, story.names)
        return f"等待{quoted(element)}（{when}）。" if element.name else f"等到{when}。"
    if event.kind == "conditional":
        return f"等到{conditions.phrase(event.text, story.names)}。"
    return f"等待{thrown(event, element)}。"


def _throw(element: Element, story: Story) -> str:
    event = element.event
    if event is None:
        return f"到达{quoted(element) or '这一步'}。"
    if event.kind == "link":
        return f"转到“{event.name or element.name}”。"
    if event.kind == "compensate":
        return f"撤销已做的步骤{quoted(element)}。"
    return f"发出{thrown(event, element)}。"


def _exclusive(element: Element, story: Story) -> str:
    if len(story.outgoing[element.id]) < 2:
        return f"各路在此会合{quoted(element)}。"
    if not element.name:
        return "判断走哪一条路："
    return f"判断：{element.name}{'' if element.name.endswith(('?', '？')) else '。'}"


def _inclusive(element: Element, story: Story) -> str:
    if len(story.outgoing[element.id]) < 2:
        return "已经走了的各路都完成后再继续。"
    return (
        f"判断：{element.name}（符合的几条路同时走）"
        if element.name
        else "符合条件的几条路同时走："
    )


def _parallel(element: Element, story: Story) -> str:
    return "以下各路同时进行。" if len(story.outgoing[element.id]) > 1 else "各路都完成后再继续。"


def _first_event(element: Element, story: Story) -> str:
    return f"等待{quoted(element)}，看下面哪一件先发生。"


def _unknown(element: Element, story: Story) -> str:
    return f"经过{quoted(element) or '这一步'}（{element.kind}）。"


_SENTENCES: Mapping[str, Callable[[Element, Story], str]] = {
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


def _within(element: Element, story: Story) -> str:
    key = element.properties.get("deadline", "")
    return f"，{times.limit(key, story.names)}" if key else ""
