"""Numbers of the letters a unit sends: 交通局建复〔2026〕3号, without gaps, each given once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.tables.handling import LetterSeries

# The year of a letter is the year on the wall of the office that sends it.
_LOCAL = ZoneInfo("Asia/Shanghai")


def next_number(session: Session, unit: str, kind: str, at: datetime) -> str:
    """Take the next number of a unit's letters of one kind; concurrent callers wait for each other."""
    year = at.astimezone(_LOCAL).year
    prefix = f"{people.unit(session, unit).short_name}{kind}〔{year}〕"
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    last = session.execute(
        insert(LetterSeries)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(
            index_elements=[LetterSeries.prefix], set_={"last": LetterSeries.last + 1}
        )
        .returning(LetterSeries.last)
    ).scalar_one()
    return f"{prefix}{last}号"
