"""Durable completions per second: the service layer with everything on, beside SpiffWorkflow as it comes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import func, select

from benchmarks import diagrams
from benchmarks.naive import Naive
from service import operations
from service.database import Database
from service.deadlines import policies
from service.engine.checking.lint import Known
from service.register.people.directory import Actor
from service.runtime import deployments, inbox, instances, tasks
from service.runtime.executions import Executions
from service.tables.runtime import ProcessInstance

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICE = Actor("clerk", "办事员", frozenset({"office"}))
VALUES = {"ok": True, "comment": "agreed"}
KNOWN = Known(
    operations=frozenset(),
    deadlines=frozenset(),
    roles=frozenset({"office"}),
    field_types=frozenset(),
    sources=frozenset(),
    processes=frozenset(),
)


@dataclass(frozen=True)
class Run:
    """Seconds of every start and completion, in order."""

    starts: list[float]
    completions: list[float]

    @property
    def per_second(self) -> float:
        return len(self.completions) / sum(self.completions)

    @property
    def p50(self) -> float:
        return median(self.completions) * 1000

    @property
    def p95(self) -> float:
        return sorted(self.completions)[int(len(self.completions) * 0.95)] * 1000


def prepare(database: Database, files: dict[str, bytes]) -> None:
    operations.load()
    with database.transaction() as session:
        policies.seed(session, AT)
        deployments.deploy(session, files, None, AT, KNOWN)


def ours(database: Database, cases: int, *, cold: bool) -> Run:
    """bench9 through the runtime; cold: nothing decoded is kept between two commands."""
    starts, completions = [], []
    for number in range(cases):
        begun = time.perf_counter()
        with database.transaction() as session:
            instance = instances.start(session, "bench9", {"amount": number % 100}, "clerk", AT)
            instance_id = instance.id
        starts.append(time.perf_counter() - begun)
        completions += _drain(database, instance_id, cold, lambda n: VALUES)
    return Run(starts, completions)


def naive(database: Database, cases: int) -> Run:
    engine = Naive(database, diagrams.bench9(), "bench9")
    starts, completions = [], []
    for number in range(cases):
        begun = time.perf_counter()
        key = engine.start({"amount": number % 100})
        starts.append(time.perf_counter() - begun)
        completions += engine.run(key, VALUES)
    return Run(starts, completions)


def loop(database: Database, passes: int) -> list[float]:
    """The seconds of each completion of one case that goes round `passes` times."""
    with database.transaction() as session:
        instance_id = instances.start(session, "loop", {"n": 0}, "clerk", AT).id
    return list(_drain(database, instance_id, True, lambda n: {"n": (n + 1) // 2}))


def naive_loop(database: Database, passes: int) -> list[float]:
    engine = Naive(database, diagrams.loop(passes), "loop")
    return engine.run(engine.start({"n": 0}), {})


def running_state(database: Database) -> float:
    """The bytes kept of a case that waits in the middle of bench9, in its parallel part."""
    with database.transaction() as session:
        instance_id = instances.start(session, "bench9", {"amount": 7}, "clerk", AT).id
    for _ in range(4):
        with database.transaction() as session:
            tasks.complete(session, _waiting(database, instance_id)[0], VALUES, OFFICE, AT)
    with database.reading() as session:
        state = select(func.length(ProcessInstance.state)).where(ProcessInstance.id == instance_id)
        return float(session.scalar(state) or 0)


def _drain(
    database: Database, instance_id: int, cold: bool, values: Callable[[int], dict[str, Any]]
) -> Iterator[float]:
    """Complete what is open, one task at a time in creation order, until the case is over."""
    done = 0
    waiting = _waiting(database, instance_id)
    while waiting:
        if cold:
            database.memory.pop(Executions, None)
        begun = time.perf_counter()
        with database.transaction() as session:
            tasks.complete(session, waiting.pop(0), values(done), OFFICE, AT)
        yield time.perf_counter() - begun
        done += 1
        if not waiting:
            waiting = _waiting(database, instance_id)


def _waiting(database: Database, instance_id: int) -> list[str]:
    with database.reading() as session:
        return [row.id for row in inbox.of(session, OFFICE) if row.instance_id == instance_id]
