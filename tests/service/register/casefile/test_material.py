"""A task shows what was asked, and the reply of its own assignment even before it is issued."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.casefile import material
from tests.handled import ITEMS, assign, session_of, suggest
from tests.service.register.reply.test_replies import draft


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def test_a_draft_is_shown_to_its_own_task_only(session: Session) -> None:
    suggestion = suggest(session)
    duty = assign(session, suggestion.id, "JT")
    reply = draft(session, duty)

    own = material.of(session, f"suggestion:{suggestion.id}", duty.id)
    others = material.of(session, f"suggestion:{suggestion.id}", None)

    assert own is not None
    assert others is not None
    assert [text for _, text in own.items] == list(ITEMS)
    assert (list(own.replies), own.units) == ([reply], {"JT": "交通局"})
    assert list(others.replies) == []


def test_what_is_no_suggestions_has_no_material(session: Session) -> None:
    assert material.of(session, None, None) is None
    assert material.of(session, "supervision:1", None) is None
