"""What files would change: which of their processes and tables mean something else than those in force.

How a file is written down and where its shapes stand does not count; which versions its processes call does.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.engine import bundle
from service.engine.bundle import Bundle
from service.engine.deciding import ruling
from service.engine.definitions import ProcessDefinition
from service.engine.drawn import canonical
from service.runtime import callers, filed, versions
from service.runtime.callers import Bindings
from service.runtime.filed import Filed
from service.runtime.versions import Version

_NOTHING: frozenset[str] = frozenset()


class Redrawn(NamedTuple):
    """A file in force of which only the drawing, or how it is written down, is otherwise."""

    deployment_id: int
    file: str
    given: str  # the name under which it was handed in


@dataclass(frozen=True)
class Comparison:
    """What deploying files would give a new version, and what it would leave as it is."""

    changed: frozenset[str] = _NOTHING  # processes with another content
    first: frozenset[str] = _NOTHING  # those among them that were never deployed before
    rebound: frozenset[str] = _NOTHING  # the same content, but newer versions to call
    tables: frozenset[str] = _NOTHING  # decisions with another content
    outdated: frozenset[str] = _NOTHING  # decisions that have been replaced since, and stay so
    redrawn: tuple[Redrawn, ...] = ()
    restored: Mapping[str, int] = field(default_factory=dict)  # process: the version it was before
    restored_tables: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[str, Filed] = field(
        default_factory=dict
    )  # of the processes, what is in force
    behind: tuple[Version, ...] = ()  # who else would still run on what is replaced, nearest first

    @property
    def changes_nothing(self) -> bool:
        """Whether every content is in force already, and on the newest of what it calls."""
        return not (self.fresh or self.tables)

    @property
    def fresh(self) -> frozenset[str]:
        """The processes that get a new version."""
        return self.changed | self.rebound


@dataclass(frozen=True)
class _Given:
    """Files that were handed in, what they draw, and what is in force of it."""

    files: Mapping[str, bytes]
    along: Collection[str]  # of the files, those in force, here for their calls alone
    parsed: Mapping[str, ProcessDefinition]
    tables: Mapping[str, str]  # decision: its file
    processes: Mapping[str, Filed]
    decisions: Mapping[str, Filed]

    def content(self, process_id: str) -> bytes:
        return self.files[self.parsed[process_id].file]

    def is_along(self, process_id: str) -> bool:
        return self.parsed[process_id].file in self.along


def compare(
    session: Session,
    files: Mapping[str, bytes],
    contents: Bundle,
    along: Collection[str] = _NOTHING,
) -> Comparison:
    """Say what deploying checked files would change; files that go `along` are in force and only bound anew."""
    given = _given(session, files, contents, along)
    changed = {key for key in given.parsed if _is_changed(session, given, key)}
    bindings = callers.read(session)
    rebound = _rebound(bindings, given, changed)
    tables = {
        key
        for key, file in given.tables.items()
        if key not in given.decisions
        or not canonical.is_same(files[file], given.decisions[key].content)
    }
    earlier = _restored_tables(session, given, tables)
    # Officials change a table alone; whoever deploys diagrams together with the old file must not take that back.
    outdated = earlier.keys() if given.parsed else frozenset[str]()
    tables -= outdated
    return Comparison(
        frozenset(changed),
        frozenset(changed - given.processes.keys()),
        frozenset(rebound),
        frozenset(tables),
        frozenset(outdated),
        tuple(_redrawn(given, changed | rebound, tables | outdated)),
        _restored(session, given, changed),
        {key: number for key, number in earlier.items() if key in tables},
        given.processes,
        tuple(bindings.behind(given.parsed, changed | rebound)),
    )


def tables_beside(
    session: Session, process: ProcessDefinition, deployment_id: int
) -> dict[str, bytes]:
    """Return the tables a version was deployed with, where it decides by them and not by those in force."""
    asked = [ruling.of(element) for element in process.elements.values()]
    if all(one is None or one.binding == "latest" for one in asked):
        return {}
    return _tables(versions.files(session, deployment_id))


def _given(
    session: Session, files: Mapping[str, bytes], contents: Bundle, along: Collection[str]
) -> _Given:
    parsed = versions.parsed(files)
    tables = {key: one.file for key, one in contents.decisions.items() if one.file not in along}
    standing = filed.processes(session, parsed) if parsed else {}
    decided = filed.decisions(session, tables) if tables else {}
    return _Given(files, along, parsed, tables, standing, decided)


def _is_changed(session: Session, given: _Given, process_id: str) -> bool:
    standing = given.processes.get(process_id)
    if given.is_along(process_id):
        return False
    if standing is None or not canonical.is_same(given.content(process_id), standing.content):
        return True
    before = tables_beside(session, given.parsed[process_id], standing.deployment_id)
    now = _tables(given.files) if before else {}
    return {canonical.digest(one) for one in before.values()} != {
        canonical.digest(one) for one in now.values()
    }


def _tables(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {one.file: files[one.file] for one in bundle.read(files).decisions.values()}


def _rebound(bindings: Bindings, given: _Given, changed: Collection[str]) -> set[str]:
    """Return the processes that call what is new, or what was new before they are deployed again."""
    # A file that goes along may draw another process, which has changed elsewhere since.
    stays = {
        key
        for key, one in given.processes.items()
        if key not in changed and not (given.is_along(key) and one.content != given.content(key))
    }
    found: set[str] = set()
    while more := {
        key
        for key in stays - found
        if any(
            called in changed or called in found or bindings.is_old(called, row)
            for called, row in bindings.newest[key].calls.items()
        )
    }:
        found |= more
    return found


def _redrawn(given: _Given, fresh: Collection[str], tables: Collection[str]) -> list[Redrawn]:
    """Return the files that differ from those in force, but mean the same."""
    fresh_files = {given.parsed[key].file for key in fresh} | {given.tables[key] for key in tables}
    found = []
    for name, content in given.files.items():
        standing = [one for key, one in given.processes.items() if given.parsed[key].file == name]
        standing += [one for key, one in given.decisions.items() if given.tables[key] == name]
        rows = {(one.deployment_id, one.file, one.content) for one in standing}
        if name in fresh_files or name in given.along or len(rows) != 1:
            continue
        [(deployment_id, file, before)] = rows
        if content != before:
            found.append(Redrawn(deployment_id, file, name))
    return found


def _restored(session: Session, given: _Given, changed: Collection[str]) -> dict[str, int]:
    back = {key: given.content(key) for key in changed if _has_history(given.processes, key)}
    return _when_same(filed.every_process(session, back) if back else [], back)


def _restored_tables(session: Session, given: _Given, tables: Collection[str]) -> dict[str, int]:
    back = {
        key: given.files[given.tables[key]] for key in tables if _has_history(given.decisions, key)
    }
    return _when_same(filed.every_decision(session, back) if back else [], back)


def _has_history(standing: Mapping[str, Filed], key: str) -> bool:
    return key in standing and standing[key].version > 1


def _when_same(every: Sequence[Filed], now: Mapping[str, bytes]) -> dict[str, int]:
    """Return which earlier version had the content that is new now, the latest of several."""
    return {
        one.key: one.version
        for one in reversed(every)
        if canonical.is_same(one.content, now[one.key])
    }
