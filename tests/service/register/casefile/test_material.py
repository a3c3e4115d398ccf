"""A task shows what was asked, and the reply of its own assignment even before it is issued."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.casefile import material
from service.register.people import directory as people
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

    drafter = people.actor(session, "jt_chengban")
    own = material.of(session, drafter, f"suggestion:{suggestion.id}", duty.id)
    others = material.of(session, drafter, f"suggestion:{suggestion.id}", None)

    assert own is not None
    assert others is not None
    assert [text for _, text in own.items] == list(ITEMS)
    assert (list(own.replies), own.units) == ([reply], {"JT": "交通局"})
    assert list(others.replies) == []


def test_what_is_no_suggestions_has_no_material(session: Session) -> None:
    reader = people.actor(session, "jt_chengban")

    assert material.of(session, reader, None, None) is None
    assert material.of(session, reader, "supervision:1", None) is None


def test_a_unit_reads_how_to_reach_a_deputy_who_asked_for_secrecy(session: Session) -> None:
    duty = assign(session, suggest(session, identity_protected=True).id, "JT")
    key = f"suggestion:{duty.suggestion_id}"

    unit = material.of(session, people.actor(session, "jt_chengban"), key, duty.id)
    office = material.of(session, people.actor(session, "dgw_ganshi"), key, duty.id)

    assert unit is not None
    assert office is not None
    assert "转达，不要打听代表是谁" in unit.identity_notice
    assert "不显示姓名" in office.identity_notice
