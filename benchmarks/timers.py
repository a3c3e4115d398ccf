"""Punctuality: many timers fired by the real clock; how late each is durable, none lost, none doubled."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from benchmarks.completions import AT
from scheduler.clockwork import Clockwork
from service.database import Database
from service.runtime import instances
from service.tables.runtime import HistoryEvent, TimerJob


def measure(database: Database, count: int, spread: float) -> dict[str, float]:
    """Start `count` cases with a timer each, due evenly over `spread` seconds from now on, and let one clock fire them."""
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for first in range(0, count, 500):
        with database.transaction() as session:
            for _ in range(first, min(first + 500, count)):
                instances.start(session, "timed", {"due_at": later}, "clerk", AT)
    clockwork = Clockwork(database)
    clockwork.start()
    begin = datetime.now(UTC) + timedelta(seconds=4)
    moments = [begin + timedelta(seconds=spread * number / count) for number in range(count)]
    with database.transaction() as session:
        ids = session.scalars(select(TimerJob.id)).all()
        rows = [{"id": one, "due_at": at} for one, at in zip(ids, moments, strict=True)]
        session.execute(update(TimerJob), rows)
    clockwork.nudge(begin)
    seen = _watched(database, begin, count)
    clockwork.stop()
    with database.reading() as session:
        fired = session.scalars(
            select(HistoryEvent.instance_id).where(HistoryEvent.element_id == "Timer_due")
        ).all()
    late = sorted(_when(seen, n + 1) - spread * n / count for n in range(count))
    return {
        "timers": count,
        "spread_seconds": spread,
        "lost": count - len(set(fired)),
        "doubled": len(fired) - len(set(fired)),
        "p50_seconds": late[count // 2],
        "p99_seconds": late[int(count * 0.99)],
        "per_second": count / _when(seen, count),
    }


def _watched(database: Database, begin: datetime, count: int) -> list[tuple[float, int]]:
    """Look every few milliseconds how many have fired durably: (seconds after `begin`, how many)."""
    seen: list[tuple[float, int]] = []
    while not seen or (seen[-1][1] < count and seen[-1][0] < 180):
        with database.reading() as session:
            left = session.scalar(select(func.count()).select_from(TimerJob)) or 0
        seen.append(((datetime.now(UTC) - begin).total_seconds(), count - left))
        time.sleep(0.1)
    return seen


def _when(seen: list[tuple[float, int]], wanted: int) -> float:
    low, high = 0, len(seen)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if seen[middle][1] >= wanted else (middle + 1, high)
    return seen[low][0] if low < len(seen) else float("inf")
