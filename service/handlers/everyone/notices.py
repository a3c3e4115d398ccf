"""What happened that somebody should know of, and marking it as read."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from service import notifications
from service.handlers import web

blueprint = Blueprint("notices", __name__)


@web.route(blueprint, "/notices", policy=web.signed_in)
def listed() -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        rows = notifications.inbox(session, actor)
    return web.page("notices.html", rows=rows, unread=sum(row.read_at is None for row in rows))


@web.route(blueprint, "/notices/read", policy=web.signed_in, methods=["POST"])
def read() -> Response:
    with web.database().transaction() as session:
        notifications.read_all(session, web.actor(), g.at)
    return redirect(url_for("notices.listed"), 303)
