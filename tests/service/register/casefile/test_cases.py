"""What a case is called wherever it is listed."""

import pytest

from service.database import Database
from service.register.casefile import cases
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


def test_a_key_that_can_be_no_row_is_no_case_and_stops_no_list(world):
    world.submit(by="代表甲")
    keys = ["suggestion:99999999999999999999", "suggestion:x", "supervision:-1", "suggestion:1\x00"]

    with world.reading() as session:
        described = cases.describe(session, [*keys, "suggestion:1", None])

        assert list(described) == ["suggestion:1"]
