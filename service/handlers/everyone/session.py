"""Signing in and out, and how large the letters are."""

import json
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from service.errors import RequestUnreadable
from service.handlers import incoming, web
from service.handlers.everyone import drafts
from service.register.people import sessions, signing_in
from service.register.people.passwords import PasswordCost

blueprint = Blueprint("session", __name__)

_NOT_KEPT = {"csrf_token", "_kept"}
_MOST_KEPT = 2_000_000
_YEAR = 31_536_000


@web.route(blueprint, "/login", policy=web.anyone)
def sign_in() -> AnyResponse:
    target = web.local(request.args.get("next"))
    if g.actor is not None:
        return redirect(target)
    return web.page("login.html", next=target, login="", refusal="", kept="")


@web.route(blueprint, "/login", policy=web.anyone, methods=["POST"])
def open_session() -> AnyResponse:
    login = request.form.get("login", "").strip()
    target = web.local(request.form.get("next"))
    password = request.form.get("password", "")[:1000]
    with web.database().reading() as reading:
        checked = signing_in.check(reading, login[:100], password, g.at, _cost())
    with web.database().transaction() as transaction:
        outcome = signing_in.settle(
            transaction, checked, g.at, request.remote_addr or "", request.user_agent.string
        )
    if outcome.token is None:
        kept = request.form.get("_kept", "")[:_MOST_KEPT]
        return web.page(
            "login.html", 401, next=target, login=login, refusal=outcome.refusal, kept=kept
        )
    _keep_typed(target, outcome.token)
    session.clear()
    response = redirect(target)
    response.set_cookie(
        web.SESSION_COOKIE,
        outcome.token,
        httponly=True,
        samesite="Lax",
        secure=web.settings().secure_cookies,
    )
    return response


@web.route(blueprint, "/logout", policy=web.anyone, methods=["POST"])
def sign_out() -> AnyResponse:
    token = request.cookies.get(web.SESSION_COOKIE, "")
    if token:
        with web.database().transaction() as transaction:
            sessions.sign_out(transaction, token, g.at)
    session.clear()
    flash("您已退出登录。")
    response = redirect(url_for("session.sign_in"))
    response.delete_cookie(web.SESSION_COOKIE, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'  # the next person at this desk sees nothing
    return response


@web.route(blueprint, "/display", policy=web.anyone, methods=["POST"])
def display() -> AnyResponse:
    """Switch between normal and large letters (大字版); remembered for a year."""
    response = redirect(web.local(request.form.get("next")))
    if request.form.get("size") == "large":
        response.set_cookie(
            web.LARGE_COOKIE,
            "1",
            max_age=_YEAR,
            samesite="Lax",
            secure=web.settings().secure_cookies,
        )
    else:
        response.delete_cookie(web.LARGE_COOKIE, samesite="Lax")
    return response


def ask_again(sentence: str) -> Response:
    """Ask to sign in where a form was handed in without; what was typed on a page of ours goes along and is not lost."""
    page = _page_of_form()
    typed = {
        name: request.form.getlist(name)
        for name in request.form
        if _is_of_this_service() and name not in _NOT_KEPT and "password" not in name
    }
    kept = (
        "刚才填写的内容已经保留（保密的内容除外）"
        if drafts.are_kept(page)
        else "刚才的操作没有生效"
    )
    return web.page(
        "login.html",
        401,
        next=page,
        login="",
        refusal=f"登录已过期，{kept}。{sentence}" if typed else sentence,
        kept=json.dumps(typed, ensure_ascii=False) if typed else "",
    )


def _cost() -> PasswordCost:
    settings = web.settings()
    return PasswordCost(settings.password_passes, settings.password_memory_kib)


def _is_of_this_service() -> bool:
    """Was the form on a page of ours? A foreign one could replace what its victim has written as a draft."""
    came_from = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(came_from).netloc == request.host


def _page_of_form() -> str:
    """The page a form was on: where its sender came from, on this service."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host:
        return web.local(came_from.path)
    return request.path if request.path.startswith(("/tasks/", "/new/")) else "/"


def _keep_typed(target: str, token: str) -> None:
    """Put what was typed before the session ended into the draft of the page it belongs to."""
    try:
        kept = incoming.strict(request.form.get("_kept", "") or "null")
        pairs = [(str(name), str(value)) for name, values in kept.items() for value in values]
    except (RequestUnreadable, ValueError, AttributeError, TypeError):
        return
    with web.database().transaction() as transaction:
        actor = sessions.actor(transaction, token, g.at)
        if actor is not None:
            drafts.carry_over(transaction, target, MultiDict(pairs), actor, g.at)
