"""Similar suggestions are found by their words."""

import pytest

from service.database import Database
from service.register.proposal import likeness
from tests.conftest import MORNING
from tests.proposed import registered, submit
from tests.world import populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_similar_suggestions_come_first_the_most_alike(city: Database) -> None:
    with city.transaction() as session:
        same = registered(session)
        near = registered(
            session, title="关于在云溪至白崖县道加装防护栏的建议", items=("加装防护栏。",)
        )
        registered(
            session,
            title="关于在社区增设老年助餐点的建议",
            situation="老人做饭难。",
            items=("增设助餐点。",),
        )
        own = submit(session)

        found = likeness.similar(session, own.id)

        assert [each.suggestion.id for each in found] == [same.id, near.id]
        assert found[0].likeness == 100


def test_what_is_not_registered_is_not_compared(city: Database) -> None:
    with city.transaction() as session:
        submit(session)

        assert likeness.similar(session, submit(session).id) == []


def test_a_town_sees_its_own_and_the_city_s(city: Database) -> None:
    with city.transaction() as session:
        registered(session, lead="镇代表", level="town")
        from_city = submit(session)
        from_town = submit(session, lead="镇代表", level="town")

        assert likeness.similar(session, from_city.id) == []
        assert len(likeness.similar(session, from_town.id)) == 1
