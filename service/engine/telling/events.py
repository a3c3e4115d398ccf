"""What sets an event off, and what one throws, in words."""

from service.engine.drawn.source import Element, EventSource
from service.engine.telling import conditions, times
from service.engine.telling.story import Story

_WORDS = {
    "message": ("消息", "收到消息"),
    "signal": ("信号", "听到信号"),
    "error": ("错误", "出现错误"),
    "escalation": ("上报", "收到上报"),
    "cancel": ("取消", "办理被取消"),
    "compensate": ("撤销", "需要撤销"),
}


def code(event: EventSource | None) -> str:
    """Return the code or name of an event in quotes, or nothing."""
    return f"“{event.name}”" if event and event.name else ""


def thrown(event: EventSource, element: Element) -> str:
    """Say which message or signal, and what it is for where the element has a name of its own."""
    word, _ = _WORDS.get(event.kind, ("事件", ""))
    name = event.name or element.name
    own = f"（{element.name}）" if element.name and element.name != name else ""
    return f"{word}“{name}”{own}" if name else word


def happens(element: Element, story: Story) -> str:
    """Say what sets an event off; its own name first, what it means for the engine in brackets."""
    event = element.event
    if event is None:
        return quoted(element) or "有事发生"
    if event.kind == "timer":
        when = times.of(element, event, story.names)
        return f"“{element.name}”（{when}）" if element.name else f"到了时间（{when}）"
    if event.kind == "conditional":
        return conditions.phrase(event.text, story.names)
    _, happens = _WORDS.get(event.kind, ("", "发生"))
    own = f"（{element.name}）" if element.name and element.name != event.name else ""
    return f"{happens}{code(event)}{own}"


def quoted(element: Element) -> str:
    """Return the name of an element in quotes, or nothing."""
    return f"“{element.name}”" if element.name else ""
