"""Where the parts of the web service are joined: routes and their policies, headers, and what an error says."""

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.database import Database
from service.errors import DiagramInvalid, FormInvalid, NotSignedIn, ServiceError
from service.handlers import api, web, wording
from service.handlers.deputy import evaluations
from service.handlers.designer import deployed
from service.handlers.everyone import batch, cases, files, inbox, session, start
from service.handlers.operator import health
from service.handlers.supervision import board
from service.register.proposal import suggestions
from service.settings import Settings

BLUEPRINTS = (
    session.blueprint,
    inbox.blueprint,
    start.blueprint,
    batch.blueprint,
    cases.blueprint,
    evaluations.blueprint,
    board.blueprint,
    deployed.blueprint,
    files.blueprint,
    health.blueprint,
)
# What a page may load. The diagram editor alone asks for styles of its own (`g.inline_styles`).
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}
_FORM_TEXT_BYTES = 4 * 1024 * 1024
_FORM_PARTS = 4000
_YEAR = 31_536_000
_SENTENCES = {
    400: ("请求不完整", "浏览器发来的内容不完整，请返回上一页，刷新后再试。"),
    404: ("没有这个页面", "没有找到您要的页面。地址可能已经更换，请从首页或待办列表重新进入。"),
    405: ("不能这样打开", "这个地址不能直接打开，请从页面上的按钮操作。"),
    429: ("操作太频繁", "操作太频繁，请稍等一分钟再试。"),
}

log = logging.getLogger("tibanping.web")


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the web service; it refuses to start when a route has no policy."""
    app = OpenAPI(
        "service",
        info=api.INFO,
        security_schemes=api.SECURITY,
        doc_ui=False,
        validation_error_callback=api.refused,
        static_folder=str(web.STATIC),
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
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(wording.filters())
    app.jinja_env.globals.update(
        asset=web.asset, CARDS=wording.CARDS, STATUSES=suggestions.STATUSES
    )
    web.csrf.init_app(app)
    app.before_request(web.guard)
    app.after_request(_with_headers)
    app.context_processor(_of_every_page)
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
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


def _with_headers(response: Response) -> Response:
    policy = CONTENT_SECURITY_POLICY
    if g.get("inline_styles"):
        policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if web.settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    if request.endpoint == "static" and response.status_code == 200:
        is_named_by_content = "v" in request.args or request.path.startswith("/static/build/")
        response.headers["Cache-Control"] = (
            f"public, max-age={_YEAR}, immutable" if is_named_by_content else "no-cache"
        )
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _service_error(error: ServiceError) -> AnyResponse:
    if isinstance(error, NotSignedIn) and not (web.wants_json() or web.wants_fragment()):
        if request.method == "GET":
            target = request.full_path if request.query_string else request.path
            return redirect(url_for("session.sign_in", next=target))
        return session.ask_again(str(error))
    title = _TITLES.get(error.status, "操作没有完成")
    return _told(error.status, title, str(error), _parts(error))


def _parts(error: ServiceError) -> dict[str, Any]:
    """What a program is told besides: what is wrong with which field, or with which element of a diagram."""
    if isinstance(error, FormInvalid):
        messages = error.messages.items()
        return {"errors": [{"field": name, "detail": sentence} for name, sentence in messages]}
    if isinstance(error, DiagramInvalid):
        return {"findings": [vars(finding) for finding in error.findings]}
    return {}


def _http_error(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    title, sentence = _SENTENCES.get(status, ("操作没有完成", "操作没有完成，请返回上一页再试。"))
    if isinstance(error, CSRFError):
        title, sentence = (
            "页面已失效",
            "页面打开得太久，或者已在别处退出登录，为了安全没有提交。"
            "请返回上一页，您的填写还在；刷新页面后再提交一次。",
        )
    if status == 413:
        most = web.settings().max_request_mb
        title, sentence = (
            "提交的内容太大",
            f"一次提交的文字和附件合计不能超过 {most} MB。请返回上一页，减少或压缩附件后再提交。",
        )
    response = _told(status, title, sentence)
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> AnyResponse:
    """Write down what nobody foresaw under an id, and show a person that id and nothing else."""
    number = secrets.token_hex(4)
    log.error(
        "request failed",
        exc_info=error,
        extra={"error_id": number, "endpoint": request.endpoint, "method": request.method},
    )
    return _told(
        500,
        "系统出了问题",
        "系统遇到没有预料到的问题，这次操作没有生效。您可以返回上一页再试一次；"
        f"如果还是不行，请把编号 {number} 告诉运维人员。",
    )


_TITLES = {
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    409: "情况有变化",
    422: "提交的内容有问题",
    500: "流程遇到问题",
    503: "暂时不能使用",
}


def _told(
    status: int, title: str, sentence: str, parts: Mapping[str, Any] | None = None
) -> Response:
    """The same fact as a page, as a line for a corner of a page, or as JSON."""
    if web.wants_json():
        told = json.dumps({"title": title, "detail": sentence, **(parts or {})}, ensure_ascii=False)
        response = Response(told, status, mimetype="application/json")
    elif web.wants_fragment():
        response = web.page("fragments/problem.html", status, sentence=sentence)
    else:
        response = web.page("error.html", status, title=title, sentence=sentence)
    response.headers["Cache-Control"] = "no-store"
    return response
