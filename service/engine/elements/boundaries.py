"""Events beside an activity: they wait while it lasts, and may end it."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit

from service.engine.elements.events import Catching
from service.engine.elements.timers import Timer
from service.engine.running.instances import Token
from service.engine.running.nodes import Sheltering
from service.engine.running.variables import current, written


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """Waits beside an activity, and ends it when it interrupts (BPMN 2.0, 13.5.3). What was written inside is not lost."""

    @property
    def recurs(self) -> bool:
        return not self.cancel_activity

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
        my_task.data, my_task.borrowed = armed  # what this tick saw was not written before it


class BoundarySplit(Sheltering, BoundaryEventSplit):
    """The undrawn node above an activity and the events attached to it."""

    def release(self, split: Token, done: Token) -> None:
        """When the activity is done, its events are no longer waited for."""
        if isinstance(done.task_spec, BoundaryEvent):
            return
        for token in split.children:
            if isinstance(token.task_spec, BoundaryEvent) and token.live:
                token.task_spec.retire(token)
