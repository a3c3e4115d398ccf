"""Whoever decides on an extension sees beforehand what it would move, and which cards it would spare."""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from service import clock
from service.database import Database
from service.deadlines.explain import format_moment
from service.deadlines.plans import unpacked
from service.settings import Settings
from service.tables.deadlines import DeadlineChange
from service.tables.runtime import UserTask
from tests.extended import APPLICATION, ask
from tests.service.handlers.admin.test_limits import asked_by
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World

GRANT = {
    "extension_decision": "grant",
    "granted_until": "2026-07-31",
    "decision_reason": "林地手续确需时间。",
}


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    application = ask(world, "JT")
    world.do("申请延期", "交通局承办人", application, **APPLICATION)
    world.do(
        "会签延期申请", "政府办", application, cosign_opinion="agree", cosign_note="情况属实。"
    )
    return world


@pytest.fixture
def office(world: World, settings: Settings) -> Browser:
    return signed_in(served(world, settings), "代工委甲")


@pytest.fixture
def path(world: World) -> str:
    with world.reading() as session:
        asked = select(UserTask.id).where(UserTask.name == "决定是否延期")
        return f"/tasks/{session.scalars(asked).one()}"


def shown(browser: Browser) -> str:
    """Return the words of the panel."""
    [panel] = re.findall(
        r'(?s)<section class="panel" aria-labelledby="granting">.*?</section>', browser.page
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", panel))


def test_the_panel_lists_exactly_what_a_grant_moves(
    world: World, office: Browser, path: str
) -> None:
    office.get(path)
    foreseen = shown(office)

    assert office.post(path, GRANT).status_code == 303

    world.stage.fire()
    with world.reading() as session:
        change = session.scalars(select(DeadlineChange)).one()
        shifts = [
            shift
            for rows in unpacked(change.moves).shifts.values()
            for id_, shift in rows.items()
            if not re.search(r":\d+$", str(id_))  # reminders are counted, not listed
        ]
    moved = Counter(
        f"{format_moment(shift.before)} {format_moment(shift.after)}" for shift in shifts
    )
    assert "同意延到2026年7月31日（周五）的话" in foreseen
    assert moved
    assert {pair: foreseen.count(pair) for pair in moved} == moved
    assert foreseen.count("推迟") == moved.total()


def test_the_cards_a_grant_would_spare_are_named(office: Browser, path: str) -> None:
    office.get(path)

    assert "还没有答复的，督查规则会对交通局提出 红牌 建议；延期以后不会。" in shown(office)


def test_another_day_is_shown_once_it_is_kept(office: Browser, path: str) -> None:
    office.get(path)
    office.post(f"{path}/draft", {**GRANT, "granted_until": "2026-07-10"})

    office.get(path)

    assert "同意延到2026年7月10日（周五）的话" in shown(office)


def test_a_day_that_cannot_be_granted_says_why(office: Browser, path: str) -> None:
    office.get(path)
    office.post(f"{path}/draft", {**GRANT, "granted_until": "2027-07-12"})

    office.get(path)

    assert "会移动什么，现在算不出来" in shown(office)
    assert "六个月" in shown(office)


def test_other_tasks_show_nothing_of_the_kind(world: World, settings: Settings) -> None:
    unit = signed_in(served(world, settings), "交通局联络员")
    with world.reading() as session:
        asked = select(UserTask.id).where(UserTask.name == "分派科室")
        task = session.scalars(asked).one()

    unit.get(f"/tasks/{task}")

    assert "granting" not in unit.page


def test_the_page_costs_no_more_statements_than_before(
    world: World, office: Browser, path: str
) -> None:
    """It asked for twenty before it showed what a grant moves."""
    office.get(path)

    asked = asked_by(world.database, office, path)

    assert len(asked) <= 20, "\n".join(asked)
