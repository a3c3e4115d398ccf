"""Every examination is kept."""

import pytest

from service.database import Database
from service.register.proposal import reviews
from service.register.proposal.reviews import Examined, Step
from tests.conftest import MORNING
from tests.proposed import submit
from tests.world import populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_the_latest_review_of_a_step_counts(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session)
        for conclusion in ("return_for_edit", "register"):
            reviews.record(
                session, found.id, Examined(Step.OFFICE, conclusion), "代工委甲", MORNING
            )
        contacted = Examined(Step.CONTACT, "will_revise")
        reviews.record(session, found.id, contacted, "代工委甲", MORNING)

        latest = reviews.latest(session, found.id, Step.OFFICE)
        assert latest is not None
        assert latest.conclusion == "register"
