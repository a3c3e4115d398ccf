"""The check inside a process of its own: it gives up what it does not need, then reads, checks and rehearses."""

import json
import resource
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from service.engine import definitions
from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.deciding.decisions import Decision
from service.engine.execution import Execution
from service.engine.host import OperationCall
from service.errors import DiagramInvalid, ProcessFailed

_MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
OUT_OF_MEMORY = 3


@dataclass(frozen=True)
class Limits:
    """What the child may use beyond what it needs to begin."""

    seconds: float = 10
    bytes: int = 500_000_000


def main() -> int:
    """Check the files of the request on the standard input and write the findings to the standard output."""
    request = json.load(sys.stdin)
    files = {name: b64decode(content) for name, content in request["files"].items()}
    known = Known.of(request["known"])
    confine(Limits(**request["limits"]))
    try:
        findings = lint.check(files, known)
        if not any(finding.severity == "error" for finding in findings):
            _rehearse(files)
        answer = json.dumps([asdict(finding) for finding in findings])
    except (MemoryError, SystemError):  # the second from within lxml, when it gets no memory
        return OUT_OF_MEMORY
    sys.stdout.write(answer)
    return 0


def confine(limits: Limits) -> None:
    """Give up what a check does not need; the kernel ends a process that takes more."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        base = int(statm.read().split()[0]) * resource.getpagesize()
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ceil(used.ru_utime + used.ru_stime + limits.seconds)
    for what, most in (
        (resource.RLIMIT_AS, base + limits.bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _rehearse(files: Mapping[str, bytes]) -> None:
    """Take the first steps of every process whose calls are all among them; a step that fails in words is no surprise."""
    processes = definitions.parse(files)
    for process in processes.values():
        try:
            Execution.start(process.bind(processes), {}, _Nobody(), _MOMENT)
        except (DiagramInvalid, ProcessFailed):
            continue


class _Nobody:
    """The host of a rehearsal: it declines every operation and decision."""

    functions: Mapping[str, Callable[..., Any]] = {}

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any]:
        raise ProcessFailed(element=call.element_id)

    def decision(self, key: str) -> Decision | None:
        return None
