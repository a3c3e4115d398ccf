"""What a person has to do, and what they have done."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service import notifications
from service.deadlines import lateness, policies
from service.handlers import paging, web, wording
from service.handlers.everyone import batch
from service.register.casefile import cases
from service.register.casefile.cases import Case
from service.register.people.directory import Actor
from service.runtime import inbox, tasks
from service.tables.runtime import ProcessInstance, Submission, UserTask

blueprint = Blueprint("inbox", __name__)
web.menu("待办", "inbox.todo", web.signed_in, order=10)

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One task of the list, in words."""

    row: UserTask
    case: Case | None
    distance: lateness.Distance | None
    is_mine: bool
    can_claim: bool


@web.route(blueprint, "/", policy=web.signed_in)
def todo() -> Response:
    actor = web.actor()
    after = _place(request.args.get("after", ""))
    with web.database().reading() as session:
        counts = inbox.counts(session, actor, g.at)
        found = paging.page(lambda limit: inbox.of(session, actor, limit, after), PAGE)
        lines = _lines(session, found.rows, actor)
        calendar = policies.calendar(session)
        startable = tasks.startable(session, actor)
        together = batch.kinds(session, found.rows)
        unread = notifications.unread(session, actor)
    return web.page(
        "inbox.html",
        first_line=_first_line(counts, calendar),
        lines=lines,
        startable=startable,
        together=together,
        unread=unread,
        counts=counts,
        next=url_for("inbox.todo", after=_mark(found.last)) if found.last else "",
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
        latest = question.order_by(Submission.at.desc())
        found = paging.page(lambda limit: session.scalars(latest.limit(limit)).all(), PAGE)
        keys = _business_keys(session, {row.instance_id for row in found.rows})
        described = cases.describe(session, keys.values())
        unread = notifications.unread(session, actor)
    return web.page(
        "done.html",
        rows=found.rows,
        cases={row.task_id: described.get(keys.get(row.instance_id) or "") for row in found.rows},
        unread=unread,
        next=url_for("inbox.done", before=found.last.at.isoformat()) if found.last else "",
    )


def _business_keys(session: Session, instance_ids: set[int]) -> dict[int, str | None]:
    question = select(ProcessInstance.id, ProcessInstance.business_key)
    rows = session.execute(question.where(ProcessInstance.id.in_(instance_ids)))
    return {row.id: row.business_key for row in rows}


def _lines(session: Session, rows: list[UserTask], actor: Actor) -> list[Line]:
    book = policies.in_force(session)
    described = cases.describe(session, [row.business_key for row in rows])
    return [
        Line(
            row,
            described.get(row.business_key or ""),
            wording.distance(book, row.due_at, g.at, row.business_key),
            row.assignee == actor.login,
            row.assignee is None,
        )
        for row in rows
    ]


def _first_line(counts: inbox.Counts, calendar: Any) -> str:
    """今天要办 3 件，最早的明天到期。"""
    if counts.open == 0:
        return "没有要办的事。"
    line = f"今天要办 {counts.open} 件"
    earliest = lateness.distance(counts.earliest_due_at, g.at, calendar)
    if earliest is not None:
        line += f"，最早的{earliest.words}"
    return f"{line}，其中 {counts.overdue} 件已逾期。" if counts.overdue else f"{line}。"


def _mark(row: UserTask) -> str:
    place = inbox.place(row)
    return f"{place.due_at.isoformat()}~{place.task_id}"


def _place(mark: str) -> inbox.Place | None:
    moment, _, task_id = mark.partition("~")
    due_at = _moment(moment)
    return inbox.Place(due_at, task_id) if due_at is not None and task_id else None


def _moment(text: str) -> datetime | None:
    """Read a moment of an address; none where it is not one, or lies beyond the calendar once it is in UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
