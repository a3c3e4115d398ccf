"""What a running instance can be given to go on: another value of a variable, or another version of its diagram.

Variables are set in a place: the process itself or one it calls, with the embedded subprocesses that share them. An
instance goes on by another version only where every token has the same element to stand on, and none would then wait
for ever.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.engine import movement
from service.engine.definitions import DefinitionSet
from service.engine.elements.repetitions import LOOP_COUNTER, MultiInstance
from service.engine.running.instances import Instance, SubInstance, Token
from service.engine.running.values import plain
from service.engine.running.variables import inside, seen


@dataclass(frozen=True)
class Place:
    """A process an instance is in: itself, with an empty id, or one called by the token of this id."""

    id: str
    process_id: str
    elements: tuple[str, ...]  # at which its tokens stand
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """A token, and whether another version has a place for it: `problem` is "", "gone", "kind" or "stuck"."""

    process_id: str
    element_id: str
    name: str
    kind: str
    problem: str = ""


@dataclass(frozen=True)
class Migration:
    """What another version of its diagram would mean for an instance; ids of elements, but for where tokens stand."""

    standing: tuple[Standing, ...]
    stuck: tuple[tuple[str, str], ...] = ()  # process and element where a token would wait for ever
    kept: tuple[str, ...] = ()  # timers, messages, signals and conditions waited for
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.stuck and not any(one.problem for one in self.standing)


def places(instance: Instance) -> list[Place]:
    """Return the processes an instance is in, itself first, with their variables as they would be if all ended now."""
    return [
        Place(_id(workflow), workflow.spec.process_id, _elements(workflow), seen(workflow))
        for workflow in _processes(instance)
    ]


def assign(instance: Instance, place_id: str, name: str, value: Any) -> None:
    """Let every token of a place see this value, or raise LookupError for a place the instance is not in."""
    values = plain({name: value})
    for workflow in _processes(instance):
        if _id(workflow) == place_id:
            _give(workflow, name, values)
            return
    raise LookupError(place_id)


def standing(instance: Instance, before: DefinitionSet, after: DefinitionSet) -> list[Standing]:
    """Return where the tokens of an instance stand, and which of these places another version has not."""
    found = []
    for workflow in instance.active():
        specs = after.specs.get(workflow.spec.name)
        for token in workflow.living():
            name = token.task_spec.name
            if not token.task_spec.bpmn_id or token.task_spec in workflow.spec.listeners:
                continue
            old = before.specs[workflow.spec.name].task_specs[name]
            new = specs.task_specs.get(name) if specs is not None else None
            is_event = bool(token.task_spec.element.attached_to)  # goes with what it is attached to
            problem = "" if type(new) is type(old) else "gone" if new is None else "kind"
            found.append(_standing(token, "" if is_event and new is None else problem))
    return list(dict.fromkeys(found))


def stuck(
    instance: Instance, before: DefinitionSet, migrated: Instance, after: DefinitionSet
) -> set[tuple[str, str]]:
    """Return the elements, by process, at which tokens would wait for ever on a version, and did not before."""
    return _stuck(migrated, after) - _stuck(instance, before)


def _stuck(instance: Instance, definitions: DefinitionSet) -> set[tuple[str, str]]:
    return {
        (workflow.spec.process_id, element)
        for workflow in instance.active()
        for element in movement.waiting_for_ever(definitions, workflow)
    }


def _standing(token: Token, problem: str) -> Standing:
    spec = token.task_spec
    process_id = token.workflow.spec.process_id
    return Standing(process_id, spec.bpmn_id, spec.bpmn_name or "", spec.element.kind, problem)


def _processes(instance: Instance) -> Iterator[Instance | SubInstance]:
    """Yield an instance and what it calls; an embedded subprocess belongs to the process it is drawn in."""
    for workflow in instance.active():
        if not (isinstance(workflow, SubInstance) and workflow.parent_task.task_spec.shares):
            yield workflow


def _id(workflow: Instance | SubInstance) -> str:
    return workflow.parent_task.id if isinstance(workflow, SubInstance) else ""


def _elements(workflow: Instance | SubInstance) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for token in workflow.living():
        inner = inside(token)
        if inner is not None:
            found.update(dict.fromkeys(_elements(inner)))
        elif token.task_spec.bpmn_id and token.task_spec not in workflow.spec.listeners:
            found[token.task_spec.bpmn_id] = None
    return tuple(found)


def _give(workflow: Instance | SubInstance, name: str, values: Mapping[str, Any]) -> None:
    """Give a value to whatever shares the variables of a process; what branches that ended had set counts no more."""
    workflow.ended = {key: value for key, value in workflow.ended.items() if key != name}
    for token in [workflow.task_tree, *workflow.living()]:
        if _is_its_own(token, name):
            continue
        if name in token.task_spec.received:  # an input hides it, and gives it back when it ends
            token.parent.assign(values)
            continue
        token.assign(values)
        collected = token.internal_data.get("written", {})
        if name in collected:
            left = {key: value for key, value in collected.items() if key != name}
            token.internal_data = {**token.internal_data, "written": left}
        inner = inside(token)
        if inner is not None:
            _give(inner, name, values)


def _is_its_own(token: Token, name: str) -> bool:
    """Tell whether a repetition gave this value to one of its instances."""
    if not token.triggered or token.parent is None:
        return False
    frame = token.parent.task_spec
    variable = frame.repetition.element_variable if isinstance(frame, MultiInstance) else ""
    return name in {variable, LOOP_COUNTER}
