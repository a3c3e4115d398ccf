"""A list is versions: the newest is in force, none is lost, and each change is on record with its reason."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, rulebook
from service.database import Database
from service.errors import NotAllowed, NotFound, StaleVersion
from service.rulebook import LISTS, Control, Listing, Row, asked
from service.tables.audit import AuditEvent
from tests.conftest import MORNING


class Fruit(Row):
    code: str = asked("代码", longest=10)
    name: str = asked("名称")
    sweet: bool = asked("甜", control=Control.FLAG, default=True)
    places: tuple[str, ...] = asked("产地", control=Control.WORDS, default=())


APPLE, PEAR = Fruit(code="a", name="苹果"), Fruit(code="p", name="梨", places=("云溪", "白崖"))
LATER = MORNING + timedelta(days=1)


@pytest.fixture
def fruits() -> Iterator[Listing[Fruit]]:
    listing = Listing("fruits", "水果", "吃什么。", (), "不变。", Fruit, (APPLE, PEAR))
    yield rulebook.declare(listing)
    del LISTS["fruits"]


def amend(session: Session, fruits: Listing[Fruit], *rows: Fruit, base: int) -> int:
    return rulebook.amend(session, fruits, rows, base, "root", LATER, "换季")


def test_a_change_is_in_force_at_once_and_the_old_version_stays(
    database: Database, fruits: Listing[Fruit]
) -> None:
    sour = APPLE.model_copy(update={"sweet": False})
    with database.transaction() as session:
        assert rulebook.rows(session, fruits) == (APPLE, PEAR)
        assert amend(session, fruits, sour, base=0) == 1
        assert rulebook.rows(session, fruits) == (sour,)

    with database.reading() as session:
        assert rulebook.rows(session, fruits) == (sour,)
        assert rulebook.rows_at(session, fruits, MORNING) == (APPLE, PEAR)
        assert rulebook.rows_at(session, fruits, LATER) == (sour,)
        assert rulebook.row(session, fruits, "p") == PEAR
        assert rulebook.row(session, fruits, "x") is None
        assert [one.number for one in rulebook.versions(session, fruits)] == [1, 0]
        assert rulebook.version(session, fruits, 0).rows == (APPLE, PEAR)
        with pytest.raises(NotFound):
            rulebook.version(session, fruits, 7)
        [event] = session.scalars(select(AuditEvent))
        assert (event.act, event.subject, event.reason) == ("rule", "fruits", "换季")


def test_what_was_rolled_back_is_seen_by_nobody(database: Database, fruits: Listing[Fruit]) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        amend(session, fruits, APPLE, base=0)
        assert rulebook.rows(session, fruits) == (APPLE,)
        raise RuntimeError
    with database.transaction() as session:
        amend(session, fruits, PEAR, base=0)

    with database.reading() as session:
        assert rulebook.rows(session, fruits) == (PEAR,)


def test_a_transaction_asks_once_however_many_rows_it_reads(
    database: Database,
    fruits: Listing[Fruit],
    queries: Callable[[Database], AbstractContextManager[list[str]]],
) -> None:
    with database.transaction() as session:
        amend(session, fruits, PEAR, base=0)
    with database.reading() as session:
        rulebook.rows(session, fruits)

    with queries(database) as asked_, database.reading() as session:
        for _ in range(5):
            rulebook.row(session, fruits, "p")

    assert len([one for one in asked_ if "rule_lists" in one]) == 1


def test_a_change_of_what_is_no_longer_in_force_is_refused(
    database: Database, fruits: Listing[Fruit]
) -> None:
    with database.transaction() as session:
        amend(session, fruits, APPLE, base=0)
    with pytest.raises(StaleVersion), database.transaction() as session:
        amend(session, fruits, PEAR, base=0)
    with pytest.raises(NotAllowed, match="没有不同"), database.transaction() as session:
        amend(session, fruits, APPLE, base=1)


def test_codes_are_given_once_and_a_list_is_never_empty(
    sqlite: Database, fruits: Listing[Fruit]
) -> None:
    with sqlite.reading() as session:
        [twice] = rulebook.faults(session, fruits, [APPLE, APPLE])
        [empty] = rulebook.faults(session, fruits, [])
        assert (twice.row, twice.field) == (1, "code")
        assert "至少要有一行" in empty.sentence
        with pytest.raises(NotAllowed, match="用了两次"):
            amend(session, fruits, APPLE, APPLE, base=0)


def test_differences_name_the_row_and_the_field(fruits: Listing[Fruit]) -> None:
    plum = Fruit(code="u", name="李子")
    sour = PEAR.model_copy(update={"sweet": False, "places": ()})

    found = rulebook.differences(fruits, (APPLE, PEAR), (sour, plum))

    assert [(one.rule, one.what, one.before, one.after) for one in found] == [
        ("第 1 行 “梨”", "甜", "是", "否"),
        ("第 1 行 “梨”", "产地", "云溪、白崖", "（没有）"),
        ("第 2 行 “李子”", "新增", "（没有）", "代码：u；名称：李子；甜：是；产地：（没有）"),
        ("“苹果”", "删除", "代码：a；名称：苹果；甜：是；产地：（没有）", "（没有）"),
    ]
    [moved] = rulebook.differences(fruits, (APPLE, PEAR), (PEAR, APPLE))
    assert (moved.what, moved.before, moved.after) == ("次序", "“苹果”、“梨”", "“梨”、“苹果”")


def test_a_version_for_a_later_day_is_in_force_from_then_on(
    database: Database, fruits: Listing[Fruit], monkeypatch: pytest.MonkeyPatch
) -> None:
    then = LATER + timedelta(days=30)
    plum = Fruit(code="m", name="李子")
    with database.transaction() as session:
        rulebook.amend(session, fruits, [plum], 0, "root", LATER, "换季", then)
        [event] = session.scalars(select(AuditEvent))
    assert "换成第 1 版，改动 3 处，自2026年" in event.sentence

    monkeypatch.setattr(clock, "now", lambda: then - timedelta(seconds=1))
    with database.reading() as session:
        assert rulebook.rows(session, fruits) == (APPLE, PEAR)
        assert [one.number for one in rulebook.coming(session, fruits)] == [1]
        assert rulebook.row(session, fruits, "a") == APPLE
        assert rulebook.rows_at(session, fruits, then - timedelta(seconds=1)) == (APPLE, PEAR)
        assert rulebook.rows_at(session, fruits, then) == (plum,)
    monkeypatch.setattr(clock, "now", lambda: then)
    with database.reading() as session:
        assert rulebook.rows(session, fruits) == (plum,)
        assert rulebook.coming(session, fruits) == ()


def test_what_is_changed_at_once_takes_the_place_of_what_was_to_come(
    database: Database, fruits: Listing[Fruit], monkeypatch: pytest.MonkeyPatch
) -> None:
    then = LATER + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: then)
    with database.transaction() as session:
        rulebook.amend(session, fruits, [APPLE], 0, "root", LATER, "换季", then)
        amend(session, fruits, PEAR, base=1)

        assert rulebook.rows(session, fruits) == (PEAR,)
        assert rulebook.rows_at(session, fruits, then) == (PEAR,)


def test_a_fixed_list_has_the_rows_by_which_a_release_made_it_longer(database: Database) -> None:
    listing = Listing("fixed", "果盘", "。", (), "。", Fruit, (APPLE,), is_fixed=True)
    rulebook.declare(listing)
    try:
        with database.transaction() as session:
            sour = APPLE.model_copy(update={"sweet": False})
            rulebook.amend(session, listing, [sour], 0, "root", LATER, "换季")
        longer = replace(listing, defaults=(APPLE, PEAR))
        rulebook.declare(longer)
        database.memory.clear()

        with database.reading() as session:
            assert rulebook.rows(session, longer) == (sour, PEAR)
            assert rulebook.faults(session, longer, [sour, PEAR]) == []
    finally:
        del LISTS["fixed"]
