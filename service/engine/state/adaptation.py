"""An instance goes on living on another version of its diagram."""

from collections.abc import Mapping
from typing import Any

from service.engine.running.instances import Instance, SubInstance, Token
from service.engine.running.processes import SPLIT, ProcessSpec
from service.engine.running.spiff import COMPLETED
from service.engine.state.stored import no_place


def adapt(instance: Instance, before: Mapping[str, ProcessSpec]) -> None:
    """Make an instance loaded on another version live on it: the same kinds of elements, new events armed."""
    for workflow in instance.active():
        old = before[workflow.spec.name].task_specs
        for listener in workflow.spec.listeners:
            if listener.name not in old:
                listener._update(workflow.task_tree._add_child(listener))
        for token in workflow.living():
            name = token.task_spec.name
            if name in old and type(old[name]) is not type(token.task_spec):
                raise no_place(name)
            split = workflow.spec.task_specs.get(name + SPLIT)
            if split is None or token.triggered:
                continue
            new = [event for event in split.outputs if event.name != name and event.name not in old]
            if new:
                above = _split_above(workflow, token, split)
                for event in new:
                    event._update(above._add_child(event))


def _split_above(workflow: Instance | SubInstance, token: Token, split: Any) -> Token:
    """Return the undrawn node above a token, put there now if its element had no boundary events before."""
    parent: Token = token.parent
    if parent.task_spec is split:
        return parent
    above = Token(workflow, split, parent, COMPLETED)
    above.data = token.data
    parent._children.remove(token.id)
    above._children.append(token.id)
    token._parent = above.id
    tasks: dict[str, Token] = {}
    for key, task in workflow.tasks.items():  # parents come before their children in a state
        if key == token.id:
            tasks[above.id] = above
        tasks.setdefault(key, task)
    workflow.tasks = tasks
    return above
