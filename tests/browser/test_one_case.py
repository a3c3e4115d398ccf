"""One case gets a later day, through unit, government office and congress office; another is held and goes on."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from service import clock
from service.database import Database
from service.settings import Settings
from tests.browser.conftest import Opener, overflow, violations
from tests.service.handlers.admin.test_onecase import PDF
from tests.service.handlers.city import served
from tests.world import SUGGESTION, World

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
UNIT, LIAISON, GOVERNMENT = "交通局承办人", "交通局联络员", "政府办"
OFFICE, DEPUTY, KEEPER = "代工委甲", "代表甲", "管理员"
CASE = "/suggestions/1"


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """A suggestion that one unit has signed for."""
    city = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    city.register(by=DEPUTY)
    city.dispatch("JT")
    city.sign()
    return city


@pytest.fixture
def app(city: World, settings: Settings) -> Flask:
    return served(city, settings)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def sound(page: Page) -> None:
    """Nothing is out of the window, out of reach, or complained of."""
    assert (page.url, violations(page), overflow(page)) == (page.url, [], 0)
    complaints = page.complaints  # type: ignore[attr-defined]
    assert [each for each in complaints if "422" not in each] == [], "a form refused is no fault"


def reads(page: Page, path: str = CASE) -> str:
    page.goto(path)
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


@pytest.mark.parametrize("width", WIDTHS)
def test_a_unit_is_given_a_later_day(opened: Opener, city: World, width: int) -> None:
    unit = opened(UNIT, width)
    unit.goto(CASE)
    follow(unit, re.compile("申请延期"))
    assert "最晚可以延到 2026年9月2日（周三）" in re.sub(r"\s+", " ", unit.inner_text("main"))
    sound(unit)
    press(unit, "填写延期申请")
    sound(unit)
    unit.get_by_label("为什么不能按期答复").fill("护栏加装占用国有林地，手续还在办理。")
    unit.get_by_label("已经做了哪些工作").fill("十二处急弯已经勘查，警示装好八处。")
    unit.get_by_label("申请延到哪一天答复").fill("2026-09-30")
    unit.get_by_label("向代表说明的日期").fill("2026-03-02")
    unit.get_by_label("说明的方式和代表的意见").fill("电话说明，代表希望七月底前装好。")
    press(unit, "完成：申请延期")
    assert "最晚只能延到2026年9月2日" in unit.inner_text("main")
    sound(unit)
    unit.get_by_label("申请延到哪一天答复").fill("2026-07-31")
    press(unit, "完成：申请延期")

    government = opened(GOVERNMENT, width)
    follow(government, re.compile("^会签延期申请"))
    assert "手续还在办理" in government.inner_text("main")
    sound(government)
    government.get_by_label("同意延期", exact=True).check()
    government.get_by_label("说明", exact=True).fill("情况属实，建议同意。")
    press(government, "完成：会签延期申请")

    office = opened(OFFICE, width)
    follow(office, re.compile("^决定是否延期"))
    assert "情况属实" in office.inner_text("main")
    office.get_by_label("同意延期", exact=True).check()
    sound(office)
    press(office, "完成：决定是否延期")

    deputy = opened(DEPUTY, width)
    assert "批准延到2026年7月31日（周五）" in reads(deputy)
    assert "经批准，答复日期由2026年6月2日（周二）延到2026年7月31日（周五）" in reads(
        deputy, "/notices"
    )
    sound(deputy)
    assert f"{city.suggestion().reply_due_at:%Y-%m-%d}" == "2026-07-31"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_case_is_held_and_goes_on(
    opened: Opener, city: World, width: int, tmp_path: Path
) -> None:
    paper = tmp_path / "代表书面同意.pdf"
    paper.write_bytes(PDF)
    office = opened(OFFICE, width)
    office.goto(CASE)
    follow(office, "暂停计时")
    press(office, "看影响")
    assert "请" in office.locator(".summary").inner_text(), "nothing is held without a reason"
    sound(office)
    office.get_by_label("理由").fill("工程等上级批复，代表同意暂停。")
    office.get_by_label("代表书面同意：选择文件").set_input_files(paper)
    press(office, "看影响")
    assert "会移动" in office.inner_text("main")
    sound(office)
    press(office, "确认暂停计时")

    for login in (DEPUTY, LIAISON):
        reader = opened(login, width)
        assert "2026年3月2日（周一）起暂停计时" in reads(reader)
        assert "代表书面同意见附件" in reads(reader)
        sound(reader)
    assert "已暂停计时" in reads(reader, "/")
    sound(reader)

    keeper = opened(KEEPER, width)
    assert "起暂停计时" in reads(keeper, "/m/cases")
    sound(keeper)
    city.at += timedelta(days=11)
    again = opened(OFFICE, width)
    again.goto(CASE)
    follow(again, "恢复计时")
    again.get_by_label("理由").fill("批复已经下来。")
    press(again, "看影响")
    sound(again)
    press(again, "确认恢复计时")

    assert "暂停计时 11 天（另计）" in reads(again)
    sound(again)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_administrator_sets_one_date_and_reads_no_word_but_the_title(
    opened: Opener, city: World, width: int
) -> None:
    keeper = opened(KEEPER, width)
    keeper.goto("/m/cases")
    keeper.get_by_label(re.compile("^建议编号")).fill(str(city.suggestion().case_no))
    press(keeper, "查找")
    sound(keeper)
    follow(keeper, str(city.suggestion().case_no))
    sound(keeper)
    assert SUGGESTION["title"] in keeper.inner_text("main")
    assert SUGGESTION["situation"] not in keeper.inner_text("main")
    follow(keeper, re.compile("另定日期.*分派科室"))
    keeper.get_by_label("改到哪一天").fill("2026-03-20")
    keeper.get_by_label("18:00（下班时）").check()
    keeper.get_by_label("理由").fill("承办人出差，推后分派。")
    press(keeper, "看影响")
    sound(keeper)
    press(keeper, "确认另定日期")

    assert "把“分派科室”由" in keeper.inner_text("main")
    sound(keeper)
