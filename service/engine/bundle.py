"""A set of files handed in together, which are distinguished by their contents: diagrams and decision tables, whatever they are called."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from types import MappingProxyType

from service.engine.deciding import dmn
from service.engine.deciding.decisions import Decision
from service.engine.deciding.dmn import DecisionFile
from service.engine.drawn import markup, reading
from service.engine.drawn.findings import FileUnreadable, Finding
from service.engine.drawn.source import DiagramSource

_ID = re.compile(
    rb"""<(?:[\w.-]+:)?(?:process|decision)\s[^<>]*?(?<![\w:.-])id\s*=\s*["']([^"'<>]{1,200})["']"""
)
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Bundle:
    """What the files draw; `decisions` are those of all files, `findings` what is wrong with files and tables.

    `unread` are the ids of processes and decisions in files that cannot be read, as far as they can be made out: they
    are there, though nothing is known of them.
    """

    diagrams: tuple[DiagramSource, ...]
    decisions: Mapping[str, Decision]
    decision_ids: frozenset[str]
    findings: tuple[Finding, ...]
    unread: frozenset[str] = frozenset()


def read(files: Mapping[str, bytes]) -> Bundle:
    """Read every file; one that cannot be read is a finding, not a failure."""
    findings: list[Finding] = []
    diagrams: list[DiagramSource] = []
    tables: list[DecisionFile] = []
    unread: set[str] = set()
    for file, content in files.items():
        match _read(file, content):
            case Finding() as finding:
                findings.append(finding)
                unread.update(_named(file, content))
            case DiagramSource() as diagram:
                diagrams.append(diagram)
            case DecisionFile() as table:
                tables.append(table)
    decisions: dict[str, Decision] = {}
    ids: set[str] = set()
    for table in tables:
        findings += table.findings
        findings += [_twice(table.file, key) for key in sorted(ids & set(table.ids))]
        ids |= set(table.ids)
        decisions |= table.decisions
    return Bundle(
        tuple(diagrams),
        MappingProxyType(decisions),
        frozenset(ids),
        tuple(findings),
        frozenset(unread),
    )


def _named(file: str, content: bytes) -> Iterator[str]:
    """Yield the ids a file that cannot be read seems to give its processes and decisions; its own name is one by our rule."""
    yield PurePath(file).name.partition(".")[0]
    for found in _ID.findall(content[:_MOST_BYTES].replace(b"\0", b"")):
        yield found.decode("utf-8", "replace")


@lru_cache(maxsize=32)
def _read(file: str, content: bytes) -> DiagramSource | DecisionFile | Finding:
    """A deployment is checked, parsed and stored: the same bytes come three times."""
    try:
        root = markup.root(file, content)
        return dmn.drawn(file, root) if dmn.is_decisions(root) else reading.drawn(file, root)
    except FileUnreadable as error:
        return error.finding


def _twice(file: str, key: str) -> Finding:
    message = f"决策 id“{key}”在另一个文件里也有，请给每个决策不同的 id。"
    return Finding(file, key, "decision-duplicate", "error", message)
