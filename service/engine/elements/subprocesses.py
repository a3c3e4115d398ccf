"""Processes inside a process: embedded, called, and started by an event of their scope."""

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from service.engine.drawn.source import Passing
from service.engine.elements.activities import Activity
from service.engine.elements.events import Catching
from service.engine.elements.timers import Timer
from service.engine.language.expressions import Expression
from service.engine.running.instances import SubInstance, Token
from service.engine.running.spiff import COMPLETED, READY, STARTED
from service.engine.running.values import evaluated, plain
from service.engine.running.variables import seen, share, written


class Subprocess(Activity, defaults.SubWorkflowTask):
    """Runs another process inside the same instance. An embedded one shares its variables; a call passes what it maps."""

    passed_in: Sequence[Passing]
    passed_out: Sequence[Passing]
    expressions: Mapping[str, Expression]
    shares: bool

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        if my_task.id in top.subprocesses:
            return False
        super()._update_hook(my_task)
        self._begin(my_task)
        return False

    def _begin(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        my_task._set_state(STARTED)
        called = SubInstance(top.subprocess_specs[self.spec], my_task)
        top.subprocesses[my_task.id] = called
        called.begin(self._passed(self.passed_in, my_task, my_task.data))

    def returned(self, my_task: Token, data: dict[str, Any]) -> None:
        """The inner process ended with this data."""
        my_task.assign(self._passed(self.passed_out, my_task, data))
        my_task._set_state(READY)

    def _passed(
        self, passing: Sequence[Passing], token: Token, data: dict[str, Any]
    ) -> dict[str, Any]:
        if len(passing) == 1 and passing[0].every:
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


class EventSubprocessStart(Catching, defaults.IntermediateCatchEvent):
    """Waits, as long as its scope lives, for what starts an event subprocess.

    The event subprocess sees the variables of all that goes on in the scope (BPMN 2.0, 13.5.4). When it interrupts, nothing else goes on.
    """

    body: "EventSubprocess"

    @property
    def recurs(self) -> bool:
        return not self.body.interrupts

    def happen(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        self._start(my_task, payload)
        if self.body.interrupts or isinstance(self.event_definition, Timer):
            my_task.workflow.top_workflow.event_manager.remove_task(my_task)
            my_task.internal_data = {}
            my_task._set_state(COMPLETED)

    def tick(self, my_task: Token) -> None:
        self._start(my_task, {})

    def _start(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        workflow = my_task.workflow
        variables = seen(workflow)
        # Undrawn: it holds the variables as they were, to compare with what the event subprocess writes.
        place = my_task._add_child(workflow.spec.start)
        place.data = variables
        place._set_state(COMPLETED)
        if self.body.interrupts:
            workflow.ended = {}
            for token in workflow.living():
                if token is not my_task and token.live and token.id in workflow.tasks:
                    token.cancel()
        body = place._add_child(self.body)
        body.internal_data = dict(payload)
        self.body._update(body)


class EventSubprocess(Subprocess):
    """What happens in a scope beside its flow. What it wrote is seen by all that goes on when it is done."""

    interrupts: bool

    def _update_hook(self, my_task: Token) -> bool:
        brought, my_task.internal_data = my_task.internal_data, {}
        my_task._inherit_data()
        my_task.assign(brought)
        self._begin(my_task)
        return False

    def _on_complete(self, my_task: Token) -> None:
        workflow, before = my_task.workflow, my_task.parent.data
        writes = written(before, my_task.data)
        others = [token for token in workflow.living() if token is not my_task]
        others += [other.parent for other in others if isinstance(other.task_spec, EventSubprocess)]
        share([workflow.task_tree, *others], before, writes)
        if self.interrupts:
            workflow.end_event = workflow.top_workflow.subprocesses[my_task.id].end_event
        else:
            my_task.data = {**workflow.task_tree.data, **writes}
        super()._on_complete(my_task)
