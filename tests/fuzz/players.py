"""The three that play a diagram: our engine, the stock library, and the interpreter; each is seen the same way."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from service.engine.definitions import parse
from service.engine.execution import Execution, OperationCall
from tests.fuzz.checks import checked
from tests.fuzz.generator import BPMN, FACTS, LISTS, Diagram
from tests.fuzz.interpreter import Interpreter, Token, view

BEGUN: Mapping[str, Any] = {**LISTS, **FACTS}


@dataclass(frozen=True, order=True)
class Wait:
    """Something that waits for the world; `key` is the player's own handle."""

    kind: str  # task | timer | signal | message
    element: str
    variables: str  # as JSON, so that waits can be sorted
    due: str = ""
    key: Any = field(default=None, compare=False)

    def __str__(self) -> str:
        due = f" due {self.due}" if self.due else ""
        return f"{self.kind} {self.element}{due} {self.variables}"


@dataclass(frozen=True)
class Seen:
    """What can be seen of an instance after a step."""

    done: Counter[str]  # elements completed in the last step
    waits: tuple[Wait, ...]
    joins: Counter[str]  # tokens waiting for other tokens
    result: str | None  # the variables at the end, once it has ended


class Player(Protocol):
    def seen(self) -> Seen: ...
    def do(self, wait: Wait, values: Mapping[str, Any], at: datetime) -> None: ...


def text(variables: Mapping[str, Any]) -> str:
    """Return variables as sorted JSON, without the lists that every instance has."""
    shown = {name: value for name, value in variables.items() if name not in BEGUN}
    return json.dumps(shown, sort_keys=True)


def without(seen: Seen, elements: Collection[str]) -> Seen:
    """Leave out the variables that these elements write."""
    waits = [replace(w, variables=_without(w.variables, elements)) for w in seen.waits]
    result = seen.result and _without(seen.result, elements)
    return replace(seen, waits=tuple(sorted(waits)), result=result)


def _without(shown: str, elements: Collection[str]) -> str:
    variables: dict[str, Any] = json.loads(shown)
    left = {f"{kind}_{key}" for kind in ("v", "s", "seven") for key in elements}
    return text({name: value for name, value in variables.items() if name not in left})


class Notes:
    """A host whose only operation writes that it was here."""

    functions: Mapping[str, Any] = {}

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any]:
        return {f"s_{call.element_id}": 1}


class Engine:
    """Ours, saved and loaded afresh after every step, as the runtime does it."""

    def __init__(self, diagram: Diagram, at: datetime) -> None:
        parsed = parse(diagram.files)
        self.definitions = parsed[diagram.process].bind(parsed)
        self.at = at
        self.execution = Execution.start(self.definitions, BEGUN, Notes(), at, diagram.begin)
        self._saved()

    def do(self, wait: Wait, values: Mapping[str, Any], at: datetime) -> None:
        self.at = at
        self._prepare()
        if wait.kind == "task":
            self.execution.complete(wait.key, values)
        elif wait.kind == "timer":
            assert self.execution.fire(wait.key, at)
        else:
            self.execution.receive(wait.element, wait.kind, {})
        self._saved()

    def _prepare(self) -> None:
        state = self.execution.dump()
        self.execution = Execution.load(self.definitions, state, Notes(), self.at)

    def _saved(self) -> None:
        self.done = Counter(step.element_id for step in self.execution.trace)
        self.execution = checked(self.execution, Notes(), self.at)

    def seen(self) -> Seen:
        now = self.execution
        waits = [Wait("task", t.element_id, text(t.variables), key=t.id) for t in now.user_tasks]
        for timer in now.timers:
            variables = text(now.variables(timer.id))
            due = timer.due_at.isoformat()
            waits.append(Wait("timer", timer.element_id, variables, due, timer.id))
        for item in now.subscriptions:
            waits.append(Wait(item.kind, item.element_id, text(now.variables(item.id))))
        result = text(now.result) if now.ended else None
        return Seen(self.done, tuple(sorted(waits)), Counter(now._joins()), result)


class Kept(Engine):
    """Ours, kept in memory from step to step, as the runtime does it when nobody else touched the instance."""

    def _prepare(self) -> None:
        self.execution.resume(Notes(), self.at)

    def _saved(self) -> None:
        self.done = Counter(step.element_id for step in self.execution.trace)
        checked(self.execution, Notes(), self.at)


