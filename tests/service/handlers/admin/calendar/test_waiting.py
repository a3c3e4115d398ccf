"""What waits is confirmed once, as it was shown, and by nobody who has not seen what changed since."""

import pytest
from flask import Flask

from service.database import Database
from service.deadlines import changes, policies, record
from tests.service.handlers.admin.calendar.test_applying import EFFECT, FLOOD, OF_2026, ask, seen
from tests.service.handlers.admin.calendar.test_editing import rows, shown
from tests.service.handlers.conftest import Browser, Clock, _signed_in


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def test_it_is_confirmed_once(root: Browser, office: Database) -> None:
    ask(root)
    confirmed = seen(root.page)
    root.post(EFFECT, confirmed)

    again = root.post(EFFECT, confirmed)

    assert again.status_code == 409
    assert "没有再改一次" in root.page
    assert 'href="/m/changes">查看修改记录</a>' in root.page
    with office.reading() as session:
        assert len(record.of(session, "calendar:2026")) == 1


def test_a_calendar_that_changed_meanwhile_is_seen_before_anything_is_applied(
    root: Browser, office: Database, now: Clock
) -> None:
    ask(root)
    old = seen(root.page)
    with office.transaction() as session:
        days = policies.calendar(session).of_year(2027)
        changes.apply_calendar(session, 2027, days, "另一位管理员", "guanli", now.at)

    answer = root.post(EFFECT, old)

    assert answer.status_code == 409
    assert "另一位管理员" in root.page
    with office.reading() as session:
        assert record.of(session, "calendar:2026") == []
    root.get(EFFECT)
    assert root.post(EFFECT, seen(root.page)).status_code == 303


def test_a_page_that_shows_another_arrangement_confirms_nothing(root: Browser) -> None:
    ask(root)
    old = seen(root.page)
    root.post("/m/calendar/2026/edit", rows(*OF_2026, ("防汛日", "2026-03-04", "2026-03-04", "")))

    assert root.post(EFFECT, old).status_code == 409


def test_nothing_waits(root: Browser) -> None:
    answer = root.get("/m/calendar/2027/effect")
    assert (answer.status_code, answer.location) == (303, "/m/calendar/2027")
    root.get("/m/calendar/2027")
    assert "没有等待确认的修改" in root.page
    assert root.post("/m/calendar/2027/effect", {"seen": "x.y"}).status_code == 409


def test_what_waits_is_said_and_may_be_given_up(root: Browser) -> None:
    ask(root)
    root.get("/m/calendar/2026/edit")
    assert "您有一份 2026 年的安排还没有确认" in root.page
    assert FLOOD in shown(root.page)

    answer = root.post("/m/calendar/2026/forget")

    assert (answer.status_code, answer.location) == (303, "/m/calendar/2026")
    root.get("/m/calendar/2026/edit")
    assert "还没有确认" not in root.page
    assert len(shown(root.page)) == 7
