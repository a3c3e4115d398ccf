"""What a case is called wherever it is listed."""

import pytest

from service.database import Database
from service.register.casefile import cases
from service.register.proposal import suggestions
from tests.world import World


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


def test_a_case_is_called_by_its_title_number_and_status(world: World) -> None:
    case = world.register()

    with world.database.reading() as session:
        found = cases.describe(session, [case.business_key, None, "other:1", "suggestion:x"])

    assert list(found) == [case.business_key]
    [described] = found.values()
    assert described.title.startswith("关于在云溪至白崖县道")
    assert described.number
    assert described.status == "已立案"


def test_a_suggestion_that_was_read_is_called_as_in_a_list(world: World) -> None:
    case = world.register()

    with world.database.reading() as session:
        read = suggestions.get(session, case.suggestion)

        assert cases.of(read) == cases.describe(session, [case.business_key])[case.business_key]


def test_a_key_that_can_be_no_row_is_no_case_and_stops_no_list(world):
    world.submit(by="代表甲")
    keys = ["suggestion:99999999999999999999", "suggestion:x", "supervision:-1", "suggestion:1\x00"]

    with world.reading() as session:
        described = cases.describe(session, [*keys, "suggestion:1", None])

        assert list(described) == ["suggestion:1"]
