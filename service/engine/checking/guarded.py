"""The check of unknown files, in a process of its own that gets little time and memory.

A diagram can be made to cost more than a machine has, and a defect below us may end the process it meets. Here it
ends a child that has none of the service's sockets, databases or secrets: reading, checking, building and the first
steps of every process happen in there, and a child that dies or does not come back is a finding like any other.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from time import monotonic

from service.engine.checking.child import OUT_OF_MEMORY, Limits
from service.engine.checking.lint import Finding, Known
from service.engine.drawn import reading
from service.engine.drawn.findings import FileUnreadable
from service.engine.drawn.source import DiagramSource

MOST_FILES = 100
MOST_BYTES = 20_000_000  # of all files together
_OF_THE_GUARD = frozenset({"check-limit", "check-failed", "too-much"})
_COMMAND = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from service.engine.checking import child; sys.exit(child.main())"
)
_PATIENCE = 3  # a busy machine may take this many times the processor time to do it in
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")

USUAL = Limits()

log = logging.getLogger("tibanping.check")


def check(files: Mapping[str, bytes], known: Known, limits: Limits = USUAL) -> list[Finding]:
    """Return what `lint.check` says and what a first step brings to light, in bounded time, whatever the files are."""
    if len(files) > MOST_FILES:
        return [_too_much(f"一次最多检查 {MOST_FILES} 个文件，请分几次上传。")]
    if sum(len(content) for content in files.values()) > MOST_BYTES:
        return [_too_much(f"这些文件合计超过 {MOST_BYTES // 1_000_000} MB，请分几次上传。")]
    findings, failure = _answer(files, known, limits)
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
        findings, failure = _answer({name: content}, known, left)
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


def _answer(
    files: Mapping[str, bytes], known: Known, limits: Limits
) -> tuple[list[Finding] | None, str]:
    """Have a child check these files; without findings, the second value names what it ran out of, if that is known."""
    request = {
        "files": {name: b64encode(content).decode() for name, content in files.items()},
        "known": known.plain(),
        "limits": asdict(limits),
    }
    try:
        ended = subprocess.run(  # noqa: S603 — our own interpreter and our own words
            [
                sys.executable,
                "-I",
                "-c",
                _COMMAND,
                json.dumps([path or os.getcwd() for path in sys.path]),
            ],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.seconds * _PATIENCE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        return None, "time"
    if ended.returncode == 0:
        return [Finding(**one) for one in json.loads(ended.stdout)], ""
    if ended.returncode == OUT_OF_MEMORY:
        return None, "memory"
    if ended.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return None, "time"
    message = ended.stderr.decode("utf-8", "replace")[-2000:]
    log.error("check failed", extra={"files": sorted(files), "stderr": message})
    return None, ""
