"""A unit begins to apply for a later day for its reply, and takes its application back while nobody has decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.authority import timing
from service.errors import NotAllowed, NotFound
from service.handlers import web
from service.handlers.everyone import cases
from service.register.dispatch import assignments
from service.register.extension import applications
from service.register.extension.kinds import OPEN, FastTrack
from service.register.extension.limits import Terms
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.runtime import instances, messages
from service.tables.assignments import Assignment, Extension
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion

blueprint = Blueprint("extension", __name__)

ASKED = "单位要求延期"
TAKEN_BACK = "单位已撤回延期申请"
"""The messages by which the diagrams hear of the unit's wish."""


@dataclass(frozen=True)
class Desk:
    """What one unit of the reader may do about its date: the application that stands, the terms, or why neither."""

    duty: Assignment
    unit: str
    pending: Extension | None
    task_id: str | None  # where the application is filled in
    terms: Terms | None
    refusal: str


@web.route(blueprint, "/suggestions/<int:suggestion_id>/extension", policy=web.signed_in)
def show(suggestion_id: int) -> Response:
    """Say until when the unit may apply and how late the reply may be, or why it may not apply."""
    with web.database().reading() as session:
        suggestion = cases.opened(session, suggestion_id)
        desks = [_desk(session, suggestion, duty) for duty in _own(session, suggestion_id)]
    return web.page("cases/extension.html", suggestion=suggestion, desks=desks)


@web.route(
    blueprint, "/suggestions/<int:suggestion_id>/extension", policy=web.signed_in, methods=["POST"]
)
def begin(suggestion_id: int) -> AnyResponse:
    """Begin the application, and go on to its form."""
    key = suggestions.business_key(suggestion_id)
    with web.command() as session:
        suggestion = cases.opened(session, suggestion_id)
        duty = _named(session, suggestion_id, request.form.get("assignment"))
        kind = _kind(session, suggestion)
        applications.check(session, duty, kind, g.at)
        payload = {"suggestion": suggestion_id, "assignment": duty.id, "fast_track_kind": kind}
        instance_id = messages.send(session, ASKED, key, payload, web.actor().login, g.at)
        task_id = _form_of(session, instance_id)
    if task_id is None:
        return redirect(url_for("cases.show", suggestion_id=suggestion_id), 303)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/extension/<int:extension_id>/withdraw",
    policy=web.signed_in,
    methods=["POST"],
)
def take_back(suggestion_id: int, extension_id: int) -> AnyResponse:
    """Take an application back while nobody has decided it."""
    key = suggestions.business_key(suggestion_id)
    with web.command() as session:
        cases.opened(session, suggestion_id)
        row = session.get(Extension, extension_id)
        if row is None or row.suggestion_id != suggestion_id:
            raise NotFound("没有找到这份延期申请。请返回案件页查看。")
        timing.refuse_application(web.actor(), assignments.get(session, row.assignment_id))
        if row.state not in OPEN:
            raise NotAllowed("这份延期申请已经办完，不能再撤回。请返回案件页查看结果。")
        by = web.actor().login
        messages.hand_over(session, row.instance_id, "message", TAKEN_BACK, key, {}, by, g.at)
    flash("延期申请已撤回，原定答复日期不变。")
    return redirect(url_for("cases.show", suggestion_id=suggestion_id), 303)


def _own(session: Session, suggestion_id: int) -> Sequence[Assignment]:
    """Return the duties for whose replies this person may apply; a reader who has none is told so."""
    found = [
        duty
        for duty in assignments.active(session, suggestion_id)
        if timing.may_apply(web.actor(), duty)
    ]
    if not found:
        raise NotAllowed("只有承办这件建议的单位的联络员和承办人可以申请延期。")
    return found


def _named(session: Session, suggestion_id: int, given: str | None) -> Assignment:
    """Return the duty the page names, one of this person's own."""
    own = _own(session, suggestion_id)
    number = web.whole_number(given)
    for duty in own:
        if duty.id == number:
            return duty
    raise NotAllowed("只能为本单位承办的任务申请延期。请返回案件页重新进入。")


def _desk(session: Session, suggestion: Suggestion, duty: Assignment) -> Desk:
    unit = people.unit(session, duty.unit).name
    pending = applications.pending(session, duty.id)
    if pending is not None:
        return Desk(duty, unit, pending, _form_of(session, pending.instance_id), None, "")
    try:
        _, terms = applications.check(session, duty, _kind(session, suggestion), g.at)
    except NotAllowed as refused:
        return Desk(duty, unit, None, None, None, str(refused))
    return Desk(duty, unit, None, None, terms, "")


def _form_of(session: Session, instance_id: int) -> str | None:
    """Return the task of an application that waits for this person now."""
    rows = session.scalars(select(UserTask).where(UserTask.instance_id == instance_id))
    return next(
        (row.id for row in rows if web.actor().is_awaited(row.assignee, row.candidates)), None
    )


def _kind(session: Session, suggestion: Suggestion) -> FastTrack | None:
    """Return which quick case this is: what its own process was told of it."""
    if suggestion.instance_id is None:
        return None
    query = select(UserTask.id).where(UserTask.instance_id == suggestion.instance_id).limit(1)
    task_id = session.scalar(query)
    if task_id is None:
        return None
    given = instances.variables(session, suggestion.instance_id, task_id, g.at)
    kind = given.get("fast_track_kind")
    return FastTrack(kind) if kind in FastTrack.labels() else None
