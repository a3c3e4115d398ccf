import re

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from service import clock
from service.database import Database
from service.settings import Settings
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.city import served, signed_in
from tests.world import World

MOST = 12
"""Queries a page may cost, whoever asks and however old the case is."""


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


def test_a_deputy_reads_where_the_suggestion_is_and_until_when(world, app):
    case = world.submit(by="代表甲")
    deputy = signed_in(app, "代表甲")

    deputy.get(f"/suggestions/{case.suggestion}")

    assert "现在在谁手里" in deputy.page
    assert "审查建议" in deputy.page
    assert "人大代表工委" in deputy.page
    assert "怎么算的" in deputy.page


def test_the_list_shows_what_a_person_may_open_and_nothing_else(world, app):
    world.register(by="代表甲")
    world.dispatch("JT")
    seen = {}
    for login in ("代表甲", "代表丙", "交通局联络员", "公安局联络员", "代工委甲", "政府办"):
        browser = signed_in(app, login)
        browser.get("/suggestions")
        seen[login] = "急弯路段" in browser.page

    assert seen == {
        "代表甲": True,
        "代表丙": False,
        "交通局联络员": True,
        "公安局联络员": False,
        "代工委甲": True,
        "政府办": True,
    }


def test_a_stranger_cannot_tell_a_case_from_none_and_nobody_is_asked_to_sign_in(world, app):
    case = world.submit(by="代表甲")
    path = f"/suggestions/{case.suggestion}"

    for login in ("代表丙", "公安局联络员", "运维"):
        stranger = signed_in(app, login)
        for part in ("", "/exchange", "/history", "/flow", "/flow/suggestion_main.bpmn"):
            found = [stranger.get(f"/suggestions/{n}{part}") for n in (case.suggestion, 999)]
            assert [one.status_code for one in found] == [404, 404]
            said = [main(one) for one in found]
            assert said[0] == said[1]
            assert "请联系系统管理员核对您的岗位" in said[0]
    assert app.test_client().get(path).status_code == 302


def test_the_one_whose_turn_it_is_gets_a_button(world, app):
    case = world.submit(by="代表甲")
    clerk = signed_in(app, "代工委甲")

    clerk.get(f"/suggestions/{case.suggestion}")
    [task] = re.findall(r'href="(/tasks/[^"]+)"', clerk.page)

    assert clerk.get(task).status_code == 200
    assert "去办理：审查建议" not in signed_in(app, "代表甲").page


def test_filters_are_in_the_address(world, app):
    world.submit(by="代表甲")
    clerk = signed_in(app, "代工委甲")

    clerk.get("/suggestions?q=护栏&status=reviewing")
    assert "急弯路段" in clerk.page

    clerk.get("/suggestions?q=不存在的词")
    assert "没有符合条件的建议" in clerk.page


def test_a_case_page_costs_few_queries_however_much_happened(world, app):
    case = world.register(by="代表甲")
    world.dispatch("JT", assists=["GA"])
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    clerk = signed_in(app, "代工委甲")
    asked: list[str] = []
    event.listen(world.database.reader, "before_cursor_execute", lambda *a: asked.append(a[2]))

    page = f"/suggestions/{case.suggestion}"
    for path in (page, f"{page}/exchange", f"{page}/history", f"{page}/flow", "/suggestions", "/"):
        asked.clear()
        assert clerk.get(path).status_code == 200
        assert 0 < len(asked) <= MOST, (path, asked)


def test_an_unfinished_evaluation_tells_the_unit_nothing(world, app):
    case = world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    assert world.open_tasks() == ["填写评价"]
    unit = signed_in(app, "交通局联络员")

    unit.get(f"/suggestions/{case.suggestion}")
    page = unit.page
    flow = unit.get(f"/suggestions/{case.suggestion}/flow").get_data(as_text=True)

    assert "背靠背评价" in page
    assert "填写评价" not in page
    assert "back_to_back_evaluation" not in flow


def main(answer: TestResponse) -> str:
    """What a page says, without its header, which names the page and the form token."""
    return answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
