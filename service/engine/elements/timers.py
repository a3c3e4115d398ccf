"""When a timer event is due, and due again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.engine.elements.messages import Definition
from service.engine.host import is_limit
from service.engine.language import timing
from service.engine.language.expressions import Expression, Template
from service.engine.running import terms
from service.engine.running.instances import Token
from service.engine.running.spiff import COMPLETED
from service.engine.running.values import evaluated, names_of
from service.errors import ExpressionFailed


class Timer(Definition):
    """A moment, a duration or a repetition, from a literal, an expression or a named limit."""

    kind = "timer"

    def __init__(self, name: str, form: str, source: Template | Expression) -> None:
        super().__init__(name)
        self.form = form  # timeDate | timeDuration | timeCycle
        self.source = source

    def arm(self, token: Token) -> bool:
        """Compute the moment it is due, once, and remember by which limit.

        A repetition whose last moment is over has nothing left to repeat; where the flow goes on by it, it is due at
        once, as a date in the past is.
        """
        value = evaluated(self.source, token)
        at = token.workflow.top_workflow.at
        try:
            armed = self._armed(value, at)
        except (timing.TimeInvalid, OverflowError, ValueError) as error:
            raise ExpressionFailed(
                f"定时事件“{self.name}”的时间无法确定：{error}",
                element=token.task_spec.bpmn_id,
                cause=repr(error),
                names=names_of(self.source),
            ) from error
        if "cycle" in armed and not token.task_spec.recurs:
            armed = {"due": armed["due"]}  # what interrupts or goes on comes once
        if "cycle" in armed and timing.cycle(armed["cycle"]).is_over(at):
            return False
        token.internal_data = armed
        return True

    def _armed(self, value: Any, at: datetime) -> dict[str, Any]:
        if is_limit(value):
            return terms.of_limit(value)
        text = value.strip() if isinstance(value, str) else ""
        if text and (self.form == "timeCycle" or text[:1].upper() == "R"):
            cycle = timing.cycle(text)
            tick = cycle.ticks_until(at, at)  # those missed before it was armed count
            if cycle.count is not None:
                tick = min(tick, cycle.count - 1)
            due = timing.zoned(cycle.tick(tick, at)).isoformat()
            return {
                "due": due,
                "cycle": text,
                "from": at.isoformat(),
                "tick": tick,
            }
        return {"due": timing.instant(value, at).isoformat()}

    def fire(self, token: Token) -> None:
        if "cycle" not in token.internal_data or not token.task_spec.recurs:
            token.task_spec.happen(token, {})
            return
        top = token.workflow.top_workflow
        again = self._next(token.internal_data, top.at)
        token.task_spec.tick(token)
        if again is None:
            top.event_manager.remove_task(token)
            token.internal_data = {}
            token._set_state(COMPLETED)
        else:
            token.internal_data = again

    @staticmethod
    def _next(armed: Mapping[str, Any], at: datetime) -> dict[str, Any] | None:
        """Return the first tick still to come; ticks missed meanwhile count, but are not made up for."""
        cycle = timing.cycle(armed["cycle"])
        start = datetime.fromisoformat(armed["from"])
        tick = max(armed["tick"] + 1, cycle.ticks_until(at, start))
        if cycle.count is not None and tick >= cycle.count:
            return None
        return {**armed, "due": cycle.tick(tick, start).isoformat(), "tick": tick}
