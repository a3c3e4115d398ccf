"""One limit: all that is ruled of it, what changes of it are asked for, their effect, and the confirmation."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, limits, policies, record, revision, words
from service.deadlines.book import Book
from service.deadlines.checks import check
from service.deadlines.effects import Effect
from service.deadlines.limits import Running
from service.deadlines.revision import FORM
from service.deadlines.seed import Policy
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, StaleVersion
from service.forms.spec import ADD_ROW
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.effects import Asked
from service.handlers.admin.limits import blueprint, places
from service.handlers.admin.sections import administrators
from service.register.people import directory as people
from service.runtime import usage

_HISTORY = 20


@web.route(blueprint, "/m/limits/<key>", policy=administrators)
def show(key: str) -> Response:
    """The limit, its history, and the form to change it as it was left, or as the limit is."""
    return _page(key)


@web.route(blueprint, "/m/limits/<key>", policy=administrators, methods=["POST"])
def hand_in(key: str) -> AnyResponse:
    """Keep what was asked for and go on to its effect; what cannot be is shown again with a sentence at the field."""
    typed = FORM.keep(request.form)
    if request.form.get(ADD_ROW):
        return _page(key, typed=typed, more_rows="warnings")
    try:
        values = FORM.read(request.form, {}, {})
        with web.database().reading() as session:
            policy = revision.policy_of(values, policies.in_force(session), key, local_day(g.at))
        check(policy, confirmed_basis=values["confirmed_basis"] or "")
    except FormInvalid as invalid:
        return _page(key, 422, typed, invalid.messages)
    effects.keep(_address(key), {"values": values}, instead_of=request.path)
    return redirect(_address(key), 303)


@web.route(blueprint, "/m/limits/<key>/remove", policy=administrators, methods=["POST"])
def take_out(key: str) -> AnyResponse:
    """Ask for a level's own limit, or one of a day to come, to be taken out."""
    reason = request.form.get("reason", "").strip()
    document = {"level": request.form.get("level", ""), "reason": reason}
    document["effective_from"] = request.form.get("effective_from", "")
    if not reason or len(reason) > revision.LONGEST_REASON:
        problem = f"请写明取消的理由，最多 {revision.LONGEST_REASON} 个字。"
        return _page(key, 422, removal=document, problem=problem)
    with web.database().reading() as session:
        changes.preview_removal(
            session, revision.taken(document, key, policies.in_force(session)), g.at
        )
    effects.keep(_address(key), {"taken": document})
    return redirect(_address(key), 303)


@web.route(blueprint, "/m/limits/<key>/forget", policy=administrators, methods=["POST"])
def forget(key: str) -> AnyResponse:
    """Give up what was asked for."""
    with web.database().transaction() as session:
        effects.forget(session, _address(key))
        effects.forget(session, url_for("limits.show", key=key))
    flash("已放弃刚才的修改，期限没有变。")
    return redirect(url_for("limits.show", key=key), 303)


@web.route(blueprint, "/m/limits/<key>/effect", policy=administrators)
def effect(key: str) -> AnyResponse:
    """Show what the change that was asked for would move."""
    with web.database().reading() as session:
        document = effects.kept(session, _address(key))
        if document is None:
            flash("没有等待确认的修改，可能已经生效或已经放弃。请重新填写。")
            return redirect(url_for("limits.show", key=key), 303)
        try:
            asked, foreseen = _asked(session, key, document), _effect(session, key, document)
        except FormInvalid as invalid:
            return _page(key, 422, dict(document.get("values", {})), invalid.messages)
        return effects.shown(session, asked, foreseen)


@web.route(blueprint, "/m/limits/<key>/effect", policy=administrators, methods=["POST"])
def confirm(key: str) -> AnyResponse:
    """Put the change in force, exactly as its effect was shown."""
    with web.database().reading() as session:
        document = effects.kept(session, _address(key))
        if document is None:
            raise effects.done("这项修改已经生效或已经放弃，没有再改一次。请查看修改记录。")
        asked = _asked(session, key, document)
    try:
        stamp = effects.confirmed(asked)
        with web.database().transaction() as session:
            change = _make(session, key, document, stamp)
            effects.forget(session, asked.page)
            number, sentence = change.id, change.sentence
    except StaleVersion as error:
        return effects.stale(asked, error)
    effects.catch_up(number)
    flash(f"已生效：{sentence}需要时可以在修改记录里撤销。")
    return redirect(url_for("limits.show", key=key), 303)


