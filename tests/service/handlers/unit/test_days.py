"""A unit's people see what falls due in their unit in thirty days, and nothing of others or of colours."""

import pytest
from flask import Flask
from sqlalchemy import insert

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.people import Post
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.supervision.test_board import duty
from tests.supervised import HEAD, LIAISON, WHITE, Supervision


@pytest.fixture
def story(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Supervision:
    story = Supervision(sqlite)
    monkeypatch.setattr(clock, "now", lambda: story.at)
    story.carded(WHITE)
    duty(story, "JT", -3, "关于本单位的建议")
    duty(story, "ZJ", -3, "关于别的单位的建议")
    return story


@pytest.fixture
def app(story: Supervision, settings: Settings) -> Flask:
    return served(story, settings)


def test_a_unit_sees_its_own_days(story: Supervision, app: Flask) -> None:
    liaison = signed_in(app, LIAISON)

    liaison.get("/u/days")
    assert "<h1>交通局今后 30 天有 1 个环节到期，1 件答复没有人办就会逾期" in liaison.page
    assert "答复 1" in liaison.page
    assert "白牌" not in liaison.page
    assert "黄牌" not in liaison.page

    liaison.get("/u/days/replies")
    assert "关于本单位的建议" in liaison.page
    assert "关于别的单位的建议" not in liaison.page


def test_nobody_names_a_unit_in_which_they_have_no_post(story: Supervision, app: Flask) -> None:
    liaison = signed_in(app, LIAISON)

    liaison.get("/u/days/replies?unit=ZJ")

    assert "关于别的单位的建议" not in liaison.page


def test_a_person_of_two_units_chooses(story: Supervision, app: Flask) -> None:
    with story.database.transaction() as session:
        session.execute(insert(Post).values(login=LIAISON, role="unit_handler", scope="ZJ"))
    liaison = signed_in(app, LIAISON)

    liaison.get("/u/days?unit=ZJ")

    assert "<h1>住建局今后 30 天没有环节到期" in liaison.page
    assert 'href="/u/days?unit=JT"' in liaison.page


def test_nobody_else_opens_it(story: Supervision, app: Flask) -> None:
    for login in (HEAD, "代表甲", "管理员"):
        assert signed_in(app, login).get("/u/days").status_code == 403
