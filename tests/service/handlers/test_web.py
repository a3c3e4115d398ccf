"""Who may use a route is said where the route is declared, and nowhere is it forgotten."""

import pytest
from flask import Blueprint, Flask

from service.app import check_policies
from service.handlers import web
from service.register.people.directory import Actor
from tests.service.handlers.conftest import Browser

CLERK = Actor("wang_fang", "王芳", frozenset({"deputy_office"}))


def test_a_policy_allows_who_it_names() -> None:
    assert web.anyone.allows(None)
    assert not web.signed_in.allows(None)
    assert web.signed_in.allows(CLERK)
    assert web.group("admin", "deputy_office").allows(CLERK)
    assert not web.group("admin").allows(CLERK)
    assert not web.group("admin").allows(None)
    assert web.group("admin", "deputy_office").name == "系统管理员、人大代表工委"


def test_a_route_without_a_policy_keeps_the_service_from_starting() -> None:
    app = Flask("bare")
    web.allowed(web.anyone)(app.view_functions["static"])
    check_policies(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "")

    with pytest.raises(RuntimeError, match="forgotten"):
        check_policies(app)


def test_a_route_that_slipped_in_later_is_refused(app: Flask, browser: Browser) -> None:
    app.add_url_rule("/slipped", "slipped", lambda: "secret")
    browser.sign_in("root")

    answer = browser.get("/slipped")

    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_every_declared_route_is_bound_to_its_policy() -> None:
    blueprint = Blueprint("sample", __name__)

    @web.route(blueprint, "/sample", policy=web.group("admin"))
    def sample() -> str:
        return ""

    app = Flask("sample")
    app.register_blueprint(blueprint)
    found = web.policy_of(app, "sample.sample")
    assert found is not None
    assert found.name == "系统管理员"
    assert web.policy_of(app, "static") is None


def test_the_menu_shows_what_may_be_followed(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "inbox.todo" in [item.endpoint for item in web.menu_of(CLERK)]
        assert "inbox.todo" not in [item.endpoint for item in web.menu_of(None)]


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("", None), (None, None), ("-1", None), ("1e3", None)]
)
def test_numbers_in_addresses(text: str | None, number: int | None) -> None:
    assert web.whole_number(text) == number
