"""Where tokens part and meet: gateways, and the undrawn end of a process."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from SpiffWorkflow.bpmn.specs import defaults

from service.engine.language.expressions import Expression
from service.engine.running.instances import SubInstance, Token
from service.engine.running.nodes import Joining, Node, Sheltering
from service.engine.running.spiff import CANCELLED, WAITING
from service.engine.running.values import holds
from service.engine.running.variables import in_order, meet, with_ended
from service.errors import ExpressionFailed

_MOST_SHOWN, _LONGEST_SHOWN = 8, 80


@dataclass(frozen=True, slots=True)
class Way:
    """An outgoing flow with its condition."""

    condition: Expression | None
    target: Node
    flow_id: str
    name: str
    is_shared: bool  # another flow leads from here to the same element

    def holds(self, token: Token) -> bool:
        return self.condition is None or holds(self.condition, token)


@dataclass(frozen=True, slots=True)
class Choice:
    """The flows out of an element of which not all are taken: the first, or all, whose condition holds.

    A flow without a condition is taken always, the default flow when no other is (BPMN 2.0, 13.3.1 and 13.4.3, as
    Camunda and Flowable read it).
    """

    ways: Sequence[Way]
    otherwise: Way | None
    is_exclusive: bool

    def taken(self, token: Token) -> list[Node]:
        """Return where tokens go, or raise ExpressionFailed where that is nowhere."""
        if self.is_exclusive:
            way = next((way for way in self.ways if way.holds(token)), self.otherwise)
            if way is not None and way.is_shared:
                token.internal_data = {"way": way.flow_id}
            return [way.target] if way is not None else self._nowhere(token)
        ways = [way for way in self.ways if way.holds(token)]
        if not ways and self.otherwise is not None:
            ways = [self.otherwise]
        return [way.target for way in ways] or self._nowhere(token)

    def _nowhere(self, token: Token) -> list[Node]:
        spec = token.task_spec
        conditions = [way.condition for way in self.ways if way.condition is not None]
        names = sorted({name for condition in conditions for name in condition.names})
        raise ExpressionFailed(
            f"“{spec.bpmn_name or spec.bpmn_id}”之后没有一个条件成立（{self._conditions()}），也没有画默认流，流程无法继续。"
            "请核对这些条件用到的值，或在流程图中指定一条默认流。",
            element=spec.bpmn_id,
            cause="no condition holds",
            names=[name for name in names if token.data.get(name) in (None, "", [])],
            values="，".join(_held(token, name) for name in names[:_MOST_SHOWN]),
            process_id=token.workflow.spec.process_id,
        )

    def _conditions(self) -> str:
        written = [
            (f"“{way.name}”：" if way.name else "") + way.condition.text.strip()[:_LONGEST_SHOWN]
            for way in self.ways
            if way.condition is not None
        ]
        more = "；等" if len(written) > _MOST_SHOWN else ""
        return "；".join(written[:_MOST_SHOWN]) + more


def _held(token: Token, name: str) -> str:
    """Say what a variable holds, shortly; it says nothing of one that has no value."""
    if name not in token.data:
        return f"{name} 没有值"
    text = orjson.dumps(token.data[name], default=str).decode()
    return f"{name} = {text if len(text) <= _LONGEST_SHOWN else f'{text[:_LONGEST_SHOWN]}…'}"


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    """Sends the token along the first flow whose condition holds, else along the default flow."""


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
        meet(last, chosen)
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
    """Fires when a token waits on every incoming flow, and sends one along every outgoing flow (BPMN 2.0, 13.4.1)."""

    def _consumed(self, my_task: Token) -> list[Token] | None:
        waiting = self._waiting(my_task)
        needed: Counter[str] = Counter(self._inputs)
        if any(len(waiting.get(name, ())) < count for name, count in needed.items()):
            return None
        # Counted by flow: the library counts finished tasks of earlier passes of a loop, and fires early.
        tokens = [t for name, count in needed.items() for t in waiting[name][:count]]
        return in_order(tokens)


class InclusiveGateway(_Join, defaults.InclusiveGateway):
    """Fires when no token can still reach an empty incoming flow except by one that has a token (BPMN 2.0, 13.4.3)."""

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


class EventGateway(Sheltering, defaults.EventBasedGateway):
    """Waits for the first of several events; the others are no longer waited for (BPMN 2.0, 13.4.4)."""

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
        workflow = my_task.workflow
        listening = workflow.listening()
        living = [token for token in workflow.living() if token not in listening]
        if any(token.task_spec is not self for token in living):
            return
        # Events that did not come do not keep a process alive (BPMN 2.0, 13.5.4).
        for token in listening:
            token.task_spec.retire(token)
        *others, last = living
        last.data = with_ended(living, workflow.ended)
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
