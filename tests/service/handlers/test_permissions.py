"""Every route × everybody: closed to whom its policy does not name, and silent about what a reader may not see."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service import clock
from service.database import Database
from service.handlers import web
from service.register.common import attachments
from service.register.people import directory as people
from service.register.people import tokens
from service.settings import Settings
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.city import served
from tests.supervised import Supervision
from tests.world import DEPUTIES, STAFF, UNIT_POSTS, World

PUBLIC = {
    "static",
    "session.sign_in",
    "session.open_session",
    "session.sign_out",
    "session.display",
    "feed.calendar",
    "health.alive",
    "health.ready",
    "health.metrics",
    "api.openapi",
}
"""What anybody may ask. Whoever adds a route to it says so in this list as well."""
EVERYBODY = [
    None,
    *(login for login, *_ in DEPUTIES[:1]),
    *STAFF,
    *(f"交通局{title}" for title in UNIT_POSTS),
]
CLOSED = {401, 403, 404}
STRANGERS = ("代表丙", "公安局联络员", "审计员")
"""People with an account whom nothing of the city below concerns."""
UNGUESSABLE = {"task_id", "key"}
"""Random ids: nobody can count through them."""
MISSING = 2_000_000_000


class City(Supervision):
    """A city with a suggestion that is being evaluated, a supervision with a card, and files of both."""

    def __init__(self, database: Database, settings: Settings) -> None:
        World.__init__(self, database)
        self.carded()
        self.of_supervision = self.number
        self.of_suggestion = self.register(by="代表甲").suggestion
        self.dispatch("JT")
        self.sign()
        self.carry_on("收悉审核", ANSWERS)
        self.do("收悉审核", by="代工委甲", reply_check="qualified")
        store = attachments.Store(settings.attachments, 1_000_000)
        with database.transaction() as session:
            name, key = "走访记录.txt", f"suggestion:{self.of_suggestion}"
            kept = attachments.add(session, store, name, b"1", "代表甲", self.at, business_key=key)
            self.attachment = kept.id

    def ids(self) -> dict[str, Any]:
        """Return what stands for each argument of a path."""
        assert self.case is not None
        return {
            "suggestion_id": self.of_suggestion,
            "supervision_id": self.of_supervision,
            "instance_id": self.case.instance,
            "attachment_id": self.attachment,
            "process_id": "suggestion_main",
            "year": self.at.year,
            "format": "csv",
            "task_id": self.waiting()[0].id,
        }


@pytest.fixture
def city(sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> City:
    city = City(sqlite, settings)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    return city


@pytest.fixture
def app(city: City, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.fixture
def ask(app: Flask, city: City):
    """Ask as somebody, with a token of theirs."""
    client = app.test_client()
    issued: dict[str, str] = {}

    def asking(login: str | None, method: str, path: str) -> TestResponse:
        if login and login not in issued:
            with city.database.transaction() as session:
                issued[login] = tokens.issue(session, login, "测试", city.at)
        headers = {"Authorization": f"Bearer {issued[login]}"} if login else {}
        return client.open(path, method=method, headers=headers)

    return asking


def test_only_these_routes_are_open_to_anybody(app: Flask) -> None:
    open_ = {name for name in app.view_functions if web.policy_of(app, name) is web.anyone}

    assert open_ == PUBLIC


def test_a_route_is_closed_to_whom_its_policy_does_not_name(app: Flask, city: City, ask) -> None:
    with city.database.reading() as session:
        actors = {login: people.actor(session, login) if login else None for login in EVERYBODY}
    ids = city.ids()
    opened, asked, admitted = [], 0, {}

    for rule, method in routes(app):
        policy = web.policy_of(app, rule.endpoint)
        assert policy is not None, rule
        admitted[rule.endpoint] = any(policy.allows(actor) for actor in actors.values())
        for login, actor in actors.items():
            if policy.allows(actor):
                continue
            answer = ask(login, method, address(rule, ids))
            asked += 1
            location = answer.location or ""
            asks_to_sign_in = login is None and location.startswith("/login")
            if answer.status_code not in CLOSED and not asks_to_sign_in:
                opened.append((answer.status_code, login, method, rule.rule))

    assert opened == []
    assert asked > 500
    assert all(admitted.values())


def test_a_number_of_something_hidden_is_answered_like_one_that_does_not_exist(
    app: Flask, city: City, ask
) -> None:
    ids = city.ids()
    with city.database.reading() as session:
        actors = {login: people.actor(session, login) for login in STRANGERS}
    told, compared = [], 0

    for rule, method in routes(app):
        policy = web.policy_of(app, rule.endpoint)
        numbers = sorted(name for name in rule.arguments if name.endswith("_id"))
        for name in set(numbers) - UNGUESSABLE - {"process_id", "element_id"}:
            for login in STRANGERS:
                if policy is None or not policy.allows(actors[login]):
                    continue
                answers = [
                    ask(login, method, address(rule, given))
                    for given in (ids, {**ids, name: MISSING})
                ]
                compared += 1
                statuses = {one.status_code for one in answers}
                if statuses != {404} or len({said(one) for one in answers}) > 1:
                    told.append((statuses, login, method, rule.rule))

    assert told == []
    assert compared >= 30


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def address(rule: Rule, ids: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(ids.get(part[1], 1)), rule.rule)


def said(answer: TestResponse) -> str:
    """What an answer says, without the header of a page, which holds its address and a form token."""
    text = answer.get_data(as_text=True)
    return text.partition("<main")[2].partition("</main>")[0] or text
