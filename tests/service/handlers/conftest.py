"""A small office, one deployed process of its own, and browsers that really sign in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from service import clock
from service.app import create_app
from service.database import Database
from service.deadlines import policies
from service.register.people.passwords import PasswordCost, hash_password
from service.runtime import publishing
from service.settings import Settings
from service.tables.people import Person, Post, Unit
from tests.conftest import MORNING

CHEAP = PasswordCost(passes=1, memory_kib=32)
PASSWORD = "a long enough password"
# The cast: who may, the colleague, the stranger; and the administrator.
CAST = {
    "li_ming": ("李明", [("deputy", None)]),
    "wang_fang": ("王芳", [("deputy_office", None)]),
    "zhao_gang": ("赵刚", [("deputy_office", None)]),
    "chen_jing": ("陈静", [("unit_liaison", "JT")]),
    "root": ("管理员", [("admin", None)]),
}


@dataclass
class Browser:
    """A client that follows forms as people do: it reads the page's token and sends it back."""

    client: FlaskClient
    token: str = ""
    page: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self._seen(self.client.get(path, **given))

    def post(self, path: str, values: Any = None, **given: Any) -> TestResponse:
        pairs = list(values.items()) if isinstance(values, dict) else list(values or [])
        data: dict[str, list[Any]] = {"csrf_token": [self.token]}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        return self._seen(self.client.post(path, data=data, **given))

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/login")
        answer = self.post("/login", {"login": login, "password": password, **more})
        if answer.status_code == 302:
            self.get("/notices")
        return answer

    def version(self) -> str:
        [found, *_] = re.findall(r'name="_version" value="(\d+)"', self.page)
        return found

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html":
            self.page = answer.get_data(as_text=True)
            tokens = re.findall(r'name="csrf_token" value="([^"]+)"', self.page)
            self.token = tokens[0] if tokens else self.token
        return answer


@dataclass
class Clock:
    at: datetime


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The moment every request sees; a test moves it by setting `now.at`."""
    hands = Clock(MORNING)
    monkeypatch.setattr(clock, "now", lambda: hands.at)
    return hands


@pytest.fixture
def office(sqlite: Database) -> Database:
    """The cast with their posts, the limits, and the process `visit` deployed."""
    hashed = hash_password(PASSWORD, CHEAP)
    with sqlite.transaction() as session:
        session.add(
            Unit(
                code="JT", name="交通运输局", short_name="交通局", system="government", level="city"
            )
        )
        session.flush()
        for login, (name, posts) in CAST.items():
            session.add(Person(login=login, name=name, password_hash=hashed, failed_sign_ins=0))
            session.flush()
            session.add_all(Post(login=login, role=role, scope=scope) for role, scope in posts)
        policies.seed(session, MORNING)
    with sqlite.transaction() as session:
        files = {"visit.bpmn": (Path(__file__).parent / "visit.bpmn").read_bytes()}
        publishing.deploy(session, files, "root", MORNING)
    return sqlite


@pytest.fixture
def app(office: Database, settings: Settings, now: Clock) -> Flask:
    cheap = {"password_passes": CHEAP.passes, "password_memory_kib": 32}
    made = create_app(settings.model_copy(update=cheap), office)
    made.testing = True
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def deputy(app: Flask) -> Browser:
    return _signed_in(app, "li_ming")


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return _signed_in(app, "wang_fang")


@pytest.fixture
def colleague(app: Flask) -> Browser:
    return _signed_in(app, "zhao_gang")


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return _signed_in(app, "chen_jing")


@dataclass
class Visit:
    """A running process that waits for the office's review."""

    task_id: str
    path: str


VISIT = {"title": "走访白崖村", "situation": "五户村民反映夜间道路没有照明。"}


@pytest.fixture
def visit(deputy: Browser, clerk: Browser) -> Visit:
    deputy.get("/new/visit")
    deputy.post("/new/visit", VISIT)
    clerk.get("/")
    [task_id, *_] = re.findall(r'href="/tasks/([0-9a-f-]+)"', clerk.page)
    clerk.get(f"/tasks/{task_id}")
    return Visit(task_id, f"/tasks/{task_id}")


@pytest.fixture
def queries(office: Database) -> Iterator[list[str]]:
    """Every statement the database was asked since the test began; `queries.clear()` starts anew."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    engines = {office.engine, office.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def _signed_in(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    browser.sign_in(login)
    return browser
