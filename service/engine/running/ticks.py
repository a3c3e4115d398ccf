"""When a timer start event comes, and when it comes again; ticks missed meanwhile come as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.engine.drawn.source import Element
from service.engine.host import Due, is_limit
from service.engine.language import timing
from service.engine.running import times
from service.errors import ExpressionFailed


@dataclass(frozen=True)
class Tick:
    """A moment at which a process starts. `repetition` is what the next is counted from; JSON, None: it comes once."""

    due_at: datetime
    repetition: Mapping[str, Any] | None = None
    limit: Due | None = None  # the named limit whose end it is


def first(
    element: Element, functions: Mapping[str, Callable[..., Any]], at: datetime
) -> Tick | None:
    """Return when a start event drawn with a timer comes first, from now on; nothing when that is past."""
    event = element.event
    assert event is not None
    clock = {**functions, "now": lambda names: at, "dateTime": lambda names: at}
    try:
        return _first(times.compiled(event.text).evaluate({}, clock), event.timer, at)
    except (timing.TimeInvalid, OverflowError, NameError, TypeError, ValueError) as error:
        raise ExpressionFailed(
            f"定时开始事件“{element.name or element.id}”的时间无法确定：{error}",
            element=element.id,
            cause=repr(error),
        ) from error


def following(repetition: Mapping[str, Any], at: datetime) -> Tick | None:
    """Return the first tick still to come; nothing when there were as many as it counts."""
    cycle = timing.cycle(repetition["cycle"])
    start = datetime.fromisoformat(repetition["from"])
    number = max(repetition["number"] + 1, cycle.ticks_until(at, start))
    if cycle.count is not None and number >= cycle.count:
        return None
    return Tick(cycle.tick(number, start), {**repetition, "number": number})


def _first(value: Any, form: str, at: datetime) -> Tick | None:
    if is_limit(value):
        return Tick(value.moment, None, value) if value.moment >= at else None
    if isinstance(value, str) and (form == "timeCycle" or value.strip()[:1] in {"R", "r"}):
        return following({"cycle": value, "from": at.isoformat(), "number": -1}, at)
    due_at = timing.instant(value, at)
    return Tick(due_at) if due_at >= at else None
