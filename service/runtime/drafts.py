"""What people have typed and not handed in; `subject` is a task id, "start:<process id>", or the page of a decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from service.database import upsert
from service.register.people.directory import Actor
from service.tables import Base
from service.tables.runtime import Draft


def save(
    session: Session, subject: str, person: Actor, values: Mapping[str, Any], at: datetime
) -> None:
    """Keep what was typed, unchecked."""
    row = {"subject": subject, "login": person.login, "saved_at": at, "values": dict(values)}
    statement = upsert(session, Draft).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "login"],
            set_={"saved_at": statement.excluded.saved_at, "values": statement.excluded["values"]},
        )
    )


def of(session: Session, subject: str, person: Actor) -> Mapping[str, Any] | None:
    """Return what this person typed and has not handed in."""
    return session.scalar(
        select(Draft.values).where(Draft.subject == subject, Draft.login == person.login)
    )


def forget(session: Session, subject: str, login: str) -> None:
    """Drop what one person typed."""
    session.execute(delete(Draft).where(Draft.subject == subject, Draft.login == login))


def forget_all(session: Session, subject: str) -> None:
    """Drop what anybody typed, in the pipeline of whoever hands it in."""
    session.connection().execute(_GONE, {"of": subject})


_DRAFTS = Base.metadata.tables[Draft.__tablename__]
_GONE = delete(_DRAFTS).where(_DRAFTS.c.subject == bindparam("of"))
