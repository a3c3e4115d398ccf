"""The start form of a process: a new suggestion begins here, and so does whatever a designer adds."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.errors import FormInvalid, NotAllowed, ProcessFailed
from service.handlers import filling, web
from service.handlers.everyone import drafts as drafting
from service.handlers.filling import Filling
from service.register.common import attachments
from service.runtime import drafts, tasks
from service.runtime.tasks import Startable

blueprint = Blueprint("start", __name__)


@web.route(blueprint, "/new/<process_id>", policy=web.signed_in)
def new(process_id: str) -> Response:
    """The empty form, the person's draft, or what a link of another page has filled in."""
    with web.database().reading() as session:
        startable, form = _opened(session, process_id)
        typed = drafts.of(session, form.subject, form.actor)
    asked = form.spec.keep(request.args)
    linked = {name: value for name, value in asked.items() if name in request.args}
    return _page(startable, form, linked or typed or {}, has_draft=not linked and typed is not None)


@web.route(blueprint, "/new/<process_id>", policy=web.signed_in, methods=["POST"])
def begin(process_id: str) -> Response:
    """Start the process with what was filled in; whatever goes wrong, it is shown again or kept as a draft."""
    with web.database().reading() as session:
        startable, form = _opened(session, process_id)
    filling.take(form, g.at)
    if form.wants_row:
        return _page(startable, form, form.typed)
    try:
        with web.noting():
            values = form.read()
        with web.command() as session:
            instance = tasks.start(session, process_id, values, form.actor, g.at)
            numbers = filling.files_of(form, values)
            if instance.business_key and numbers:
                attachments.adopt(session, numbers, instance.business_key, form.actor.login)
    except FormInvalid as invalid:
        return _page(startable, form, form.typed, 422, invalid.messages)
    except ProcessFailed:
        drafting.save(form)
        raise
    flash(f"已提交：{startable.name}。")
    return redirect(url_for("inbox.todo"), 303)


@web.route(blueprint, "/new/<process_id>/draft", policy=web.signed_in, methods=["POST"])
def draft(process_id: str) -> Response:
    with web.database().reading() as session:
        _, form = _opened(session, process_id)
    form.sent = MultiDict(request.form)
    return drafting.answer(form, url_for("start.new", process_id=process_id))


def _opened(session: Session, process_id: str) -> tuple[Startable, Filling]:
    actor = web.actor()
    found = [one for one in tasks.startable(session, actor) if one.process_id == process_id]
    if not found:
        raise NotAllowed(
            "没有这个可以由您发起的事项。请从首页选择，或联系系统管理员核对您的岗位。",
            act="start",
            subject=process_id,
        )
    form = filling.of(session, f"start:{process_id}", found[0].element, {}, actor, None, g.at)
    return found[0], form


def _page(
    startable: Startable,
    form: Filling,
    values: Mapping[str, Any],
    status: int = 200,
    messages: Mapping[str, str] | None = None,
    has_draft: bool = False,
) -> Response:
    return web.page(
        "start.html",
        status,
        process=startable,
        element=startable.element,
        form=form.view(values, messages),
        has_draft=has_draft,
    )
