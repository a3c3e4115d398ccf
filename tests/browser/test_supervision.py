"""The supervision pages in a real browser, on a telephone and on a desk, in both sizes of type."""

import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.settings import Settings
from tests.browser.conftest import WIDTHS, Opener, overflow, violations
from tests.service.handlers.city import served
from tests.supervised import EXAMINER, HEAD, LIAISON, NOT_IN_PLACE, YELLOW, Supervision

pytestmark = pytest.mark.browser


@pytest.fixture
def story(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Supervision:
    """A unit with a yellow card whose first look-back failed, and an objection."""
    story = Supervision(sqlite)
    monkeypatch.setattr(clock, "now", lambda: story.at)
    story.reported(YELLOW)
    story.objected()
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
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
        (HEAD, ("/s", "/s/list/cards", "/s/list/cases", "/s/1", "/new/supervision_closed_loop")),
        (LIAISON, ("/s/1", "/s/card/1")),
    ):
        page = opened(login, width)
        if size == "large":
            page.get_by_role("button", name="大字版").click()
        for path in paths:
            page.goto(path)
            faults[login, path] = (violations(page), overflow(page))

    assert {where: fault for where, fault in faults.items() if fault != ([], 0)} == {}


def test_a_card_prints_without_the_page_around_it(opened: Opener) -> None:
    page = opened(LIAISON)
    page.goto("/s/card/1")
    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="黄牌通知单").is_visible()
    assert page.get_by_role("button", name="退出").is_hidden()
    assert page.get_by_text("打印或另存为").is_hidden()
    assert page.locator("article").bounding_box()["height"] < 1000  # type: ignore[index]
