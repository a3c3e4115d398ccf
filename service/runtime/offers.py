"""What taking an offered diagram or table would change, in words."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from service import decisions
from service.engine.deciding import compared, dmn, sheets
from service.engine.drawn import markup, reading
from service.engine.telling.differences import Difference, differences
from service.engine.telling.story import NOTHING as UNNAMED
from service.engine.telling.twin import Names
from service.errors import NotFound
from service.runtime import baseline, outcomes, versions
from service.tables.publishing import PackagedFile


@dataclass(frozen=True)
class Offered:
    """A file of this release, and how what it draws differs from what is in force."""

    file: PackagedFile
    titles: tuple[str, ...]  # of what it draws, with the version in force
    differences: tuple[Difference, ...]


def every(session: Session, names: Names = UNNAMED) -> list[Offered]:
    """Return every offer that waits, by name."""
    return [_offered(session, row, names) for row in baseline.offers(session)]


def document(one: Offered) -> dict[str, Any]:
    """Return an offer as plain values, for programs."""
    return {
        "name": one.file.name,
        "brought_at": one.file.brought_at.isoformat(),
        "in_force": list(one.titles),
        "differences": [asdict(each) for each in one.differences],
    }


def _offered(session: Session, row: PackagedFile, names: Names) -> Offered:
    root = markup.root(row.name, row.content)
    if dmn.is_decisions(root):
        return _of_tables(session, row)
    newest = {one.process_id: one for one in versions.catalogue(session)}
    after = [p for p in reading.drawn(row.name, root).processes if p.process_id in newest]
    before = versions.drawn(session, [newest[one.process_id].id for one in after])
    found: list[Difference] = []
    for process in after:
        found += differences(before[newest[process.process_id].id], process, names)
    titles = [outcomes.named(newest[one.process_id]) for one in after]
    return Offered(row, tuple(titles), tuple(found))


def _of_tables(session: Session, row: PackagedFile) -> Offered:
    titles, found = [], []
    for sheet in sheets.sheets(row.name, row.content):
        try:
            published = decisions.published(session, sheet.decision)[0]
        except NotFound:  # new in this file, beside a table that the town has changed
            continue
        content = decisions.content(session, published)
        standing = sheets.sheet(published.version.file, content, sheet.decision)
        titles.append(outcomes.named(published.version))
        found += [
            Difference("", one.rule, one.what, one.before, one.after)
            for one in compared.differences(standing, sheet, {})
        ]
    return Offered(row, tuple(titles), tuple(found))
