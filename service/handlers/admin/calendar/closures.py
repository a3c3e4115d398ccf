"""停止办公: days on which the city, a town or a unit does not work, entered, looked at and lifted."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, closures, policies
from service.deadlines.effects import Effect
from service.deadlines.standstill import Scope
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, NotFound, UploadRefused
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.calendar import waiting
from service.handlers.admin.calendar.waiting import Document, Waiting
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators
from service.handlers.everyone import files
from service.register.common import attachments
from service.register.people import directory as people
from service.tables.deadlines import DeadlineChange

blueprint = Blueprint("closures", __name__)

_UPLOADS = "closure"
"""What uploads are kept for until the closure is in force; those of one given up are swept away."""


@web.route(blueprint, "/m/calendar/closures", policy=administrators)
def listed() -> Response:
    """The closures that last, those to come, and those that are over."""
    with web.database().reading() as session:
        found = closures.register(session, policies.calendar(session), local_day(g.at))
        units = people.unit_names(session)
        waits = effects.kept(session, _address()) is not None
    return web.page(
        "admin/calendar/closures.html",
        groups=[
            ("正在停止办公", found.present),
            ("将要停止办公", found.future),
            ("已经过去的", found.past),
        ],
        waits=waits,
        who=partial(closures.who, units=units),
        span=closures.span,
    )


@web.route(blueprint, "/m/calendar/closures/new", policy=administrators)
def new() -> Response:
    """The form, as it waits to be confirmed or empty."""
    with web.database().reading() as session:
        document = effects.kept(session, _address()) or {}
    return _form(document)


@web.route(blueprint, "/m/calendar/closures/new", policy=administrators, methods=["POST"])
def hand_in() -> AnyResponse:
    """Keep the closure that is asked for, and go on to what it would move."""
    typed = closures.FORM.keep(request.form)
    try:
        with web.database().reading() as session:
            values = closures.FORM.read(request.form, {}, {"places": closures.places(session)})
            changes.preview_closure(session, closures.asked_for(values), g.at)
        notice = _kept_file(request.files.get("file"))
    except FormInvalid as invalid:
        messages = {_FIELDS.get(name, name): text for name, text in invalid.messages.items()}
        return _form(typed, messages, status=422)
    except UploadRefused as refused:
        return _form(typed, file_error=str(refused), status=422)
    effects.keep(_address(), {**values, "notice": notice})
    return redirect(_address(), 303)


@web.route(blueprint, "/m/calendar/closures/effect", policy=administrators)
def effect() -> AnyResponse:
    """Show what the closure that waits would move."""
    return waiting.shown(_waiting())


@web.route(blueprint, "/m/calendar/closures/effect", policy=administrators, methods=["POST"])
def confirm() -> AnyResponse:
    """Close the office, exactly as its effect was shown."""
    return waiting.confirmed(_waiting())


@web.route(blueprint, "/m/calendar/closures/forget", policy=administrators, methods=["POST"])
def forget() -> AnyResponse:
    """Give up the closure that waits."""
    return waiting.given_up(_address(), url_for("calendar.closures.listed"))


@web.route(blueprint, "/m/calendar/closures/<int:closure_id>/notice", policy=administrators)
def notice(closure_id: int) -> Response:
    """The notice of a closure, as the file that was handed in with it."""
    with web.database().reading() as session:
        kept = attachments.of_case(session, closures.key(closure_id))
    if not kept:
        raise NotFound("这次停止办公没有附通知。")
    return files.sent(kept[0])


_FIELDS = {"place": "where", "scope": "where"}
"""The field of the form beside which a refusal of the calendar's is shown."""


def _form(
    values: Mapping[str, Any],
    messages: Mapping[str, str] | None = None,
    file_error: str = "",
    status: int = 200,
) -> Response:
    with web.database().reading() as session:
        options = {"places": closures.places(session)}
    shown = {name: value for name, value in values.items() if name != "notice"}
    return web.page(
        "admin/calendar/closure_new.html",
        status,
        form=closures.FORM.view(shown, messages or {}, options, {}),
        file_error=file_error,
    )


def _kept_file(sent: FileStorage | None) -> int | None:
    """Keep the notice that came with the form, if one did; returns its number."""
    if sent is None or not sent.filename:
        return None
    store = web.store()
    content = sent.stream.read(store.max_bytes + 1)
    with web.database().transaction() as session:
        by = web.actor().login
        kept = attachments.add(session, store, sent.filename, content, by, g.at, task_id=_UPLOADS)
        return kept.id


def _address() -> str:
    return url_for("calendar.closures.effect")


def _waiting() -> Waiting:
    return Waiting(_address(), url_for("calendar.closures.listed"), _asked, _foreseen, _make)


def _asked(session: Session, document: Document) -> Asked:
    closure = closures.asked_for(document)
    place = closures.who(closure, people.unit_names(session, [closure.place]))
    worked = policies.calendar(session)
    count = sum(worked.is_workday(day.day) for day in closure.days)
    notes = [f"停止办公期间，{place}有 {count} 个工作日不计入期限。"]
    if closure.scope is Scope.UNIT:
        notes.append("只影响这个单位自己的期限；代表评价、人大和政府办的期限照常计算。")
    return Asked(
        f"{place}停止办公（{closure.name}）",
        document["reason"],
        _address(),
        url_for("calendar.closures.new"),
        document,
        [("停止办公的日子", "照常办公", closures.span(closure))],
        notes,
    )


def _foreseen(session: Session, document: Document) -> Effect:
    return changes.preview_closure(session, closures.asked_for(document), g.at)


def _make(session: Session, document: Document, stamp: str) -> DeadlineChange:
    by, closure = web.actor().login, closures.asked_for(document)
    change = changes.apply_closure(session, closure, document["reason"], by, g.at, stamp)
    if document["notice"] is not None:
        attachments.adopt(session, [document["notice"]], change.subject, by)
    return change
