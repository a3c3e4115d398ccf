"""What happens to a process and what it says: starts, ends, messages, signals, errors, timers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from service.engine.host import Thrown, is_limit
from service.engine.language import timing
from service.engine.language.expressions import Expression, Template
from service.engine.running import terms
from service.engine.running.gateways import finish
from service.engine.running.spiff import (
    CANCELLED,
    COMPLETED,
    WAITING,
    Node,
    Sheltering,
    SubInstance,
    Token,
)
from service.engine.running.variables import current, evaluated, plain, seen, written
from service.errors import ExpressionFailed, ProcessFailed


class Start(Node, BpmnStartTask):
    """The undrawn beginning of a process: from here tokens go to its start event, and to what listens meanwhile."""

    entries: Mapping[str, Node]  # by start event
    usual: Sequence[Node]  # where nobody says which start event

    def following(self, my_task: Token) -> list[Any]:
        chosen = my_task.internal_data.get("start")
        my_task.internal_data = {}
        starts = [self.entries[chosen]] if chosen else self.usual
        if not starts:
            raise ProcessFailed(
                f"流程“{my_task.workflow.spec.process_id}”有几个开始事件，没有空白的一个，不知道从哪里开始。"
                "请画一个空白开始事件，或由相应的消息、信号、定时来启动。",
                element=next(iter(self.entries), ""),
                cause="no blank start event",
            )
        return [*my_task.workflow.spec.listeners, *starts]


class StartEvent(Node, defaults.StartEvent):
    """Where a token is born, whoever started the process; it may keep who that was.

    A called process keeps whom its caller names, else who did the step that led to the call.
    """

    def _run_hook(self, my_task: Token) -> bool:
        variable = self.element.attributes.get("initiator", "").strip()
        if variable and not (
            isinstance(my_task.workflow, SubInstance) and variable in my_task.data
        ):
            my_task.assign({variable: getattr(my_task.workflow.top_workflow.host, "by", None)})
        return True


class EndEvent(Node, defaults.EndEvent):
    """Ends a token; says a message; ends the whole process when it is a terminate event, which keeps what all wrote."""

    terminates = False

    def _run_hook(self, my_task: Token) -> bool:
        self.event_definition.say(my_task)
        if self.terminates:
            my_task.data = seen(my_task.workflow)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.end_event = self.bpmn_id
        if self.terminates:
            for token in my_task.workflow.living():
                if token.live and token.id in my_task.workflow.tasks:
                    token.cancel()

    def following(self, my_task: Token) -> list[Any]:
        if self.terminates:
            finish(my_task)
            return []
        return cast("list[Any]", self.outputs)


class ThrowEvent(Node, defaults.IntermediateThrowEvent):
    """Says a message or signal and goes on."""

    def _run_hook(self, my_task: Token) -> bool:
        self.event_definition.say(my_task)
        return True


class Catching(Node):
    """Waits for an event; the event manager lists it while it does."""

    def _update_hook(self, my_task: Token) -> bool:
        if my_task._state != WAITING:
            if not my_task.triggered:
                my_task._inherit_data()
            self.event_definition.arm(my_task)
            my_task._set_state(WAITING)
            my_task.workflow.top_workflow.event_manager.add_task(my_task)
        return False

    def happen(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        """The event came: the token goes on with what it brought."""
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)
        my_task.internal_data = {}
        my_task.assign(payload)
        my_task._ready()

    def tick(self, my_task: Token) -> None:
        """A repeated event came once more, and goes on waiting."""
        raise NotImplementedError

    def retire(self, my_task: Token) -> None:
        """Stop waiting; what it started earlier lives on."""
        self._on_cancel(my_task)
        my_task._set_state(CANCELLED)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """Waits in the flow for a moment or a message."""


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """Waits beside an activity, and ends it when it interrupts. What was written in there is not lost."""

    def happen(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        self._look(my_task)
        super().happen(my_task, payload)

    def _look(self, my_task: Token) -> None:
        for token in my_task.parent.children:
            if token.live and not isinstance(token.task_spec, BoundaryEvent):
                news = written(my_task.data, current(token))
                my_task.assign(news)
                if not self.cancel_activity:
                    my_task.borrowed = my_task.borrowed.union(news)

    def _run_hook(self, my_task: Token) -> bool:
        split = my_task.parent
        if self.cancel_activity:
            for token in split.children:
                if token is my_task or not token.live:
                    continue
                if isinstance(token.task_spec, BoundaryEvent):
                    token.task_spec.retire(token)
                else:
                    token.cancel()
        elif not isinstance(self.event_definition, Timer):
            self._update(split._add_child(self))  # it may come again while the activity lasts
        return True

    def tick(self, my_task: Token) -> None:
        armed = my_task.data, my_task.borrowed
        self._look(my_task)
        my_task.workflow.top_workflow.record(my_task)
        for spec in self.following(my_task):
            spec._update(my_task._add_child(spec))
        my_task.data, my_task.borrowed = armed  # what this tick saw is no news to those before it


class BoundarySplit(Sheltering, BoundaryEventSplit):
    """The undrawn node above an activity and the events attached to it."""

    def release(self, split: Token, done: Token) -> None:
        """When the activity is done, its events are no longer waited for."""
        if isinstance(done.task_spec, BoundaryEvent):
            return
        for token in split.children:
            if isinstance(token.task_spec, BoundaryEvent) and token.live:
                token.task_spec.retire(token)


class Definition(EventDefinition):
    """What an event waits for or says."""

    kind = ""

    def arm(self, token: Token) -> None:
        """Prepare to wait; nothing to do unless it is a timer."""

    def say(self, token: Token) -> None:
        """An event of no kind says nothing."""


class Named(Definition):
    """A message or a signal: everybody in the instance who waits for the name hears it."""

    def __init__(self, kind: str, name: str, parameters: Mapping[str, Template]) -> None:
        super().__init__(name)
        self.kind = kind
        self.parameters = parameters

    def say(self, token: Token) -> None:
        values = {name: evaluated(text, token) for name, text in self.parameters.items()}
        payload = plain(values, token.task_spec.bpmn_id)
        top = token.workflow.top_workflow
        heard = listeners(top, self.kind, self.name)
        hear(heard, payload)
        if not heard or self.kind == "signal":
            process = token.workflow.spec.process_id
            said = Thrown(self.kind, self.name, payload, process, token.task_spec.bpmn_id)
            top.thrown.append(said)


def listeners(top: Any, kind: str, name: str) -> list[Token]:
    """Return the tokens that wait for a message or signal of this name."""
    return [
        token
        for token in top.event_manager.tasks.values()
        if token.task_spec.event_definition.kind == kind
        and token.task_spec.event_definition.name == name
    ]


def hear(waiting: Sequence[Token], payload: Mapping[str, Any]) -> None:
    """Tell each of these, unless one before it has ended its waiting."""
    for token in waiting:
        if token._state == WAITING:
            token.task_spec.happen(token, payload)


class Fault(Definition):
    """An error or escalation: it travels outward to the first event that knows it, beside an activity or in a scope."""

    def __init__(
        self, kind: str, code: str, kept: Mapping[str, str] = MappingProxyType({}), said: str = ""
    ) -> None:
        super().__init__(code)
        self.kind = kind
        self.kept = kept  # the variables that take the code and the message of what is caught
        self.said = said

    def say(self, token: Token) -> None:
        """Hand it to who catches it; what nobody catches is over with its token, as in Camunda and Flowable."""
        self.is_caught(token)

    def is_caught(self, token: Token) -> bool:
        """Hand it to the nearest event outward from a token that catches it, if there is one."""
        inside = token
        while True:
            beside = _beside(inside)
            around = [one for one in inside.workflow.listening() if not _started(one, inside)]
            for event in (*beside, *around):
                if self._caught_by(event):
                    told = {"code": self.name, "message": self.said}
                    kept = event.task_spec.event_definition.kept
                    event.task_spec.happen(event, {name: told[what] for what, name in kept.items()})
                    return True
            if not isinstance(inside.workflow, SubInstance):
                return False
            inside = inside.workflow.parent_task

    def _caught_by(self, token: Token) -> bool:
        spec = token.task_spec
        return (
            isinstance(spec, Catching)
            and token._state == WAITING
            and spec.event_definition.kind == self.kind
            and spec.event_definition.name in {"", self.name}
        )


def _beside(token: Token) -> Sequence[Token]:
    """Return the boundary events of the activity a token is at, and the activity itself."""
    frame = token.parent if token.triggered else token
    parent = frame.parent
    is_sheltered = parent is not None and isinstance(parent.task_spec, BoundarySplit)
    return parent.children if is_sheltered else ()


def _started(listener: Token, inside: Token) -> bool:
    """Whether a token is at the event subprocess this one starts; it does not hear what is said in there."""
    return inside.task_spec is listener.task_spec.body


class Timer(Definition):
    """A moment, a duration or a repetition, from a literal, an expression or a named limit."""

    kind = "timer"

    def __init__(self, name: str, form: str, source: Template | Expression) -> None:
        super().__init__(name)
        self.form = form  # timeDate | timeDuration | timeCycle
        self.source = source

    def arm(self, token: Token) -> None:
        """Reckon the moment it is due, once, and remember by which limit."""
        value = evaluated(self.source, token)
        at = token.workflow.top_workflow.at
        try:
            token.internal_data = self._armed(value, at)
        except (timing.TimeInvalid, OverflowError, ValueError) as error:
            raise ExpressionFailed(
                f"定时事件“{self.name}”的时间无法确定：{error}",
                element=token.task_spec.bpmn_id,
                cause=repr(error),
            ) from error

    def _armed(self, value: Any, at: datetime) -> dict[str, Any]:
        if is_limit(value):
            return terms.of_limit(value)
        if isinstance(value, datetime):
            return {"due": timing.zoned(value).isoformat()}
        text = str(value).strip()
        if self.form == "timeCycle" or text[:1].upper() == "R":
            cycle = timing.cycle(text)
            return {
                "due": timing.zoned(cycle.tick(0, at)).isoformat(),
                "cycle": text,
                "from": at.isoformat(),
                "tick": 0,
            }
        if text[:1].upper() == "P":
            return {"due": timing.zoned(timing.duration(text).after(at)).isoformat()}
        return {"due": timing.moment(text).isoformat()}

    def fire(self, token: Token) -> None:
        if "cycle" not in token.internal_data:
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
