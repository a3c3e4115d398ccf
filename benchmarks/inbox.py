"""The to-do page of somebody who shares 100,000 open tasks with colleagues: server time of the queries behind it."""

import time
from datetime import timedelta
from statistics import median

from sqlalchemy import insert

from benchmarks.completions import AT
from service.database import Database
from service.register.people.directory import Actor
from service.runtime import inbox, instances
from service.tables.runtime import TaskCandidate, UserTask

PERSON = Actor(
    "clerk",
    "办事员",
    frozenset({"office", "deputy_office", "sc_office", "gov_office", "unit_liaison:JT"}),
)
GROUPS = ("office", "deputy_office", "gov_office", "unit_liaison:JT", "unit_head:JT")


def measure(database: Database, count: int, tries: int = 60) -> dict[str, float]:
    """Fill the store with open tasks of five groups and open the first page of one person's list again and again."""
    with database.transaction() as session:
        instance_id = instances.start(
            session, "timed", {"due_at": "2027-01-01T00:00:00+00:00"}, "clerk", AT
        ).id
        for first in range(0, count, 5000):
            numbers = range(first, min(first + 5000, count))
            session.execute(insert(UserTask), [_task(n, instance_id) for n in numbers])
            session.execute(insert(TaskCandidate), [_candidate(n) for n in numbers])
    seconds = []
    for _ in range(tries):
        begun = time.perf_counter()
        with database.reading() as session:
            found = inbox.of(session, PERSON)
            inbox.counts(session, PERSON, AT)
        seconds.append(time.perf_counter() - begun)
    if len(found) != 50:
        raise AssertionError(f"{len(found)} tasks on the first page")
    seconds.sort()
    return {
        "open_tasks": count,
        "p50_ms": median(seconds) * 1000,
        "p95_ms": seconds[int(len(seconds) * 0.95)] * 1000,
    }


def _task(number: int, instance_id: int) -> dict[str, object]:
    return {
        "id": f"bench{number:027d}",
        "instance_id": instance_id,
        "process_id": "timed",
        "element_id": "A",
        "name": "任务A",
        "lane": "",
        "candidates": [GROUPS[number % len(GROUPS)]],
        "created_at": AT,
        "due_at": AT + timedelta(minutes=number % 50_000),
        "priority": 50,
        "version": 1,
    }


def _candidate(number: int) -> dict[str, object]:
    return {
        "task_id": f"bench{number:027d}",
        "candidate": GROUPS[number % len(GROUPS)],
        "due_at": AT + timedelta(minutes=number % 50_000),
    }
