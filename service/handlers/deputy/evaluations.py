"""A deputy's own evaluations: what is still to be rated, what was said, until when it may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.errors import FormInvalid, NotFound
from service.handlers import filling, web
from service.handlers.filling import Filling
from service.register.casefile import cases
from service.register.evaluation import evaluations, ratings, sight
from service.register.evaluation.denials import take_back
from service.register.evaluation.forms import HandlingRating
from service.register.evaluation.ratings import MISSING
from service.register.evaluation.sight import Seen
from service.register.evaluation.states import State
from service.register.people import directory as people
from service.runtime import instances, versions
from service.tables.evaluation import Evaluation
from service.tables.runtime import ProcessInstance, UserTask

blueprint = Blueprint("evaluations", __name__)
deputies = web.group("deputy")
web.menu("我的评价", "evaluations.mine", deputies, order=30)

PROCESS = "back_to_back_evaluation"


@dataclass(frozen=True)
class Own:
    """One evaluation of the person who looks, and what they may still do about it."""

    row: Evaluation
    seen: Seen
    task_id: str | None  # the open task in which it is to be given
    amendable_until: datetime | None
    form: Filling | None  # there while it may be given or changed on this page


@web.route(blueprint, "/evaluations", policy=deputies)
def mine() -> Response:
    with web.database().reading() as session:
        rows = sight.own(session, web.actor())
        described = cases.describe(session, {f"suggestion:{row.suggestion_id}" for row in rows})
        units = people.unit_names(session, [row.unit for row in rows])
    return web.page("evaluations/mine.html", rows=rows, cases=described, units=units)


@web.route(blueprint, "/evaluations/<int:evaluation_id>", policy=deputies)
def one(evaluation_id: int) -> Response:
    with web.database().reading() as session:
        own = _own(session, evaluation_id)
        return _page(session, own, _said(own.row))


@web.route(blueprint, "/evaluations/<int:evaluation_id>", policy=deputies, methods=["POST"])
def rate(evaluation_id: int) -> Response:
    """Give a rating anew after it was denied, or change one while that is allowed."""
    with web.database().reading() as session:
        own = _own(session, evaluation_id)
        form = own.form
        if form is None:
            return _page(session, own, _said(own.row))
    filling.take(form, g.at)
    try:
        values = _read(form)
    except FormInvalid as invalid:
        with web.database().reading() as session:
            return _page(session, own, form.typed, 422, invalid.messages)
    give = evaluations.amend if own.row.state == State.RATED else evaluations.rate
    with web.database().transaction() as session:
        give(
            session,
            evaluation_id,
            HandlingRating.model_validate(values).rating(),
            form.actor.login,
            g.at,
        )
    flash("评价已保存。")
    return redirect(url_for("evaluations.one", evaluation_id=evaluation_id), 303)


@web.route(blueprint, "/evaluations/<int:evaluation_id>/deny", policy=deputies, methods=["POST"])
def deny(evaluation_id: int) -> Response:
    """Take back a rating that somebody else gave."""
    with web.database().transaction() as session:
        _own(session, evaluation_id)
        take_back(session, evaluation_id, web.actor().login, g.at)
    flash("已作废，并已请人大代工委核查是否有人代填。")
    return redirect(url_for("evaluations.mine"), 303)


def _own(session: Session, evaluation_id: int) -> Own:
    """Return an evaluation of this person's own; somebody else's is not found."""
    actor = web.actor()
    found = [each for each in sight.own(session, actor) if each.id == evaluation_id]
    if not found:
        raise NotFound("没有找到这份评价，它可能已经作废。请从“我的评价”重新选择。")
    row = evaluations.get(session, evaluation_id)
    task_id = _task(session, row)
    until = evaluations.amendable_until(session, row)
    may_amend = until is not None and g.at <= until
    may_give = row.state == State.PENDING and row.sealed_at is None and task_id is None
    form = _form(session, row) if may_amend or may_give else None
    return Own(row, found[0], task_id, until if may_amend else None, form)


def _task(session: Session, row: Evaluation) -> str | None:
    """Return the open task in which this evaluation is to be given."""
    waiting = select(UserTask.id).where(
        UserTask.instance_id == row.instance_id,
        UserTask.process_id == PROCESS,
        UserTask.assignee == row.deputy,
    )
    for task_id in session.scalars(waiting):
        variables = instances.variables(session, row.instance_id, task_id, g.at)
        if (variables.get("evaluation") or {}).get("id") == row.id:
            return task_id
    return None


def _form(session: Session, row: Evaluation) -> Filling | None:
    """Return the form of the diagram this case was evaluated with."""
    instance = session.get_one(ProcessInstance, row.instance_id)
    processes = versions.definition(session, instance.deployed_process_id).processes
    if PROCESS not in processes:
        return None
    [element] = [
        each
        for each in processes[PROCESS].elements.values()
        if each.properties.get("on_complete") == "rate_handling"
    ]
    variables = {"evaluation": {"id": row.id, "deputy": row.deputy, "unit": row.unit}}
    key = f"suggestion:{row.suggestion_id}"
    return filling.of(session, f"evaluation:{row.id}", element, variables, web.actor(), key, g.at)


def _read(form: Filling) -> dict[str, Any]:
    values = form.read()
    if values["contact_check"] in MISSING:
        sentence = "这里只能填写或修改评价。没有收到答复或没有人联系过您的，请联系人大代工委。"
        raise FormInvalid({"contact_check": sentence}, form.typed)
    return values


def _said(row: Evaluation) -> Mapping[str, Any]:
    """Return what the form shows: what the deputy said so far."""
    said = ratings.of(row)
    if said is None:
        return {}
    return {
        "contact_check": said.contact_check,
        "attitude_rating": said.attitude,
        "result_rating": said.result,
        "remark" if said.is_satisfied else "reason": said.text,
        "wants_meeting": said.wants_meeting,
        "meeting_wish": said.meeting_wish,
        "reply_class_agreed": said.reply_class_agreed,
        "text_may_be_shared": said.text_may_be_shared,
        "text_may_be_published": said.text_may_be_published,
    }


def _page(
    session: Session,
    own: Own,
    values: Mapping[str, Any],
    status: int = 200,
    messages: Mapping[str, str] | None = None,
) -> Response:
    key = f"suggestion:{own.seen.suggestion_id}"
    return web.page(
        "evaluations/one.html",
        status,
        own=own,
        e=own.seen,
        case=cases.describe(session, [key]).get(key),
        unit=people.unit_names(session, [own.seen.unit])[own.seen.unit],
        form=own.form.view(values, messages) if own.form else None,
    )
