"""Each run finds the store as new, whatever the one before did to it."""

from pathlib import Path

from sqlalchemy import func, select

from service.simulation import Scratch
from service.tables.people import Person


def people(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person))


def test_what_one_run_did_the_next_does_not_see(scratch):
    database = scratch.renew()
    before = people(database)
    with database.transaction() as session:
        session.add(Person(login="li", name="李", password_hash=""))
    database.memory[str] = "kept"

    renewed = scratch.renew()

    assert before > 200  # the city is there: our own diagrams need somebody to do their tasks
    assert people(renewed) == before
    assert str not in renewed.memory


def test_nothing_is_left_behind():
    with Scratch() as scratch:
        folder = Path(scratch.renew().url.database or "").parent
        assert folder.exists()

    assert not folder.exists()
