"""The library under us: every private name we take is there as we know it, and where it is right we do the same.

The second half walks random ways through four diagrams twice, once with the stock library and once with ours, saving
and loading ours after every command, and compares what waits after every step.
"""

import ast
import importlib
import inspect
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from service.engine.definitions import DefinitionSet, parse
from service.engine.execution import Execution
from service.engine.running import spiff
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    boundary,
    call,
    document,
    each,
    end,
    flow,
    fork,
    path,
    process,
    start,
    sub,
    timer,
    user,
    xor,
)

ENGINE = Path(spiff.__file__).parent.parent


# --- names ---------------------------------------------------------------------------------------


def test_the_installed_library_is_the_one_this_engine_was_written_against() -> None:
    assert version("spiffworkflow") == spiff.VERSION


@pytest.mark.parametrize("name", spiff.PRIVATE_NAMES)
def test_a_private_name_we_take_is_there_and_takes_what_we_give(name: str) -> None:
    module, _, qualified = name.partition(":")
    owner, attribute = qualified.split(".")
    cls = getattr(importlib.import_module(module), owner)

    assert attribute in vars(cls), f"{name} has moved"
    parameters = list(inspect.signature(getattr(cls, attribute)).parameters)
    assert parameters[: len(_PARAMETERS[attribute])] == _PARAMETERS[attribute]


_PARAMETERS = {
    "_add_child": ["self", "task_spec", "state"],
    "_set_state": ["self", "value"],
    "_inherit_data": ["self"],
    "_ready": ["self"],
    "_drop_children": ["self", "force"],
    "_predict": ["self", "my_task"],
    "_update": ["self", "my_task"],
    "_update_hook": ["self", "my_task"],
    "_run_hook": ["self", "my_task"],
    "_on_ready": ["self", "my_task"],
    "_on_complete": ["self", "my_task"],
    "_on_complete_hook": ["self", "my_task"],
    "_on_cancel": ["self", "my_task"],
    "_task_completed_notify": ["self", "task"],
    "_task_removed_notify": ["self", "task"],
    "_remove_task": ["self", "task_id"],
    "_calculate_depth": ["self"],
    "_add_notify": ["self", "task_spec"],
}


@pytest.mark.parametrize("owner", spiff.PRIVATE_FIELDS)
def test_a_private_field_we_use_is_set_by_the_constructor(owner: str) -> None:
    module, _, name = owner.partition(":")
    constructor = inspect.getsource(getattr(importlib.import_module(module), name).__init__)

    for field in spiff.PRIVATE_FIELDS[owner]:
        assert f"self.{field} =" in constructor


