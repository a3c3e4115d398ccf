"""An administrator who has never seen the system makes the reply due in sixty days, and takes it back, by keyboard alone."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page

from service import clock
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import Unit, local_day
from service.settings import Settings
from tests.browser.conftest import Opener, overflow, violations
from tests.service.handlers.city import served
from tests.world import World

pytestmark = pytest.mark.browser

KEEPER = "管理员"
REPLY = "/m/limits/reply.normal"
PATHS = (
    "/m",
    "/m/limits",
    "/m/limits?stage=fast",
    REPLY,
    f"{REPLY}/effect",
    "/m/changes",
    "/m/changes/1",
)


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two suggestions under way at two units."""
    city = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    city.register(by="代表甲")
    city.dispatch("JT")
    city.sign()
    city.register(by="代表乙")
    city.dispatch("GA", assists=["JT"])
    return city


@pytest.fixture
def app(city: World, settings: Settings) -> Flask:
    return served(city, settings)


def go(page: Page, target: Locator) -> None:
    """Reach something with the Tab key, as whoever uses no mouse does."""
    target.wait_for()
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the Tab key never reached {target}")


def follow(page: Page, target: Locator) -> None:
    go(page, target)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def link(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("link", name=name, exact=True).first


def button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name, exact=True).last


def write(page: Page, label: str, text: str) -> None:
    go(page, page.get_by_label(re.compile(f"^{label}(（选填）)?$")))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, group: str, label: str) -> None:
    """Enter a group of radio buttons, then go through it with the arrow keys."""
    options = page.get_by_role("group", name=group, exact=True)
    wanted = options.get_by_label(label, exact=True)
    inside = options.locator("input:checked, input").first
    go(
        page,
        options.locator("input:checked").first
        if options.locator("input:checked").count()
        else inside,
    )
    page.keyboard.press("Space")
    for _ in range(10):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the arrow keys never reached {label}")


def length(city: World) -> tuple[int, Unit]:
    with city.reading() as session:
        row = policies.in_force(session).policy("reply.normal", "", local_day(city.at))
    return row.amount, row.unit


@pytest.mark.parametrize("width", [390, 1280])
def test_a_limit_is_changed_seen_recorded_and_undone(
    opened: Opener, city: World, width: int
) -> None:
    page = opened(KEEPER, width)
    page.goto("/m")
    follow(page, link(page, "期限"))
    write(page, "找期限", "一般件")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    follow(page, link(page, "答复（一般件）"))
    write(page, "多长", "60")
    choose(page, "单位", "日")
    choose(page, "从什么时候起", "在办的也按新规定")
    write(page, "修改的理由", "主任会议要求提速")
    follow(page, button(page, "看影响"))

    page.wait_for_url("**/effect")
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text().startswith("会移动 ")
    assert "台账日期" in heading.inner_text()
    assert (violations(page), overflow(page)) == ([], 0)
    assert length(city) == (3, Unit.MONTHS)
    page.reload()
    follow(page, button(page, "确认生效"))

    page.wait_for_url(f"**{REPLY}")
    assert "已生效：把“答复（一般件）”由 3 个月改为 60 日" in page.locator(".notice").inner_text()
    assert length(city) == (60, Unit.DAYS)
    follow(page, link(page, "修改记录"))
    assert "主任会议要求提速" in page.locator("main").inner_text()
    follow(page, link(page, "第 1 号"))
    write(page, "撤销的理由", "还是按法律办")
    follow(page, button(page, "看撤销的影响"))
    page.wait_for_url("**/undo")
    assert page.get_by_role("heading", level=1).inner_text().startswith("会移动 ")
    follow(page, button(page, "确认撤销"))

    page.wait_for_url("**/m/changes")
    assert "还是按法律办" in page.locator("main").inner_text()
    assert length(city) == (3, Unit.MONTHS)
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, city: World, width: int, size: str
) -> None:
    page = opened(KEEPER, width)
    if size == "large":
        page.get_by_role("button", name="大字版").click()
    _ask(page, "60", "日")
    page.get_by_role("button", name="确认生效").click()
    page.wait_for_url(f"**{REPLY}")
    _ask(page, "3", "个月")
    page.wait_for_url("**/effect")

    faults = {}
    for path in PATHS:
        page.goto(path)
        faults[path] = (violations(page), overflow(page))
    page.goto(REPLY)
    page.get_by_label("多长").fill("0")
    page.get_by_role("button", name="看影响").last.click()
    page.locator("#error-summary").wait_for()
    faults["refused"] = (violations(page), overflow(page))

    assert {path: fault for path, fault in faults.items() if fault != ([], 0)} == {}


def _ask(page: Page, amount: str, unit: str) -> None:
    page.goto(REPLY)
    page.get_by_label("多长").fill(amount)
    page.get_by_role("group", name="单位", exact=True).get_by_label(unit, exact=True).check()
    page.get_by_label("在办的也按新规定").check()
    page.get_by_label("修改的理由").fill("主任会议要求提速")
    page.get_by_role("button", name="看影响").last.click()
