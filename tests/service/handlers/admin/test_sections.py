"""Administrators find 期限与规则 in their menu and its parts behind it; nobody else does."""

import pytest
from flask import Flask

from service.handlers.admin import sections
from service.register.people.roles import Role
from service.tables.people import Post
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser, _signed_in
from tests.world import World


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def test_the_parts_stand_behind_the_menu(root: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_SECTIONS", {})
    sections.section("通知", "notices.listed", "看收到的通知。", 20)
    sections.section("待办", "inbox.todo", "看要办的事。", 10)
    sections.section("没有的页", "nowhere.listed", "没有。", 30)

    root.get("/m")

    assert root.page.index("看要办的事。") < root.page.index("看收到的通知。")
    assert "没有的页" not in root.page
    assert root.get("/").status_code == 200
    assert "期限与规则" in root.page


def test_nobody_else_opens_it(clerk: Browser, deputy: Browser, browser: Browser) -> None:
    assert clerk.get("/m").status_code == 403
    assert deputy.get("/m").status_code == 403
    assert browser.get("/m").status_code == 302


def test_the_menu_shows_where_a_reader_is_below_it(root: Browser) -> None:
    root.get("/m/calendar/2026")

    assert 'href="/m" aria-current="true"' in root.page


def test_what_stands_behind_the_menu_does_not_stand_in_it_as_well(city: World, desk: Flask) -> None:
    """Messages are for operators too; an operator who is an administrator finds them behind 期限与规则."""
    with city.database.transaction() as session:
        session.add(Post(login="管理员", role=Role.OPERATOR))
    operator, both = signed_in(desk, "运维"), signed_in(desk, "管理员")

    operator.get("/")
    both.get("/")

    assert 'href="/m/messages"' in operator.page
    assert 'href="/m/messages"' not in both.page
    both.get("/m/limits")
    assert both.page.count('href="/m/messages"') == 1
