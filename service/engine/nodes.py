"""What each kind of element does when a token arrives, in SpiffWorkflow's terms."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

import orjson
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from service.engine import timing
from service.engine.expressions import Expression, Template
from service.engine.host import Due, OperationCall, PolicyUse, Thrown
from service.engine.source import Passing, Repetition
from service.engine.spiff import (
    CANCELLED,
    COMPLETED,
    READY,
    STARTED,
    WAITING,
    Frame,
    Joining,
    Node,
    Sheltering,
    SubInstance,
    Token,
    differs,
)
from service.errors import ExpressionFailed, OperationFailed, ProcessFailed


def evaluated(
    expression: Expression | Template, token: Token, names: Mapping[str, Any] | None = None
) -> Any:
    """Evaluate for a token, with its variables unless told others, or raise ExpressionFailed naming its element."""
    top = token.workflow.top_workflow
    try:
        return expression.evaluate(token.data if names is None else names, top.host.functions)
    except top.passing:
        raise
    except Exception as error:
        text = expression.text if isinstance(expression, Expression) else "…"
        element = token.task_spec.bpmn_id or ""
        raise ExpressionFailed(
            f"环节“{token.task_spec.bpmn_name or element}”的表达式 {text} 无法计算，"
            "请核对流程图中的变量名，或补齐这一事项的数据后重试。",
            element=element,
            cause=repr(error),
        ) from error


def plain(values: Mapping[str, Any], element: str = "") -> dict[str, Any]:
    """Return what the variables will be after the next load: a copy in JSON's terms, a limit as its moment."""
    try:
        copied: dict[str, Any] = orjson.loads(
            orjson.dumps({key: _moment(value) for key, value in values.items()})
        )
    except TypeError as error:
        raise OperationFailed(
            "写入流程的变量只能是文字、数字、日期、是否和它们的列表，请联系运维人员。",
            element=element,
            cause=repr(error),
        ) from error
    return copied


def _moment(value: Any) -> Any:
    return value.moment if isinstance(value, Due) else value


# --- tasks ---------------------------------------------------------------------------------------


class UserTask(Node, defaults.UserTask):
    """Waits for a person: ready until somebody completes it."""


