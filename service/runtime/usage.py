"""Where the newest version of each process uses a limit, as its definition says; read again only after a deployment."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.database import kept
from service.runtime import versions
from service.runtime.versions import Version


@dataclass(frozen=True)
class Use:
    """An element of a process that waits until a limit ends, or whose task has one."""

    version: Version
    element_id: str
    element: str
    name: str  # of the limit, as the diagram writes it


@dataclass
class _Read:
    """What the newest versions use; one tuple, so that threads see both or neither."""

    last: tuple[tuple[int, ...], tuple[Use, ...]] = ((), ())


def of(session: Session, names: Collection[str]) -> list[Use]:
    """Return every use of a limit by one of these names, by process."""
    return [use for use in every(session) if use.name in names]


def every(session: Session) -> tuple[Use, ...]:
    """Return every use of any limit, by process."""
    newest = versions.catalogue(session)
    ids = tuple(one.id for one in newest)
    read = kept(session, _Read)
    known, uses = read.last
    if ids != known:
        uses = tuple(_uses(session, newest))
        read.last = (ids, uses)
    return uses


def _uses(session: Session, newest: Collection[Version]) -> Iterator[Use]:
    files = versions.newest_files(session, [one.process_id for one in newest])
    for version in newest:
        drawn = versions.parsed({version.file: files[version.process_id]})
        for element in drawn[version.process_id].elements.values():
            for name in dict.fromkeys(element.deadline_keys):
                yield Use(version, element.id, element.name or element.id, name)
