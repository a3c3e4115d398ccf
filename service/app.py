"""Where the parts of the web service are joined: settings, routes and their policies, the globals of templates."""

from typing import Any

from flask import Flask, g, request
from flask_openapi3.openapi import OpenAPI
from jinja2 import StrictUndefined

from service.database import Database
from service.delivery import configured
from service.handlers import api, assets, errors, headers, incoming, web, wording
from service.handlers.admin import (
    calendar,
    changes,
    individual,
    limits,
    messages,
    onecase,
    reminders,
    rules,
    sections,
)
from service.handlers.congress import consent
from service.handlers.deputy import evaluations, withdrawal
from service.handlers.designer import baseline, deployed, restoring, uploads, version
from service.handlers.everyone import (
    batch,
    cases,
    feed,
    files,
    flow,
    inbox,
    notices,
    session,
    start,
    tasks,
)
from service.handlers.operator import audited, broken, health, refused
from service.handlers.supervision import board, forecast
from service.handlers.unit import days, extension
from service.settings import Settings

BLUEPRINTS = (
    session.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    notices.blueprint,
    feed.blueprint,
    start.blueprint,
    batch.blueprint,
    cases.blueprint,
    flow.blueprint,
    withdrawal.blueprint,
    extension.blueprint,
    evaluations.blueprint,
    board.blueprint,
    forecast.blueprint,
    days.blueprint,
    deployed.blueprint,
    version.blueprint,
    restoring.blueprint,
    baseline.blueprint,
    uploads.blueprint,
    consent.blueprint,
    audited.blueprint,
    broken.blueprint,
    refused.blueprint,
    sections.blueprint,
    individual.blueprint,
    onecase.blueprint,
    calendar.blueprint,
    rules.blueprint,
    limits.blueprint,
    changes.blueprint,
    reminders.blueprint,
    messages.blueprint,
    files.blueprint,
    health.blueprint,
)
_FORM_TEXT_BYTES = 4 * 1024 * 1024
_FORM_PARTS = 4000


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the web service; it refuses to start when a route has no policy."""
    app = OpenAPI(
        "service",
        info=api.INFO,
        security_schemes=api.SECURITY,
        doc_ui=False,
        validation_error_callback=api.refused,
        static_folder=str(assets.STATIC),
        template_folder="templates",
    )
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        SESSION_COOKIE_NAME="tibanping_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open for days; the token lives as long as its cookie
        WTF_CSRF_CHECK_DEFAULT=False,  # web.guard asks, after it knows who is there
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.max_request_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=_FORM_TEXT_BYTES,
        MAX_FORM_PARTS=_FORM_PARTS,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.extensions["database"] = database
    app.extensions["settings"] = settings
    app.extensions["channels"] = configured.channels(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(wording.filters())
    app.jinja_env.globals.update(wording.LABELS, asset=assets.asset)
    web.csrf.init_app(app)
    incoming.register(app)
    app.before_request(web.guard)
    app.after_request(headers.of_every_answer)
    app.context_processor(_of_every_page)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_api(api.api)
    web.allowed(web.anyone)(app.view_functions["static"])
    check_policies(app)
    return app


def check_policies(app: Flask) -> None:
    """Refuse an app in which somebody forgot to say who may use a route."""
    bare = sorted(name for name in app.view_functions if web.policy_of(app, name) is None)
    if bare:
        raise RuntimeError(f"routes without a policy: {', '.join(bare)}")


def _of_every_page() -> dict[str, Any]:
    actor = g.get("actor")
    return {
        "actor": actor,
        "at": g.get("at"),
        "menu": web.menu_of(actor),
        "is_large": request.cookies.get(web.LARGE_COOKIE) == "1",
        "here": request.full_path if request.query_string else request.path,
    }
