"""Which years of the calendar are kept, and what is known of each."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.tables.deadlines import CalendarYear


class Known(NamedTuple):
    """Whether the State Council's arrangement of a year has been entered, and where the days come from."""

    confirmed: bool
    source: str


def years(session: Session) -> Mapping[int, Known]:
    """Return every year that has days of its own, in order."""
    question = select(CalendarYear.year, CalendarYear.confirmed, CalendarYear.source)
    found = session.execute(question.order_by(CalendarYear.year))
    return {year: Known(confirmed, source) for year, confirmed, source in found}
