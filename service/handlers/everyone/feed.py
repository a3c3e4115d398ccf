"""我的日历订阅: a secret address at which a calendar program reads a person's dates, without signing in."""

import logging
from datetime import timedelta

from flask import Blueprint, Response, flash, g, redirect, request, session, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.database import kept
from service.errors import NotFound
from service.handlers import web
from service.handlers.everyone import agenda
from service.handlers.everyone.agenda import Revision
from service.handlers.everyone.guesses import Guesses
from service.register.casefile import cases
from service.register.deliberation import invitations
from service.register.people import feeds
from service.register.people.directory import Actor
from service.runtime import inbox
from service.tables.deadlines import DeadlineChange

MOST = 300
_PAST = timedelta(days=30)
_FRESH = 900  # seconds a calendar program need not ask again
_SHOWN_ONCE = "calendar_feed"
_GONE = "没有这个日历地址，或者它已经停用。请登录提办评，在“我的日历订阅”里重新生成。"

log = logging.getLogger("tibanping.web")

blueprint = Blueprint("feed", __name__)


@web.route(blueprint, "/calendar", policy=web.signed_in)
def show() -> Response:
    """Whether an address stands; a new one is shown this once."""
    secret = session.pop(_SHOWN_ONCE, "")
    with web.database().reading() as reading:
        standing = feeds.standing(reading, web.actor().login)
    return web.page(
        "feed.html",
        standing=standing,
        address=url_for("feed.calendar", secret=secret, _external=True) if secret else "",
    )


@web.route(blueprint, "/calendar", policy=web.signed_in, methods=["POST"])
def make() -> AnyResponse:
    """Make a new address; an earlier one ends."""
    with web.database().transaction() as transaction:
        session[_SHOWN_ONCE] = feeds.make(transaction, web.actor().login, g.at)
    flash("新的日历地址已经生成，请现在复制到手机或电脑的日历里。原来的地址（如果有）已经停用。")
    return redirect(url_for("feed.show"), 303)


@web.route(blueprint, "/calendar/revoke", policy=web.signed_in, methods=["POST"])
def revoke() -> AnyResponse:
    """End the address."""
    with web.database().transaction() as transaction:
        feeds.revoke(transaction, web.actor().login, g.at)
    flash("日历地址已经停用，订阅过它的日历不会再更新。")
    return redirect(url_for("feed.show"), 303)


@web.route(blueprint, "/calendar/<secret>.ics", policy=web.anyone)
def calendar(secret: str) -> AnyResponse:
    """The dates of whose address it is: what their to-do list shows, and the meetings they were asked to."""
    with web.database().reading() as reading:
        person = _whose(reading, secret)
        tasks = inbox.of(reading, person, MOST)
        described = cases.describe(reading, [task.business_key for task in tasks])
        meetings = invitations.of(reading, person, g.at - _PAST)
        changes = select(func.count(DeadlineChange.id), func.max(DeadlineChange.at))
        revision = Revision(*reading.execute(changes).one())
        content = agenda.calendar(
            tasks, described, meetings, request.url_root.rstrip("/"), revision
        )
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="tibanping.ics"'
    response.headers["Cache-Control"] = f"private, max-age={_FRESH}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)


def _whose(reading: Session, secret: str) -> Actor:
    """Return whose address it is; a source that guesses is not looked up any more, and reads the same as before."""
    guesses, source = kept(reading, Guesses), request.remote_addr or ""
    if guesses.are_too_many(source, g.at):
        raise NotFound(_GONE)
    person = feeds.actor(reading, secret)
    if person is None:
        if guesses.note(source, secret, g.at):
            log.warning("calendar addresses guessed", extra={"source": source})
        raise NotFound(_GONE)
    return person
