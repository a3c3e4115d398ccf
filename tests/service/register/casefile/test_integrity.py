"""A case file is intact when neither its history nor the ratings its history vouches for were changed."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

import service
from service.database import Database
from service.history import Verification
from service.register.casefile import integrity
from service.tables.evaluation import Confirmation, Evaluation
from service.tables.runtime import HistoryEvent
from tests.replied_case import NOT_SATISFIED, asked, meet
from tests.world import World

SERVICE = Path(service.__file__).parent


@pytest.fixture
def rated(database: Database) -> World:
    """A city in which a deputy has rated, by the task of the diagram."""
    world = World(database)
    asked(world)
    world.do("填写评价", "代表甲", **NOT_SATISFIED)
    return world


def verified(world: World) -> Verification:
    assert world.case is not None
    with world.reading() as session:
        return integrity.verify(session, world.case.instance)


def test_a_rated_case_is_intact(rated: World) -> None:
    assert verified(rated).intact
    assert verified(rated).gaps == ()
    rated.until("统一封口时刻")
    assert verified(rated).intact


def test_a_changed_mark_is_found(rated: World) -> None:
    with rated.database.transaction() as session:
        session.execute(update(Evaluation).values(result_rating="satisfied"))

    found = verified(rated)

    assert not found.intact
    [fault] = found.faults
    assert "号评价与登记时的校验值不符" in fault


def test_what_deputies_confirm_after_a_meeting_is_vouched_for_too(replied: World) -> None:
    replied.do("填写评价", "代表甲", **NOT_SATISFIED)
    replied.until("统一封口时刻")
    meet(replied)
    assert verified(replied) == Verification(verified(replied).events, verified(replied).head)

    with replied.database.transaction() as session:
        session.execute(update(Confirmation).values(outcome="satisfied"))

    [fault] = verified(replied).faults
    assert "会后确认与登记时的校验值不符" in fault


def test_a_changed_event_is_found(rated: World) -> None:
    with rated.database.transaction() as session:
        session.execute(
            update(HistoryEvent).where(HistoryEvent.kind == "rating_given").values(by="代表乙")
        )

    assert not verified(rated).intact


def test_everybody_who_asks_about_a_case_asks_here() -> None:
    askers = {
        str(file.relative_to(SERVICE))
        for file in SERVICE.rglob("*.py")
        if re.search(r"\bhistory\.verify\(", file.read_text(encoding="utf-8"))
    }

    assert askers == {"register/casefile/integrity.py"}
