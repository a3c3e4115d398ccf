"""An administrator at the keyboard: the new year's arrangement arrives; one unit is closed for three flood days."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from service import clock
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.settings import Settings
from tests.browser.conftest import Opener, overflow, violations
from tests.browser.stage import DESK, PHONE
from tests.service.handlers.admin.calendar.test_closures import Floods
from tests.service.handlers.admin.calendar.test_editing import SAMPLE
from tests.service.handlers.city import served

pytestmark = pytest.mark.browser

WIDTHS = (DESK, PHONE)
LATE_JANUARY = datetime(2027, 1, 20, 1, 0, tzinfo=UTC)
_MOST_TABS = 200


@pytest.fixture
def floods(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Floods:
    """A city that has gone into the new year without its arrangement."""
    world = Floods(sqlite, LATE_JANUARY)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(floods: Floods, settings: Settings) -> Flask:
    return served(floods, settings)


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on with the tabulator until this has the focus."""
    handle = wanted.element_handle()
    for _ in range(_MOST_TABS):
        if page.evaluate("wanted => document.activeElement === wanted", handle):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by keyboard")


def press(page: Page, role: str, name: str) -> None:
    tab_to(page, page.locator("main").get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label).first)
    page.keyboard.insert_text(text)


def looked_at(page: Page, seen: dict[str, object]) -> None:
    found = (violations(page), overflow(page))
    if found != ([], 0):
        seen[page.url] = found


@pytest.mark.parametrize("width", WIDTHS)
def test_the_new_years_arrangement_is_pasted_looked_at_and_applied(
    opened: Opener, floods: Floods, width: int
) -> None:
    page, faults = opened("管理员", width), {}
    before = floods.dues(floods.rated)["填写评价"]

    page.goto("/m/calendar")
    expect(page.get_by_text("暂定。")).to_be_visible()
    looked_at(page, faults)
    press(page, "link", "录入放假安排")
    looked_at(page, faults)
    write(page, "通知正文", SAMPLE)
    press(page, "button", "把通知读入表格")
    expect(page.get_by_label("第 2 行调休上班日")).to_have_value("1月31日、2月20日")
    looked_at(page, faults)
    press(page, "button", "看影响")
    expect(page.get_by_text("请写明依据或理由").first).to_be_visible()
    looked_at(page, faults)
    write(page, "依据或理由", "国务院办公厅关于2027年部分节假日安排的通知（样例）")
    press(page, "button", "看影响")
    expect(page.get_by_text("2027 年由 248 个工作日变为 249 个。")).to_be_visible()
    expect(page.get_by_text("填写评价").first).to_be_visible()
    looked_at(page, faults)
    assert floods.dues(floods.rated)["填写评价"] == before
    press(page, "button", "确认生效")
    expect(page.get_by_text("已生效：更新 2027 年日历")).to_be_visible()
    expect(page.get_by_text("暂定。")).to_have_count(0)
    looked_at(page, faults)

    assert floods.dues(floods.rated)["填写评价"] != before
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_one_unit_is_closed_for_three_flood_days(
    opened: Opener, floods: Floods, width: int, tmp_path: Path
) -> None:
    page, faults = opened("管理员", width), {}
    before = floods.dues(floods.fresh)["签收任务"], floods.dues(floods.rated)
    (tmp_path / "通知.txt").write_text("因防汛停止办公三天。", encoding="utf-8")

    page.goto("/m/calendar/closures")
    looked_at(page, faults)
    press(page, "link", "登记停止办公")
    looked_at(page, faults)
    tab_to(page, page.get_by_label("哪里停止办公"))
    page.get_by_label("哪里停止办公").select_option(label="交通局")
    page.get_by_label("从哪一天起").fill("2027-01-21")
    page.get_by_label("到哪一天止").fill("2027-01-25")
    write(page, "为什么停止办公", "防汛")
    write(page, "依据和理由", "市防汛办通知，办公楼进水。")
    page.get_by_label("通知文件").set_input_files(tmp_path / "通知.txt")
    press(page, "button", "看影响")
    expect(page.get_by_text("有 3 个工作日不计入期限")).to_be_visible()
    looked_at(page, faults)
    press(page, "button", "确认生效")
    expect(page.get_by_text("已生效：交通局停止办公")).to_be_visible()
    looked_at(page, faults)
    press(page, "link", "交通局")
    expect(page.get_by_role("link", name="通知.txt")).to_be_visible()
    looked_at(page, faults)
    page.goto("/m/calendar/2027?unit=JT")
    expect(page.get_by_role("cell", name="停班：防汛")).to_have_count(5)
    looked_at(page, faults)

    with floods.reading() as session:
        calendar = policies.calendar(session)
    due = floods.dues(floods.fresh)["签收任务"]
    assert due is not None
    assert before[0] is not None
    assert calendar.count(local_day(before[0]), local_day(due)) == 3
    assert floods.dues(floods.rated) == before[1]
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_office_hours_and_every_kind_of_refusal_are_within_reach(
    opened: Opener, width: int
) -> None:
    page, faults = opened("管理员", width), {}

    page.goto("/m/calendar/hours")
    looked_at(page, faults)
    page.get_by_label("周一").fill("上午")
    press(page, "button", "看影响")
    expect(page.get_by_text("看不懂“上午”").first).to_be_visible()
    looked_at(page, faults)
    page.goto("/m/calendar/2027/edit")
    page.get_by_label("第 1 行放假最后一天").fill("2026-12-31")
    page.get_by_label("第 2 行调休上班日").fill("3月3日")
    press(page, "button", "看影响")
    looked_at(page, faults)
    page.goto("/m/calendar/closures/new")
    press(page, "button", "看影响")
    looked_at(page, faults)

    assert faults == {}
