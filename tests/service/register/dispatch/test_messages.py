"""Deputies hear of every step, those of merged suggestions too."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import Context
from service.register.dispatch import messages
from service.register.proposal import suggestions
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.dispatched import dispatched, registered
from tests.world import populate


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with sqlite.transaction() as session:
        populate(session, MORNING)
        yield session


def step(session: Session, suggestion_id: int) -> Context:
    key = suggestions.business_key(suggestion_id)
    return Context(session, MORNING, None, 7, key, "dispatch_and_return", "Task_dispatch")


def written(session: Session) -> list[tuple[str, str]]:
    found = session.scalars(select(Notification).order_by(Notification.id))
    return [(each.recipient, each.text) for each in found]


def test_the_deputies_read_which_units_have_their_case(session: Session) -> None:
    main, rows = dispatched(session)
    child = registered(session)
    suggestions.merge(session, child, str(suggestions.get(session, main).case_no))
    own = suggestions.get(session, main)

    messages.dispatched(step(session, main), own, rows)

    text = f"“{own.title}”已交办：交通局（主办）、公安局（协办）。"
    assert written(session) == [("代表甲", text), ("代表甲", text)]


def test_the_deputies_read_who_signed(session: Session) -> None:
    main, [lead, _] = dispatched(session)

    messages.signed(step(session, main), lead)

    assert [text.partition("”")[2] for _, text in written(session)] == [
        "交通局已签收，将与您联系。"
    ]


def test_one_occasion_of_one_moment_is_one_message(session: Session) -> None:
    main, _ = dispatched(session)

    for _ in range(2):
        messages.send(step(session, main), "unit_liaison:JT", "pre_dispatch", "请反馈意见。")

    assert len(written(session)) == 1
    assert session.scalars(select(Notification.kind)).one() == "pre_dispatch"
