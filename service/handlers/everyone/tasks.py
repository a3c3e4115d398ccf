"""One page on which every user task of every diagram is done."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.authority import reading
from service.deadlines import explain, policies
from service.deadlines.book import within
from service.errors import FormInvalid, ProcessFailed, StaleVersion, TaskNotOpen
from service.handlers import filling, web, wording
from service.handlers.everyone import drafts, granting
from service.handlers.filling import Filling
from service.register.casefile import cases, material, sealing
from service.register.common import attachments
from service.register.people import directory as people
from service.register.proposal import identity
from service.runtime import tasks
from service.runtime.tasks import TaskView
from service.tables.runtime import HistoryEvent, ProcessInstance, Submission, UserTask

blueprint = Blueprint("tasks", __name__)


_LEFT_TO_OPERATORS = "这一步已经记为异常，由运维人员处理；处理好以后会照您这次的填写继续。"


@web.route(blueprint, "/tasks/<task_id>", policy=web.signed_in)
def show(task_id: str) -> Response:
    with web.database().reading() as session:
        try:
            view, form = _opened(session, task_id)
        except TaskNotOpen as gone:
            return _gone(session, task_id, str(gone))
        return _page(session, view, form, view.draft or {})


@web.route(blueprint, "/tasks/<task_id>", policy=web.signed_in, methods=["POST"])
def complete(task_id: str) -> Response:
    """Hand a task in. Whatever goes wrong, what was typed is shown again or kept as a draft."""
    with web.database().reading() as session:
        try:
            view, form = _opened(session, task_id)
        except TaskNotOpen as gone:
            return _gone(session, task_id, str(gone))
    filling.take(form, g.at)
    if form.wants_row:
        return _again(view, form)
    try:
        with web.noting():
            values = form.read()
        with web.command() as session:
            tasks.complete(session, task_id, values, form.actor, g.at, _version())
            _adopt(session, form, values, view.row.business_key)
    except FormInvalid as invalid:
        return _again(view, form, 422, invalid.messages)
    except StaleVersion as stale:
        return _again(view, form, stale.status, notice=str(stale))
    except TaskNotOpen as gone:
        with web.database().reading() as session:
            return _gone(session, task_id, str(gone))
    except ProcessFailed as failed:
        drafts.save(form)
        return _again(view, form, failed.status, notice=f"{failed}{_LEFT_TO_OPERATORS}")
    flash(f"已完成：{view.row.name}。")
    return redirect(url_for("inbox.todo"), 303)


@web.route(blueprint, "/tasks/<task_id>/draft", policy=web.signed_in, methods=["POST"])
def draft(task_id: str) -> Response:
    """Keep what was typed, unchecked; the page's script asks for it every few seconds."""
    with web.database().reading() as session:
        _, form = _opened(session, task_id)
    form.sent = MultiDict(request.form)
    return drafts.answer(form, url_for("tasks.show", task_id=task_id))


@web.route(blueprint, "/tasks/<task_id>/claim", policy=web.signed_in, methods=["POST"])
def claim(task_id: str) -> Response:
    with web.database().transaction() as session:
        tasks.claim(session, task_id, web.actor(), g.at, _version())
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@web.route(blueprint, "/tasks/<task_id>/release", policy=web.signed_in, methods=["POST"])
def release(task_id: str) -> Response:
    with web.database().transaction() as session:
        tasks.release(session, task_id, web.actor(), g.at, _version())
    flash("已放回，有权办理的人都可以再领取。")
    return redirect(url_for("inbox.todo"), 303)


def _opened(session: Session, task_id: str) -> tuple[TaskView, Filling]:
    actor = web.actor()
    view = tasks.open(session, task_id, actor, g.at)
    form = filling.of(
        session, task_id, view.element, view.variables, actor, view.row.business_key, g.at
    )
    return view, form


def _adopt(
    session: Session, form: Filling, values: Mapping[str, Any], business_key: str | None
) -> None:
    """Give what was uploaded to the case, or lock it away with a sealed task."""
    key = f"sealed:{form.subject}" if form.is_sealed else business_key
    numbers = filling.files_of(form, values)
    if key and numbers:
        attachments.adopt(session, numbers, key, form.actor.login)