class PassingTask(Node, defaults.NoneTask):
    """A task without a type, or one done outside the system: the token goes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class ServiceTask(Node, defaults.ServiceTask):
    """Asks the host to carry out an operation; what it returns becomes variables."""

    parameters: Mapping[str, Template]

    def _run_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        values = {name: evaluated(text, my_task) for name, text in self.parameters.items()}
        call = OperationCall(
            my_task.workflow.spec.process_id,
            self.bpmn_id,
            my_task.id,
            MappingProxyType(my_task.data),
            plain(values, self.bpmn_id),
        )
        try:
            result = top.host.call(self.element.topic, call)
        except top.passing:
            raise
        except Exception as error:
            raise OperationFailed(element=self.bpmn_id, cause=repr(error)) from error
        my_task.assign(plain(result or {}, self.bpmn_id))
        return True


# --- gateways ------------------------------------------------------------------------------------


class Way:
    """An outgoing flow with its condition."""

    __slots__ = ("condition", "flow_id", "shared", "target")

    def __init__(
        self, condition: Expression | None, target: Node, flow_id: str, shared: bool
    ) -> None:
        self.condition = condition
        self.target = target
        self.flow_id = flow_id
        self.shared = shared  # another flow leads from here to the same element


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    """Sends the token along the first flow whose condition holds, else along the default flow."""

    ways: Sequence[Way]
    otherwise: Way | None

    def following(self, my_task: Token) -> list[Any]:
        way = next((w for w in self.ways if evaluated_condition(w, my_task)), self.otherwise)
        if way is None:
            raise ExpressionFailed(
                f"“{self.bpmn_name or self.bpmn_id}”没有一个条件成立，也没有画默认流，流程无法继续。"
                "请在流程图中指定一条默认流。",
                element=self.bpmn_id,
                cause="no condition holds",
            )
        if way.shared:
            my_task.internal_data = {"way": way.flow_id}
        return [way.target]


def evaluated_condition(way: Way, token: Token) -> bool:
    return way.condition is not None and bool(evaluated(way.condition, token))


class _Join(Joining):
    """Tokens wait here; the gateway consumes one from each incoming flow when it fires."""

    def _update_hook(self, my_task: Token) -> bool:
        if len(self._inputs) < 2:
            return super()._update_hook(my_task)
        my_task._inherit_data()
        my_task._set_state(WAITING)
        return False

    def settle(self, my_task: Token) -> None:
        chosen = self._consumed(my_task)
        if chosen is None:
            return
        *others, last = chosen
        last.data = merged(chosen)
        for token in others:
            token.workflow.top_workflow.record(token)
            token._set_state(CANCELLED)
        last._ready()

    def _waiting(self, my_task: Token) -> dict[str, list[Token]]:
        """Return the tokens waiting here, oldest first, by the element they came from."""
        waiting: dict[str, list[Token]] = {}
        for token in my_task.workflow.tasks.values():
            if token._state == WAITING and token.task_spec is self:
                origin = token.origin
                waiting.setdefault(origin.task_spec.name if origin else "", []).append(token)
        return waiting

    def _consumed(self, my_task: Token) -> list[Token] | None:
        raise NotImplementedError


class ParallelGateway(_Join, defaults.ParallelGateway):
    """Fires when a token waits on every incoming flow, and sends one along every outgoing flow."""

    def _consumed(self, my_task: Token) -> list[Token] | None:
        waiting = self._waiting(my_task)
        needed: Counter[str] = Counter(self._inputs)
        if any(len(waiting.get(name, ())) < count for name, count in needed.items()):
            return None
        tokens = [t for name, count in needed.items() for t in waiting[name][:count]]
        return in_order(tokens)


class InclusiveGateway(_Join, defaults.InclusiveGateway):
    """Fires when no token elsewhere can still reach an empty incoming flow that no waiting token's flow shares."""

    ways: Sequence[Way]
    otherwise: Way | None
    reach: Mapping[str, frozenset[str]]  # input → the nodes from which it can be reached

    def _consumed(self, my_task: Token) -> list[Token] | None:
        waiting = self._waiting(my_task)
        empty = [name for name in self._inputs if name not in waiting]
        for token in my_task.workflow.living():
            name = token.task_spec.name
            if token.task_spec is self:
                continue
            reaches_empty = any(name in self.reach[i] for i in empty)
            if reaches_empty and not any(name in self.reach.get(i, ()) for i in waiting):
                return None
        return in_order(tokens[0] for tokens in waiting.values())

    def following(self, my_task: Token) -> list[Any]:
        ways = [way for way in self.ways if evaluated_condition(way, my_task)]
        if not ways and self.otherwise is not None:
            ways = [self.otherwise]
        if not ways:
            raise ExpressionFailed(
                f"“{self.bpmn_name or self.bpmn_id}”没有一个条件成立，也没有画默认流，流程无法继续。",
                element=self.bpmn_id,
                cause="no condition holds",
            )
        return [way.target for way in ways]


class EventGateway(Sheltering, defaults.EventBasedGateway):
    """Waits for the first of several events; the others are no longer waited for."""

    def release(self, split: Token, done: Token) -> None:
        for token in split.children:
            if token is not done and token.live:
                token.cancel()


class EndJoin(Joining):
    """Completes the process when its last token has ended."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        my_task._set_state(WAITING)
        return False

    def settle(self, my_task: Token) -> None:
        living = my_task.workflow.living()
        if any(token.task_spec is not self for token in living):
            return
        *others, last = living
        last.data = with_ended(merged(living), my_task.workflow.ended)
        for token in others:
            token._set_state(CANCELLED)
        last._ready()

    def _on_complete(self, my_task: Token) -> None:
        finish(my_task)


def finish(token: Token) -> None:
    """Complete the token's process with the token's data."""
    instance = token.workflow
    instance.completed = True
    instance.last_task = token
    instance.data = token.data
    if isinstance(instance, SubInstance):
        instance.parent_task.task_spec.returned(instance.parent_task, token.data)


def in_order(tokens: Iterable[Token]) -> list[Token]:
    """Sort tokens by arrival; a workflow's tasks are kept in the order they were made."""
    chosen = {token.id: token for token in tokens}
    [first, *_] = chosen.values()
    return [chosen[key] for key in first.workflow.tasks if key in chosen]


