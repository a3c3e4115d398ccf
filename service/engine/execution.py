"""One instance in memory: start, complete, fire, receive, cancel, dump, load — and nothing outside it changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from service.engine import mending, movement
from service.engine.definitions import DefinitionSet
from service.engine.elements import messages
from service.engine.elements.timers import Timer
from service.engine.host import Due, Host, OperationCall, PolicyUse, Step, Thrown
from service.engine.mending import Migration, Place
from service.engine.movement import Move
from service.engine.running import waiting
from service.engine.running.instances import Instance, Token
from service.engine.running.nodes import Joining
from service.engine.running.spiff import READY
from service.engine.running.values import plain
from service.engine.running.waiting import OpenSubscription, OpenTask, OpenTimer
from service.engine.state import adaptation, stored
from service.errors import MessageNotExpected, ProcessFailed, TaskNotOpen

__all__ = [
    "Due",
    "Execution",
    "Host",
    "Migration",
    "Move",
    "OpenSubscription",
    "OpenTask",
    "OpenTimer",
    "OperationCall",
    "Place",
    "PolicyUse",
    "Step",
    "Thrown",
]

_SUBSCRIBED = ("message", "signal", "conditional")
"""What is waited for that no clock brings."""


class Execution:
    """A running instance. After an exception it is half-way through a step: throw it away and load the saved state."""

    def __init__(self, definitions: DefinitionSet, instance: Instance) -> None:
        self.definitions = definitions
        self._instance = instance

    @classmethod
    def start(
        cls,
        definitions: DefinitionSet,
        variables: Mapping[str, Any],
        host: Host,
        at: datetime,
        start_event: str = "",
    ) -> "Execution":
        """Start a process at its blank start event, or at the one named, and run it to its first waits."""
        instance = Instance(definitions.specs, definitions.process.process_id, host, at)
        instance.begin(plain(variables), start_event)
        execution = cls(definitions, instance)
        execution._advance()
        return execution

    @classmethod
    def load(
        cls, definitions: DefinitionSet, saved: bytes, host: Host, at: datetime
    ) -> "Execution":
        """Return the instance as it was saved."""
        name = definitions.process.process_id
        return cls(definitions, stored.load(definitions.specs, name, saved, host, at))

    def resume(self, host: Host, at: datetime) -> None:
        """Make an execution in memory ready for another command, as if it had just been loaded."""
        self._instance.prepare(host, at)

    def dump(self) -> bytes:
        """Return the state to save."""
        return stored.dump(self._instance)

    # commands

    def complete(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """Complete a user task with these variables and run on, or raise TaskNotOpen."""
        token = self._task(task_id)
        token.assign(plain(variables, token.task_spec.bpmn_id))
        self._instance.run(token)
        self._advance()

    def fire(self, timer_id: str, at: datetime) -> bool:
        """Fire one timer and run on; return False when it is no longer waited for."""
        token = self._instance.event_manager.tasks.get(timer_id)
        if token is None or not isinstance(token.task_spec.event_definition, Timer):
            return False
        self._instance.at = at.astimezone(self._instance.at.tzinfo)
        token.task_spec.event_definition.fire(token)
        self._advance()
        return True

    def receive(
        self, name: str, kind: str, payload: Mapping[str, Any], element_id: str = ""
    ) -> None:
        """Hand a message or signal to every token that waits for it, at one element if any is named, or raise MessageNotExpected."""
        every = messages.listeners(self._instance, kind, name)
        listeners = [one for one in every if element_id in ("", one.task_spec.bpmn_id)]
        if not listeners:
            raise MessageNotExpected(name=name)
        messages.hear(listeners, plain(payload))
        self._advance()

    def cancel(self) -> None:
        """End the instance at once."""
        self._instance.cancel()

    # moving

    def targets(self, task_id: str) -> list[str]:
        """Return the elements to which an open task, or what waits for a timer or message, may be moved."""
        return movement.targets(self.definitions, self._living(task_id))

    def plan_move(self, task_ids: Sequence[str], element_id: str) -> Move:
        """Say what moving these tokens to one element would do, without doing it."""
        return movement.plan(self.definitions, [self._living(i) for i in task_ids], element_id)

    def move(self, move: Move, variables: Mapping[str, Any]) -> None:
        """Make a planned move and run on; the plan must be of this very state."""
        for task_id in move.withdrawn:
            self._living(task_id)
        movement.apply(move, self._instance, variables)
        self._advance()

    def migrated(self, definitions: DefinitionSet) -> "Execution":
        """Return this instance on another version of its diagram, or raise ProcessFailed naming where it cannot be.

        Ids, variables and running timers stay as they are; boundary events drawn since then are armed now.
        """
        top = self._instance
        name = definitions.process.process_id
        saved = stored.dump(top)
        other = stored.load(definitions.specs, name, saved, top.host, top.at)
        adaptation.adapt(other, self.definitions.specs)
        return Execution(definitions, other)

    def plan_migration(self, definitions: DefinitionSet) -> Migration:
        """Say where the tokens would stand on another version and what becomes of what they wait for, without doing it.

        Raises ProcessFailed where that could not say of a task who does it, or by when.
        """
        standing = mending.standing(self._instance, self.definitions, definitions)
        if any(one.problem for one in standing):
            return Migration(tuple(standing))
        after = self.migrated(definitions)
        list(map(after.task, after.task_ids))
        stuck = mending.stuck(self._instance, self.definitions, after._instance, definitions)
        before, now = self._events(), after._events()
        return Migration(
            tuple(standing),
            tuple(sorted(stuck)),
            tuple(name for id_, name in before.items() if id_ in now),
            tuple(name for id_, name in before.items() if id_ not in now),
            tuple(name for id_, name in now.items() if id_ not in before),
        )

    # variables

    def places(self) -> list[Place]:
        """Return the processes the instance is in, itself first, with their variables."""
        return mending.places(self._instance)

    def set_variable(self, place_id: str, name: str, value: Any) -> None:
        """Let every token of a place see this value and run on where a condition waited for it.

        Raises LookupError for a place the instance is not in.
        """
        mending.assign(self._instance, place_id, name, value)
        self._instance.advance()

    # what waits

    @property
    def task_ids(self) -> list[str]:
        """The ids of the open user tasks, in order of creation within each process; cheap."""
        return [token.id for token in self._open()]

    def task(self, task_id: str) -> OpenTask:
        """Return the details of an open task, its candidates computed from the variables now."""
        return waiting.task(self._task(task_id))

    @property
    def user_tasks(self) -> list[OpenTask]:
        return [waiting.task(token) for token in self._open()]

    @property
    def process_ids(self) -> frozenset[str]:
        """The processes in which it has a token: its own and those it has called, none once it has ended."""
        if self.ended:
            return frozenset()
        return frozenset(one.spec.process_id for one in self._instance.active())

    @property
    def timer_ids(self) -> list[str]:
        return [token.id for token in self._waiting("timer")]

    def timer(self, timer_id: str) -> OpenTimer:
        return waiting.timer(self._instance.event_manager.tasks[timer_id])

    @property
    def timers(self) -> list[OpenTimer]:
        return [waiting.timer(token) for token in self._waiting("timer")]

    @property
    def subscriptions(self) -> list[OpenSubscription]:
        return [waiting.subscription(token) for token in self._waiting(*_SUBSCRIBED)]

    # what happened

    @property
    def trace(self) -> list[Step]:
        """The elements gone through in this command, in order."""
        return self._instance.trace

    @property
    def thrown(self) -> list[Thrown]:
        """The messages and signals thrown in this command for others to hear."""
        return self._instance.thrown

    def variables(self, task_id: str) -> Mapping[str, Any]:
        """Return the variables of a waiting token, whatever it waits for."""
        return dict(self._living(task_id).data)

    @property
    def ended(self) -> bool:
        return self._instance.completed

    @property
    def end_event(self) -> str | None:
        """The end event by which the instance ended."""
        return self._instance.end_event if self._instance.completed else None

    @property
    def result(self) -> Mapping[str, Any]:
        """The variables with which the instance ended."""
        return dict(self._instance.data) if self._instance.completed else {}

    # private

    def _advance(self) -> None:
        self._instance.advance()
        stuck = not self.ended and not self._waiting("timer", *_SUBSCRIBED)
        if stuck and next(self._open(), None) is None:
            raise ProcessFailed(
                "流程走到这里就再也走不下去了：有网关在等一条不会到来的路。请流程设计员检查并行网关的分支与汇合。",
                element=next(iter(self._joins()), ""),
                cause="nothing waits and nothing ends",
            )

    def _joins(self) -> Iterator[str]:
        for workflow in self._instance.active():
            for token in workflow.living():
                if isinstance(token.task_spec, Joining) and token.task_spec.bpmn_id:
                    yield token.task_spec.bpmn_id

    def _events(self) -> dict[str, str]:
        """Return the elements of the timers, messages, signals and conditions that are waited for, by token."""
        tokens = self._waiting("timer", *_SUBSCRIBED)
        return {token.id: token.task_spec.bpmn_id for token in tokens}

    def _open(self) -> Iterator[Token]:
        for workflow in self._instance.active():
            for token in workflow.tasks.values():
                if token._state == READY and token.task_spec.manual:
                    yield token

    def _task(self, task_id: str) -> Token:
        for workflow in self._instance.active():
            token = workflow.tasks.get(task_id)
            if token is not None and token._state == READY and token.task_spec.manual:
                return token
        raise TaskNotOpen(task=task_id)

    def _living(self, task_id: str) -> Token:
        for workflow in self._instance.active():
            token = workflow.tasks.get(task_id)
            if token is not None and token.live:
                return token
        raise TaskNotOpen(task=task_id)

    def _waiting(self, *kinds: str) -> list[Token]:
        tokens = self._instance.event_manager.tasks.values()
        return [token for token in tokens if token.task_spec.event_definition.kind in kinds]
