"""Every diagram of the folder either runs as drawn, saved and loaded at every step, or is refused with the reason."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.engine.checking import lint
from service.engine.drawn import findings, nodes, reading
from service.errors import BpmnError, DiagramInvalid, FormInvalid, ProcessFailed
from service.operations import Context
from service.playing.filling import open_form
from service.register.people.directory import Actor
from service.runtime import deployments, instances, mailbox, messages, names, tasks, timers
from service.runtime.executions import Executions
from service.tables.runtime import ProcessInstance, TimerJob, UserTask
from tests.conftest import MORNING
from tests.diagrams import (
    expected_accepted,
    expected_camunda,
    expected_conversions,
    expected_office,
    expected_others,
)
from tests.diagrams.corpus import FAMILIES, FOLDER, Refused, Runs, Step, Stops
from tests.diagrams.expected_refused import REFUSED
from tests.service.runtime.lamps import registered

_EXPECTED = (
    expected_camunda,
    expected_others,
    expected_accepted,
    expected_conversions,
    expected_office,
)
RUNS: tuple[Runs, ...] = tuple(run for expected in _EXPECTED for run in expected.RUNS)
STOPS: tuple[Stops, ...] = tuple(stop for expected in _EXPECTED for stop in expected.STOPS)

STARTER = "chen"
# What is no element gone through: the frame around repetitions of an activity, what people do with a task, and what
# becomes of a message that nobody waited for.
SILENT = frozenset(
    {"multiInstance", "standardLoop", "withdrawn", "warning", "overdue"}
    | {"message_kept", "message_taken", "message_dropped"}
)


def corpus_note(context: Context) -> None:
    """记一笔。"""


def corpus_count(context: Context) -> dict[str, Any]:
    """数一次。"""
    return {"count": context.variables.get("count", 0) + 1, "last": context.parameters["place"]}


def corpus_units(context: Context) -> dict[str, Any]:
    """列出单位。"""
    return {"units": ["wang", "li"]}


def corpus_refuse(context: Context) -> dict[str, Any]:
    """报出业务错误。"""
    raise BpmnError("SHORT", "余额不足。")


@pytest.fixture(autouse=True)
def operations() -> Iterator[None]:
    with registered(corpus_note, corpus_count, corpus_units, corpus_refuse):
        yield


class Story:
    """Drives deployed diagrams through the runtime; nothing is kept in memory from one step to the next."""

    def __init__(self, database: Database, at: datetime = MORNING) -> None:
        self.database = database
        self.at = at
        self.followed = ""  # the process whose first instance is looked at

    def deploy(self, files: Mapping[str, bytes]) -> deployments.Deployed:
        with self.database.transaction() as session:
            if any(b"deadline" in given for given in files.values()):
                policies.seed(session, MORNING)
            known = names.known(session)
            return deployments.deploy(session, files, "designer", MORNING, known)

    def take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            getattr(self, f"_{step.verb}")(step)
            self.settle()

    def settle(self) -> None:
        """Hand over what instances have told or begun one another, and forget what was kept in memory."""
        self.database.memory.pop(Executions, None)
        while told := [*self.signals(), *self.messages()]:
            for hand_over in told:
                with self.database.transaction() as session:
                    hand_over(session)
                self.database.memory.pop(Executions, None)

    def signals(self) -> Iterator[Callable[[Session], object]]:
        begun = [job for job in self.rows(TimerJob, kind="start") if job.id.startswith("begin:")]
        for job in (*self.rows(TimerJob, kind="message"), *begun):
            yield partial(timers.fire, timer_id=job.id, at=self.at)

    def messages(self) -> Iterator[Callable[[Session], object]]:
        with self.database.reading() as session:
            due = mailbox.due(session, self.at)
        for message_id in due:
            yield partial(mailbox.deliver, message_id=message_id, at=self.at)

    def rows(self, table: type[Any], **matching: Any) -> list[Any]:
        with self.database.reading() as session:
            question = select(table).filter_by(**matching).order_by(table.id)
            return list(session.scalars(question))

    def instance(self) -> ProcessInstance:
        [first, *_] = self.rows(ProcessInstance, process_id=self.followed)
        return first

    def path(self) -> list[str]:
        """The names of the elements the instance has gone through."""
        with self.database.reading() as session:
            events = history.of(session, self.instance().id)
        return [e.name for e in events if e.name and e.kind not in SILENT]

    # steps

    def _start(self, step: Step) -> None:
        with self.database.transaction() as session:
            instances.start(session, step.name, step.values, STARTER, self.at, step.key)

    def _do(self, step: Step) -> None:
        task, person = self._task(step)
        values = self._filled(task, person, step)
        with self.database.transaction() as session:
            tasks.complete(session, task.id, values, person, self.at)

    def _wrong(self, step: Step) -> None:
        task, person = self._task(step)
        with pytest.raises(FormInvalid):
            self._filled(task, person, step)

    def _shows(self, step: Step) -> None:
        task, _ = self._task(step)
        shown = {name: getattr(task, name) for name in step.values}
        assert {name: _said(value) for name, value in shown.items()} == step.values

    def _may(self, step: Step) -> None:
        assert step.name in self._startable(step.by)

    def _may_not(self, step: Step) -> None:
        assert step.name not in self._startable(step.by)

    def _startable(self, whoever: str) -> set[str]:
        """Return the processes offered to a role, or to somebody who has none."""
        known = whoever in names.released().roles
        person = Actor(
            "somebody" if known else whoever, "某人", frozenset({whoever} if known else ())
        )
        with self.database.reading() as session:
            return {found.process_id for found in tasks.startable(session, person)}

    def _fire(self, step: Step) -> None:
        [job] = self.rows(TimerJob, name=step.name)
        if step.due:
            assert _said(job.due_at) == step.due
        self.at = max(self.at, job.due_at + timedelta(days=step.late))
        with self.database.transaction() as session:
            assert timers.fire(session, job.id, self.at)

    def _silent(self, step: Step) -> None:
        assert self.rows(TimerJob, name=step.name) == []

    def _send(self, step: Step) -> None:
        with self.database.transaction() as session:
            messages.send(session, step.name, step.key, step.values, "li", self.at)

    def _signal(self, step: Step) -> None:
        with self.database.transaction() as session:
            messages.signal(session, step.name, None, step.values, "li", self.at)

    def _task(self, step: Step) -> tuple[UserTask, Actor]:
        """Find an open task of this name, and somebody who may do it."""
        open_ = self.rows(UserTask, name=step.name)
        fitting = [t for t in open_ if not step.by or step.by in {t.assignee, *t.candidates}]
        assert fitting, f"{step.name} is not open for {step.by or 'anybody'}"
        task = fitting[0]
        groups = frozenset(name for name in task.candidates if not name.startswith("user:"))
        named = [name.removeprefix("user:") for name in task.candidates if name not in groups]
        return task, Actor(task.assignee or (named or ["li"])[0], "某人", groups)

    def _filled(self, task: UserTask, person: Actor, step: Step) -> Mapping[str, Any]:
        """Read a form as the interface does; a task without one takes what it is given."""
        with self.database.reading() as session:
            view = tasks.open(session, task.id, person, self.at)
            if not view.fields:
                return step.values
            key = self.instance().business_key
            return open_form(session, view.fields, view.variables, key, self.at).check(step.values)


def _said(value: Any) -> Any:
    """A moment as a clock in Shanghai shows it; anything else as it is."""
    return f"{value.astimezone(LOCAL):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


def content(file: str) -> bytes:
    return (FOLDER / file).read_bytes()


def begun(database: Database, case: Runs | Stops) -> tuple[Story, deployments.Deployed]:
    """Deploy a diagram with what belongs to it, and start its process as case:1, unless something else begins it."""
    story = Story(database, case.at if isinstance(case, Runs) else MORNING)
    also = case.also if isinstance(case, Runs) else ()
    names = (case.file, *(f"{case.file.rpartition('/')[0]}/{name}" for name in also))
    deployed = story.deploy({name.rpartition("/")[2]: content(name) for name in names})
    first = reading.read(case.file, content(case.file)).processes[0].process_id
    story.followed = (case.process if isinstance(case, Runs) else "") or first
    person = Step("start", story.followed, key="case:1", values=case.variables)
    story.take([case.begins or person if isinstance(case, Runs) else person])
    return story, deployed


def told(deployed: deployments.Deployed, case: Runs | Stops) -> bool:
    """Whether the designer was told all that was to be said of a diagram."""
    codes = {finding.code for finding in deployed.findings}
    messages = [finding.message for finding in deployed.findings]
    words = case.told if isinstance(case, Runs) else ()
    return codes >= set(case.warned) and all(any(w in m for m in messages) for w in words)


def title(case: Any) -> str:
    return str(case.title)


@pytest.mark.parametrize("case", RUNS, ids=title)
def test_a_diagram_runs_to_the_end_that_is_drawn(database: Database, case: Runs) -> None:
    story, deployed = begun(database, case)

    story.take(case.steps)

    assert told(deployed, case)
    assert story.path() == case.path.split()
    instance = story.instance()
    assert instance.status == "ended"
    assert story.rows(UserTask, instance_id=instance.id) == []
    assert story.rows(TimerJob, instance_id=instance.id) == []


@pytest.mark.parametrize("case", STOPS, ids=title)
def test_a_step_that_cannot_go_on_says_where_and_keeps_nothing(
    database: Database, case: Stops
) -> None:
    story, deployed = begun(database, case)
    *before, last = case.steps
    story.take(before)
    path = story.path()

    with pytest.raises((ProcessFailed, FormInvalid)) as refusal:
        story.take([last])

    # Where an answer of the form is the cause, it is told at its field.
    at_field = refusal.value.__cause__ if isinstance(refusal.value, FormInvalid) else None
    failure = at_field or refusal.value
    assert isinstance(failure, ProcessFailed)
    assert told(deployed, case)
    names = named(case.file, content(case.file))
    assert names[failure.facts["element"]] == case.element
    assert case.sentence in str(failure)
    assert story.path() == path
    assert last.name in {task.name for task in story.rows(UserTask)}


@pytest.mark.parametrize("case", REFUSED, ids=title)
def test_a_diagram_that_would_not_run_as_drawn_is_refused_with_the_reason(
    sqlite: Database, case: Refused
) -> None:
    name = case.file.rpartition("/")[2]

    with pytest.raises(DiagramInvalid) as refusal:
        Story(sqlite).deploy({name: content(case.file)})

    errors = [f for f in refusal.value.findings if f.severity == "error"]
    names = named(name, content(case.file))
    said = {(f.code, names.get(f.element) or f.element) for f in errors}
    assert said == {(fault.code, fault.element) for fault in case.faults}
    for finding in errors:
        assert finding.file == name
        assert re.search(r"[\u4e00-\u9fff]{4}", finding.message)
        assert re.search("请|可用的有", finding.message)
        assert finding.message.endswith("。")
    for fault in case.faults:
        assert any(fault.words in f.message for f in errors if f.code == fault.code)


def named(file: str, given: bytes) -> Mapping[str, str]:
    """The names in a file by the ids a finding uses."""
    try:
        diagram = reading.read(file, given)
    except findings.FileUnreadable:
        return dict(re.findall(r'\bid="([^"]+)" name="([^"]+)"', given.decode(errors="replace")))
    return {e.id: e.name for p in diagram.processes for e in (*p.elements, *p.flows) if e.id}


def test_every_diagram_has_its_verdict() -> None:
    told = {case.file for case in (*RUNS, *STOPS, *REFUSED)}
    told |= {f"{c.file.rpartition('/')[0]}/{name}" for c in RUNS for name in c.also}

    files = {f"{name}/{p.name}" for name in FAMILIES for p in (FOLDER / name).iterdir()}

    assert told == files
    assert len(files) >= 400


def test_looking_at_a_diagram_twice_says_the_same() -> None:
    for case in REFUSED:
        files = {case.file: content(case.file)}
        assert lint.check(files, names.released()) == lint.check(files, names.released())


def test_three_hundred_elements_in_a_row_run(database: Database) -> None:
    """A chain of 300 is legal; none of it may depend on how deep Python can recurse."""
    chain = "".join(f'<task id="t{n}" name="环节{n}"/>' for n in range(299))
    ways = ["s", *(f"t{n}" for n in range(299)), "u", "e"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(ways))
    )
    diagram = (
        f'<definitions xmlns="{nodes.BPMN[1:-1]}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f'<process id="chain" isExecutable="true"><startEvent id="s" name="已开始"/>{chain}'
        f'<userTask id="u" name="办理" camunda:candidateGroups="unit_handler"/><endEvent id="e" name="已结束"/>{flows}</process></definitions>'
    )
    story = Story(database)
    story.deploy({"chain.bpmn": diagram.encode()})
    story.followed = "chain"

    story.take([Step("start", "chain", key="case:1"), Step("do", "办理")])

    assert story.path() == ["已开始", *(f"环节{n}" for n in range(299)), "办理", "已结束"]
    assert story.instance().status == "ended"
