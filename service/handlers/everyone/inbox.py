"""What a person has to do, and one page on which every user task of every diagram is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service import notifications
from service.deadlines import explain, policies
from service.deadlines.workdays import LOCAL
from service.errors import FormInvalid, NotAllowed, ProcessFailed, StaleVersion, TaskNotOpen
from service.handlers import filling, web, wording
from service.handlers.everyone import batch
from service.handlers.filling import Filling
from service.register.casefile import cases, material
from service.register.casefile.cases import Case
from service.register.common import attachments
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.runtime import tasks
from service.runtime.tasks import TaskView
from service.tables.runtime import ProcessInstance, Submission, UserTask

blueprint = Blueprint("inbox", __name__)
web.menu("待办", "inbox.todo", web.signed_in, order=10)

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One task of the list, in words."""

    row: UserTask
    case: Case | None
    distance: wording.Distance | None
    is_mine: bool
    can_claim: bool


@web.route(blueprint, "/", policy=web.signed_in)
def todo() -> Response:
    actor = web.actor()
    after = _place(request.args.get("after", ""))
    with web.database().reading() as session:
        counts = tasks.counts(session, actor, g.at)
        rows = tasks.inbox(session, actor, PAGE + 1, after)
        lines = _lines(session, rows[:PAGE], actor)
        calendar = policies.calendar(session)
        startable = tasks.startable(session, actor)
        together = batch.kinds(session, rows[:PAGE])
        unread = len(notifications.inbox(session, actor, unread_only=True))
    return web.page(
        "inbox.html",
        first_line=_first_line(counts, calendar),
        lines=lines,
        startable=startable,
        together=together,
        unread=unread,
        counts=counts,
        next=url_for("inbox.todo", after=_mark(rows[PAGE - 1])) if len(rows) > PAGE else "",
    )


@web.route(blueprint, "/done", policy=web.signed_in)
def done() -> Response:
    """What this person handed in, the latest first."""
    actor = web.actor()
    before = _moment(request.args.get("before", ""))
    with web.database().reading() as session:
        question = select(Submission).where(Submission.by == actor.login)
        if before is not None:
            question = question.where(Submission.at < before)
        rows = list(session.scalars(question.order_by(Submission.at.desc()).limit(PAGE + 1)))
        keys = _business_keys(session, {row.instance_id for row in rows})
        described = cases.describe(session, keys.values())
        unread = len(notifications.inbox(session, actor, unread_only=True))
    return web.page(
        "done.html",
        rows=rows[:PAGE],
        cases={row.task_id: described.get(keys.get(row.instance_id) or "") for row in rows},
        unread=unread,
        next=url_for("inbox.done", before=rows[PAGE - 1].at.isoformat())
        if len(rows) > PAGE
        else "",
    )


@web.route(blueprint, "/notices", policy=web.signed_in)
def notices() -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        rows = notifications.inbox(session, actor)
    return web.page("notices.html", rows=rows, unread=sum(row.read_at is None for row in rows))


@web.route(blueprint, "/notices/read", policy=web.signed_in, methods=["POST"])
def read_notices() -> Response:
    with web.database().transaction() as session:
        notifications.read_all(session, web.actor(), g.at)
    return redirect(url_for("inbox.notices"), 303)


@web.route(blueprint, "/tasks/<task_id>", policy=web.signed_in)
def task(task_id: str) -> Response:
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
    except ProcessFailed:
        _save(form)
        raise
    flash(f"已完成：{view.row.name}。")
    return redirect(url_for("inbox.todo"), 303)


@web.route(blueprint, "/tasks/<task_id>/draft", policy=web.signed_in, methods=["POST"])
def draft(task_id: str) -> Response:
    """Keep what was typed, unchecked; the page's script asks for it every few seconds."""
    with web.database().reading() as session:
        _, form = _opened(session, task_id)
    form.sent = MultiDict(request.form)
    return keep_draft(form, url_for("inbox.task", task_id=task_id))


@web.route(blueprint, "/tasks/<task_id>/claim", policy=web.signed_in, methods=["POST"])
def claim(task_id: str) -> Response:
    with web.database().transaction() as session:
        tasks.claim(session, task_id, web.actor(), g.at, _version())
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@web.route(blueprint, "/tasks/<task_id>/release", policy=web.signed_in, methods=["POST"])
def release(task_id: str) -> Response:
    with web.database().transaction() as session:
        tasks.release(session, task_id, web.actor(), g.at, _version())
    flash("已放回，有权办理的人都可以再领取。")
    return redirect(url_for("inbox.todo"), 303)


