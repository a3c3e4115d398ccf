"""The thirty days, the auditor's pages and the calendar's page in a real browser, on a telephone and on a desk."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from service import audit, clock
from service.audit import Act
from service.database import Database
from service.settings import Settings
from tests.browser.conftest import Opener, overflow, violations
from tests.service.handlers.city import served
from tests.service.handlers.supervision.test_board import duty
from tests.supervised import HEAD, LIAISON, WHITE, Supervision

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of every page, for whoever wants to look at them."""


@pytest.fixture
def story(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Supervision:
    """Replies due on many days, a white card, and changes that auditors see."""
    story = Supervision(sqlite)
    monkeypatch.setattr(clock, "now", lambda: story.at)
    for number, unit in enumerate(("ZJ", "GA", "CG", "WJ", "ZJ", "GA", "FY", "ZJ")):
        duty(story, unit, 12 - 4 * number, f"关于第 {number + 1} 处急弯增设护栏的建议")
    story.carded(WHITE)
    data = {"before": [{"name": "答复", "amount": 3}], "after": [{"name": "答复", "amount": 60}]}
    with sqlite.transaction() as session:
        sentence = "把“答复（一般件）”由 3 个月改为 60 日，移动 38 处期限。"
        audit.record(
            session, "管理员", story.at, Act.LIMIT, "reply.normal", sentence, "市委要求", data
        )
        audit.record(session, None, story.at, Act.DIAGRAM, "x", "部署“建议办理”第 3 版。")
    story.at += timedelta(seconds=1)
    return story


@pytest.fixture
def app(story: Supervision, settings: Settings) -> Flask:
    return served(story, settings)


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, width: int, size: str
) -> None:
    faults = {}
    for login, paths in (
        (HEAD, ("/s", "/s/forecast", "/s/forecast/month", "/s/forecast/white", "/calendar")),
        ("审计员", ("/o/audit", "/o/audit?since=x", "/o/audit/chain", "/o/audit/1", "/o/refusals")),
        (LIAISON, ("/", "/calendar", "/u/days", "/u/days/month")),
    ):
        page = opened(login, width)
        if size == "large":
            page.get_by_role("button", name="大字版").click()
        for path in paths:
            page.goto(path)
            if PICTURES:
                name = f"{login}{path}".replace("/", "_").replace("?", "_")
                page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{size}.png", full_page=True)
            faults[login, path] = (violations(page), overflow(page))

    assert {where: fault for where, fault in faults.items() if fault != ([], 0)} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_day_of_the_strip_leads_to_its_list_by_keyboard(opened: Opener, width: int) -> None:
    page = opened(HEAD, width)
    page.goto("/s")

    page.get_by_role("link", name="答复 1").first.focus()
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="答复将逾期，共 1 件").wait_for()


def test_an_address_is_made_shown_once_and_revoked(opened: Opener) -> None:
    page = opened(LIAISON)
    page.goto("/")
    page.get_by_role("link", name="把期限放进手机日历").click()
    page.get_by_role("button", name="生成日历地址").click()
    address = page.get_by_label("地址", exact=True).input_value()

    assert violations(page) == []
    assert page.request.get(address).ok
    page.reload()
    assert page.get_by_label("地址", exact=True).count() == 0

    page.get_by_role("button", name="停用").click()
    assert page.request.get(address).status == 404
