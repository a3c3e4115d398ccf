"""The course of one instance on a virtual clock: whatever is due next happens next, and what happened is written down.

When nobody has anything to do, the clock goes to the next moment at which something may. A run always ends: a
reminder that comes round for ever is let go after some rounds, and so is a process that walks in a circle.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.engine.checking.lint import Finding
from service.engine.definitions import DefinitionSet, Element
from service.engine.language import timing
from service.errors import (
    FormInvalid,
    ProcessFailed,
    ServiceError,
)
from service.operations import OPERATIONS, Context, Operation
from service.playing import improvising
from service.playing.improvising import Asked
from service.playing.stage import Stage
from service.register.people.directory import Actor
from service.register.people.roles import group
from service.runtime import instances, mailbox, messages, timers
from service.simulation import explaining, observation
from service.simulation.answers import Answers, OpenTask
from service.simulation.outcome import Awaited, Outcome, Passed, Stop
from service.simulation.scenario import (
    Scenario,
    values_of,
)
from service.tables.runtime import (
    CaseMessage,
    ProcessInstance,
    TimerJob,
    UserTask,
)

MOST_COMMANDS = 600
MOST_TICKS = 20
"""How often a cycle without a number ticks before the clock stops waiting for it."""


class _Stopped(Exception):
    """Nothing more can happen, for a reason that is no failure."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Course:
    """One instance at one moment; `run` moves on to whatever comes next, until nothing does."""

    def __init__(
        self,
        database: Database,
        definition: DefinitionSet,
        scenario: Scenario,
        stood_in: Collection[tuple[str, str]] = (),
    ) -> None:
        self.database = database
        self.stood_in = stood_in
        self.definition = definition
        self.scenario = scenario
        self.stage = Stage(database, scenario.start)
        self.pending = list(scenario.messages)
        self.commands = 0
        self.instance_id: int | None = None
        self.end = ""
        self.is_ended = False
        self.trace: list[Passed] = []
        self.open: dict[str, OpenTask] = {}
        self.answers = Answers(definition, scenario)
        self.ticks: Counter[str] = Counter()
        self.words = explaining.words(definition)
        self.at_hand = ""  # the element whose turn it is
        self.unknown = _named(definition) - OPERATIONS.keys()

    def run(self) -> Stop | None:
        """Go on until an end is reached; return why, where none is."""
        try:
            self._start()
            while not self.is_ended:
                if self.commands >= MOST_COMMANDS:
                    raise _Stopped("steps", explaining.circle(self.trace, MOST_COMMANDS))
                self._fire() or self._hand_over() or self._deliver() or self._complete() or self._wait()
        except _Stopped as stopped:
            return Stop(stopped.reason, str(stopped))
        except ProcessFailed as error:
            element = error.element or self.at_hand
            sentence = explaining.failure(error, self.definition, element, self._done())
            return Stop("failed", sentence, element, error.cause)
        except FormInvalid as error:
            return Stop("form", explaining.REFUSED, self.at_hand, messages=error.messages)
        except ServiceError as error:
            return Stop("failed", str(error), self.at_hand)
        return None

    def outcome(self, stop: Stop | None, findings: Sequence[Finding]) -> Outcome:
        """Return everything that came of it so far."""
        process = self.definition.process
        end = process.elements.get(self.end)
        return Outcome(
            process.process_id,
            process.name,
            self.scenario.start,
            self.stage.at,
            self.end,
            end.name if end else "",
            stop,
            tuple(self.trace),
            tuple(self._waiting()),
            tuple(message.name for message in self.pending),
            tuple(findings),
        )

    @property
    def operations(self) -> Mapping[str, Operation]:
        """What this release can do, and for all that it does not know, what the answers say."""
        return {
            **OPERATIONS,
            **dict.fromkeys(self.unknown, Operation(self._returned, is_open=True)),
        }

    def _returned(self, context: Context) -> Mapping[str, Any]:
        """Stand in for an operation this release does not know."""
        element = self.definition.element(context.process_id, context.element_id)
        if element.kind in {"userTask", "startEvent"}:
            return {}
        return values_of(self.answers.next(context.process_id, element))

    # What happens, each in a transaction of its own

    def _start(self) -> None:
        process_id = self.definition.process.process_id
        element, payload = self._beginning()
        start_event = element.id if element is not None and element.event is not None else ""

        def start(session: Session, person: Actor, filled: dict[str, Any]) -> None:
            by, at = person.login, self.stage.at
            row = instances.start(session, process_id, filled, by, at, None, start_event)
            self.instance_id = row.id

        asked = element or Element(process_id, "startEvent")
        groups = [group(name.strip()) for name in asked.properties.get("starters", "").split(",")]
        self.at_hand = asked.id
        given = {**self.scenario.variables, **payload}
        improvising.hand_in(
            self.database,
            Asked(asked, list(filter(None, groups)), {}, given, 0, self.stage.at, self.words),
            start,
        )
        self._look()

    def _beginning(self) -> tuple[Element | None, Mapping[str, Any]]:
        """Return the start event and the payload it gets: of the message that is sent first, else where people start."""
        process = self.definition.process
        named = {start.event.name: start for start in process.starts if start.event is not None}
        for message in self.pending:
            if message.name in named and process.start in (None, named[message.name]):
                self.pending.remove(message)
                return named[message.name], message.payload
        return process.start or next(iter(process.starts), None), {}

    def _fire(self) -> bool:
        """Fire the job of this instance that has been due longest; what else a clock would begin is not asked about."""
        assert self.instance_id is not None
        with self.database.reading() as session:
            jobs = timers.of(session, self.instance_id)
        job = next((job for job in jobs if (job.not_before or job.due_at) <= self.stage.at), None)
        if job is None:
            return False
        self.at_hand = job.element_id
        self.ticks[job.id] += 1
        self.stage.fire_one(job.id)
        self._look()
        return True

    def _hand_over(self) -> bool:
        """Hand over or keep the first message the instance has thrown; what else it would begin is not asked about."""
        assert self.instance_id is not None
        with self.database.reading() as session:
            found = [
                session.get_one(CaseMessage, id_) for id_ in mailbox.due(session, self.stage.at)
            ]
            due = [one for one in found if not messages.begun(session, "message", one.name)]
        if not due:
            return False
        self.at_hand = due[0].element_id
        with self.database.transaction() as session:
            mailbox.deliver(session, due[0].id, self.stage.at)
        self._look()
        return True

    def _deliver(self) -> bool:
        for message in self.pending:
            kind = self._expects(message.name)
            if kind is None or (message.at is not None and message.at > self.stage.at):
                continue
            self.pending.remove(message)
            assert self.instance_id is not None
            with self.database.transaction() as session:
                messages.hand_over(
                    session,
                    self.instance_id,
                    kind,
                    message.name,
                    None,
                    message.payload,
                    None,
                    self.stage.at,
                )
            self._look()
            return True
        return False

    def _complete(self) -> bool:
        """Hand in the oldest open task whose time has come."""
        ready = (task for task in self.open.values() if task.ready_at <= self.stage.at)
        task = next((task for task in ready if not task.is_skipped), None)
        if task is None:
            return False
        with self.database.reading() as session:
            row = session.get_one(UserTask, task.task_id)
        self.at_hand = task.element.id
        given = values_of(task.answer)
        improvising.do(self.stage, row, task.element, given, task.visit, self.words)
        self._look(task.element)
        return True

    def _wait(self) -> bool:
        """Go to the next moment at which something may happen."""
        assert self.instance_id is not None
        with self.database.reading() as session:
            jobs = timers.of(session, self.instance_id)
        moments = [job.not_before or job.due_at for job in jobs if not self._is_let_go(job)]
        moments += [message.at for message in self.pending if message.at is not None]
        moments += [task.ready_at for task in self.open.values() if not task.is_skipped]
        moment = min((one for one in moments if one > self.stage.at), default=None)
        until = self.scenario.until
        if until is not None and (moment > until if moment else bool(jobs)):
            self.stage.at = until
            raise _Stopped("until", "到了指定的截止时间，流程还没有结束。")
        if moment is None:
            tired = [job for job in jobs if self._is_let_go(job)]
            sentence = explaining.waiting(self._waiting(), tired, MOST_TICKS, self.definition)
            raise _Stopped("waiting", sentence)
        self.stage.at = moment
        return True

    def _is_let_go(self, job: TimerJob) -> bool:
        """A reminder without a number comes round for ever; the clock need not wait for it for ever."""
        return self.ticks[job.id] >= MOST_TICKS and job.kind == "cycle" and self._is_endless(job)

    def _is_endless(self, job: TimerJob) -> bool:
        elements = (
            process.elements.get(job.element_id) for process in self.definition.processes.values()
        )
        texts = [each.event.text for each in elements if each is not None and each.event]
        return not any(timing.is_literal(text) and timing.cycle(text).count for text in texts)

    def _done(self) -> list[Element]:
        """Return whose answers count so far: the task at hand, those done before, what operations stand in for."""
        done = [(each.process, each.element) for each in self.trace if each.event == "userTask"]
        at_hand = [task.element for task in self.open.values() if task.element.id == self.at_hand]
        stubs = [
            each
            for process in self.definition.processes.values()
            for each in process.elements.values()
            if each.topic in self.unknown
        ]
        return [*at_hand, *(self.definition.element(*each) for each in reversed(done)), *stubs]

    # What can be seen

    def _look(self, completed: Element | None = None) -> None:
        """Take note of what a command did: what happened, what is new, whether that was the end."""
        self.commands += 1
        with self.database.reading() as session:
            assert self.instance_id is not None
            row = session.get_one(ProcessInstance, self.instance_id)
            self.is_ended, self.end = row.status == "ended", row.end_event or ""
            passed = observation.passed(session, self.instance_id, len(self.trace))
            fresh = [self._as_stood_in(each) for each in passed]
            found = select(UserTask).where(UserTask.instance_id == self.instance_id)
            rows = {task.id: task for task in session.scalars(found)}
            appeared: dict[str, str] = {}
            if not self.is_ended:
                with instances.looking(session, self.instance_id, self.stage.at) as execution:
                    new = [id_ for id_ in execution.task_ids if id_ not in self.open]
                    appeared = {id_: self.answers.whose(execution.variables(id_)) for id_ in new}
        self.trace += fresh
        next_of = completed if _is_next_of_sequence(completed, fresh) else None
        self.open = {id_: task for id_, task in self.open.items() if id_ in rows}
        self.open |= {
            id_: self.answers.opened(rows[id_], whose, self.commands, next_of, self.stage.at)
            for id_, whose in appeared.items()
        }

    def _as_stood_in(self, passed: Passed) -> Passed:
        """Call a step by what it was: an operation, or an answer in the place of something that is not there."""
        if passed.event != "serviceTask":
            return passed
        process = self.definition.processes[passed.process]
        is_stood_in = (process.file, passed.element) in self.stood_in
        return replace(passed, event="stood_in") if is_stood_in else passed

    def _expects(self, name: str) -> str | None:
        """Return what kind of word of this name the process waits for, if it does."""
        assert self.instance_id is not None
        with self.database.reading() as session:
            return observation.expected(session, self.instance_id, name)

    def _waiting(self) -> list[Awaited]:
        if self.instance_id is None or self.is_ended:
            return []
        with self.database.reading() as session:
            return observation.awaited(session, self.instance_id, self.open, self.stage.at)


def _named(definition: DefinitionSet) -> set[str]:
    """Return the operations that a service task or a form names."""
    return {
        name
        for process in definition.processes.values()
        for each in process.elements.values()
        for name in each.operations
    }


def _is_next_of_sequence(completed: Element | None, fresh: Sequence[Passed]) -> bool:
    """Is what opened now the next of those who do a task one after another, and not the task come round again?"""
    if completed is None or completed.repetition is None or not completed.repetition.sequential:
        return False
    return {each.element for each in fresh} == {completed.id}