def test_no_other_private_method_of_the_library_is_overridden() -> None:
    ours = set()
    for module in (*ENGINE.glob("running/*.py"), *ENGINE.glob("elements/*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for cls in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
            ours |= {f.name for f in cls.body if isinstance(f, ast.FunctionDef)}
    listed = {name.rpartition(".")[2] for name in spiff.PRIVATE_NAMES}

    taken = {name for name in ours if name.startswith("_") and _in_the_library(name)}

    assert taken - {"__init__"} <= listed


def _in_the_library(name: str) -> bool:
    from SpiffWorkflow.bpmn.specs import defaults

    classes = [Any, *vars(defaults).values(), BpmnWorkflow, Task]
    return any(inspect.isclass(c) and callable(getattr(c, name, None)) for c in classes)


def test_states_are_the_librarys() -> None:
    names = ("FUTURE", "WAITING", "READY", "STARTED", "COMPLETED", "CANCELLED")

    assert [getattr(spiff, name) for name in names] == [getattr(TaskState, name) for name in names]


def test_the_library_is_left_as_it_is() -> None:
    """Nothing is patched in place: a stock workflow in this very process behaves as stock does."""
    stock = _Stock(DIAGRAMS[2])

    assert len(stock.workflow.tasks) > 10  # it still predicts
    assert all(task.id.version == 4 for task in stock.workflow.tasks.values())


# --- the same as stock, where stock is right -----------------------------------------------------


def late(id: str, host: str, interrupting: bool = False) -> str:
    event = timer('deadline("soon")', "timeDate")
    return boundary(id, host, event, interrupting=interrupting)


CHAIN = document(
    process(
        "p",
        *(start("s"), user("draft"), xor("m1"), user("review"), late("t1", "review")),
        *(user("r1"), end("er1"), xor("g1", default="g1-m2"), user("revise"), xor("m2")),
        *(user("assign"), late("t2", "assign", True), user("urge"), xor("m3")),
        *(xor("g2", default="g2-handle"), user("handle"), late("t3", "handle"), user("r3")),
        *(late("t4", "handle"), user("r4"), end("er3"), end("er4"), call("collab", "q")),
        *(user("sign"), user("evaluate"), xor("g3", default="g3-e"), end("e")),
        *(path("s", "draft", "m1", "review", "g1"), path("t1", "r1", "er1"), flow("g1", "m2")),
        *(flow("g1", "revise", 'result == "no"'), path("revise", "m1"), path("m2", "assign")),
        *(path("assign", "m3", "g2"), path("t2", "urge", "m3"), flow("g2", "handle")),
        *(flow("g2", "collab", "problem"), path("handle", "sign"), path("t3", "r3", "er3")),
        *(path("t4", "r4", "er4"), path("collab", "sign", "evaluate", "g3"), flow("g3", "e")),
        flow("g3", "m2", "not satisfied"),
    ),
    process(
        "q",
        *(start("qs"), user("commit"), user("co"), late("qt", "co"), user("qr"), end("qe")),
        *(end("qe2"), path("qs", "commit", "co", "qe"), path("qt", "qr", "qe2")),
    ),
)
SUBPROCESSES = document(
    process(
        "p",
        *(
            start("s"),
            xor("m"),
            user("a"),
            late("t", "a"),
            user("n"),
            end("en"),
            late("ti", "a", True),
        ),
        *(user("esc"), xor("m2"), xor("x", default="x-e"), end("e")),
        sub(
            "sp",
            *(start("ss"), user("i1"), late("it", "i1", True), user("i2"), user("i3"), end("ie")),
            *(end("ie2"), path("ss", "i1", "i2", "ie"), path("it", "i3", "ie2")),
        ),
        *(late("bs", "sp"), user("nag"), end("eg"), late("bi", "sp", True), user("stop")),
        *(path("s", "m", "a", "sp", "m2"), path("t", "n", "en"), path("ti", "esc", "m2")),
        *(path("bs", "nag", "eg"), path("bi", "stop", "m2"), path("m2", "x"), flow("x", "e")),
        flow("x", "m", "not satisfied"),
    )
)
PARALLEL = document(
    process(
        "p",
        *(start("s"), fork("g"), user("a"), fork("h"), user("b"), user("c"), late("t", "c")),
        *(user("r"), end("er"), fork("k"), user("d"), fork("j"), user("z"), end("e")),
        *(path("s", "g"), path("g", "a", "j"), path("g", "h"), path("h", "b", "k")),
        *(path("h", "c", "k"), path("k", "d", "j"), path("j", "z", "e"), path("t", "r", "er")),
    )
)
# An interrupting event on a multi-instance activity crashes stock; test_events pins ours.
UNITS = document(
    process(
        "p",
        *(start("s"), user("q"), call("c", "u", each("units", "unit")), late("t", "c")),
        *(user("late"), end("el"), user("vote", each("units", "unit")), user("z"), end("e")),
        *(path("s", "q", "c", "vote", "z", "e"), path("t", "late", "el")),
    ),
    process(
        "u",
        *(start("us"), user("commit"), user("co"), late("ut", "co"), user("ur"), end("ue")),
        *(end("ue2"), path("us", "commit", "co", "ue"), path("ut", "ur", "ue2")),
    ),
)
DIAGRAMS = (CHAIN, SUBPROCESSES, PARALLEL, UNITS)
FAR = (MORNING + timedelta(days=3650)).isoformat()
PAST = "2020-01-01T00:00:00+00:00"
FIRST = {"satisfied": True, "problem": False, "result": "ok", "units": ["U0", "U1"]}

Waits = tuple[list[tuple[str, str]], list[str], bool]


class _Stock:
    """The library as it comes, driven through its public ways and the few needed to fire one timer."""

    def __init__(self, diagram: bytes) -> None:
        spec, called = _stock_specs(diagram)
        engine = PythonScriptEngine(TaskDataEnvironment({"deadline": lambda key: FAR}))
        self.workflow = BpmnWorkflow(spec, called, script_engine=engine)
        self.workflow.task_tree.data.update(FIRST)
        self.workflow.do_engine_steps()

    def _tasks(self) -> Iterator[Any]:
        for workflow in (self.workflow, *self.workflow.subprocesses.values()):
            yield from workflow.tasks.values()

    def _ready(self) -> list[Any]:
        found = [t for t in self._tasks() if t.state == TaskState.READY and t.task_spec.manual]
        return sorted(found, key=lambda t: (t.task_spec.bpmn_id, str(t.data.get("unit"))))

    def _timers(self) -> list[Any]:
        waiting = [t for t in self._tasks() if t.id in self.workflow.event_manager.tasks]
        return sorted(waiting, key=lambda t: t.task_spec.bpmn_id)

    def waits(self) -> Waits:
        ready = [(t.task_spec.bpmn_id, str(t.data.get("unit"))) for t in self._ready()]
        return ready, [t.task_spec.bpmn_id for t in self._timers()], self.workflow.completed

    def complete(self, number: int, values: dict[str, Any]) -> None:
        task = self._ready()[number]
        task.data.update(values)
        task.run()
        self.workflow.do_engine_steps()

    def fire(self, number: int) -> None:
        task = self._timers()[number]
        task.internal_data["event_value"] = PAST
        task.task_spec._update(task)
        self.workflow.do_engine_steps()


class _Ours:
    """Ours, through the same choices, from saved state to saved state."""

    def __init__(self, diagram: bytes) -> None:
        self.definitions = _our_definitions(diagram)
        self.host = Recorder(deadline=lambda variables, key: FAR)
        self.execution = Execution.start(self.definitions, FIRST, self.host, MORNING)

    def _ready(self) -> list[Any]:
        return sorted(
            self.execution.user_tasks, key=lambda t: (t.element_id, str(t.variables.get("unit")))
        )

    def _timers(self) -> list[Any]:
        return sorted(self.execution.timers, key=lambda t: t.element_id)

    def waits(self) -> Waits:
        ready = [(t.element_id, str(t.variables.get("unit"))) for t in self._ready()]
        return ready, [t.element_id for t in self._timers()], self.execution.ended

    def complete(self, number: int, values: dict[str, Any]) -> None:
        self.execution.complete(self._ready()[number].id, values)
        self._reload()

    def fire(self, number: int) -> None:
        self.execution.fire(self._timers()[number].id, MORNING)
        self._reload()

    def _reload(self) -> None:
        state = self.execution.dump()
        self.execution = Execution.load(self.definitions, state, self.host, MORNING)


@cache
def _stock_specs(diagram: bytes) -> tuple[Any, Any]:
    parser = CamundaParser()
    parser.add_bpmn_xml(etree.fromstring(diagram))
    return parser.get_spec("p"), parser.get_subprocess_specs("p")


@cache
def _our_definitions(diagram: bytes) -> DefinitionSet:
    parsed = parse({"p.bpmn": diagram})
    return parsed["p"].bind(parsed)


def choices(seed: int, waits: Waits, random_: random.Random) -> tuple[str, int, dict[str, Any]]:
    ready, timers, _ = waits
    if timers and random_.random() < 0.25:
        return "fire", random_.randrange(len(timers)), {}
    values = {
        "satisfied": random_.random() < 0.5,
        "problem": random_.random() < 0.5,
        "result": random_.choice(["ok", "no"]),
    }
    number = random_.randrange(len(ready))
    if ready[number][0] == "q":
        values["units"] = [f"U{i}" for i in range(random_.randint(1, 4))]
    return "complete", number, values


@pytest.mark.parametrize("seed", range(60))
def test_a_random_walk_waits_for_the_same_as_stock_after_every_step(seed: int) -> None:
    diagram = DIAGRAMS[seed % len(DIAGRAMS)]
    random_ = random.Random(seed)
    stock, ours = _Stock(diagram), _Ours(diagram)
    told: list[Any] = []

    for _ in range(40):
        assert ours.waits() == stock.waits(), told
        if not stock.waits()[0]:
            break
        command, number, values = choices(seed, stock.waits(), random_)
        told.append((command, number, values, stock.waits()))
        for engine in (stock, ours):
            if command == "fire":
                engine.fire(number)
            else:
                engine.complete(number, values)
    else:
        return
    assert ours.execution.ended, told
