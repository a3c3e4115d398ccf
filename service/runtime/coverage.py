"""What decision tables that are to be deployed would leave without a rule, or give several, unlike those in force."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from service import decisions
from service.engine.checking.lint import Finding
from service.engine.deciding import coverage, dmn, sheets
from service.engine.deciding.coverage import Version


def findings(session: Session, files: Mapping[str, bytes]) -> list[Finding]:
    """Return a warning for each stretch of numbers that checked files would answer otherwise in this way."""
    in_force = {one.decision_id for one in decisions.catalogue(session)}
    return [
        Finding(
            file, after.sheet.decision, "coverage", "warning", f"{after.sheet.name}：{sentence}"
        )
        for file, content in files.items()
        for after in _tables(file, content)
        if after.sheet.decision in in_force
        for before in _in_force(session, after.sheet.decision)
        for sentence in coverage.warnings(before, after)
    ]


def _in_force(session: Session, decision_id: str) -> list[Version]:
    """Return the table that decides now; none where it is an expression."""
    newest = decisions.published(session, decision_id)[0]
    found = _tables(newest.version.file, decisions.content(session, newest))
    return [one for one in found if one.sheet.decision == decision_id]


def _tables(file: str, content: bytes) -> list[Version]:
    """Return the decision tables of a file that was checked, each as it is written and as it is asked."""
    if not file.endswith(".dmn"):
        return []
    read = dmn.read(file, content).decisions
    found = sheets.sheets(file, content)
    return [Version(one, read[one.decision]) for one in found if one.decision in read]