def keep_draft(form: Filling, page: str) -> Response:
    """Save a draft and say so, in a corner of the page or on the page itself."""
    if form.is_sealed:
        raise NotAllowed("这项内容需要保密，不保存草稿，请一次填完后提交。")
    _save(form)
    if web.wants_fragment():
        return web.page("fragments/saved.html", saved_at=g.at, LOCAL=LOCAL)
    flash("草稿已保存，下次打开时会自动带出。")
    return redirect(page, 303)


def keep_typed(
    session: Session, page: str, sent: "MultiDict[str, str]", actor: Actor, at: datetime
) -> None:
    """Keep what somebody typed before their session ended as the draft of the task they were on."""
    kind, _, name = page.strip("/").partition("/")
    try:
        if kind == "tasks":
            view = tasks.open(session, name, actor, at)
            form = filling.of(session, name, view.element, view.variables, actor)
        elif kind == "new":
            [element] = [s.element for s in tasks.startable(session, actor) if s.process_id == name]
            form = filling.of(session, f"start:{name}", element, {}, actor)
        else:
            return
    except (TaskNotOpen, NotAllowed, ValueError):
        return
    if not form.is_sealed:
        tasks.save_draft(session, form.subject, actor, form.spec.keep(sent), at)


def _save(form: Filling) -> None:
    if not form.is_sealed:
        with web.database().transaction() as session:
            tasks.save_draft(session, form.subject, form.actor, form.typed, g.at)


def _opened(session: Session, task_id: str) -> tuple[TaskView, Filling]:
    actor = web.actor()
    view = tasks.open(session, task_id, actor, g.at)
    form = filling.of(session, task_id, view.element, view.variables, actor, view.row.business_key)
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
    calendar = policies.calendar(session)
    return web.page(
        "task.html",
        status,
        task=row,
        element=view.element,
        case=cases.describe(session, [row.business_key]).get(row.business_key or ""),
        material=material.of(session, row.business_key, _assignment(view.variables)),
        distance=wording.distance(row.due_at, g.at, calendar),
        explanation=_explanation(session, row),
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
    """Say who handed the task in and when, if somebody did."""
    submission = session.get(Submission, task_id)
    row = session.get(UserTask, task_id)
    who = submission.by if submission else row.assignee if row else None
    keys = _business_keys(session, {submission.instance_id}) if submission else {}
    key = next(iter(keys.values()), None) if submission else row.business_key if row else None
    return web.page(
        "conflict.html",
        409,
        sentence=sentence,
        name=submission.name if submission else row.name if row else "",
        who=people.names(session, [who]).get(who or "", ""),
        when=submission.at if submission else None,
        is_own=submission is not None and submission.by == web.actor().login,
        case=cases.describe(session, [key]).get(key or ""),
    )


def _business_keys(session: Session, instance_ids: set[int]) -> dict[int, str | None]:
    question = select(ProcessInstance.id, ProcessInstance.business_key)
    rows = session.execute(question.where(ProcessInstance.id.in_(instance_ids)))
    return {row.id: row.business_key for row in rows}


def _lines(session: Session, rows: list[UserTask], actor: Actor) -> list[Line]:
    calendar = policies.calendar(session)
    described = cases.describe(session, [row.business_key for row in rows])
    return [
        Line(
            row,
            described.get(row.business_key or ""),
            wording.distance(row.due_at, g.at, calendar),
            row.assignee == actor.login,
            row.assignee is None,
        )
        for row in rows
    ]


def _explanation(session: Session, row: UserTask) -> tuple[str, ...]:
    """怎么算的, where the task keeps what its due moment was computed from."""
    if row.policy_key is None or row.due_at is None or row.base_at is None:
        return ()
    return explain.explain(
        session, row.policy_key, row.base_at, row.level or "", row.cap_on, row.due_at
    ).lines


def _first_line(counts: tasks.Counts, calendar: Any) -> str:
    """今天要办 3 件，最早的明天到期。"""
    if counts.open == 0:
        return "没有要办的事。"
    line = f"今天要办 {counts.open} 件"
    earliest = wording.distance(counts.earliest_due_at, g.at, calendar)
    if earliest is not None:
        line += f"，最早的{earliest.words}"
    return f"{line}，其中 {counts.overdue} 件已逾期。" if counts.overdue else f"{line}。"


def _version() -> int | None:
    return web.whole_number(request.form.get("_version"))


def _mark(row: UserTask) -> str:
    place = tasks.place(row)
    return f"{place.due_at.isoformat()}~{place.task_id}"


def _place(mark: str) -> tasks.Place | None:
    moment, _, task_id = mark.partition("~")
    due_at = _moment(moment)
    return tasks.Place(due_at, task_id) if due_at is not None and task_id else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
