"""What is done: tasks, and activities that contain others or are done several times."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from service.engine.expressions import Expression, Template
from service.engine.host import OperationCall
from service.engine.source import Passing, Repetition
from service.engine.spiff import (
    READY,
    STARTED,
    Frame,
    Node,
    SubInstance,
    Token,
)
from service.engine.variables import evaluated, plain
from service.errors import ExpressionFailed, OperationFailed


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
