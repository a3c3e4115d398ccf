"""The interface as programs see it: somebody asks, with a token of theirs."""

from base64 import b64encode
from typing import Any

import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.register.people import tokens
from service.settings import Settings
from tests.service.handlers.api.calls import LEAVE
from tests.service.handlers.city import served
from tests.world import World


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def call(app: Flask, world: World):
    """Ask the interface as somebody, with a token of theirs; nobody sends none."""
    issued: dict[str, str] = {}

    def ask(login: str | None, method: str, path: str, body: Any = None):
        if login and login not in issued:
            with world.database.transaction() as session:
                issued[login] = tokens.issue(session, login, "测试", world.at)
        headers = {"Authorization": f"Bearer {issued[login]}"} if login else {}
        return app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


@pytest.fixture
def leave(call):
    """A process from elsewhere is deployed; returns how somebody starts it."""
    body = {"files": [{"name": "leave.bpmn", "content": b64encode(LEAVE).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201

    def start(login: str, **variables: Any) -> int:
        wanted = {"process_id": "leave", "variables": variables, "business_key": "leave:1"}
        answer = call(login, "POST", "/process-instances", wanted)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()["id"]

    return start
