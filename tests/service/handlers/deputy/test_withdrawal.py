import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.settings import Settings
from tests.service.handlers.city import served, signed_in
from tests.world import World


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


def test_the_lead_deputy_takes_a_suggestion_back_after_being_asked_once_more(world, app):
    case = world.submit(by="代表甲")
    path = f"/suggestions/{case.suggestion}/withdraw"
    deputy = signed_in(app, "代表甲")

    deputy.get(path)
    assert "确定撤回这件建议吗？" in deputy.page
    deputy.post(path)

    assert world.suggestion().status == "withdrawn"
    assert world.open_tasks() == []


def test_nobody_else_takes_it_back_and_not_after_a_unit_has_signed(world, app):
    case = world.register(by="代表甲")
    path = f"/suggestions/{case.suggestion}/withdraw"

    assert signed_in(app, "代表乙").get(path).status_code == 404
    assert signed_in(app, "代工委甲").get(path).status_code == 403

    world.dispatch("JT")
    world.sign()
    assert signed_in(app, "代表甲").get(path).status_code == 403
