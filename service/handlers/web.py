"""One request: who asks, whether they may, in which transaction, and what goes back.

Each route names its policy where it is declared; a route without one stops the start (`app.check_policies`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from service import clock
from service.database import Database
from service.delivery.channels import Channel, Name
from service.errors import NotAllowed, NotFound, NotSignedIn
from service.register.common.attachments import Store
from service.register.people import sessions, tokens
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.runtime import incidents
from service.settings import Settings

SESSION_COOKIE = "tibanping_session"
LARGE_COOKIE = "tibanping_large"

csrf = CSRFProtect()

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """Who may use a route; object rights come from the task and the case, below."""

    name: str
    allows: Callable[[Actor | None], bool]


@dataclass(frozen=True)
class MenuItem:
    label: str
    endpoint: str
    policy: Policy
    order: int


anyone = Policy("所有人", lambda actor: True)
signed_in = Policy("已登录", lambda actor: actor is not None)
_MENU: dict[str, MenuItem] = {}


def group(*names: str) -> Policy:
    """Allow holders of any of these posts (`admin`, `deputy_office`, `unit_head:JT`)."""
    wanted = frozenset(names)
    return Policy(
        "、".join(Role.label_of(name, name) for name in names),
        lambda actor: actor is not None and bool(wanted & actor.groups),
    )


def route(
    blueprint: Blueprint, rule: str, *, policy: Policy, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Declare a route together with who may use it."""

    def declare(view: View) -> View:
        blueprint.add_url_rule(rule, view_func=allowed(policy)(view), methods=list(methods))
        return view

    return declare


def allowed(policy: Policy) -> Callable[[View], View]:
    """Set the policy of a view that something else routes to."""

    def declare(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return declare


def menu(label: str, endpoint: str, policy: Policy, order: int = 50) -> None:
    """Add an entry to the menu of everybody whom its policy allows."""
    _MENU[endpoint] = MenuItem(label, endpoint, policy, order)


def menu_of(actor: Actor | None) -> list[MenuItem]:
    """Return the entries this person may follow, of the routes that exist."""
    items = (item for item in _MENU.values() if item.endpoint in current_app.view_functions)
    return sorted((i for i in items if i.policy.allows(actor)), key=lambda i: (i.order, i.label))


def guard() -> None:
    """Before each request: find out who asks, refuse what their posts do not allow, ask for the form's token.

    A bearer token is never sent by a browser of its own accord, so a request that carries one needs no form token.
    """
    g.at = clock.now()
    g.actor, is_bearer = _identify()
    if request.endpoint is None:
        return
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        raise NotAllowed
    if not policy.allows(g.actor):
        raise NotSignedIn if g.actor is None else NotAllowed
    if not is_bearer:
        csrf.protect()


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    found = getattr(app.view_functions[endpoint], "policy", None)
    return found if isinstance(found, Policy) else None


def actor() -> Actor:
    """Return who is signed in; a route that anyone may use has to ask `g.actor` itself."""
    if g.actor is None:
        raise NotSignedIn
    signed: Actor = g.actor
    return signed


def database() -> Database:
    found: Database = current_app.extensions["database"]
    return found


def command() -> AbstractContextManager[Session]:
    """Open a transaction for one command; a step that fails in it becomes an incident an operator sees."""
    return incidents.recording(database(), g.at)


def noting() -> AbstractContextManager[None]:
    """Let a form that no answer can mend become an incident an operator sees."""
    return incidents.noting(database(), g.at)


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def channels() -> Mapping[Name, Channel]:
    """Return the channels this machine can send messages by."""
    found: Mapping[Name, Channel] = current_app.extensions["channels"]
    return found


def store() -> Store:
    """Return where uploads are kept."""
    kept = settings()
    return Store(kept.attachments, kept.max_upload_mb * 1024 * 1024)


def page(template: str, status: int = 200, **facts: Any) -> Response:
    return Response(render_template(template, **facts), status)


def drawn_file(content: bytes, name: str) -> Response:
    """Send the file of a diagram or a table to be kept or drawn, never to be shown as a page."""
    response = Response(content, mimetype="application/xml")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"process.bpmn\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def local(target: str | None) -> str:
    """Return an address of this service to go on to, "/" for anything that might lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if re.search(r"[\\\x00-\x1f\x7f]", target) or urlsplit(target).netloc:
        return "/"
    return target


def wants_fragment() -> bool:
    """Did the page's script ask, to put the answer into a corner of the page?"""
    return request.headers.get("HX-Request") == "true"


def wants_json() -> bool:
    return request.path.startswith("/api/")


def whole_number(text: str | None) -> int | None:
    """Read a number from an address or a hidden field; anything else is none."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


@contextmanager
def hidden(sentence: str) -> Iterator[None]:
    """Answer a reader whom a case does not concern as if it were not there: numbers can be counted through."""
    try:
        yield
    except (NotAllowed, NotFound) as error:
        raise NotFound(sentence) from error


def not_found_unless(thing: Any, sentence: str = "") -> None:
    if not thing:
        raise NotFound(sentence)


def _identify() -> tuple[Actor | None, bool]:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        with database().reading() as session:
            return tokens.actor(session, token.strip(), g.at), True
    kept = request.cookies.get(SESSION_COOKIE, "")
    if not kept or request.endpoint == "static":
        return None, False
    with database().reading() as session:
        found = sessions.actor(session, kept, g.at)
        is_seen_anew = bool(session.dirty)
    if is_seen_anew:
        with database().transaction() as session:
            sessions.actor(session, kept, g.at)
    return found, False
