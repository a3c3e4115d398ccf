"""What is done: tasks, and activities that contain others or are done several times."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from service.engine.language.expressions import Expression, Template
from service.engine.running.instances import Token
from service.engine.running.nodes import Node
from service.engine.running.terms import Terms
from service.engine.running.values import evaluated, plain
from service.engine.running.variables import outside


class Activity(Node):
    """What takes time. It may have variables of its own: inputs last as long as it does, outputs stay after it."""

    handed_on: Mapping[str, Template] = MappingProxyType({})

    def _update_hook(self, my_task: Token) -> bool:
        if not my_task.triggered:
            my_task._inherit_data()
        if self.received:
            self._enter(my_task)
        return True

    def _on_complete(self, my_task: Token) -> None:
        if self.received or self.handed_on:
            self._leave(my_task)
        super()._on_complete(my_task)

    def _enter(self, my_task: Token) -> None:
        for name, text in self.received.items():
            value = plain({name: evaluated(text, my_task)}, self.bpmn_id)
            my_task.data = {**my_task.data, **value}  # not assigned: what an input hides comes back

    def _leave(self, my_task: Token) -> None:
        outputs = {name: evaluated(text, my_task) for name, text in self.handed_on.items()}
        my_task.data = outside(my_task, my_task.data)
        my_task.assign(plain(outputs, self.bpmn_id))


class UserTask(Activity, defaults.UserTask):
    """Waits for a person: ready until somebody completes it. Its terms are computed once, when it is reached."""

    terms = Terms()

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        if self.terms:
            self.terms.compute(my_task)
        return True


class PassingTask(Activity, defaults.NoneTask):
    """A task without a type, or one done outside the system: the token goes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class ScriptTask(Activity, defaults.NoneTask):
    """Computes values: each line gives one variable, or nothing where it has no name."""

    lines: Sequence[tuple[str, Expression]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _run_hook(self, my_task: Token) -> bool:
        for name, expression in self.lines:
            value = evaluated(expression, my_task)
            my_task.assign(plain({name: value} if name else {}, self.bpmn_id))
        return True
