"""Numbers run on within a series, without gaps, and each is given once: 七届五次-087, 交通局建复〔2026〕3号."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.database import upsert
from service.deadlines.workdays import local_day
from service.register.people import directory as people
from service.tables.handling import LetterSeries
from service.tables.suggestions import CaseSeries


def take(session: Session, series: type[CaseSeries] | type[LetterSeries], prefix: str) -> int:
    """Take the next number after `prefix`; concurrent callers wait for each other and leave no gap."""
    counted = upsert(session, series).values(prefix=prefix, last=1)
    return session.execute(
        counted.on_conflict_do_update(
            index_elements=[series.prefix], set_={"last": series.last + 1}
        ).returning(series.last)
    ).scalar_one()


def letter(session: Session, heading: str, at: datetime) -> str:
    """Number a letter under its heading, 督查〔2026〕3号, in the year on the wall of the office that sends it."""
    prefix = f"{heading}〔{local_day(at).year}〕"
    return f"{prefix}{take(session, LetterSeries, prefix)}号"


def next_number(session: Session, unit: str, kind: str, at: datetime) -> str:
    """Number a unit's letter of one kind, 交通局建复〔2026〕3号."""
    return letter(session, f"{people.unit(session, unit).short_name}{kind}", at)
