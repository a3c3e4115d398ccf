"""The head of supervision raises the yellow line in a real browser, sees whom it changes, tries it, and goes back."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.assignments import Assignment
from tests.browser.conftest import Opener, overflow, violations
from tests.service.handlers.city import served
from tests.world import World

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280
TABLE = "/m/rules/tables/control_color"


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """A city in which one unit's reply is twelve working days late."""
    city = World(sqlite)
    city.register(by="代表甲")
    city.dispatch("JT")
    with sqlite.transaction() as session:
        session.execute(update(Assignment).values(due_at=city.at - timedelta(days=24)))
    monkeypatch.setattr(clock, "now", lambda: city.at)
    return city


@pytest.fixture
def app(city: World, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_yellow_line_is_raised_tried_applied_and_set_back(opened: Opener, width: int) -> None:
    page = opened("督查室主任", width)
    page.goto("/m/rules")
    page.get_by_role("link", name="三色规则").click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_role("link", name="修改第 6 条").click()
    page.get_by_label("答复逾期的工作日数：数值", exact=True).fill("15")
    page.get_by_role("button", name="写进草稿").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿有 1 处改动")

    page.get_by_role("link", name="代入数值试一试").click()
    page.get_by_label("答复逾期的工作日数", exact=True).fill("12")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("heading", name="现行规则：满足 1 条规则")).to_be_visible()
    expect(page.get_by_role("heading", name="您的草稿：没有规则满足")).to_be_visible()
    page.get_by_role("link", name="返回草稿").click()

    page.get_by_role("link", name="看会影响谁，然后生效").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天有 1 件的建议会不同")
    row = page.get_by_role("row").filter(has_text="交通局")
    expect(row).to_contain_text("黄牌")
    expect(row).to_contain_text("不亮牌")
    page.get_by_label("为什么修改").fill("督查联席会议第 3 次纪要")
    page.get_by_role("button", name="生效", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("现在是第 2 版")

    page.get_by_role("link", name="第 1 版").click()
    page.get_by_role("button", name="改回这一版").click()
    page.get_by_role("link", name="看会影响谁，然后生效").click()
    page.get_by_label("为什么修改").fill("试行结束")
    page.get_by_role("button", name="生效", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("现在是第 3 版")
    expect(page.get_by_role("main")).to_contain_text("从 11 到 30")


def test_it_is_done_by_keyboard_and_without_script(opened: Opener) -> None:
    page = opened("督查室主任", DESK, script=False)
    page.goto(f"{TABLE}/draft/rules/Rule_reply_overdue_yellow")
    page.get_by_label("答复逾期的工作日数：数值", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("15")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿有 1 处改动")


def test_a_list_is_changed_by_the_office(opened: Opener) -> None:
    page = opened("代工委甲", PHONE)
    page.goto("/m/rules/lists/categories/edit")
    page.get_by_label("第 7 行对口工委").select_option(label="财经工委")
    page.get_by_role("button", name="看改动和影响").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿有 1 处改动")
    page.get_by_label("为什么修改").fill("机构改革")
    page.get_by_role("button", name="生效", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("现在是第 1 版")


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, width: int, size: str
) -> None:
    page = opened("管理员", width)
    if size == "large":
        page.get_by_role("button", name="大字版").click()
    _draft(page)
    faults = {}
    for path in (
        "/m/rules",
        TABLE,
        f"{TABLE}/versions/1",
        f"{TABLE}/draft",
        f"{TABLE}/draft/rules/Rule_reply_overdue_yellow",
        f"{TABLE}/draft/rules/new",
        f"{TABLE}/draft/effect",
        f"{TABLE}/try?tried=1&value-reply_overdue=12",
        "/m/rules/lists/reply_classes",
        "/m/rules/lists/reply_classes/edit",
        "/m/rules/lists/reply_classes/versions/0",
        "/m/rules/lists/categories/edit",
        "/m/rules/lists/numbering/edit",
        "/m/rules/lists/numbering/effect",
    ):
        page.goto(path)
        faults[path] = (violations(page), overflow(page))

    assert {path: fault for path, fault in faults.items() if fault != ([], 0)} == {}
    page.goto(f"{TABLE}/draft")
    button = page.get_by_role("button", name="删除第 2 条").bounding_box()
    assert button is not None
    assert button["x"] + button["width"] < width  # the panel would hide what is beyond it


def _draft(page: Page) -> None:
    """Begin drafts, so that the pages about them have something to say."""
    page.goto(f"{TABLE}/draft/rules/Rule_reply_overdue_yellow")
    page.get_by_label("答复逾期的工作日数：数值", exact=True).fill("15")
    page.get_by_role("button", name="写进草稿").click()
    page.goto("/m/rules/lists/numbering/edit")
    page.get_by_label("第 5 行写法").fill("清督查〔{年}〕{序号}号")
    page.get_by_role("button", name="看改动和影响").last.click()
