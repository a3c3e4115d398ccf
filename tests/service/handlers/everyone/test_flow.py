import re

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


def test_the_diagram_marks_where_the_token_is_and_says_the_same_in_words(world, app):
    case = world.submit(by="代表甲")
    deputy = signed_in(app, "代表甲")

    deputy.get(f"/suggestions/{case.suggestion}/flow")
    [address] = re.findall(r'data-diagram="([^"]+)"', deputy.page)
    drawing = deputy.client.get(address)

    assert 'data-active="Task_review"' in deputy.page
    assert "【现在在这一步】" in deputy.page
    assert drawing.mimetype == "application/xml"
    assert b'id="review_registration"' in drawing.data
