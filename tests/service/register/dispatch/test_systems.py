"""Which side a unit belongs to."""

import pytest

from service.database import Database
from service.errors import NotFound
from service.register.dispatch import systems
from tests.conftest import MORNING
from tests.world import populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


@pytest.mark.parametrize(
    ("unit", "system"), [("JT", "government"), ("SD", "government"), ("FY", "other")]
)
def test_who_adjudicates_follows_from_the_unit_s_system(
    city: Database, unit: str, system: str
) -> None:
    with city.transaction() as session:
        assert systems.of(session, unit) == system


def test_an_unknown_unit_belongs_to_no_side(city: Database) -> None:
    with city.transaction() as session, pytest.raises(NotFound, match="XX"):
        systems.of(session, "XX")
