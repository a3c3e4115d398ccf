"""The years that are kept, with where they come from."""

from service.database import Database
from service.deadlines import policies, seed
from service.deadlines.years import lists
from tests.conftest import MORNING


def test_the_seeded_years_are_listed_in_order(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        policies.seed(session, MORNING)

    with sqlite.reading() as session:
        found = lists.years(session)

    assert list(found) == [2025, 2026, 2027]
    assert found[2026] == lists.Known(True, seed.NOTICE)
    assert found[2027] == lists.Known(False, seed.GUESS)
