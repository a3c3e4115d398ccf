"""What units say to being named."""

import pytest

from service.database import Database
from service.errors import NotFound
from service.register.dispatch import opinions
from service.register.dispatch.forms import UnitOpinion
from tests.conftest import MORNING
from tests.dispatched import LATER, registered
from tests.world import populate

REASON = ("县道养护不属我局职责", "三定规定第三条")


def said(opinion: str) -> UnitOpinion:
    return UnitOpinion.model_validate(
        {
            "unit_opinion": opinion,
            "opinion_text": REASON[0],
            "opinion_basis": REASON[1],
            "proposed_units": ["CG"],
        }
    )


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_silence_before_dispatch_is_no_objection(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        opinions.ask(session, suggestion_id, ["JT", "GA"], MORNING)
        opinions.answer(session, suggestion_id, "JT", said("adjust"), "交通局联络员", LATER)

        assert opinions.end(session, suggestion_id, LATER) == 1

        found = {row.unit: row.opinion for row in opinions.of(session, suggestion_id)}
        assert found == {"JT": "adjust", "GA": "no_objection"}


def test_only_the_last_asking_counts(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        opinions.ask(session, suggestion_id, ["JT"], MORNING)
        opinions.answer(session, suggestion_id, "JT", said("adjust"), None, MORNING)
        opinions.ask(session, suggestion_id, ["CG"], LATER)

        assert opinions.end(session, suggestion_id, LATER) == 0


def test_a_unit_answers_once_and_only_when_asked(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        opinions.ask(session, suggestion_id, ["JT"], MORNING)
        opinions.answer(session, suggestion_id, "JT", said("agree"), None, MORNING)

        for unit in ("JT", "GA"):
            with pytest.raises(NotFound, match="没有向这个单位"):
                opinions.answer(session, suggestion_id, unit, said("agree"), None, MORNING)
