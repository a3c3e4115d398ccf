"""A running process as a tree of tokens, with everything it calls."""

import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, cast

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from service.engine.host import Host, Step, Thrown
from service.engine.running.processes import ProcessSpec
from service.engine.running.spiff import COMPLETED, FUTURE, READY, STARTED, UNFINISHED, WAITING
from service.errors import OperationFailed, ProcessFailed, ServiceError, StepLimitExceeded

STEP_LIMIT = 500  # drawn elements one process or subprocess may run through in a single command
TOTAL_LIMIT = 20_000  # and all of them together
SECONDS_LIMIT = 10.0  # of running through elements in a single command
DEPTH_LIMIT = 20  # of subprocesses and calls inside one another
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
        # Variables it has not written, but seen from another token that goes on.
        self.borrowed: frozenset[str] = _NONE
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
        """Do what the element does; where what it threw or wrote took the token away, it goes no further."""
        done = self.task_spec._run_hook(self)
        top = self.workflow.top_workflow
        led_to = top.led_to() if done and self._state == READY else []
        if self._state == READY:
            if done:
                self._state = COMPLETED
                self.task_spec._on_complete(self)
            else:
                self._state = STARTED
        elif done:
            top.record(self)
        top.trace += led_to

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
        """Whether a person put it at its element, not a flow."""
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
    # What branches that already ended had written: key → [before, after].
    ended: dict[str, list[Any]]

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

    def watching(self) -> list[Token]:
        """Return the tokens that wait for a condition."""
        kinds = self.spec.watchers
        return [t for t in self.living() if t._state == WAITING and t.task_spec in kinds]

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
        """Node._on_complete has recorded it already."""

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
        self.watches = any(spec.watchers for spec in specs.values())
        self.prepare(host, at)

    def prepare(self, host: Host, at: datetime) -> None:
        """Make ready for another command."""
        self.host = host
        # Months are counted on the calendar of the people.
        self.at = at.astimezone(getattr(host, "zone", UTC))
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
                    self.look()
            self._settle()
            if not self.ready and not self.look():
                self._steps.clear()
                return

    def look(self) -> bool:
        """Let what waits for a condition look at the variables; say whether anything happened.

        What happens comes before all that is ready: what it interrupts runs no more.
        """
        happened = False
        while self.watches and any(self._looked(workflow) for workflow in self.active()):
            happened = True
        return happened

    def led_to(self) -> list[Step]:
        """Let conditions look at what an element has just written; return the steps that followed from it."""
        number = len(self.trace)
        self.look()
        steps = self.trace[number:]
        del self.trace[number:]
        return steps

    def _looked(self, workflow: "Instance | SubInstance") -> bool:
        """Let the first event of a process or subprocess happen whose condition holds."""
        if workflow.completed:
            return False
        return any(token.task_spec.event_definition.look(token) for token in workflow.watching())

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
        what = kind or spec.kind or spec.element.kind
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
                if token._state == WAITING and token.task_spec.joins:
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


class _NoScripts:
    """The library would evaluate raw text; no element of the dialect lets it."""


def differs(before: Mapping[str, Any], key: str, value: Any) -> bool:
    """Say whether a variable is new or has another value; True, 1 and 1.0 are different to a condition."""
    if key not in before:
        return True
    old = before[key]
    return old is not value and (type(old) is not type(value) or old != value)
