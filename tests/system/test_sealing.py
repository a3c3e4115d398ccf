"""No way in tells a rating before its time: every page a reader can open is the same, however the deputy rated."""

import copy
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.register.evaluation import sight
from service.register.people import directory as people
from service.runtime import tasks
from service.settings import Settings
from service.tables.evaluation import Evaluation
from service.tables.runtime import HistoryEvent
from tests.processes.test_handling import ANSWERS
from tests.replied_case import MEETING, NOT_SATISFIED, SATISFIED
from tests.service.handlers.city import served, signed_in
from tests.system import crawling
from tests.world import COMPLETE, World

BLIND = ["交通局联络员", "交通局负责人", "督查室", "政府办", "代表乙"]
RATINGS: list[Mapping[str, Any]] = [SATISFIED, NOT_SATISFIED]
DELIVERED = [
    {"number": number, "method": "platform", "delivered_on": "2026-03-02", "receipt": ""}
    for number in (1, 2)
]


@pytest.fixture
def rated(
    sqlite: Database, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Mapping[str, Any] | None], tuple[World, Flask]]]:
    """Copies of one city that differ in one thing: how 代表甲 rated what the transport bureau answered."""
    first = World(sqlite)
    waiting_for_a_rating(first)
    databases: list[Database] = []

    def build(rating: Mapping[str, Any] | None) -> tuple[World, Flask]:
        file = tmp_path / f"city{len(databases)}.db"
        with sqlite.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("VACUUM INTO ?", [str(file)])
        databases.append(Database(f"sqlite:///{file}"))
        world = copy.copy(first)
        world.database = databases[-1]
        monkeypatch.setattr(clock, "now", lambda: world.at)
        if rating:
            world.do("填写评价", "代表甲", **rating)
        return world, served(world, settings)

    yield build
    for database in databases:
        database.close()


def waiting_for_a_rating(world: World) -> None:
    """Let a suggestion, signed by 代表乙 too, be answered; its deputy is asked."""
    world.submit(by="代表甲", co_signers=["代表乙"])
    world.do("确认联名", by="代表乙", co_sign="agree")
    world.do("审查建议", by="代工委甲", review_conclusion="register", checklist=COMPLETE)
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", {**ANSWERS, "登记送达": {"deliveries": DELIVERED}})
    world.do("收悉审核", by="代工委甲", reply_check="qualified")


def seen(app: Flask, world: World, reader: str) -> dict[str, str]:
    """Return what every address there is answers this reader, without what each visit changes."""
    browser = signed_in(app, reader)
    found = {}
    for address in addresses(app, world):
        answer = browser.get(address)
        text = re.sub(
            r'value="[^"]{20,}"|nonce="[^"]+"|[0-9a-f-]{32,36}', "", answer.get_data(as_text=True)
        )
        found[address] = f"{answer.status_code}\n{text}"
    return found