class Migrated(Engine):
    """Ours, moved to a newly deployed version of the same diagram before every step."""

    def _prepare(self) -> None:
        super()._prepare()
        self.execution = self.execution.migrated(self.definitions)


class Semantics:
    """The interpreter."""

    def __init__(self, diagram: Diagram, at: datetime) -> None:
        self.inner = Interpreter(diagram.files, diagram.process, BEGUN, at, diagram.begin)

    def do(self, wait: Wait, values: Mapping[str, Any], at: datetime) -> None:
        self.inner.at = at
        token: Token = wait.key
        if wait.kind == "task":
            self.inner.complete(token, values)
        elif wait.kind == "timer":
            self.inner.occur(token)
        else:
            self.inner.occur(*(t for t in self.inner.waiting() if t.at == token.at))

    def seen(self) -> Seen:
        inner = self.inner
        waits = [self._wait(token) for token in inner.waiting()]
        joins = Counter(t.at for scope in inner.scopes for t in scope.tokens if t.flow)
        result = text(inner.result) if inner.result is not None else None
        return Seen(+inner.done, tuple(sorted(waits)), joins, result)

    def _wait(self, token: Token) -> Wait:
        variables = text(view(token.data))
        if token.due is not None:
            return Wait("timer", token.at, variables, token.due.isoformat(), token)
        node = self.inner.nodes[token.at]
        for kind in ("signal", "message"):
            if node.find(f"{BPMN}{kind}EventDefinition") is not None:
                return Wait(kind, token.at, variables, key=token)
        return Wait("task", token.at, variables, key=token)


class Library:
    """SpiffWorkflow as it comes, its timers made due by hand."""

    def __init__(self, diagram: Diagram, at: datetime) -> None:
        parser = CamundaParser()
        for file, content in diagram.files.items():
            parser.add_bpmn_xml(etree.fromstring(content), filename=file)
        spec = parser.get_spec(diagram.process)
        called = parser.get_subprocess_specs(diagram.process)
        self.workflow = BpmnWorkflow(spec, called)
        self.workflow.data.update(LISTS)
        [first] = self.workflow.get_tasks(spec_name="Start")
        first.data = {name: list(items) for name, items in LISTS.items()}
        self.completed: set[Any] = set()
        self._advance()

    def do(self, wait: Wait, values: Mapping[str, Any], at: datetime) -> None:
        task: Task = wait.key
        if wait.kind == "task":
            task.data.update(values)
            task.run()
        elif wait.kind == "timer":
            task._set_internal_data(event_value="2001-01-01T00:00:00+00:00")
            task.task_spec._update(task)
        else:
            self.workflow.send_event(BpmnEvent(SignalEventDefinition(wait.element), {}))
        self._advance()

    def _advance(self) -> None:
        self.workflow.do_engine_steps()
        before = self.completed
        tasks = [t for t in self._tasks() if t.state == TaskState.COMPLETED]
        self.completed = before | {task.id for task in tasks}
        fresh = [task.task_spec.bpmn_id for task in tasks if task.id not in before]
        self.done = Counter(element for element in fresh if element)

    def _tasks(self) -> list[Task]:
        inner = [task for sub in self.workflow.subprocesses.values() for task in sub.tasks.values()]
        return [*self.workflow.tasks.values(), *inner]

    def seen(self) -> Seen:
        ready = [t for t in self._tasks() if t.state == TaskState.READY and t.task_spec.manual]
        waits = [Wait("task", t.task_spec.bpmn_id, text(t.data), key=t) for t in ready]
        for task in self.workflow.event_manager.tasks.values():
            waits += self._events(task)
        ended = self.workflow.is_completed()
        result = text(self.workflow.last_task.data) if ended else None
        return Seen(self.done, tuple(sorted(waits)), Counter(), result)

    def _events(self, task: Task) -> list[Wait]:
        """An event gateway holds the events of what follows it."""
        awaited = getattr(task.task_spec.event_definition, "event_definitions", None)
        specs = [task.task_spec] if awaited is None else task.task_spec.outputs
        definitions = awaited or [task.task_spec.event_definition]
        variables = text(task.data)
        return [
            Wait(kind, spec.bpmn_id, variables, key=task)
            for spec, definition in zip(specs, definitions, strict=True)
            for kind, sort in _SORTS.items()
            if isinstance(definition, sort)
        ]


_SORTS = {"timer": TimerEventDefinition, "signal": SignalEventDefinition}
