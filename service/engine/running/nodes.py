"""What an element does, as a specification all threads share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from service.engine.drawn.source import Element
from service.engine.running.instances import Token

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Node(BpmnTaskSpec):
    """An element's behaviour; shared by all threads, so nothing here changes after the diagram was read."""

    element: Element
    kind = ""  # in the trace, where it is not that of its element
    joins = False  # whether tokens wait for one another at it
    repeats: "Any" = None  # the frame whose single instances this node is
    shares = False  # whether what runs inside it has the same variables
    received: Mapping[str, Any] = MappingProxyType({})  # variables of its own while it lasts
    choice: "Any" = None  # how it chooses among its flows, where it does not take them all

    def so_far(self, my_task: Token) -> Mapping[str, Any]:
        """Return what instances that are done have written, while the others still go on."""
        return _NOTHING

    def _predict(self, my_task: Token, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Token) -> bool:
        if not my_task.triggered:
            my_task._inherit_data()
        return True

    def _on_ready(self, my_task: Token) -> None:
        """What the library checks here was checked at deployment."""

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Nothing waits outside the tree."""

    def _on_complete_hook(self, my_task: Token) -> None:
        """The library's data associations are not part of the dialect."""

    def _on_complete(self, my_task: Token) -> None:
        """Report the element, release what hung on it, send tokens on."""
        instance = my_task.workflow
        instance.top_workflow.record(my_task)
        instance.last_task = my_task
        self._on_complete_hook(my_task)
        if my_task._parent is not None:
            split = instance.tasks[my_task._parent]
            if isinstance(split.task_spec, Sheltering):
                split.task_spec.release(split, my_task)
        if self.repeats is not None:
            self.repeats.finished(my_task)
        for spec in self.following(my_task):
            spec._update(my_task._add_child(spec))

    def following(self, my_task: Token) -> list[BpmnTaskSpec]:
        """Return the specifications that get a token now."""
        taken = self.outputs if self.choice is None else self.choice.taken(my_task)
        return cast("list[BpmnTaskSpec]", taken)


class Sheltering(Node):
    """A node whose children are alternatives: when one is done, the others may have to go."""

    def release(self, split: Token, done: Token) -> None:
        raise NotImplementedError


class Frame(Node):
    """A node that stands for several instances of an activity."""

    kind = "multiInstance"  # in the trace


class Joining(Node):
    """A node where tokens wait for one another."""

    joins = True

    def settle(self, my_task: Token) -> None:
        raise NotImplementedError
