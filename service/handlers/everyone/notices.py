"""What happened that somebody should know of. Opening a notice marks it as read for the one who opens it.

An address never changes anything by being looked at: a notice is opened by a small form, which works without script.
"""

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service import notifications
from service.authority import reading
from service.handlers import paging, web
from service.register.common import links
from service.register.people.directory import Actor
from service.runtime import inbox
from service.tables.runtime import UserTask

blueprint = Blueprint("notices", __name__)

PAGE = 30


@web.route(blueprint, "/notices", policy=web.signed_in)
def listed() -> Response:
    actor = web.actor()
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        found = paging.page(lambda limit: notifications.inbox(session, actor, limit, before), PAGE)
        read = notifications.read_among(session, actor, [row.id for row in found.rows])
        unread = notifications.unread(session, actor)
    return web.page(
        "notices.html",
        rows=found.rows,
        read=read,
        unread=unread,
        most=notifications.MOST_COUNTED,
        through=found.rows[0].id if found.rows else 0,
        next=url_for("notices.listed", before=found.last.id) if found.last else "",
        is_first=before is None,
    )


@web.route(blueprint, "/notices/read", policy=web.signed_in, methods=["POST"])
def read() -> Response:
    """Mark what the reader saw as read, and nothing that came since."""
    through = web.whole_number(request.form.get("through")) or 0
    with web.database().transaction() as session:
        marked = notifications.read_all(session, web.actor(), g.at, through)
    flash(f"已把 {marked} 条通知标为已读。" if marked else "没有未读的通知。")
    return redirect(url_for("notices.listed"), 303)


@web.route(blueprint, "/notices/<int:notice_id>", policy=web.signed_in, methods=["POST"])
def open_(notice_id: int) -> Response:
    """Mark a notice as read and go where it leads; a task that was done since leads to its case."""
    actor = web.actor()
    with web.database().transaction() as session:
        row = notifications.read(session, notice_id, actor, g.at)
        target = _target(session, actor, row.link, row.business_key)
    return redirect(web.local(target), 303)


@web.route(blueprint, "/to/<kind>/<int:number>", policy=web.signed_in)
def step(kind: str, number: int) -> Response:
    """Lead to the form of a case that waits for the reader, else to the case, else to what they have to do."""
    with web.database().reading() as session:
        target = _of_case(session, web.actor(), f"{kind}:{number}")
    return redirect(target, 302)


def _target(session: Session, actor: Actor, link: str, business_key: str | None) -> str:
    task_id = link.removeprefix("/tasks/")
    if task_id == link or session.get(UserTask, task_id) is not None:
        return link
    return _of_case(session, actor, business_key)


def _of_case(session: Session, actor: Actor, business_key: str | None) -> str:
    waiting = session.scalar(
        select(UserTask.id)
        .where(UserTask.business_key == business_key, inbox.is_for(actor))
        .order_by(UserTask.due_at, UserTask.id)
        .limit(1)
    )
    if waiting is not None:
        return links.task(waiting)
    page = links.case(business_key)
    return page if page and reading.may_see(session, actor, business_key) else "/"
