"""`make bench`: measure everything side by side in one run and write `benchmarks/results/latest.md` and `.json`."""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks import commands, completions, diagrams, inbox, redating, timers
from service.database import Database
from tests.servers import PostgresqlMissing, postgresql_running

RESULTS = Path(__file__).parent / "results"
ROUNDS, CASES, PASSES, TIMERS, TASKS = 3, 100, 260, 10_000, 100_000
FILES = {
    "bench9.bpmn": diagrams.bench9(),
    "loop.bpmn": diagrams.loop(PASSES),
    "timed.bpmn": diagrams.timed(),
}


def main() -> None:
    found: dict[str, Any] = {"machine": machine(), "stores": {}}
    with tempfile.TemporaryDirectory() as folder:
        found["stores"]["sqlite"] = measured(lambda name: f"sqlite:///{folder}/{name}.db")
    try:
        with postgresql_running(durable=True) as address:
            found["stores"]["postgresql"] = measured(lambda name: _created(address, name))
    except PostgresqlMissing as missing:
        print(f"PostgreSQL was not measured: {missing}", file=sys.stderr)
    found["commands"] = commands.measure()
    found["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "latest.md").write_text(report(found), encoding="utf-8")
    print(report(found))


def machine() -> dict[str, str]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit.stdout.strip(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def measured(url: Callable[[str], str]) -> dict[str, Any]:
    """Everything on one store; each measure has a database of its own."""
    found: dict[str, Any] = {"speed": speed(url)}
    with prepared(url("growth")) as database:
        ours = completions.loop(database, PASSES)
        naive = completions.naive_loop(database, PASSES // 2)
        found["growth"] = {
            "ours_ms_at_10": _around(ours, 10),
            "ours_ms_at_500": _around(ours, 500),
            "naive_ms_at_10": _around(naive, 10),
            "naive_ms_at_240": _around(naive, 240),
        }
    with prepared(url("second")) as database:
        found["second"] = timers.measure(database, TIMERS, 1)
    with prepared(url("minute")) as database:
        found["minute"] = timers.measure(database, TIMERS, 60)
    with prepared(url("inbox")) as database:
        found["inbox"] = inbox.measure(database, TASKS)
    with opened(url("redating")) as database:
        found["redating"] = redating.measure(database)
    return found


def speed(url: Callable[[str], str]) -> dict[str, Any]:
    """Interleaved rounds, so that a noisy neighbour disturbs all alike; the median of the rounds counts."""
    runs: dict[str, list[completions.Run]] = {"warm": [], "cold": [], "naive": []}
    with prepared(url("speed")) as database:
        completions.ours(database, 10, cold=False)
        for _ in range(ROUNDS):
            runs["warm"].append(completions.ours(database, CASES, cold=False))
            runs["cold"].append(completions.ours(database, CASES, cold=True))
            runs["naive"].append(completions.naive(database, CASES // 2))
        state = completions.running_state(database)
    return {
        name: {
            "per_second": median(run.per_second for run in done),
            "lowest": min(run.per_second for run in done),
            "highest": max(run.per_second for run in done),
            "p50_ms": median(run.p50 for run in done),
            "p95_ms": median(run.p95 for run in done),
            "starts_per_second": median(len(run.starts) / sum(run.starts) for run in done),
        }
        for name, done in runs.items()
    } | {"state_bytes": state}


def report(found: dict[str, Any]) -> str:
    facts = found["machine"]
    lines = [
        "# Latest measurement",
        "",
        f"{facts['at']}, commit {facts['commit']}, {facts['cores']} cores (load {facts['load']} at the start), "
        f"Python {facts['python']}, {facts['system']}. Repeat with `make bench`.",
        "",
        "| measure | "
        + " | ".join(
            {"sqlite": "SQLite FULL", "postgresql": "PostgreSQL 15"}[s] for s in found["stores"]
        )
        + " |",
        "|---|" + "---|" * len(found["stores"]),
    ]
    stores = list(found["stores"].values())
    for label, value in _ROWS:
        lines.append(f"| {label} | " + " | ".join(value(store) for store in stores) + " |")
    spent = found["commands"]
    lines += [
        "",
        f"`tibanping check` of one diagram: {spent['check_seconds']:.2f} s of processor time; "
        f"{spent['first_check_seconds']:.2f} s the first time after the service changed.",
    ]
    lines += ["", f"Peak memory of the measuring process: {found['peak_memory_mb']:.0f} MB.", ""]
    return "\n".join(lines)


def _rate(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda store: (
        f"{store['speed'][name]['per_second']:.0f} "
        f"({store['speed'][name]['lowest']:.0f}–{store['speed'][name]['highest']:.0f})"
    )


def _late(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda store: f"{store[name]['p50_seconds']:.2f} / {store[name]['p99_seconds']:.2f} s"


def _kept(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda store: (
        f"{store[name]['lost']:.0f} / {store[name]['doubled']:.0f} / {store[name]['per_second']:.0f}"
    )


_ROWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("completions/s, one client, decoded state kept (lowest–highest round)", _rate("warm")),
    ("completions/s, state read back every time", _rate("cold")),
    ("completions/s, SpiffWorkflow as it comes, no history", _rate("naive")),
    (
        "ratio, kept / as it comes",
        lambda s: f"{s['speed']['warm']['per_second'] / s['speed']['naive']['per_second']:.1f} ×",
    ),
    (
        "one completion p50 / p95",
        lambda s: f"{s['speed']['warm']['p50_ms']:.2f} / {s['speed']['warm']['p95_ms']:.2f} ms",
    ),
    ("starts/s", lambda s: f"{s['speed']['warm']['starts_per_second']:.0f}"),
    ("state of a running bench9 case, compressed", lambda s: f"{s['speed']['state_bytes']:.0f} B"),
    (
        "loop: p50 at task 500 ÷ at task 10",
        lambda s: f"{s['growth']['ours_ms_at_500'] / s['growth']['ours_ms_at_10']:.2f}",
    ),
    (
        "loop, SpiffWorkflow as it comes: at task 240 ÷ at task 10",
        lambda s: f"{s['growth']['naive_ms_at_240'] / s['growth']['naive_ms_at_10']:.2f}",
    ),
    ("10,000 timers due in one second: lateness p50 / p99", _late("second")),
    ("… lost / doubled / fired per second", _kept("second")),
    ("10,000 timers due in one minute: lateness p50 / p99", _late("minute")),
    ("… lost / doubled / fired per second", _kept("minute")),
    (
        "to-do list and counts, 100,000 open tasks, p50 / p95",
        lambda s: f"{s['inbox']['p50_ms']:.1f} / {s['inbox']['p95_ms']:.1f} ms",
    ),
    (
        "100,000 running timers re-dated: preview / apply",
        lambda s: (
            f"{s['redating']['preview_seconds']:.1f} / {s['redating']['apply_seconds']:.1f} s"
        ),
    ),
    (
        "the same for a year of the calendar",
        lambda s: (
            f"{s['redating']['preview_calendar_seconds']:.1f}"
            f" / {s['redating']['apply_calendar_seconds']:.1f} s"
        ),
    ),
    (
        "the same for the closure of a unit",
        lambda s: (
            f"{s['redating']['preview_closure_seconds']:.1f}"
            f" / {s['redating']['apply_closure_seconds']:.1f} s"
        ),
    ),
)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    database.prepare()
    try:
        yield database
    finally:
        database.close()


@contextmanager
def prepared(url: str) -> Iterator[Database]:
    with opened(url) as database:
        completions.prepare(database, FILES)
        yield database


def _created(address: str, name: str) -> str:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{address}/{name}"


def _around(seconds: list[float], task: int) -> float:
    return median(seconds[max(task - 10, 0) : task + 10]) * 1000


if __name__ == "__main__":
    main()
