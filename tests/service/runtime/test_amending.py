"""A draft becomes the next version of its table alone, never over one its author has not seen."""

import pytest
from sqlalchemy import select

from service import decisions
from service.database import Database
from service.engine.deciding import sheets
from service.errors import DiagramInvalid, NotAllowed, NotFound, StaleVersion
from service.register.people.directory import Actor
from service.runtime import amending, publishing
from service.runtime.amending import Draft
from service.tables.audit import AuditEvent
from tests.conftest import MORNING
from tests.service.engine.tables import decision, file, rule, table

ADMIN = Actor("root", "管理员", frozenset({"admin"}))
OTHER = Actor("sheji", "设计员", frozenset({"designer"}))
NAME = "level.dmn"


def drawn(high: str = "high") -> bytes:
    return file(decision("level", table(rule("> 5", f'"{high}"'), rule("<= 5", '"low"'))))


@pytest.fixture
def store(database: Database) -> Database:
    with database.transaction() as session:
        publishing.deploy(session, {NAME: drawn()}, "sheji", MORNING, "第一版")
    return database


def change(store: Database, person: Actor, text: str) -> None:
    with store.transaction() as session:
        draft = amending.draft(session, "level", person)
        content = sheets.written(NAME, draft.content, "level", "#1", (text, '"high"'), "")
        amending.keep(session, "level", person, Draft(draft.base, draft.file, content), MORNING)


def apply(store: Database, person: Actor = ADMIN, reason: str = "试行") -> int:
    done = amending.apply(store, "level", person, reason, {}, MORNING)
    return done.decisions[0].version


def answer(store: Database, size: int) -> list[str]:
    with store.reading() as session:
        found = decisions.newest(session, "level")
        assert found is not None
        return [row["result"] for row in found.answer({"size": size}).rows]


def test_a_draft_decides_nothing_until_it_is_applied(store: Database) -> None:
    change(store, ADMIN, "> 7")
    assert answer(store, 6) == ["high"]

    assert apply(store) == 2

    assert answer(store, 6) == []
    with store.reading() as session:
        [event] = session.scalars(select(AuditEvent))
        assert (event.by, event.act, event.subject, event.reason) == (
            "root",
            "rule",
            "level",
            "试行",
        )
        assert amending.find(session, "level", ADMIN) is None
        assert [one.note for one in decisions.published(session, "level")] == ["试行", "第一版"]


def test_a_draft_is_its_authors_own(store: Database) -> None:
    change(store, ADMIN, "> 7")

    with store.reading() as session:
        assert amending.draft(session, "level", OTHER).content == drawn()
    with pytest.raises(NotAllowed, match="没有可以生效的草稿"):
        apply(store, OTHER)


def test_a_version_that_came_meanwhile_is_not_taken_back_unseen(store: Database) -> None:
    change(store, ADMIN, "> 7")
    change(store, OTHER, "> 9")
    apply(store, OTHER)

    with pytest.raises(StaleVersion, match="别人已经换了新版"):
        apply(store)

    assert answer(store, 8) == []
    with store.reading() as session:
        assert amending.find(session, "level", ADMIN) is not None


def test_set_back_is_a_version_of_its_own(store: Database) -> None:
    change(store, ADMIN, "> 7")
    apply(store)
    with store.transaction() as session:
        first = amending.version(session, "level", 1)
        amending.keep(
            session, "level", ADMIN, amending.of_version(session, first, "level"), MORNING
        )

    assert apply(store, reason="恢复") == 3
    assert answer(store, 6) == ["high"]


def test_what_is_wrong_or_unchanged_is_not_applied(store: Database) -> None:
    change(store, ADMIN, "> > 7")
    with pytest.raises(DiagramInvalid):
        apply(store)
    with store.transaction() as session:
        amending.discard(session, "level", ADMIN)
    change(store, ADMIN, "> 5")
    with pytest.raises(NotAllowed, match="没有不同"):
        apply(store)


def test_another_table_of_the_file_is_not_taken_back(database: Database) -> None:
    both = file(
        decision("level", table(rule("> 5", '"high"'))), decision("price", table(rule("> 5", "1")))
    )
    alone = file(decision("price", table(rule("> 5", "2"))))
    with database.transaction() as session:
        publishing.deploy(session, {NAME: both}, "sheji", MORNING)
        publishing.deploy(session, {"price.dmn": alone}, "sheji", MORNING)
    change(database, ADMIN, "> 7")

    with pytest.raises(NotAllowed, match="price"):
        apply(database)


def test_a_table_or_version_that_is_not_there_is_not_found(store: Database) -> None:
    with store.reading() as session:
        with pytest.raises(NotFound):
            amending.in_force(session, "nothing")
        with pytest.raises(NotFound):
            amending.version(session, "level", 7)
