"""A person makes a calendar address, sees it once, renews and revokes it; a guess or a revoked one is not found."""

import logging
import re

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select, update

from service.database import Database
from service.handlers.everyone.guesses import ALLOWED
from service.tables.people import CalendarFeed, Person
from tests.service.handlers.conftest import Browser, Visit


def made(browser: Browser) -> str:
    """Make an address and return its path."""
    browser.get("/calendar")
    answer = browser.post("/calendar")
    assert answer.status_code == 303
    browser.get("/calendar")
    [address] = re.findall(r'value="http://localhost(/calendar/[^"]+\.ics)"', browser.page)
    return str(address)


def test_an_address_is_shown_once(clerk: Browser) -> None:
    address = made(clerk)

    assert "只显示这一次" in clerk.page
    assert "webcal://localhost/calendar/" in clerk.page
    clerk.get("/calendar")

    assert address not in clerk.page
    assert "正在使用一个地址" in clerk.page


def test_the_calendar_holds_what_the_to_do_list_shows(
    clerk: Browser, visit: Visit, app: Flask
) -> None:
    stranger = app.test_client()

    answer = stranger.get(made(clerk))

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    [event] = icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event["uid"] == f"task-{visit.task_id}@tibanping"
    assert event["url"] == f"http://localhost/tasks/{visit.task_id}"
    asked = stranger.get(event["url"])
    assert asked.status_code == 302, "the link carries no right"
    assert asked.location.startswith("/login")


def test_the_calendar_of_somebody_else_holds_nothing_of_it(
    stranger: Browser, clerk: Browser, visit: Visit, app: Flask
) -> None:
    content = app.test_client().get(made(stranger)).get_data()

    assert icalendar.Calendar.from_ical(content).walk("VEVENT") == []


def test_a_guess_a_revoked_and_a_renewed_address_are_not_found(clerk: Browser, app: Flask) -> None:
    anybody = app.test_client()
    first = made(clerk)
    second = made(clerk)

    assert anybody.get(first).status_code == 404
    assert anybody.get(second).status_code == 200
    assert anybody.get(f"/calendar/{'A' * 43}.ics").status_code == 404

    clerk.get("/calendar")
    clerk.post("/calendar/revoke")
    clerk.get("/calendar")
    assert "还没有日历地址" in clerk.page
    answer = anybody.get(second)
    assert answer.status_code == 404
    assert "或者它已经停用" in answer.get_data(as_text=True)


def test_guessing_is_answered_alike_and_without_asking_the_database(
    clerk: Browser, app: Flask, office: Database, queries: list[str]
) -> None:
    own = made(clerk)
    anybody = app.test_client()
    source = {"REMOTE_ADDR": "198.51.100.7"}
    paths = [f"/calendar/{number:043}.ics" for number in range(ALLOWED + 1)]
    answers = [anybody.get(path, environ_overrides=source) for path in paths]

    queries.clear()
    last = anybody.get(paths[-1], environ_overrides=source)
    right = anybody.get(own, environ_overrides=source)

    assert {answer.status_code for answer in (*answers, last, right)} == {404}
    for answer in (answers[0], last, right):
        assert "没有这个日历地址，或者它已经停用。" in answer.get_data(as_text=True)
    assert not [one for one in queries if "calendar_feeds" in one]
    assert anybody.get(own).status_code == 200, "another source is heard"


def test_whoever_has_left_is_not_found(clerk: Browser, office: Database, app: Flask) -> None:
    address = made(clerk)

    with office.transaction() as session:
        session.execute(update(Person).where(Person.login == "wang_fang").values(active=False))

    assert app.test_client().get(address).status_code == 404


def test_what_has_not_changed_is_not_sent_again(clerk: Browser, visit: Visit, app: Flask) -> None:
    address = made(clerk)
    anybody = app.test_client()

    first = anybody.get(address)
    again = anybody.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, max-age=900"
    assert again.status_code == 304
    assert again.get_data() == b""


def test_the_secret_is_neither_kept_nor_logged(
    clerk: Browser, office: Database, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = made(clerk)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")

    app.test_client().get(address)
    app.test_client().get(f"/calendar/{secret[:-1]}.ics")

    assert secret[:-1] not in caplog.text
    with office.reading() as session:
        assert secret not in "".join(session.scalars(select(CalendarFeed.secret_hash)))


def test_reading_a_calendar_opens_nothing_else(clerk: Browser, app: Flask) -> None:
    secret = made(clerk).removeprefix("/calendar/").removesuffix(".ics")

    answer = app.test_client().get(
        "/api/v1/user-tasks", headers={"Authorization": f"Bearer {secret}"}
    )

    assert answer.status_code == 401


def test_a_calendar_costs_the_same_with_many_tasks(
    clerk: Browser, deputy: Browser, app: Flask, queries: list[str]
) -> None:
    address = made(clerk)
    anybody = app.test_client()

    def cost() -> int:
        queries.clear()
        assert anybody.get(address).status_code == 200
        return len(queries)

    def visits(number: int) -> None:
        for _ in range(number):
            deputy.get("/new/visit")
            deputy.post("/new/visit", {"title": "走访", "situation": "夜间道路没有照明。"})

    visits(1)
    few = cost()
    visits(5)

    assert cost() == few <= 12


def test_nobody_makes_one_without_signing_in(browser: Browser) -> None:
    assert browser.get("/calendar").status_code == 302
    browser.get("/login")
    assert browser.post("/calendar").status_code in {302, 401}
