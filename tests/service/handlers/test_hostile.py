"""Every route × every hostile value in each of its parts × who asks × both databases: never a 500, and nothing stops.

The parts are read from the code: arguments of paths from the url map, bodies from the interface's own description,
query arguments and fields from what the handlers ask for and from the forms of the diagrams.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from scheduler import jobs
from service import clock
from service.database import Database
from service.handlers import web
from service.register.people import directory as people
from service.register.people import tokens
from service.runtime import publishing, tasks
from service.settings import Settings
from tests.service.handlers.api.calls import VISIT
from tests.service.handlers.city import served
from tests.world import World

HANDLERS = Path(__file__).parents[3] / "service" / "handlers"
KEYS = ("suggestion:99999999999999999999", "supervision:-1", "suggestion:", "evaluation:１")
TEXTS = (
    "99999999999999999999",
    "2147483648",
    "-1",
    "",
    "a\x00b",
    "NaN",
    "%_",
    "长" * 3000,
    "9" * 4400,  # more digits than Python reads
    KEYS[0],
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00~x",
    '{"a": [' + "[" * 5000,
)
RAW = ("%ED%A0%80", "%2e%2e%2fetc")
"""Half a surrogate pair, and the way to another folder."""
JSON = (
    "1" + "0" * 20,
    "-9223372036854775809",
    "2147483648",
    "NaN",
    "-Infinity",
    "1e999",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"' + "9" * 5000 + '"',
    f'"{KEYS[0]}"',
    "[" * 33 + "]" * 33,
    "[" * 10_000 + "]" * 10_000,
)
ASKING = (None, "代表甲", "代工委甲", "交通局联络员", "运维", "管理员")
FEW = 1
"""Hostile values for those who are not the first whom a route admits."""


class Attack:
    """Sends a request and remembers what was answered with a failure of the service."""

    def __init__(self, app: Flask, world: World) -> None:
        self.client: FlaskClient = app.test_client()
        self.failed: list[tuple[Any, ...]] = []
        self.sent = 0
        with world.database.transaction() as session:
            self.tokens = {
                login: tokens.issue(session, login, "测试", world.at) for login in ASKING if login
            }

    def __call__(self, login: str | None, method: str, path: str, **given: Any) -> int:
        headers = {"Authorization": f"Bearer {self.tokens[login]}"} if login else {}
        answer = self.client.open(path, method=method, headers=headers, **given)
        self.sent += 1
        if answer.status_code >= 500:
            self.failed.append((answer.status_code, login, method, path[:90], str(given)[:200]))
        return answer.status_code


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(database)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    with database.transaction() as session:
        publishing.deploy(session, {"visit.bpmn": VISIT}, "设计员", world.at)
    return world


def test_no_route_fails_whatever_is_sent_to_it(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = served(world, settings)
    case = world.submit(by="代表甲")
    for key in KEYS:  # such rows are there already, from before anybody looked at keys
        world.start("visit", key, "代表甲")
    [task] = [row for row in world.waiting(case) if row.name == "审查建议"]
    known = {"suggestion_id": case.suggestion, "instance_id": case.instance, "task_id": task.id}
    known |= {"process_id": "visit", "element_id": "Task_review_visit", "kind": "overdue"}
    names = asked_names() | form_names(world, task.id)
    attack = Attack(app, world)
    jobs.beat(world.database, "one", world.at, timedelta(seconds=10))  # or it says it is not ready

    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for login, count in who(app, rule):
                if count > FEW or login is None:
                    for path in paths(rule, known, count):
                        attack(login, method, path)
                path = address(rule, known)
                for value in TEXTS[:count]:
                    sent = dict.fromkeys(names, value)
                    if method == "POST" and not path.startswith("/api/"):
                        attack(login, method, path, data=sent)
                    elif method == "GET":
                        query = dict.fromkeys(names, value[:200])
                        attack(login, method, path, query_string=query)
                if method == "POST" and path.startswith("/api/"):
                    for text in bodies(app, rule, count):
                        attack(login, method, path, data=text, content_type="application/json")

    assert attack.failed == []
    assert [one for one in caplog.records if one.name == "tibanping.web"] == []  # all at the edge
    assert attack.sent > 1800
    for login in ASKING[1:]:
        for page in ("/", "/done", "/notices", "/suggestions", "/api/v1/user-tasks"):
            assert attack(login, "GET", page) == 200, (login, page)


def test_a_task_whose_key_is_no_case_is_opened_and_done(world: World, settings: Settings) -> None:
    app = served(world, settings)
    for key in KEYS:
        world.start("visit", key, "代表甲")
    attack = Attack(app, world)
    rows = [row for row in world.waiting() if row.process_id == "visit"]
    answers = {"conclusion": "accepted", "visited_on": "2026-03-01", "people_met": "5"}

    assert len(rows) == len(KEYS)
    for row in rows:
        assert attack("代工委甲", "GET", f"/tasks/{row.id}") == 200
        assert attack("代工委甲", "GET", f"/api/v1/user-tasks/{row.id}") == 200
        assert attack("代工委甲", "POST", f"/tasks/{row.id}", data=answers) == 303


def who(app: Flask, rule: Rule) -> Iterator[tuple[str | None, int]]:
    """Yield who asks and how many values they send: the first whom the route admits sends all of them."""
    policy = web.policy_of(app, rule.endpoint)
    assert policy is not None
    database: Database = app.extensions["database"]
    with database.reading() as session:
        actors = {login: people.actor(session, login) for login in ASKING if login}
    signed = [login for login in ASKING if login and policy.allows(actors[login])]
    for login in ASKING:
        yield login, len(TEXTS) if login == signed[0] else FEW


def address(rule: Rule, known: dict[str, Any], **hostile: str) -> str:
    """Return a path of a route: known values where there are any, 1 where there are none."""
    return re.sub(
        r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>",
        lambda part: hostile.get(part[1], quote(str(known.get(part[1], 1)), safe="")),
        rule.rule,
    )


def paths(rule: Rule, known: dict[str, Any], count: int) -> Iterator[str]:
    values = [*(quote(text, safe="") for text in TEXTS if text), *RAW]
    for name in sorted(rule.arguments):
        for value in values[:count] if count == FEW else values:
            yield address(rule, known, **{name: value})


def asked_names() -> set[str]:
    """Return the names of every query argument and field a handler asks for."""
    asked = re.compile(r'request\.(?:args|form)\.(?:get|getlist)\(\s*"(\w+)"')
    return {name for file in HANDLERS.rglob("*.py") for name in asked.findall(file.read_text())}


def form_names(world: World, task_id: str) -> set[str]:
    """Return the fields of a start form and of an open task."""
    with world.database.reading() as session:
        deputy, office = people.actor(session, "代表甲"), people.actor(session, "代工委甲")
        startable = tasks.startable(session, deputy)
        view = tasks.open(session, task_id, office, world.at)
    elements = [view.element, *(one.element for one in startable if one.process_id == "visit")]
    return {field.id for element in elements for field in element.fields} | {"_add_row"}


def bodies(app: Flask, rule: Rule, count: int) -> Iterator[str]:
    """Yield bodies for a route of the interface: each hostile value in each part its description names."""
    described = app.api_doc["paths"][re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)]["post"]  # type: ignore[attr-defined]
    if "requestBody" not in described:
        yield from ('{"a": NaN}', "[" * 10_000, "1")
        return
    reference = described["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schemas = app.api_doc["components"]["schemas"]  # type: ignore[attr-defined]
    good = example(schemas, reference)
    for value in JSON[:count] if count == FEW else JSON:
        yield value
        for name, part in good.items():
            yield body(good, name, value)
            if isinstance(part, dict):
                yield body(good, name, f'{{"title": {value}, "suggestion": {value}}}')
            if isinstance(part, list) and part:
                for inner in part[0]:
                    yield body(good, name, f"[{body(part[0], inner, value)}]")


def body(good: dict[str, Any], name: str, value: str) -> str:
    return (
        "{"
        + ", ".join(
            f"{json.dumps(key)}: {value if key == name else json.dumps(part)}"
            for key, part in good.items()
        )
        + "}"
    )


def example(schemas: dict[str, Any], reference: str) -> dict[str, Any]:
    """Return a body that its schema accepts."""
    properties = schemas[reference.rpartition("/")[2]]["properties"]
    return {name: plausible(schemas, name, schema) for name, schema in properties.items()}


def plausible(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "array":
        of_objects = schema["items"].get("$ref")
        return [example(schemas, of_objects)] if of_objects else []
    if schema.get("type") == "object":
        return {}
    return {"process_id": "visit", "kind": "message", "content": "eA==", "version": 1}.get(
        name, "a"
    )