def _again(
    view: TaskView,
    form: Filling,
    status: int = 200,
    messages: Mapping[str, str] | None = None,
    notice: str = "",
) -> Response:
    with web.database().reading() as session:
        row = session.get(UserTask, view.row.id)
        if row is None:
            return _gone(session, view.row.id, str(TaskNotOpen()))
        now = TaskView(row, view.element, view.variables, None)
        return _page(session, now, form, form.typed, status, messages, notice)


def _page(
    session: Session,
    view: TaskView,
    form: Filling,
    values: Mapping[str, Any],
    status: int = 200,
    messages: Mapping[str, str] | None = None,
    notice: str = "",
) -> Response:
    row = view.row
    book = policies.in_force(session)
    key = row.business_key
    read = material.of(session, form.actor, key, _assignment(view.variables))
    case = cases.of(read.suggestion) if read else cases.describe(session, [key]).get(key or "")
    return web.page(
        "task.html",
        status,
        task=row,
        element=view.element,
        case=case,
        material=read,
        distance=wording.distance(book, row.due_at, g.at, key),
        explanation=_explanation(session, row),
        granting=granting.of(session, view.element, view.variables, values, g.at),
        form=form.view(values, messages),
        is_sealed=form.is_sealed,
        has_draft=view.draft is not None,
        is_mine=row.assignee == form.actor.login,
        can_claim=row.assignee is None and len(row.candidates) > 0,
        notice=notice,
    )


def _assignment(variables: Mapping[str, Any]) -> int | None:
    """The duty a task belongs to, where it belongs to one unit's."""
    found = variables.get("assignment")
    return found if isinstance(found, int) else None


def _gone(session: Session, task_id: str, sentence: str) -> Response:
    """Say who handed the task in and when, if somebody did, to whom it concerns; to others there is no such task."""
    submission = session.get(Submission, task_id)
    if submission is not None and not _may_know(session, submission):
        submission = None
    row = session.get(UserTask, task_id)
    who = submission.by if submission else row.assignee if row else None
    instance_id = submission.instance_id if submission else row.instance_id if row else 0
    instance = session.get(ProcessInstance, instance_id)
    key = instance.business_key if instance else None
    return web.page(
        "conflict.html",
        409,
        sentence=sentence,
        name=submission.name if submission else row.name if row else "",
        who=_name(session, who, key),
        when=submission.at if submission else None,
        is_own=submission is not None and submission.by == web.actor().login,
        case=cases.describe(session, [key]).get(key or ""),
    )


def _may_know(session: Session, submission: Submission) -> bool:
    """May this reader learn who did a task? Its author, whom it waited for, and who may read of it in the case."""
    actor = web.actor()
    if submission.by == actor.login:
        return True
    done = select(HistoryEvent).where(
        HistoryEvent.instance_id == submission.instance_id,
        HistoryEvent.task_id == submission.task_id,
        HistoryEvent.kind.in_(("userTask", "startEvent")),
    )
    event = session.scalars(done).first()
    if submission.sealed or event is None:
        return False
    if not actor.candidates.isdisjoint(event.data.get("candidates", ())):
        return True
    key = session.get_one(ProcessInstance, submission.instance_id).business_key
    hidden = sealing.steps(session, actor, key).hides(event)
    return reading.may_see(session, actor, key) and not hidden


def _explanation(session: Session, row: UserTask) -> tuple[str, ...]:
    """怎么算的, where the task keeps what its due moment was computed from."""
    if row.policy_key is None or row.due_at is None or row.base_at is None:
        return ()
    step = within(row.outer_key, row.begun_at)
    return explain.explain(
        session,
        row.policy_key,
        row.base_at,
        row.level or "",
        row.cap_on,
        row.due_at,
        row.unit or "",
        row.business_key,
        step,
    ).lines


def _name(session: Session, login: str | None, business_key: str | None) -> str:
    """What this reader may call somebody who acted in a case."""
    hidden = sealing.withheld(session, web.actor(), business_key).deputies
    return identity.masked(people.names(session, [login]), hidden).get(login or "", "")


def _version() -> int | None:
    return web.whole_number(request.form.get("_version"))
