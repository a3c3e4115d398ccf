"""A set of files handed in together, told apart by what they contain: diagrams and decision tables, whatever they are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.engine import dmn, source
from service.engine.decisions import Decision
from service.engine.dmn import DecisionFile
from service.engine.source import DiagramSource, FileUnreadable, Finding


@dataclass(frozen=True)
class Bundle:
    """What the files draw; `decisions` are those of all files, `findings` what is wrong with files and tables."""

    diagrams: tuple[DiagramSource, ...]
    decisions: Mapping[str, Decision]
    decision_ids: frozenset[str]
    findings: tuple[Finding, ...]


def read(files: Mapping[str, bytes]) -> Bundle:
    """Read every file; one that cannot be read is a finding, not a failure."""
    findings: list[Finding] = []
    diagrams: list[DiagramSource] = []
    tables: list[DecisionFile] = []
    for file, content in files.items():
        try:
            root = source.root(file, content)
            if dmn.is_decisions(root):
                tables.append(dmn.drawn(file, root))
            else:
                diagrams.append(source.drawn(file, root))
        except FileUnreadable as error:
            findings.append(error.finding)
    decisions: dict[str, Decision] = {}
    ids: set[str] = set()
    for table in tables:
        findings += table.findings
        findings += [_twice(table.file, key) for key in sorted(ids & set(table.ids))]
        ids |= set(table.ids)
        decisions |= table.decisions
    return Bundle(tuple(diagrams), MappingProxyType(decisions), frozenset(ids), tuple(findings))


def _twice(file: str, key: str) -> Finding:
    message = f"决策 id“{key}”在另一个文件里也有，请给每个决策不同的 id。"
    return Finding(file, key, "decision-duplicate", "error", message)
