"""A reply that is late on the evening of its last day, as people see it in a browser."""

import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.settings import Settings
from tests.browser.conftest import Opener, overflow, violations
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.city import served
from tests.staged import Staged
from tests.world import moment

pytestmark = pytest.mark.browser

HANDLER, HEAD = "交通局承办人", "督查室主任"
LATE = "今天 18:00 已逾期"


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Staged:
    """The reply was due on Tuesday 2 June at 18:00; its draft was begun the day before. It is 18:01."""
    city = Staged(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    city.register()
    city.dispatch("JT")
    city.sign()
    city.until(moment("2026-06-01", "09:00"))
    city.carry_on("起草答复", ANSWERS)
    city.until(moment("2026-06-02", "18:01"))
    return city


@pytest.fixture
def app(city: Staged, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_heading_the_row_the_case_and_the_board_agree(
    opened: Opener, city: Staged, width: int
) -> None:
    handler, head = opened(HANDLER, width), opened(HEAD, width)
    [task] = city.waiting()
    assert city.case is not None
    pages = {}
    for page, path in (
        (handler, "/"),
        (handler, f"/suggestions/{city.case.suggestion}"),
        (handler, f"/tasks/{task.id}"),
        (head, "/s"),
        (head, "/s/list/overdue"),
    ):
        page.goto(path)
        pages[path] = (page.locator("main").inner_text(), violations(page), overflow(page))

    assert "其中 1 件已逾期" in pages["/"][0]
    assert "1 件答复逾期" in pages["/s"][0]
    assert all(LATE in text for path, (text, *_) in pages.items() if path != "/s")
    assert [faults for _, *faults in pages.values()] == [[[], 0]] * len(pages)


def test_a_step_says_how_its_date_follows_from_the_reply_s(opened: Opener, city: Staged) -> None:
    page = opened(HANDLER, 390)
    [task] = city.waiting()
    page.goto(f"/tasks/{task.id}")

    page.get_by_text("怎么算的").first.focus()
    page.keyboard.press("Enter")

    assert page.get_by_text(
        "从“答复（一般件）”的期限2026年6月2日（周二）往前数 10 个工作日"
    ).is_visible()
    assert page.get_by_text("已经没有余地，最迟与“答复（一般件）”同时到期").is_visible()
    assert page.get_by_text("到期时间：2026年6月2日（周二）18:00").is_visible()
