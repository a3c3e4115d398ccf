"""SpiffWorkflow 3.2.0 as this project uses it: its tree of tasks and its specifications, without its known bugs.

Nothing of the library is patched in place. Its classes are extended here and in `gateways`, `events` and `activities`, and every private name that
is taken or overridden is listed in `PRIVATE_NAMES` with the reason; a test holds each against the installed version.

What differs from the library, and why:

* No prediction. The library keeps the whole future of a process as tasks: doubled by every split, copied into every
  saved state, recursive in the length of the diagram, stale after a migration. Here a task is born when a token arrives.
* Data is copied on write. The library merges nested lists from parent to child and loses updates at joins; here a
  task shares its parent's dictionary until somebody assigns a new one, and a join merges three ways.
* Joins count the tokens that wait on their incoming flows, as BPMN says; the library counts finished tasks of earlier
  passes of a loop and fires early.
* Ready tasks are queued, not searched for: the library walks the whole tree after every step.
"""

import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter
from types import MappingProxyType
from typing import Any, cast

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task

from service.engine.drawn.source import Element
from service.engine.host import Host, Step, Thrown
from service.errors import OperationFailed, ProcessFailed, ServiceError, StepLimitExceeded

VERSION = "3.2.0"
STEP_LIMIT = 500  # drawn elements one process or subprocess may run through in a single command
TOTAL_LIMIT = 20_000  # and all of them together
SECONDS_LIMIT = 10.0  # of running through elements in a single command
DEPTH_LIMIT = 20  # of subprocesses and calls inside one another

SPLIT = ".BoundaryEventSplit"  # what the name of the undrawn node above an activity ends with
LISTENER = "(listening)"  # and that of the node that waits for what starts an event subprocess

FUTURE, WAITING, READY, STARTED = 4, 8, 16, 32
COMPLETED, CANCELLED = 64, 256
UNFINISHED = FUTURE | WAITING | READY | STARTED

# Every private name of the library that this project calls or overrides, as "module:qualified name".
PRIVATE_NAMES: Mapping[str, str] = {
    "SpiffWorkflow.task:Task._add_child": "overridden: children are Tokens, nothing is predicted",
    "SpiffWorkflow.task:Task._set_state": "overridden: queues ready tokens; the library builds log records nobody reads",
    "SpiffWorkflow.task:Task._inherit_data": "overridden: data is shared until it is assigned anew",
    "SpiffWorkflow.task:Task._ready": "called: marks a token ready",
    "SpiffWorkflow.task:Task._drop_children": "used by Task.cancel",
    "SpiffWorkflow.specs.base:TaskSpec._predict": "overridden: nothing is predicted",
    "SpiffWorkflow.specs.base:TaskSpec._update": "called: a token arrived at an element",
    "SpiffWorkflow.specs.base:TaskSpec._update_hook": "overridden: what an arrival does",
    "SpiffWorkflow.specs.base:TaskSpec._run_hook": "overridden: what an element does",
    "SpiffWorkflow.specs.base:TaskSpec._on_ready": "overridden: skips checks made at deployment",
    "SpiffWorkflow.specs.base:TaskSpec._on_complete": "overridden: tokens are sent on here",
    "SpiffWorkflow.specs.base:TaskSpec._on_complete_hook": "overridden: no data associations",
    "SpiffWorkflow.specs.base:TaskSpec._on_cancel": "overridden: waiting events are forgotten, called processes cancelled",
    "SpiffWorkflow.workflow:Workflow._task_completed_notify": "overridden: no walk over the tree after each task",
    "SpiffWorkflow.workflow:Workflow._task_removed_notify": "overridden: the event manager forgets removed tasks",
    "SpiffWorkflow.workflow:Workflow._remove_task": "called: a finished branch leaves the tree",
    "SpiffWorkflow.bpmn.util.subworkflow:BpmnSubWorkflow._calculate_depth": "called by the constructor",
    "SpiffWorkflow.specs.WorkflowSpec:WorkflowSpec._add_notify": "called by every specification's constructor",
}

# Private fields set by the library's constructors, or by ours in their stead.
PRIVATE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "SpiffWorkflow.task:Task": ("_state", "_children", "_parent"),
    "SpiffWorkflow.specs.base:TaskSpec": ("_inputs", "_outputs"),
}

if version("spiffworkflow") != VERSION:  # pragma: no cover — the pin in pyproject.toml keeps it so
    raise RuntimeError(f"this engine is written against SpiffWorkflow {VERSION}")


_NONE: frozenset[str] = frozenset()


