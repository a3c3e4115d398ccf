from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from service import clock, people
from service.database import Database
from service.settings import Settings
from tests.processes.test_handling import ANSWERS
from tests.replied_case import SATISFIED
from tests.service.handlers.city import served
from tests.world import World

VISIT = (Path(__file__).parent / "visit.bpmn").read_bytes()


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
    tokens: dict[str, str] = {}

    def ask(login: str | None, method: str, path: str, body: Any = None):
        if login and login not in tokens:
            with world.database.transaction() as session:
                tokens[login] = people.issue_api_token(session, login, "测试", world.at)
        headers = {"Authorization": f"Bearer {tokens[login]}"} if login else {}
        return app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


def test_nobody_and_a_wrong_token_get_nothing(app, call):
    wrong = app.test_client().get("/api/v1/processes", headers={"Authorization": "Bearer tbp_x"})

    assert call(None, "GET", "/processes").status_code == 401
    assert wrong.status_code == 401
    assert wrong.is_json


def test_a_revoked_token_ends(world, app, call):
    assert call("代表甲", "GET", "/processes").status_code == 200
    with world.database.transaction() as session:
        [token] = people.api_tokens(session, "代表甲")
        people.revoke_api_token(session, "代表甲", token.id, world.at)

    assert call("代表甲", "GET", "/processes").status_code == 401


def test_a_designer_deploys_and_the_same_content_is_deployed_once(call):
    body = {"files": [{"name": "visit.bpmn", "content": b64encode(VISIT).decode()}]}

    first, again = (call("设计员", "POST", "/deployments", body) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["definitions"][0]["process_id"] == "visit"
    assert call("代表甲", "POST", "/deployments", body).status_code == 403


def test_a_refused_diagram_and_a_bad_body_are_told_in_parts(call):
    broken = {"files": [{"name": "a.bpmn", "content": b64encode(b"<x/>").decode()}]}

    assert call("设计员", "POST", "/deployments", broken).status_code == 422
    told = call("设计员", "POST", "/deployments", {"files": []})
    assert told.status_code == 422
    assert told.get_json()["errors"][0]["field"] == "files"


def test_any_deployed_process_is_started_listed_and_completed(call):
    body = {"files": [{"name": "visit.bpmn", "content": b64encode(VISIT).decode()}]}
    call("设计员", "POST", "/deployments", body)
    values = {"title": "走访白崖村", "situation": "五户村民反映夜间道路没有照明。"}

    started = call(
        "代表甲", "POST", "/process-instances", {"process_id": "visit", "variables": values}
    )
    [task] = [
        one
        for one in call("代工委甲", "GET", "/user-tasks").get_json()["user_tasks"]
        if one["process_id"] == "visit"
    ]
    shown = call("代工委甲", "GET", f"/user-tasks/{task['id']}").get_json()

    assert started.status_code == 201
    assert shown["fields"]
    assert call("代工委甲", "POST", f"/user-tasks/{task['id']}/claim").status_code == 200
    assert call("代工委乙", "POST", f"/user-tasks/{task['id']}/claim").status_code in {403, 409}
    assert call("代表乙", "GET", f"/user-tasks/{task['id']}").status_code == 403


def test_wrong_values_are_refused_and_change_nothing(world, call):
    world.submit(by="代表甲")
    [task] = call("代工委甲", "GET", "/user-tasks").get_json()["user_tasks"]

    answer = call(
        "代工委甲", "POST", f"/user-tasks/{task['id']}/complete", {"values": {"no_such": 1}}
    )

    assert answer.status_code == 422
    assert world.open_tasks() == ["审查建议"]


def test_a_person_lists_and_opens_their_suggestions_only(world, call):
    case = world.submit(by="代表甲")

    own = call("代表甲", "GET", "/suggestions").get_json()["suggestions"]
    shown = call("代表甲", "GET", f"/suggestions/{case.suggestion}").get_json()

    assert [one["id"] for one in own] == [case.suggestion]
    assert shown["hands"][0]["step"] == "审查建议"
    assert call("代表丙", "GET", "/suggestions").get_json()["suggestions"] == []
    assert call("代表丙", "GET", f"/suggestions/{case.suggestion}").status_code == 404
    assert call("代表丙", "GET", f"/process-instances/{case.instance}").status_code == 404
    assert call("代工委甲", "GET", "/statistics").get_json()["total"] == 1


def test_messages_incidents_and_histories_are_for_those_who_keep_the_processes(world, call):
    case = world.submit(by="代表甲")
    message = {"name": "代表已撤回", "business_key": case.business_key}

    for path in ("/incidents", f"/process-instances/{case.instance}/history"):
        assert call("代工委甲", "GET", path).status_code == 403
        assert call("运维", "GET", path).status_code == 200
    assert call("运维", "GET", f"/process-instances/{case.instance}/history").get_json()["intact"]
    assert call("代工委甲", "POST", "/messages", message).status_code == 403
    assert call("运维", "POST", "/messages", {"name": "没有人等"}).status_code == 409
    assert call("运维", "POST", "/incidents/9/retry").status_code == 404
    assert call("运维", "GET", f"/process-instances/{case.instance}/timer-jobs").status_code == 200


def test_a_rating_is_in_no_answer_before_the_seal(world, call):
    case = world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    paths = [
        "/suggestions",
        f"/suggestions/{case.suggestion}",
        "/statistics",
        "/user-tasks",
        f"/process-instances/{case.instance}",
    ]
    before = [call("交通局联络员", "GET", path).get_data() for path in paths]

    world.do("填写评价", by="代表甲", **SATISFIED)

    assert [call("交通局联络员", "GET", path).get_data() for path in paths] == before


def test_the_description_lists_every_route(app, call):
    described = call(None, "GET", "/openapi.json").get_json()
    routes = {
        str(rule).replace("int:", "").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/")
    }

    assert routes - {"/api/v1/openapi.json"} <= set(described["paths"])
