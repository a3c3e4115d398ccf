"""修改记录: every change of limits, calendar and cases, what it moved, and its undoing."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.authority import timing
from service.deadlines import changes, comparison, made, record, wording
from service.deadlines.plans import Group, groups
from service.errors import StaleVersion
from service.handlers import paging, web
from service.handlers.admin import effects, moves, sections, titles
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators
from service.register.people import directory as people
from service.tables.deadlines import DeadlineChange

PAGE = 30
_LONGEST_REASON = 500

blueprint = Blueprint("changes", __name__)

sections.section(
    "修改记录",
    "changes.listed",
    "看谁在什么时候为什么改了期限、日历和个案的计时，移动了多少；还来得及的，可以撤销。",
    order=80,
)


@web.route(blueprint, "/m/changes", policy=administrators)
def listed() -> Response:
    """The changes, the latest first, a page at a time."""
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        found = paging.page(lambda limit: record.latest(session, limit, before), PAGE)
        names = people.names(session, {row.by for row in found.rows})
        sentences = titles.sentences(session, found.rows)
    return web.page(
        "admin/changes.html",
        rows=found.rows,
        sentences=sentences,
        names=names,
        more=found.last.id if found.last else None,
    )


@web.route(blueprint, "/m/changes/<int:change_id>", policy=administrators)
def show(change_id: int) -> Response:
    """One change: who, why, what it was and what it became, and whether it can still be undone."""
    return _page(change_id)


@web.route(blueprint, "/m/changes/<int:change_id>", policy=administrators, methods=["POST"])
def ask_to_undo(change_id: int) -> AnyResponse:
    """Keep the reason for undoing and go on to its effect."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > _LONGEST_REASON:
        problem = f"请写明撤销的理由，最多 {_LONGEST_REASON} 个字。"
        return _page(change_id, 422, reason, problem)
    with web.database().reading() as session:
        record.one(session, change_id)
    effects.keep(_address(change_id), {"reason": reason})
    return redirect(_address(change_id), 303)


@web.route(blueprint, "/m/changes/<int:change_id>/undo", policy=administrators)
def effect(change_id: int) -> AnyResponse:
    """Show what undoing the change would move."""
    with web.database().reading() as session:
        document = effects.kept(session, _address(change_id))
        if document is None:
            flash("没有等待确认的撤销，可能已经撤销。")
            return redirect(url_for("changes.show", change_id=change_id), 303)
        change = record.one(session, change_id)  # held, so that it is read once
        try:
            timing.refuse_undoing(change)
            foreseen = changes.preview_undo(session, change_id, g.at)
        except StaleVersion as refused:
            return _page(change_id, 409, document["reason"], str(refused))
        return effects.shown(session, _asked(change, document), foreseen)


@web.route(blueprint, "/m/changes/<int:change_id>/undo", policy=administrators, methods=["POST"])
def undo(change_id: int) -> AnyResponse:
    """Undo the change, exactly as its effect was shown."""
    with web.database().reading() as session:
        document = effects.kept(session, _address(change_id))
        if document is None:
            raise effects.done("这次修改已经撤销，没有再撤销一次。请查看修改记录。")
        asked = _asked(record.one(session, change_id), document)
    try:
        stamp = effects.confirmed(asked)
        with web.database().transaction() as session:
            timing.refuse_undoing(record.one(session, change_id))
            undoing = changes.undo(
                session, change_id, web.actor().login, g.at, stamp, document["reason"]
            )
            effects.forget(session, asked.page)
            number, sentence = undoing.id, undoing.sentence
    except StaleVersion as error:
        return effects.stale(asked, error)
    effects.catch_up(number)
    flash(f"已{sentence}")
    return redirect(url_for("changes.listed"), 303)


def _asked(change: DeadlineChange, document: Mapping[str, str]) -> Asked:
    sides = [
        (what, new, old) for what, old, new in comparison.of(change.before, change.after)
    ]  # undone, the old is what it becomes
    return Asked(
        wording.of_undoing(change),
        document["reason"],
        _address(change.id),
        url_for("changes.show", change_id=change.id),
        {**document, "change": change.id},
        sides,
        button="确认撤销",
    )


def _page(change_id: int, status: int = 200, reason: str = "", problem: str = "") -> Response:
    with web.database().reading() as session:
        change = record.one(session, change_id)
        moved = groups(change.moves)
        refusal = _refusal(session, change, moved)
        number = web.whole_number(request.args.get("p"))
        part = paging.part(range(made.count(moved)), number, effects.PAGE)
        listed = made.named(session, made.of(moved, part.first - 1, effects.PAGE))
        rows = moves.lines(session, listed, people.unit_names(session)) if listed else []
        names = people.names(session, [change.by])
        sentence = titles.sentences(session, [change])[change.id]
    return web.page(
        "admin/change.html",
        status,
        change=change,
        sentence=sentence,
        names=names,
        sides=comparison.of(change.before, change.after),
        rows=rows,
        part=part,
        refusal=refusal,
        reason=reason,
        problem=problem,
    )


def _refusal(session: Session, change: DeadlineChange, moved: Iterable[Group]) -> str:
    """Return why a change can no longer be undone; nothing where it can."""
    try:
        timing.refuse_undoing(change)
        changes.refuse_undo(session, change, moved, g.at)
    except StaleVersion as refused:
        return str(refused)
    return ""


def _address(change_id: int) -> str:
    return url_for("changes.effect", change_id=change_id)