class Token(Task):
    """A task of the library's tree: one token at one element. Its id is a hex string, stable for as long as it lives."""

    def __init__(
        self,
        workflow: "Instance | SubInstance",
        task_spec: BpmnTaskSpec,
        parent: "Token | None" = None,
        state: int = FUTURE,
        id: str | None = None,
    ) -> None:
        self.id = id or os.urandom(16).hex()
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.borrowed: frozenset[str] = (
            _NONE  # variables it only saw written by another that goes on
        )
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        self._state = state
        self._children: list[str] = []
        self._parent = parent.id if parent is not None else None
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    def _add_child(self, task_spec: BpmnTaskSpec, state: int = FUTURE) -> "Token":
        return Token(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == READY and not self.task_spec.manual:
            self.workflow.top_workflow.ready.append(self)

    def _inherit_data(self) -> None:
        self.data, self.borrowed = self.parent.data, self.parent.borrowed

    def run(self) -> None:
        """Do what the element does; where what it said took the token away, it goes no further."""
        done = self.task_spec._run_hook(self)
        if self._state == READY:
            if done:
                self._state = COMPLETED
                self.task_spec._on_complete(self)
            else:
                self._state = STARTED
        elif done:
            self.workflow.top_workflow.record(self)

    def assign(self, values: Mapping[str, Any]) -> None:
        """Give the token new values without touching those of the tokens before it."""
        if self.borrowed:
            self.borrowed -= {key for key in values if differs(self.data, key, values[key])}
        if values:
            self.data = {**self.data, **values}

    @property
    def live(self) -> bool:
        return bool(self._state & UNFINISHED)

    def ancestors(self) -> "Iterator[Token]":
        """Yield the tokens it came from, nearest first."""
        tasks = self.workflow.tasks
        above = self._parent
        while above is not None:
            parent = tasks[above]
            yield parent
            above = parent._parent

    @property
    def moved(self) -> bool:
        """Whether somebody put it at its element, rather than a flow."""
        for token in self.ancestors():
            if token.task_spec.bpmn_id is not None:
                return False
            if token.task_spec is self.workflow.spec.start:
                return True
        return False

    @property
    def origin(self) -> "Token | None":
        """The nearest token before it at another drawn element."""
        for token in self.ancestors():
            if token.task_spec.bpmn_id is None:
                continue
            if self.triggered and token.id == self._parent:
                continue  # the frame of a multi-instance activity, not an element before it
            return token
        return None


class Node(BpmnTaskSpec):
    """An element's behaviour; shared by all threads, so nothing here changes after the diagram was read."""

    element: Element
    repeats: "Any" = None  # the frame whose single instances this node is
    shares = False  # whether what runs inside it has the same variables
    received: Mapping[str, Any] = MappingProxyType({})  # variables of its own while it lasts
    choice: "Any" = None  # how it chooses among its flows, where it does not take them all

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


class ProcessSpec(BpmnProcessSpec):
    """What is drawn in one process or embedded subprocess. Names of undrawn nodes cannot be ids in XML."""

    def __init__(self, name: str, process_id: str) -> None:
        WorkflowSpec.__init__(self, name)
        self.process_id = process_id
        self.bpmn_start_events: list[Any] = []
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.io_specification = None
        self.svg = None
        self.flows: dict[tuple[str, str], str] = {}  # (source, target) → flow id
        self.listeners: list[Any] = []  # what starts its event subprocesses
        self.initial: dict[str, Any] = {}  # variables it begins with


class _Running:
    """What an instance and a subprocess of it have in common."""

    tasks: dict[str, Token]
    task_tree: Token
    completed: bool
    success: bool
    spec: ProcessSpec
    top_workflow: "Instance"
    last_task: Token | None
    end_event: str | None  # the last end event a token came to
    ended: dict[
        str, list[Any]
    ]  # what branches that already ended had written: key → [before, after]

    def begin(self, data: dict[str, Any], start_event: str = "") -> None:
        self.task_tree = Token(cast("Instance", self), self.spec.start)
        self.task_tree.data = {**self.spec.initial, **data} if self.spec.initial else data
        if start_event:
            self.task_tree.internal_data = {"start": start_event}
        self.task_tree._set_state(READY)

    def living(self) -> list[Token]:
        return [token for token in self.tasks.values() if token._state & UNFINISHED]

    def listening(self) -> list[Token]:
        """Return the tokens that wait for what starts an event subprocess; they do not keep the process alive."""
        kinds = self.spec.listeners
        return [token for token in self.living() if token.task_spec in kinds] if kinds else []

    def cancel(self, *args: Any, **kwargs: Any) -> None:
        """End at once; nothing of it waits any more."""
        self.completed = True
        self.success = False
        for token in self.living():
            if token.live and token.id in self.tasks:
                token.cancel()

    def is_completed(self) -> bool:
        return self.completed

    def _task_completed_notify(self, task: Token) -> None:
        """Node._on_complete has said it already."""

    def _task_removed_notify(self, task: Token) -> None:
        top = self.top_workflow
        top.event_manager.remove_task(task)
        called = top.subprocesses.pop(task.id, None)
        if called is not None and not called.completed:
            called.cancel()


class Instance(_Running, BpmnWorkflow):
    """A running process with everything it calls."""

    def __init__(
        self, specs: Mapping[str, ProcessSpec], name: str, host: Host, at: datetime
    ) -> None:
        BpmnWorkflow.__init__(
            self, specs[name], specs, script_engine=_NoScripts(), deserializing=True
        )
        self.ended = {}
        self.end_event = None
        self.ready: deque[Token] = deque()
        self.prepare(host, at)

    def prepare(self, host: Host, at: datetime) -> None:
        """Make ready for another command."""
        self.host = host
        self.at = at.astimezone(
            getattr(host, "zone", UTC)
        )  # months are counted on people's calendar
        # What the host wants to see unwrapped, such as a database that is gone.
        self.passing = (ServiceError, *getattr(host, "passing", ()))
        self.functions = {**host.functions, "now": self._now, "dateTime": self._now}
        self.trace: list[Step] = []
        self.thrown: list[Thrown] = []
        self._steps: Counter[str | None] = Counter()
        self._began = perf_counter()

    def _now(self, names: Mapping[str, Any]) -> datetime:
        """What an expression calls the present: the moment of the command."""
        return self.at

    def advance(self) -> None:
        """Run what is ready until only people, timers and messages can move the instance."""
        while True:
            while self.ready:
                token = self.ready.popleft()
                workflow = token.workflow
                if token._state == READY and token.id in workflow.tasks and not workflow.completed:
                    self.run(token)
            self._settle()
            if not self.ready:
                self._steps.clear()
                return

    def cancel(self, *args: Any, **kwargs: Any) -> None:
        _Running.cancel(self)
        self.end_event = None

    def active(self) -> "list[Instance | SubInstance]":
        return [self, *(called for called in self.subprocesses.values() if not called.completed)]

    def record(self, token: Token, kind: str = "") -> None:
        """Note that a token has been through an element."""
        spec = token.task_spec
        element = spec.bpmn_id
        if element is None:
            return
        flow, origin = self.entered(token)
        name = spec.bpmn_name or ""
        what = kind or (spec.kind if isinstance(spec, Frame) else spec.element.kind)
        process = token.workflow.spec.process_id
        self.trace.append(Step(process, element, what, name, origin, flow, token.id))

    def entered(self, token: Token) -> tuple[str | None, str | None]:
        """Return the sequence flow by which a token came to its element, and where from."""
        origin = token.origin
        if origin is None or token.moved:
            return None, None
        source = origin.task_spec.bpmn_id
        if token.task_spec.element.attached_to:
            return None, token.task_spec.element.attached_to
        chosen = origin.internal_data.get("way")
        return chosen or token.workflow.spec.flows.get((source, token.task_spec.bpmn_id)), source

    def run(self, token: Token) -> None:
        """Run one ready token, within the step limit; whatever fails names its element."""
        element = token.task_spec.bpmn_id or ""
        if element:
            self._count(token.workflow.parent_task_id, element)
        try:
            token.run()
        except self.passing:
            raise
        except Exception as error:
            raise OperationFailed(element=element, cause=repr(error)) from error

    def _count(self, process: str | None, element: str) -> None:
        self._steps[process] += 1
        if self._steps[process] > STEP_LIMIT or self._steps.total() > TOTAL_LIMIT:
            raise StepLimitExceeded(
                f"流程一次走过的环节超过 {STEP_LIMIT} 个，可能在“{element}”处循环不止，已停止并撤销。",
                element=element,
            )
        if perf_counter() - self._began > SECONDS_LIMIT:
            raise StepLimitExceeded(
                f"流程这一步走了超过 {SECONDS_LIMIT:g} 秒，停在“{element}”，已停止并撤销。"
                "请运维人员查看这里的操作为什么慢，再重试。",
                element=element,
                cause="time budget",
            )

    def _settle(self) -> None:
        """Let every join look again, now that nothing else moves; one that fires is looked at again afterwards."""
        for workflow in self.active():
            joins: dict[str, Token] = {}
            for token in workflow.tasks.values():
                if token._state == WAITING and isinstance(token.task_spec, Joining):
                    joins[token.task_spec.name] = token
            for token in joins.values():
                if token._state == WAITING:
                    token.task_spec.settle(token)


class SubInstance(_Running, BpmnSubWorkflow):
    """A called process or embedded subprocess inside an instance."""

    def __init__(self, spec: ProcessSpec, parent_task: Token) -> None:
        self.parent_task = parent_task
        self.end_event = None
        self.ended = {}
        BpmnSubWorkflow.__init__(
            self, spec, parent_task.id, parent_task.workflow.top_workflow, deserializing=True
        )
        if self.depth > DEPTH_LIMIT:
            raise ProcessFailed(
                f"流程互相调用超过 {DEPTH_LIMIT} 层，已停止。请检查调用活动是否调用了自己。",
                element=parent_task.task_spec.bpmn_id or "",
            )

    @property
    def parent_workflow(self) -> "Instance | SubInstance":
        return self.parent_task.workflow


class Frame(Node):
    """A node that stands for several instances of an activity."""

    kind = "multiInstance"  # in the trace


class Joining(Node):
    """A node where tokens wait for one another."""

    def settle(self, my_task: Token) -> None:
        raise NotImplementedError


class _NoScripts:
    """The library would evaluate raw text; no element of the dialect lets it."""


def differs(before: Mapping[str, Any], key: str, value: Any) -> bool:
    """Say whether a variable is new or has another value; True, 1 and 1.0 are different to a condition."""
    if key not in before:
        return True
    old = before[key]
    return old is not value and (type(old) is not type(value) or old != value)
