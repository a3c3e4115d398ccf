"""The commands that stay: started as anybody starts them, asked over HTTP, ended by SIGTERM."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.request import urlopen

import pytest

Started = subprocess.Popen[str]


@pytest.fixture
def started(environment) -> Callable[..., AbstractContextManager[Started]]:
    @contextmanager
    def start(*words: str) -> Iterator[Started]:
        process = subprocess.Popen(
            [sys.executable, "-c", "from service.cli import main; main()", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)

    return start


def until(process: Started, words: str) -> str:
    """Return the line a process writes that has these words."""
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"the process ended without writing {words!r}")


@pytest.mark.parametrize("command", ["run", "serve"])
def test_pages_are_served_at_the_address_that_is_printed(started, command):
    with started(command, "--port", "0") as process:
        [address] = re.findall(r"http://\S+", until(process, "提办评已启动"))

        with urlopen(f"{address}/healthz") as answer:
            assert answer.status == 200

    assert process.returncode == 0


def test_the_scheduler_runs_alone_and_ends_when_it_is_told(started):
    with started("scheduler") as process:
        until(process, "clock started")

    assert process.returncode == 0


def test_a_scheduler_that_is_told_twice_stops_as_well(started):
    with started("scheduler") as process:
        until(process, "clock started")
        process.terminate()

    assert process.returncode == 0