def addresses(app: Flask, world: World) -> list[str]:
    """Return every address that can be read, for the case at hand where it names one."""
    assert world.case is not None
    with world.reading() as session:
        evaluation = session.scalars(select(Evaluation.id)).one()
    known = {
        "suggestion_id": [world.case.suggestion],
        "instance_id": [world.case.instance],
        "evaluation_id": [evaluation],
        "process_id": sorted(sight.SEALED_PROCESSES),
        "kind": ["facts", "cards", "reply_overdue", "late", "month", "replies"],
    }
    found = ["/suggestions?status=evaluating", "/suggestions?status=deliberating"]
    drawn = f"/suggestions/{world.case.suggestion}/flow"
    found += [f"{drawn}?process={each}" for each in ("suggestion_main", "handling")]
    return sorted([*found, *crawling.addresses(app, known)])


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the lines in which the pages differ."""
    return [
        f"{path}: {line}"
        for path in before
        for line in difflib.unified_diff(
            before[path].splitlines(), after[path].splitlines(), lineterm="", n=0
        )
        if not line.startswith(("---", "+++", "@@"))
    ]


def page(pages: Mapping[str, str], of: str) -> str:
    """Return a page of the case."""
    [found] = [text for path, text in pages.items() if re.fullmatch(rf"/suggestions/\d+{of}", path)]
    return found


def test_the_crawl_reaches_every_kind_of_page(rated: Any) -> None:
    world, app = rated(None)

    found = " ".join(addresses(app, world))

    for part in ("/exchange", "/history", "/flow/", "/api/v1/suggestions/", "/api/v1/statistics"):
        assert part in found


@pytest.mark.parametrize("reader", BLIND)
def test_handing_in_a_rating_changes_no_page(rated: Any, reader: str) -> None:
    world, app = rated(None)
    before = seen(app, world, reader)

    world.do("填写评价", "代表甲", **NOT_SATISFIED)

    assert differences(before, seen(app, world, reader)) == []
    assert "背靠背评价" in page(before, "")


@pytest.mark.parametrize(
    "reader",
    [*BLIND, "代工委甲", "城建工委", "主任会议", "副市长", "管理员", "运维", "审计员", "代表丙"],
)
def test_before_the_seal_no_page_of_anybody_else_shows_a_mark_or_a_word(
    rated: Any, reader: str
) -> None:
    pages = []
    for rating in RATINGS:
        world, app = rated(rating)
        pages.append(seen(app, world, reader))

    assert differences(*pages) == []
    assert "护栏还没有装" not in str(pages)


@pytest.mark.parametrize("reader", BLIND)
def test_until_somebody_is_told_the_seal_looks_the_same_whatever_it_sealed(
    rated: Any, reader: str
) -> None:
    pages = []
    for rating in RATINGS:
        world, app = rated(rating)
        world.until("统一封口时刻")
        world.pass_days(1)
        pages.append(seen(app, world, reader))

    assert differences(*pages) == []


@pytest.mark.parametrize("reader", ["交通局联络员", "交通局负责人", "运维"])
def test_at_every_step_from_the_rating_to_the_notice_two_cases_look_alike(
    rated: Any, reader: str
) -> None:
    """One deputy is content, the other is not; reminders fire and the office takes up what comes next."""
    twins = [rated(rating) for rating in RATINGS]
    for number, step in enumerate(STEPS):
        pages = []
        for world, app in twins:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(clock, "now", lambda world=world: world.at)
                step(world)
                pages.append(seen(app, world, reader))

        assert differences(*pages) == [], f"step {number}"
    [content, other] = [world.open_tasks() for world, _ in twins]
    assert (content, other) == (["归档销号"], ["研判排会"])
    assert {row.name for row in overdue(twins[0][0])} == {"归档销号"}


def take_up(world: World) -> None:
    """Let the office claim what it has to do next."""
    [row] = world.waiting()
    with world.database.transaction() as session:
        tasks.claim(session, row.id, people.actor(session, "代工委甲"), world.at)


def overdue(world: World) -> list[HistoryEvent]:
    return [event for event in world.history() if event.kind == "overdue"]


STEPS: list[Callable[[World], None]] = [
    lambda world: world.pass_days(1),
    lambda world: world.until("统一封口时刻"),
    lambda world: world.pass_days(1),
    lambda world: world.pass_workdays(4),  # the warning of 归档销号
    take_up,
    lambda world: world.pass_workdays(5),  # 归档销号 is late
    lambda world: world.pass_workdays(8),  # the warning of 研判排会
]


def test_the_office_sees_who_handed_in_and_how_only_after_the_seal(rated: Any) -> None:
    world, app = rated(NOT_SATISFIED)
    before = seen(app, world, "代工委甲")
    world.until("统一封口时刻")

    after = seen(app, world, "代工委甲")

    assert "已提交" in page(before, "/exchange")
    assert "护栏还没有装" not in str(before)
    assert "护栏还没有装" in page(after, "/exchange")


def test_a_unit_learns_of_the_meeting_with_its_notice_and_not_before(rated: Any) -> None:
    world, app = rated(NOT_SATISFIED)
    world.until("统一封口时刻")
    assert world.open_tasks() == ["研判排会"]
    sealed = seen(app, world, "交通局联络员")

    world.do("研判排会", "代工委甲", **{**MEETING, "held_on": "2026-05-20"})
    told = seen(app, world, "交通局联络员")

    assert "知情议政会，主持人" not in str(sealed)
    assert "研判排会" not in page(sealed, "") + page(sealed, "/history")
    assert "知情议政" in told["/notices"]
    read = "".join(page for path, page in told.items() if "/flow" not in path)
    for word in ("不满意", "基本满意", "护栏还没有装"):
        assert word not in read
