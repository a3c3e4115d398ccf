"""A timer says when, in a way that can be computed."""

from collections.abc import Callable, Iterator, Mapping

from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import Element, EventSource, ProcessSource
from service.engine.language import timing
from service.engine.running import times


def findings(process: ProcessSource, element: Element, event: EventSource) -> Iterator[Finding]:
    """Yield what is wrong with the time of a timer event."""
    if not event.timer or not event.text:
        yield fault(
            process,
            element.id,
            "timer-empty",
            f'{called(element)}没有写时间，请写期限名，例如 deadline("sign")，或写 P15D。',
        )
        return
    if why := _fault(event):
        yield fault(process, element.id, "timer-invalid", f"{called(element)}：{why}")
    if event.timer == "timeCycle" and not element.repeats_timer:
        yield note(
            process,
            element.id,
            "timer-cycle",
            f"{called(element)}用了重复时间，而它只响一次，到第一个时间就往下走；"
            "要一再提醒请改为不中断的边界定时事件，否则请只写一个时间。",
        )


def _fault(event: EventSource) -> str:
    """Say what is wrong with the time written in a timer, or nothing."""
    readers: Mapping[str, Callable[[str], object]] = {
        "timeDate": _date,
        "timeDuration": timing.duration,
        "timeCycle": timing.cycle,
    }
    return times.fault(event.text, readers[event.timer])


def _date(text: str) -> object:
    return timing.duration(text) if text[:1] in {"P", "p"} else timing.moment(text)
