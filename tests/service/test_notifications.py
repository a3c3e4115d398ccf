"""A message is written once for each occasion and recipient, and leaves the house once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import notifications
from service.database import Database
from service.errors import NotFound
from service.register.people.directory import Actor
from service.tables.people import Notification

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
WANG = Actor("wang", "王敏", frozenset({"unit_liaison", "unit_liaison:JT"}), ("JT",))
LI = Actor("li", "李强", frozenset({"unit_liaison", "unit_liaison:JT"}), ("JT",))
STRANGER = Actor("zhao", "赵静", frozenset({"unit_liaison", "unit_liaison:ZJ"}), ("ZJ",))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


def _tell(
    session: Session, recipient: str, occasion: str = "signed:17", text: str = "请签收。"
) -> bool:
    return notifications.enqueue(
        session, recipient, "reminder", text, AT, dedupe_key=occasion, link="/u/17",
        business_key="suggestion:17",
    )  # fmt: skip


def test_the_same_occasion_is_told_once(session: Session) -> None:
    first, again = _tell(session, "wang"), _tell(session, "wang", text="请再签收。")

    [row] = notifications.inbox(session, WANG)

    assert (first, again) == (True, False)
    assert row.text == "请签收。"
    assert row.business_key == "suggestion:17"


def test_one_occasion_may_be_told_to_several(session: Session) -> None:
    assert _tell(session, "wang")
    assert _tell(session, "li")
    assert _tell(session, "unit_liaison:JT")


def test_two_who_tell_at_once_tell_once(database: Database) -> None:
    ready = threading.Barrier(4)
    new: list[bool] = []

    def tell() -> None:
        ready.wait()
        with database.transaction() as session:
            new.append(_tell(session, "wang"))

    tellers = [threading.Thread(target=tell) for _ in range(4)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()

    with database.reading() as session:
        assert session.scalar(select(func.count(Notification.id))) == 1
    assert sorted(new) == [False, False, False, True]


def test_an_inbox_holds_what_was_written_to_me_and_my_offices(session: Session) -> None:
    _tell(session, "wang", "1")
    _tell(session, "user:wang", "2")
    _tell(session, "unit_liaison:JT", "3")
    _tell(session, "li", "4")
    _tell(session, "unit_liaison:ZJ", "5")

    mine = [row.recipient for row in notifications.inbox(session, WANG)]

    assert mine == ["unit_liaison:JT", "user:wang", "wang"]
    assert notifications.unread(session, WANG) == 3
    assert notifications.unread(session, STRANGER) == 1


def test_what_was_read_stays_but_counts_no_more(session: Session) -> None:
    _tell(session, "wang", "1")
    _tell(session, "wang", "2")
    later, earlier = notifications.inbox(session, WANG)

    notifications.read(session, earlier.id, WANG, AT)

    assert notifications.inbox(session, WANG) == [later, earlier]
    assert notifications.inbox(session, WANG, unread_only=True) == [later]
    assert notifications.unread(session, WANG) == 1


def test_nobody_reads_away_somebody_elses_message(session: Session) -> None:
    _tell(session, "wang")
    [row] = notifications.inbox(session, WANG)

    with pytest.raises(NotFound):
        notifications.read(session, row.id, STRANGER, AT)
    with pytest.raises(NotFound):
        notifications.read(session, row.id + 1, WANG, AT)

    assert row.read_at is None


def test_reading_all_reads_mine_only(session: Session) -> None:
    _tell(session, "wang", "1")
    _tell(session, "unit_liaison:JT", "2")
    _tell(session, "li", "3")

    marked = notifications.read_all(session, WANG, AT)

    assert marked == 2
    assert notifications.unread(session, WANG) == 0
    assert notifications.unread(session, LI) == 1


def test_the_outbox_gives_the_oldest_first_and_each_once(session: Session) -> None:
    for occasion in "123":
        _tell(session, "wang", occasion)
    first, second, third = notifications.pending(session, AT)

    notifications.delivered(session, [first.id, second.id], AT)

    assert notifications.pending(session, AT) == [third]
    assert (first.delivered_at, third.delivered_at) == (AT, None)


def test_a_failed_delivery_steps_aside_for_longer_each_time(session: Session) -> None:
    _tell(session, "wang")
    [row] = notifications.pending(session, AT)

    notifications.failed(session, row.id, "短信网关没有应答", AT)

    assert notifications.pending(session, AT) == []
    assert notifications.pending(session, AT + timedelta(minutes=1)) == [row]
    notifications.failed(session, row.id, "短信网关没有应答", AT)
    assert notifications.pending(session, AT + timedelta(minutes=1)) == []
    assert notifications.pending(session, AT + timedelta(minutes=2)) == [row]
    assert row.last_error == "短信网关没有应答"


def test_what_keeps_failing_waits_for_an_operator(session: Session) -> None:
    _tell(session, "wang")
    [row] = notifications.pending(session, AT)
    for _ in range(notifications.ATTEMPTS_ALLOWED):
        notifications.failed(session, row.id, "号码无效", AT)
    much_later = AT + timedelta(days=30)

    assert notifications.pending(session, much_later) == []
    assert notifications.stuck(session) == [row]

    notifications.retry(session, row.id)

    assert notifications.stuck(session) == []
    assert notifications.pending(session, AT) == [row]


def test_a_message_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        notifications.failed(session, 1, "x", AT)
    with pytest.raises(NotFound):
        notifications.retry(session, 1)
