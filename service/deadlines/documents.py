"""The book's rows as documents: a change takes some out and puts others in, and its record keeps both.

A document is a row with the name of its table, in what JSON knows; putting one back restores the row as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from service.tables.base import Base, UTCDateTime
from service.tables.deadlines import (
    CalendarDay,
    CalendarYear,
    DeadlineExtension,
    DeadlinePause,
    DeadlinePolicy,
    OfficeClosure,
    OfficeHours,
)

Doc = dict[str, Any]

TABLE = "table"
IDENTITY: Mapping[str, tuple[str, ...]] = {
    DeadlinePolicy.__tablename__: ("key", "level", "effective_from"),
    CalendarYear.__tablename__: ("year",),
    CalendarDay.__tablename__: ("day",),
    OfficeClosure.__tablename__: ("id",),
    OfficeHours.__tablename__: ("unit",),
    DeadlinePause.__tablename__: ("id",),
    DeadlineExtension.__tablename__: ("id",),
}
"""Every table of the book, and the columns by which a row of it is told."""


def of(table: str, row: Mapping[str, Any]) -> Doc:
    """Return a row as a document."""
    return {TABLE: table, **{name: _plain(value) for name, value in row.items()}}


def row_of(doc: Doc) -> dict[str, Any]:
    """Return the values of a document as its table takes them."""
    columns = _table(doc[TABLE]).c
    return {name: _typed(columns[name].type, value) for name, value in doc.items() if name != TABLE}


def identity(doc: Doc) -> tuple[Any, ...]:
    return (doc[TABLE], *(doc[name] for name in IDENTITY[doc[TABLE]]))


def read(session: Session) -> list[Doc]:
    """Return every document of the book."""
    connection = session.connection()
    return [
        of(name, dict(row))
        for name in IDENTITY
        for row in connection.execute(select(_table(name))).mappings()
    ]


def next_id(session: Session, table: str) -> int:
    """Return the number of the next document; whoever takes it holds the stamp of the book."""
    highest = session.connection().execute(select(func.max(_table(table).c.id))).scalar()
    return int(highest or 0) + 1


def replaced(docs: Iterable[Doc], taken: Iterable[Doc], put: Iterable[Doc]) -> list[Doc]:
    """Return the documents as they would be after a change."""
    standing = {identity(doc): doc for doc in docs}
    for doc in taken:
        standing.pop(identity(doc), None)
    standing |= {identity(doc): doc for doc in put}
    return list(standing.values())


def take_out(session: Session, docs: Iterable[Doc]) -> None:
    session.flush()
    for name, same in _by_table(docs):
        table = _table(name)
        told = [table.c[column] == bindparam(f"is_{column}") for column in IDENTITY[name]]
        rows = [row_of(doc) for doc in same]
        session.connection().execute(
            delete(table).where(*told),
            [{f"is_{column}": row[column] for column in IDENTITY[name]} for row in rows],
        )
    session.expire_all()


def put_in(session: Session, docs: Iterable[Doc]) -> None:
    for name, same in _by_table(docs):
        session.connection().execute(insert(_table(name)), [row_of(doc) for doc in same])


def _by_table(docs: Iterable[Doc]) -> list[tuple[str, Sequence[Doc]]]:
    listed = list(docs)
    found = [(name, [doc for doc in listed if doc[TABLE] == name]) for name in IDENTITY]
    return [(name, same) for name, same in found if same]


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
