"""The check of files nobody has looked at yet, in a process of its own that gets little time and memory.

A diagram can be made to cost more than a machine has, and a defect below us may end the process it meets. Here it
ends a child that has none of the service's sockets, databases or secrets: reading, checking, building and the first
steps of every process happen in there, and a child that dies or does not come back is a finding like any other.
"""

import json
import logging
import os
import resource
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import Any

from service.engine import definitions
from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from service.engine.deciding.decisions import Decision
from service.engine.drawn import reading
from service.engine.drawn.source import DiagramSource, FileUnreadable
from service.engine.execution import Execution
from service.engine.host import OperationCall
from service.errors import DiagramInvalid, ProcessFailed

MOST_FILES = 100
MOST_BYTES = 20_000_000  # of all files together
_OUT_OF_MEMORY = 3
_OF_THE_GUARD = frozenset({"check-limit", "check-failed", "too-much"})
_PATIENCE = 3  # a busy machine may take this many times the processor time to do it in
_MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")

log = logging.getLogger("tibanping.check")


@dataclass(frozen=True)
class Limits:
    """What the child may use beyond what it needs to begin."""

    seconds: float = 10
    bytes: int = 500_000_000


USUAL = Limits()


def check(files: Mapping[str, bytes], known: Known, limits: Limits = USUAL) -> list[Finding]:
    """Return what `lint.check` says and what a first step brings to light, in bounded time, whatever the files are."""
    if len(files) > MOST_FILES:
        return [_too_much(f"一次最多检查 {MOST_FILES} 个文件，请分几次上传。")]
    if sum(len(content) for content in files.values()) > MOST_BYTES:
        return [_too_much(f"这些文件合计超过 {MOST_BYTES // 1_000_000} MB，请分几次上传。")]
    findings, failure = _asked(files, known, limits)
    if findings is not None:
        return findings
    if len(files) == 1:
        return [_limit(next(iter(files)), failure)]
    return _culprits(files, known, limits) or [_limit("", failure)]


def readable(files: Mapping[str, bytes], findings: Iterable[Finding]) -> list[DiagramSource]:
    """Return what of checked files can be shown; a file that cost too much is not opened again."""
    costly = {finding.file for finding in findings if finding.code in _OF_THE_GUARD}
    diagrams = []
    for name, content in files.items():
        if costly & {name, ""}:
            continue
        try:
            diagrams.append(reading.read(name, content))
        except FileUnreadable:
            continue
    return diagrams


def _too_much(message: str) -> Finding:
    return Finding("", "", "too-much", "error", message)


def _culprits(files: Mapping[str, bytes], known: Known, limits: Limits) -> list[Finding]:
    """Return the files that cannot be checked even alone; all together they get as long as one check may take."""
    until = monotonic() + limits.seconds
    found = []
    for name, content in files.items():
        left = Limits(max(0.5, (until - monotonic()) / 2), limits.bytes)
        findings, failure = _asked({name: content}, known, left)
        if findings is None:
            found.append(_limit(name, failure))
        if monotonic() > until:
            break
    return found


def _limit(name: str, failure: str) -> Finding:
    what = f"文件“{name}”" if name else "这些文件合在一起"
    message = {
        "": f"检查{what}时系统遇到没有预料到的问题，不能部署；请把它发给系统管理员。",
        "time": f"{what}在限定的时间里检查不完，不能部署；请删减元素、分支和条件，拆成几个流程。",
        "memory": f"检查{what}要用的内存太多，不能部署；请删减元素和文字，拆成几个流程。",
    }[failure]
    return Finding(name, "", "check-limit" if failure else "check-failed", "error", message)


# --- the parent's side ---------------------------------------------------------------------------

_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from service.engine.checking import guarded; sys.exit(guarded.main())"
)


def _asked(
    files: Mapping[str, bytes], known: Known, limits: Limits
) -> tuple[list[Finding] | None, str]:
    """Have a child check these files; without findings the word says what it ran out of, if that is known."""
    asked = {
        "files": {name: b64encode(content).decode() for name, content in files.items()},
        "known": {field.name: sorted(getattr(known, field.name)) for field in fields(known)},
        "limits": asdict(limits),
    }
    try:
        child = subprocess.run(  # noqa: S603 — our own interpreter and our own words
            [
                sys.executable,
                "-I",
                "-c",
                _CHILD,
                json.dumps([path or os.getcwd() for path in sys.path]),
            ],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=limits.seconds * _PATIENCE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        return None, "time"
    if child.returncode == 0:
        return [Finding(**one) for one in json.loads(child.stdout)], ""
    if child.returncode == _OUT_OF_MEMORY:
        return None, "memory"
    if child.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return None, "time"
    told = child.stderr.decode("utf-8", "replace")[-2000:]
    log.error("check failed", extra={"files": sorted(files), "told": told})
    return None, ""


# --- the child's side ----------------------------------------------------------------------------


def main() -> int:
    """Check the files asked for on the standard input and write the findings to the standard output."""
    asked = json.load(sys.stdin)
    files = {name: b64decode(content) for name, content in asked["files"].items()}
    known = Known(**{name: frozenset(names) for name, names in asked["known"].items()})
    _confine(Limits(**asked["limits"]))
    try:
        findings = lint.check(files, known)
        if not any(finding.severity == "error" for finding in findings):
            _rehearse(files)
        answer = json.dumps([asdict(finding) for finding in findings])
    except (MemoryError, SystemError):  # the second from within lxml, when it gets no memory
        return _OUT_OF_MEMORY
    sys.stdout.write(answer)
    return 0


def _confine(limits: Limits) -> None:
    """Give up what a check does not need; the kernel ends whoever takes more."""
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
    """Take the first steps of every process whose calls are all here; a step that fails in words is no surprise."""
    processes = definitions.parse(files)
    for process in processes.values():
        try:
            Execution.start(process.bind(processes), {}, _Nobody(), _MOMENT)
        except (DiagramInvalid, ProcessFailed):
            continue


class _Nobody:
    """The host of a rehearsal: whatever it is asked for, it declines."""

    functions: Mapping[str, Callable[..., Any]] = {}

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any]:
        raise ProcessFailed(element=call.element_id)

    def decision(self, key: str) -> Decision | None:
        return None
