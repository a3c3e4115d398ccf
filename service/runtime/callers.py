"""Who calls what, of the versions in force: a caller keeps the version it was bound to until it is deployed again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.runtime.versions import Version
from service.tables.runtime import DeployedProcess


class Bound(NamedTuple):
    """One version of a process, and the rows it calls by the id of the process."""

    version: Version
    calls: Mapping[str, int]


class Use(NamedTuple):
    """What new cases of a process that no other calls run on, of the processes asked about."""

    root: Version
    used: tuple[Version, ...]


@dataclass(frozen=True)
class Bindings:
    """Every version that is deployed, and the newest of each process."""

    by_id: Mapping[int, Bound]
    newest: Mapping[str, Bound]

    def above(self, process_ids: Collection[str]) -> list[Bound]:
        """Return the newest versions that call one of these, directly or through others, nearest first."""
        found: dict[str, Bound] = {}
        wanted = set(process_ids)
        while wanted:
            nearer = {
                key: one
                for key, one in self.newest.items()
                if key not in found and key not in process_ids and wanted & one.calls.keys()
            }
            found |= nearer
            wanted = set(nearer)
        return list(found.values())

    def behind(
        self, process_ids: Collection[str], fresh: Collection[str] = frozenset()
    ) -> list[Version]:
        """Return who above these processes would not run on their newest versions; `fresh` get one now."""
        above = self.above(process_ids)
        reached = {*process_ids, *(one.version.process_id for one in above)}
        stale = set(fresh)
        while more := {
            one.version.process_id
            for one in above
            if one.version.process_id not in stale
            and any(
                called in reached and (called in stale or self.is_old(called, row))
                for called, row in one.calls.items()
            )
        }:
            stale |= more
        return [one.version for one in above if one.version.process_id in stale]

    def below(self, deployed_process_id: int) -> dict[str, Version]:
        """Return what a version runs on, itself included; where two callers differ, the outer one decides."""
        first = self.by_id[deployed_process_id]
        found = {first.version.process_id: first}
        wanted = list(first.calls.values())
        for called in wanted:
            bound = self.by_id[called]
            if found.setdefault(bound.version.process_id, bound) is bound:
                wanted.extend(bound.calls.values())
        return {key: one.version for key, one in found.items()}

    def uses(self, process_ids: Collection[str]) -> list[Use]:
        """Return what new cases run on of these processes, by the process that begins them."""
        below = {key: self.below(self.newest[key].version.id) for key in sorted(self._roots())}
        covered = {id_ for run_on in below.values() for id_ in run_on}
        # Processes that call one another in a circle have none above them.
        below |= {
            id_: self.below(self.newest[id_].version.id)
            for id_ in process_ids
            if id_ not in covered
        }
        return [
            Use(run_on[key], used)
            for key, run_on in below.items()
            if (used := tuple(one for id_, one in run_on.items() if id_ in process_ids))
        ]

    def _roots(self) -> set[str]:
        called = {
            key
            for one in self.newest.values()
            for key in one.calls
            if key != one.version.process_id
        }
        return self.newest.keys() - called

    def is_old(self, process_id: str, deployed_process_id: int) -> bool:
        """Tell whether a process has a newer version than this row."""
        return self.newest[process_id].version.id != deployed_process_id


def read(session: Session) -> Bindings:
    """Return who calls what at this moment."""
    rows = session.scalars(select(DeployedProcess).order_by(DeployedProcess.version))
    by_id = {row.id: Bound(Version.of(row), row.calls) for row in rows}
    return Bindings(by_id, {one.version.process_id: one for one in by_id.values()})
