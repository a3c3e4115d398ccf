"""What was changed is read back: all of it, of one limit at every level, one by its number, or since a stamp."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from service.deadlines import changes, policies, record
from service.errors import NotFound
from service.tables.deadlines import DeadlineChange

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


def change(session: Session, key: str, amount: int, level: str = "") -> DeadlineChange:
    present = policies.in_force(session).policy(key, level, date(2026, 3, 18))
    wanted = present._replace(amount=amount, level=level)
    return changes.apply(session, wanted, f"改成 {amount}", "guanli", AT)


@pytest.fixture
def made(working: Session) -> list[int]:
    return [change(working, "sign", 5).id, change(working, "plan", 12).id]


def test_the_latest_come_first_and_a_page_ends_before_a_number(
    working: Session, made: list[int]
) -> None:
    first, second = made

    assert [one.id for one in record.latest(working, 10)] == [second, first]
    assert [one.id for one in record.latest(working, 10, before=second)] == [first]
    assert [one.id for one in record.of(working)] == [second, first]
    assert [one.id for one in record.of(working, "policy:sign:")] == [first]


def test_a_limit_s_changes_are_those_of_every_level(working: Session, made: list[int]) -> None:
    of_town = change(working, "sign", 4, "town").id

    assert [one.id for one in record.of_limit(working, "sign")] == [of_town, made[0]]


def test_what_came_since_a_stamp_is_told_in_order(working: Session) -> None:
    known = changes.stamp(working)
    made = [change(working, "sign", 5).id, change(working, "sign", 6).id]

    assert [one.id for one in record.since(working, known)] == made
    assert record.since(working, changes.stamp(working)) == []


def test_a_number_nobody_has_is_not_found(working: Session, made: list[int]) -> None:
    assert record.one(working, made[0]).reason == "改成 5"
    with pytest.raises(NotFound, match="没有这个编号"):
        record.one(working, 999)