def _make(session: Session, key: str, document: Mapping[str, Any], stamp: str) -> Any:
    book, by = policies.in_force(session), web.actor().login
    if "taken" in document:
        taken = document["taken"]
        policy = revision.taken(taken, key, book)
        return changes.remove(session, policy, taken["reason"], by, g.at, stamp)
    values = document["values"]
    policy = revision.policy_of(values, book, key, local_day(g.at))
    ground = values["confirmed_basis"] or ""
    return changes.apply(session, policy, values["reason"], by, g.at, stamp, confirmed_basis=ground)


def _asked(session: Session, key: str, document: Mapping[str, Any]) -> Asked:
    """Return what a kept document asks for."""
    book, today = policies.in_force(session), local_day(g.at)
    old: Policy | None
    new: Policy | None
    if "taken" in document:
        old = revision.taken(document["taken"], key, book)
        new = _instead(book, old, today)
        title, reason = f"取消{_called(old)}", document["taken"]["reason"]
    else:
        new = revision.policy_of(document["values"], book, key, today)
        old = _preceding(book, new, today)
        title, reason = f"修改{_called(new)}", document["values"]["reason"]
    back = url_for("limits.show", key=key)
    sides = list(words.differences(old, new))
    notes = [] if sides else ["改前和改后的规定完全一样。"]
    return Asked(title, reason, _address(key), back, document, sides, notes)


def _effect(session: Session, key: str, document: Mapping[str, Any]) -> Effect:
    """Return what would move if what a kept document asks for were done."""
    book = policies.in_force(session)
    if "taken" in document:
        return changes.preview_removal(session, revision.taken(document["taken"], key, book), g.at)
    values = document["values"]
    policy = revision.policy_of(values, book, key, local_day(g.at))
    return changes.preview(session, policy, g.at, confirmed_basis=values["confirmed_basis"] or "")


def _preceding(book: Book, new: Policy, today: date) -> Policy:
    """Return the limit that the new one takes the place of for its cases."""
    return book.policy(new.key, new.level, max(new.effective_from, today))


def _instead(book: Book, old: Policy, today: date) -> Policy | None:
    """Return what cases have once a limit is taken out."""
    rows = [
        row
        for level in (old.level, "")
        for row in book.policies.get((old.key, level), ())[::-1]
        if row != old and row.effective_from <= max(old.effective_from, today)
    ]
    return rows[0] if rows else None


def _called(policy: Policy) -> str:
    return f"{words.level(policy) if policy.level else ''}“{policy.name}”"


def _address(key: str) -> str:
    return url_for("limits.effect", key=key)


def _page(
    key: str,
    status: int = 200,
    typed: Mapping[str, Any] | None = None,
    messages: Mapping[str, str] | None = None,
    more_rows: str = "",
    removal: Mapping[str, str] | None = None,
    problem: str = "",
) -> Response:
    level = _level(request.args.get("level", ""))
    with web.database().reading() as session:
        book = policies.in_force(session)
        limit = limits.one(book, key, local_day(g.at))
        waiting = effects.kept(session, _address(key))
        typed_before = effects.kept(session, request.path) if request.method == "GET" else None
        running = limits.running(session).get(key, Running())
        uses = usage.every(session)
        history = record.of_limit(session, key, _HISTORY)
        names = people.names(session, [one.by for one in history])
    values = typed if typed is not None else _begun(typed_before, waiting, limit, level)
    return web.page(
        "admin/limit.html",
        status,
        limit=limit,
        words=words,
        running=running,
        places=places(uses, key),
        history=history,
        names=names,
        form=FORM.view(values, messages or {}, {}, {}, more_rows),
        waiting=waiting,
        is_typed=typed is None and typed_before is not None,
        level=level,
        removal=removal or {},
        problem=problem,
    )


def _begun(
    typed: Mapping[str, Any] | None,
    waiting: Mapping[str, Any] | None,
    limit: limits.Limit,
    level: str,
) -> Mapping[str, Any]:
    """Return what the form begins with: typed before a session ended, asked for and not confirmed, or the limit."""
    if typed is not None:
        return typed
    if waiting is not None and "values" in waiting:
        return dict(waiting["values"])
    return revision.values_of(limit, level)


def _level(text: str) -> str:
    return text if text in words.LEVELS else ""
