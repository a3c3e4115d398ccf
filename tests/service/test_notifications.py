"""A notice is written once for each occasion and recipient, and read by each person for themselves."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import notifications
from service.database import Database
from service.errors import NotFound
from service.register.people.directory import Actor
from service.tables.people import Notification, Person

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
WANG = Actor("wang", "王敏", frozenset({"unit_liaison", "unit_liaison:JT"}), ("JT",))
LI = Actor("li", "李强", frozenset({"unit_liaison", "unit_liaison:JT"}), ("JT",))
PEOPLE = (("wang", "王敏"), ("li", "李强"), ("zhao", "赵静"))
STRANGER = Actor("zhao", "赵静", frozenset({"unit_liaison", "unit_liaison:ZJ"}), ("ZJ",))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        session.add_all(Person(login=login, name=name) for login, name in PEOPLE)
        session.flush()
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
    notifications.read(session, earlier.id, WANG, AT)

    assert notifications.inbox(session, WANG) == [later, earlier]
    assert notifications.read_among(session, WANG, [later.id, earlier.id]) == {earlier.id}
    assert notifications.unread(session, WANG) == 1


def test_a_colleague_s_reading_is_the_colleague_s_alone(session: Session) -> None:
    _tell(session, "unit_liaison:JT")
    [row] = notifications.inbox(session, WANG)

    notifications.read(session, row.id, LI, AT)

    assert notifications.unread(session, LI) == 0
    assert notifications.unread(session, WANG) == 1


def test_nobody_reads_away_somebody_elses_message(session: Session) -> None:
    _tell(session, "wang")
    [row] = notifications.inbox(session, WANG)

    with pytest.raises(NotFound):
        notifications.read(session, row.id, STRANGER, AT)
    with pytest.raises(NotFound):
        notifications.read(session, row.id + 1, WANG, AT)

    assert notifications.unread(session, WANG) == 1


def test_reading_all_reads_mine_only(session: Session) -> None:
    _tell(session, "wang", "1")
    _tell(session, "unit_liaison:JT", "2")
    _tell(session, "li", "3")
    last = notifications.inbox(session, WANG)[0].id
    _tell(session, "wang", "4")

    marked = notifications.read_all(session, WANG, AT, last)

    assert marked == 2
    assert notifications.read_all(session, WANG, AT, last) == 0
    assert notifications.unread(session, WANG) == 1  # what came after the page was shown
    assert notifications.unread(session, LI) == 2


def test_pages_lose_nothing_when_more_arrives(session: Session) -> None:
    for number in range(7):
        _tell(session, "wang", str(number))
    first = notifications.inbox(session, WANG, 3)
    _tell(session, "wang", "later")

    second = notifications.inbox(session, WANG, 3, before=first[-1].id)
    third = notifications.inbox(session, WANG, 3, before=second[-1].id)

    assert [row.dedupe_key for row in (*first, *second, *third)] == [
        f"{number}>wang" for number in (6, 5, 4, 3, 2, 1, 0)
    ]


def test_counting_stops_where_nobody_needs_the_number(session: Session) -> None:
    for number in range(notifications.MOST_COUNTED + 5):
        _tell(session, "wang", str(number))

    assert notifications.unread(session, WANG) == notifications.MOST_COUNTED
