"""The parts of a suggestion several pages show."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.casefile import contents
from service.register.reply import replies
from tests.conftest import MORNING
from tests.handled import ITEMS, assign, cosign, session_of, suggest
from tests.service.register.reply.test_replies import draft


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def test_items_in_their_order_and_signers_with_their_decision(session: Session) -> None:
    suggestion = suggest(session)
    cosign(session, suggestion.id, "d003", "d002")

    items, signers = contents.parts(session, suggestion.id)

    assert items == list(enumerate(ITEMS, 1))
    assert signers == [("d003", "agreed"), ("d002", "agreed")]


def test_a_reply_is_shown_once_it_is_issued(session: Session) -> None:
    duty = assign(session, suggest(session).id, "JT")
    draft(session, duty)
    assert contents.replies(session, duty.suggestion_id) == []

    issued = replies.issue(session, duty, MORNING)

    assert contents.replies(session, duty.suggestion_id) == [issued]
