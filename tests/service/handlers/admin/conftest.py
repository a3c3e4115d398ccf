"""A small city with a suggestion under way, and its administrator at a browser."""

import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.settings import Settings
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two suggestions: one dispatched and signed, one dispatched with an assistant."""
    city = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    city.register(by="代表甲")
    city.dispatch("JT")
    city.sign()
    city.register(by="代表乙")
    city.dispatch("JT", assists=["GA"])
    return city


@pytest.fixture
def desk(city: World, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.fixture
def keeper(desk: Flask) -> Browser:
    return signed_in(desk, "管理员")


@pytest.fixture
def second(desk: Flask) -> Browser:
    """The same administrator at another desk."""
    return signed_in(desk, "管理员")
