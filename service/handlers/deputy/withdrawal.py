"""A deputy takes a suggestion back before a unit has signed for it."""

from flask import Blueprint, Response, flash, g, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.errors import NotAllowed
from service.handlers import web
from service.handlers.everyone import cases
from service.register.proposal import suggestions
from service.runtime import messages
from service.tables.suggestions import Suggestion

blueprint = Blueprint("withdrawal", __name__)

WITHDRAWN = "代表已撤回"
"""The message by which the diagrams hear of a withdrawal."""


@web.route(blueprint, "/suggestions/<int:suggestion_id>/withdraw", policy=web.group("deputy"))
def ask(suggestion_id: int) -> Response:
    """Ask once more before a suggestion is taken back for good."""
    with web.database().reading() as session:
        suggestion = _withdrawable(session, suggestion_id)
    return web.page("cases/withdraw.html", suggestion=suggestion)


@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/withdraw",
    policy=web.group("deputy"),
    methods=["POST"],
)
def withdraw(suggestion_id: int) -> AnyResponse:
    """Tell the running process that the deputy takes the suggestion back."""
    key = f"suggestion:{suggestion_id}"
    with web.command() as session:
        _withdrawable(session, suggestion_id)
        messages.send(session, WITHDRAWN, key, {}, web.actor().login, g.at)
    flash("已撤回，有关单位会收到通知。")
    return redirect(url_for("cases.show", suggestion_id=suggestion_id), 303)


def _withdrawable(session: Session, suggestion_id: int) -> Suggestion:
    """The suggestion, if this person may take it back and its process still waits to hear of it."""
    actor = web.actor()
    cases.opened(session, suggestion_id)
    suggestion = suggestions.check_withdrawal(session, suggestion_id, actor.login)
    awaited = messages.expected(session, f"suggestion:{suggestion_id}")
    if WITHDRAWN not in {one.name for one in awaited if one.kind == "message"}:
        raise NotAllowed("承办单位已经签收办理，不能再撤回。有意见请在沟通和评价时提出。")
    return suggestion
