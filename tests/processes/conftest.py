"""Every test of a diagram starts in the same small city, once on each store, and leaves no message that leads nowhere."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authority import reading
from service.database import Database
from service.register.common import links
from service.register.people import directory as people
from service.tables.people import Notification, Person
from service.tables.suggestions import Suggestion
from tests.world import World, forget_flows


@pytest.fixture(autouse=True, scope="module")
def _only_this_module_s_stories() -> None:
    forget_flows()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    world = World(database)
    yield world
    world.remember_flows()
    with world.reading() as session:
        assert dead_ends(session) == []


def dead_ends(session: Session) -> list[tuple[str, str, str]]:
    """Return kind, recipient and words of what leads nowhere, or to a case that somebody it is for may not read.

    A story that starts in the middle has a case nobody registered, which the government does not see yet.
    """
    registered = select(Suggestion.id).where(Suggestion.registered_at.is_not(None))
    readable = {f"suggestion:{number}" for number in session.scalars(registered)}
    persons = people.actors(session, session.scalars(select(Person.login))).values()
    found = []
    known: dict[tuple[str, str | None], bool] = {}
    for row in session.scalars(select(Notification)):
        is_dead = not row.link
        is_page = row.business_key in readable and row.link == links.case(row.business_key)
        for person in persons if is_page else ():
            if row.recipient not in {person.login, *person.candidates}:
                continue
            key = (person.login, row.business_key)
            if key not in known:
                known[key] = reading.may_see(session, person, row.business_key)
            is_dead = is_dead or not known[key]
        if is_dead:
            found.append((row.kind, row.recipient, row.text))
    return found
