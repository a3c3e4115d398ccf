"""A closure ends early, or is taken away."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, closures, record
from service.deadlines.effects import Effect
from service.deadlines.explain import format_day
from service.deadlines.workdays import local_day
from service.errors import FormInvalid
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.calendar import waiting
from service.handlers.admin.calendar.waiting import Document, Waiting
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators
from service.register.common import attachments
from service.register.people import directory as people
from service.tables.deadlines import DeadlineChange

blueprint = Blueprint("lifting", __name__)


@web.route(blueprint, "/m/calendar/closures/<int:closure_id>", policy=administrators)
def show(closure_id: int) -> Response:
    """A closure, its notice, its changes, and the form to end it early."""
    with web.database().reading() as session:
        document = effects.kept(session, _address(closure_id))
        closure = closures.one(session, closure_id)
    today = local_day(g.at)
    begun = {"open_on": today.isoformat()} if closure.first < today <= closure.last else {}
    return _page(closure_id, document or begun, waits=document is not None)


@web.route(
    blueprint, "/m/calendar/closures/<int:closure_id>", policy=administrators, methods=["POST"]
)
def hand_in(closure_id: int) -> AnyResponse:
    """Keep from which day the office is to work again, and go on to what that would move."""
    typed = closures.LIFTING.keep(request.form)
    try:
        values = closures.LIFTING.read(request.form, {}, {})
        with web.database().reading() as session:
            changes.preview_lift(session, closure_id, g.at, _open_on(values))
    except FormInvalid as invalid:
        return _page(closure_id, typed, invalid.messages, 422)
    effects.keep(_address(closure_id), values)
    return redirect(_address(closure_id), 303)


@web.route(blueprint, "/m/calendar/closures/<int:closure_id>/effect", policy=administrators)
def effect(closure_id: int) -> AnyResponse:
    """Show what ending the closure would move."""
    return waiting.shown(_waiting(closure_id))


@web.route(
    blueprint,
    "/m/calendar/closures/<int:closure_id>/effect",
    policy=administrators,
    methods=["POST"],
)
def confirm(closure_id: int) -> AnyResponse:
    """End the closure, exactly as the effect was shown."""
    return waiting.confirmed(_waiting(closure_id))


@web.route(
    blueprint,
    "/m/calendar/closures/<int:closure_id>/forget",
    policy=administrators,
    methods=["POST"],
)
def forget(closure_id: int) -> AnyResponse:
    """Leave the closure as it is."""
    back = url_for("calendar.lifting.show", closure_id=closure_id)
    return waiting.given_up(_address(closure_id), back)


def _page(
    closure_id: int,
    values: Mapping[str, Any],
    messages: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    waits: bool = False,
) -> Response:
    with web.database().reading() as session:
        closure = closures.one(session, closure_id)
        notices = attachments.of_case(session, closures.key(closure_id))
        history = record.of(session, closures.key(closure_id))
        names = people.names(session, [one.by for one in history])
        place = closures.who(closure, people.unit_names(session, [closure.place]))
    return web.page(
        "admin/calendar/closure.html",
        status,
        closure=closure,
        place=place,
        span=closures.span(closure),
        is_past=closure.last < local_day(g.at),
        notices=notices,
        history=history,
        names=names,
        form=closures.LIFTING.view(values, messages or {}, {}, {}),
        waits=waits,
    )


def _address(closure_id: int) -> str:
    return url_for("calendar.lifting.effect", closure_id=closure_id)


def _waiting(closure_id: int) -> Waiting:
    return Waiting(
        _address(closure_id),
        url_for("calendar.closures.listed"),
        partial(_asked, closure_id),
        partial(_foreseen, closure_id),
        partial(_make, closure_id),
    )


def _asked(closure_id: int, session: Session, document: Document) -> Asked:
    closure, open_on = closures.one(session, closure_id), _open_on(document)
    place = closures.who(closure, people.unit_names(session, [closure.place]))
    after = "整个取消" if open_on <= closure.first else f"{format_day(open_on)}起恢复办公"
    return Asked(
        f"{place}提前恢复办公（{closure.name}）",
        document["reason"],
        _address(closure_id),
        url_for("calendar.lifting.show", closure_id=closure_id),
        document,
        [("停止办公的日子", closures.span(closure), after)],
    )


def _foreseen(closure_id: int, session: Session, document: Document) -> Effect:
    return changes.preview_lift(session, closure_id, g.at, _open_on(document))


def _make(closure_id: int, session: Session, document: Document, stamp: str) -> DeadlineChange:
    by, open_on = web.actor().login, _open_on(document)
    return changes.lift_closure(
        session, closure_id, document["reason"], by, g.at, stamp, open_on=open_on
    )


def _open_on(document: Document) -> date:
    return date.fromisoformat(str(document["open_on"]))
