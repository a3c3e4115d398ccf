"""The government's offices stand above the city's own units, the congress above all others."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.handling import oversight
from tests.handled import assign, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.mark.parametrize(
    ("unit", "level", "above"),
    [
        ("JT", "city", ("gov_supervision", "gov_office")),
        ("FY", "city", ("deputy_office", "deputy_office")),
        ("JT", "town", ("deputy_office", "deputy_office")),
    ],
)
def test_who_follows_up_and_who_brings_together(
    session: Session, unit: str, level: str, above: tuple[str, str]
) -> None:
    duty = assign(session, suggest(session, level=level).id, unit)

    found = tuple(
        role(session, duty, "deputy_office")
        for role in (oversight.supervisor, oversight.coordinator)
    )

    assert found == above


@pytest.mark.parametrize(
    ("unit", "is_key", "needed"), [("JT", True, True), ("JT", False, False), ("FY", True, False)]
)
def test_a_vice_mayor_leads_only_key_suggestions_of_the_government(
    session: Session, unit: str, is_key: bool, needed: bool
) -> None:
    duty = assign(session, suggest(session, is_key=is_key).id, unit)

    assert oversight.needs_leader(session, duty) is needed
