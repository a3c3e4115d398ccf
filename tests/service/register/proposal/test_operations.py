"""What proposing and reviewing do to the register, where a diagram's story does not show it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FormInvalid
from service.operations import Context, run
from service.register.proposal import suggestions
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.world import SITTING, SUGGESTION, populate

EMPTY: dict[str, Any] = {
    "motion_no": None,
    "repeat_of": None,
    "lead_deputy": None,
    "co_signers": [],
    "prep_steps": [],
    "research_methods": [],
    "preferred_units": [],
    "preferred_contact": None,
    "publicity": "full",
    "publicity_reason": None,
    "identity_protected": False,
    "attachments": [],
    "is_secret": False,
    "self_check": [],
}


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def start(session: Session, by: str = "代表甲", at: Any = MORNING, **values: Any) -> Context:
    return Context(
        session=session,
        at=at,
        by=by,
        instance_id=7,
        business_key=None,
        process_id="suggestion_main",
        element_id="Start_submitted",
        values={**EMPTY, **SUGGESTION, **values},
    )


def test_a_case_starts_with_few_and_small_variables(city: Database) -> None:
    with city.transaction() as session:
        found = run("submit_suggestion", start(session, co_signers=["代表甲", "代表乙"]))

        own = session.get_one(Suggestion, found["suggestion"])
        assert own.instance_id == 7
    assert {name: value for name, value in found.items() if name != "suggestion"} == {
        "level": "city",
        "office": "deputy_office",
        "delegation": "云溪",
        "lead_deputy": "代表甲",
        "co_signers": ["代表乙"],
        "in_session": False,
        "submitted_at": MORNING.isoformat(),
        "session_closed_at": None,
        "round": 1,
        "is_hard": False,
        "is_key": False,
        "pre_dispatch": True,
    }


def test_the_session_s_limits_count_from_its_closing(city: Database) -> None:
    with city.transaction() as session:
        found = run("submit_suggestion", start(session, at=SITTING))

    assert found["in_session"]
    assert found["session_closed_at"] == "2026-01-23T10:00:00+00:00"


def test_a_town_deputy_s_office_is_the_town_s(city: Database) -> None:
    with city.transaction() as session:
        found = run("submit_suggestion", start(session, by="镇代表", level="town"))

    assert found["office"] == "town_presidium:SM"


def test_the_instance_is_named_after_the_suggestion(city: Database) -> None:
    named: list[str] = []
    with city.transaction() as session:
        context = Context(**{**vars(start(session)), "keyed": named.append})
        found = run("submit_suggestion", context)

    assert named == [suggestions.business_key(found["suggestion"])]


def test_everything_wrong_with_a_suggestion_is_said_at_once(city: Database) -> None:
    with city.transaction() as session, pytest.raises(FormInvalid) as refused:
        run(
            "submit_suggestion",
            start(session, title="装护栏", is_secret=True, self_check=["N1", "N9"], signed=False),
        )

    messages = refused.value.messages
    assert set(messages) == {"is_secret", "self_check", "title", "signed"}
    assert "一事一议" in messages["self_check"]
