"""Reads the named lists about one suggestion, for the tests of the themes that declare them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.database import Database
from service.operations import options
from service.register.dispatch import assignments, dispatching
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from service.register.proposal import suggestions
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import populate


@dataclass(frozen=True)
class Lists:
    """`lists(name)` reads a list about a suggestion handled by 交通局 with 公安局."""

    session: Session
    suggestion: int
    assignment: int

    def __call__(self, name: str, **variables: Any) -> list[Any]:
        known = {"suggestion": self.suggestion, "assignment": self.assignment, "unit": "JT"}
        key = suggestions.business_key(self.suggestion)
        return list(options(name, self.session, {**known, **variables}, key))


@contextmanager
def lists_of(database: Database) -> Iterator[Lists]:
    """Enter the city and the suggestion."""
    with database.transaction() as session:
        populate(session, MORNING)
        own = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
        plan = [Planned("JT", Duty.LEAD), Planned("GA", Duty.ASSIST, "巡逻")]
        dispatching.dispatch(session, own.id, Mode.LEAD_ASSIST, MORNING)
        lead, _ = assignments.assign(session, own.id, plan, MORNING)
        yield Lists(session, own.id, lead.id)


def codes(rows: list[Any]) -> set[str]:
    """Return the codes of options."""
    return {row.code for row in rows}
