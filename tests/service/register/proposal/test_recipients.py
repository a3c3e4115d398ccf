"""A reply answers every item and reaches every deputy, those of merged suggestions too."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.proposal import recipients
from service.register.proposal.recipients import Recipient
from tests.handled import ITEMS, cosign, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def test_a_merged_suggestion_asks_too(session: Session) -> None:
    main = suggest(session)
    suggest(session, "d002", merged_into_id=main.id, status="merged_child", case_no="B2026-013")

    asked = recipients.asked_items(session, main.id)

    assert asked[:2] == list(ITEMS)
    assert asked[2:] == [f"（并案B2026-013第{n}条）{item}" for n, item in enumerate(ITEMS, 1)]


def test_the_reply_reaches_every_deputy_once_for_each_suggestion(session: Session) -> None:
    main = suggest(session)
    cosign(session, main.id, "d002", "d003")
    child = suggest(session, "d002", merged_into_id=main.id, status="merged_child")
    suggest(session, "d009", merged_into_id=main.id, status="withdrawn")

    assert recipients.of(session, main.id) == [
        Recipient("d001", main.id, "lead"),
        Recipient("d002", main.id, "co_signer"),
        Recipient("d003", main.id, "co_signer"),
        Recipient("d002", child.id, "lead"),
    ]