def merged(tokens: Sequence[Token]) -> dict[str, Any]:
    """Merge what branches wrote since they parted; where two wrote the same key, the later arrival wins."""
    if len(tokens) == 1:
        return tokens[0].data
    base = parting(tokens).data
    data = dict(base)
    for token in tokens:
        for key, value in token.data.items():
            if differs(base, key, value):
                data[key] = value
    return data


def parting(tokens: Sequence[Token]) -> Token:
    """Return the nearest token from which all these came."""
    first, *others = tokens
    common = [first, *first.ancestors()]
    for token in others:
        path = {t.id for t in (token, *token.ancestors())}
        common = [t for t in common if t.id in path]
    return common[0]


def with_ended(data: dict[str, Any], ended: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Add what branches that ended long ago had written, where nobody wrote it since."""
    changes = {
        key: after
        for key, (*before, after) in ended.items()
        if (before == [data[key]] if key in data else not before)
    }
    return {**data, **changes} if changes else data


# --- events --------------------------------------------------------------------------------------


class Start(Node, BpmnStartTask):
    """The undrawn beginning of a process."""


class StartEvent(Node, defaults.StartEvent):
    """Where a token is born, whoever started the process."""


class EndEvent(Node, defaults.EndEvent):
    """Ends a token; says a message; ends the whole process when it is a terminate event."""

    terminates = False

    def _run_hook(self, my_task: Token) -> bool:
        self.event_definition.say(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        if my_task.workflow is top:
            top.end_event = self.bpmn_id
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

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """Waits in the flow for a moment or a message."""


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """Waits beside an activity, and ends it when it interrupts."""

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

    def retire(self, my_task: Token) -> None:
        """Stop waiting; what earlier ticks of a repetition started lives on."""
        self._on_cancel(my_task)
        my_task._set_state(CANCELLED)


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
        for listener in heard:
            listener.task_spec.happen(listener, payload)
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


class Fault(Definition):
    """An error or escalation: it travels outward to the first boundary event that knows it."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(code)
        self.kind = kind

    def say(self, token: Token) -> None:
        instance = token.workflow
        while isinstance(instance, SubInstance):
            host = instance.parent_task
            frame = host.parent if host.triggered else host
            for sibling in frame.parent.children if frame.parent is not None else []:
                if self._caught_by(sibling):
                    sibling.task_spec.happen(sibling, {})
                    return
            instance = host.workflow
        if self.kind == "error":
            element = token.task_spec.bpmn_id
            raise ProcessFailed(
                f"流程报出错误“{self.name}”，但没有边界事件处理它。",
                element=element,
                cause=self.name,
            )

    def _caught_by(self, token: Token) -> bool:
        spec = token.task_spec
        return (
            isinstance(spec, BoundaryEvent)
            and token._state == WAITING
            and spec.event_definition.kind == self.kind
            and spec.event_definition.name in {"", self.name}
        )


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
        if isinstance(value, Due):
            policy = [value.policy_key, value.level, value.base_at.isoformat(), value.cap_on]
            return {"due": timing.zoned(value.moment).isoformat(), "policy": policy}
        if isinstance(value, datetime):
            return {"due": timing.zoned(value).isoformat()}
        text = str(value).strip()
        if self.form == "timeCycle" or text[:1].upper() == "R":
            cycle = timing.cycle(text)
            return {
                "due": cycle.tick(0, at).isoformat(),
                "cycle": text,
                "from": at.isoformat(),
                "tick": 0,
            }
        if text[:1].upper() == "P":
            return {"due": timing.duration(text).after(at).isoformat()}
        return {"due": timing.moment(text).isoformat()}

    def fire(self, token: Token) -> None:
        if "cycle" not in token.internal_data:
            token.task_spec.happen(token, {})
            return
        top = token.workflow.top_workflow
        top.record(token)
        again = self._next(token.internal_data, top.at)
        for spec in token.task_spec.outputs:
            spec._update(token._add_child(spec))
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


def policy_of(token: Token) -> PolicyUse | None:
    """Return the named limit a waiting timer was armed with."""
    kept = token.internal_data.get("policy")
    if kept is None:
        return None
    key, level, base_at, cap_on = kept
    return PolicyUse(key, level, datetime.fromisoformat(base_at), cap_on)


# --- activities that contain others --------------------------------------------------------------


class Subprocess(Node, defaults.SubWorkflowTask):
    """Runs another process inside the same instance. Embedded ones give everything back; calls, what they say."""

    passed_in: Sequence[Passing]
    passed_out: Sequence[Passing]
    expressions: Mapping[str, Expression]

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        if my_task.id in top.subprocesses:
            return False
        super()._update_hook(my_task)
        my_task._set_state(STARTED)
        called = SubInstance(top.subprocess_specs[self.spec], my_task)
        top.subprocesses[my_task.id] = called
        called.begin(self._passed(self.passed_in, my_task, my_task.data))
        return False

    def returned(self, my_task: Token, data: dict[str, Any]) -> None:
        """The inner process ended with this data."""
        if self.passed_out:
            my_task.assign(self._passed(self.passed_out, my_task, data))
        else:
            my_task.data = data
        my_task._set_state(READY)

    def _passed(
        self, passing: Sequence[Passing], token: Token, data: dict[str, Any]
    ) -> dict[str, Any]:
        if not passing:
            return data
        values: dict[str, Any] = {}
        for item in passing:
            if item.every:
                values.update(data)
            elif item.expression:
                expression = self.expressions[item.expression]
                value = evaluated(expression, token, data)
                values |= plain({item.target: value}, self.bpmn_id)
            else:
                values[item.target or item.source] = data.get(item.source)
        return values

    def _on_cancel(self, my_task: Token) -> None:
        called = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if called is not None and not called.completed:
            called.cancel()


class MultiInstance(Frame):
    """Does an activity once for each element of a collection, at once or one after another.

    Each instance has the element in its own copy of the variables; what it writes stays there.
    """

    child: Node
    repetition: Repetition
    collection: Expression | None
    cardinality: Expression | None
    completion: Expression | None

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        items = self._items(my_task)
        if not items:
            return True
        my_task.internal_data = {"total": len(items), "done": 0}
        my_task._set_state(STARTED)
        for index in range(1 if self.repetition.sequential else len(items)):
            self._begin(my_task, items, index)
        return False

    def finished(self, child: Token) -> None:
        """One instance is done; go on when all are, or when the completion condition says enough."""
        frame = child.parent
        counts = frame.internal_data
        done, total = counts["done"] + 1, counts["total"]
        frame.internal_data = {"total": total, "done": done}
        if frame._state != STARTED:
            return
        if done >= total or self._enough(child, done, total):
            for token in frame.children:
                if token is not child and token.live:
                    token.cancel()
            frame._set_state(READY)
        elif self.repetition.sequential:
            self._begin(frame, self._items(frame), done)

    def _begin(self, frame: Token, items: Sequence[Any], index: int) -> None:
        child = frame._add_child(self.child)
        child.triggered = True
        child.data = frame.data
        if self.repetition.element_variable:
            child.assign({self.repetition.element_variable: items[index]})
        child.internal_data = {"index": index}
        self.child._update(child)

    def _items(self, frame: Token) -> Sequence[Any]:
        if self.collection is None:
            assert self.cardinality is not None
            count = evaluated(self.cardinality, frame)
            if not isinstance(count, int) or not 0 <= count <= _MOST_INSTANCES:
                raise self._unusable(frame, count)
            return range(count)
        items = evaluated(self.collection, frame)
        if isinstance(items, Mapping):
            items = list(items.values())
        if not isinstance(items, list | tuple) or len(items) > _MOST_INSTANCES:
            raise self._unusable(frame, items)
        return items

    def _unusable(self, frame: Token, value: Any) -> ExpressionFailed:
        return ExpressionFailed(
            f"多实例环节“{self.bpmn_name or self.bpmn_id}”的集合不是列表，或超过 {_MOST_INSTANCES} 项，"
            "请核对它的集合变量。",
            element=self.bpmn_id,
            cause=repr(value)[:200],
        )

    def _enough(self, child: Token, done: int, total: int) -> bool:
        if self.completion is None:
            return False
        counts = {
            "nrOfInstances": total,
            "nrOfCompletedInstances": done,
            "nrOfActiveInstances": total - done,
            "loopCounter": child.internal_data.get("index", 0),
        }
        return bool(evaluated(self.completion, child, {**child.data, **counts}))


_MOST_INSTANCES = 1000
