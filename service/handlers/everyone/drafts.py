"""What somebody typed and has not handed in: kept unchecked, under the task or start form it was typed for."""

import re
from datetime import datetime

from flask import flash, g, redirect
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.authority import ruling
from service.deadlines import revision
from service.deadlines.workdays import LOCAL
from service.errors import NotAllowed, TaskNotOpen
from service.handlers import filling, web
from service.handlers.filling import Filling
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.runtime import drafts, tasks

_LIMIT = re.compile(r"/m/limits/[\w.]{1,100}")
_DECISION = re.compile(r"/g/deployments/\d{1,10}")
_RULE = re.compile(r"/m/rules/(?:tables/(\w{1,100})/draft/rules/\w{1,100}|lists/(\w{1,100})/edit)")
_OF_RULES = re.compile(r"(?:sign|first|second|result)-\d{1,3}|note|row-\d{1,3}-\w{1,40}")
_LONGEST_REASON = 2000  # more than is taken: whoever wrote too much shortens it


def answer(form: Filling, page: str) -> Response:
    """Save a draft and say so, in a corner of the page or on the page itself."""
    if form.is_sealed:
        raise NotAllowed("这项内容需要保密，不保存草稿，请一次填完后提交。")
    save(form)
    if web.wants_fragment():
        return web.page("fragments/saved.html", saved_at=g.at, LOCAL=LOCAL)
    flash("草稿已保存，下次打开时会自动带出。")
    return redirect(page, 303)


def are_kept(page: str) -> bool:
    """Does a page have drafts, so that what was typed on it can be carried over?"""
    if page.startswith(("/tasks/", "/new/")):
        return True
    return any(kind.fullmatch(page) for kind in (_DECISION, _LIMIT, _RULE))


def carry_over(
    session: Session, page: str, sent: "MultiDict[str, str]", actor: Actor, at: datetime
) -> None:
    """Keep what somebody typed before their session ended as the draft of the page they were on."""
    kind, _, name = page.strip("/").partition("/")
    if _DECISION.fullmatch(page) and actor.holds(Role.DEPUTY_OFFICE):
        reason = sent.get("reason", "")[:_LONGEST_REASON]
        drafts.save(session, page, actor, {"reason": reason}, at)
        return
    if (rule := _RULE.fullmatch(page)) and ruling.may_change(actor, rule[1] or rule[2]):
        names = [name for name in sent if _OF_RULES.fullmatch(name)]
        fields = {name: [text[:_LONGEST_REASON] for text in sent.getlist(name)] for name in names}
        drafts.save(session, page, actor, fields, at)
        return
    if _LIMIT.fullmatch(page) and actor.holds(Role.ADMIN):
        drafts.save(session, page, actor, revision.FORM.keep(sent), at)
        return
    try:
        if kind == "tasks":
            view = tasks.open(session, name, actor, at)
            key = view.row.business_key
            form = filling.of(session, name, view.element, view.variables, actor, key, at)
        elif kind == "new":
            [element] = [s.element for s in tasks.startable(session, actor) if s.process_id == name]
            form = filling.of(session, f"start:{name}", element, {}, actor, None, at)
        else:
            return
    except (TaskNotOpen, NotAllowed, ValueError):
        return
    if not form.is_sealed:
        drafts.save(session, form.subject, actor, form.spec.keep(sent), at)


def save(form: Filling) -> None:
    """Save what was typed into a form, unless it must stay secret."""
    if not form.is_sealed:
        with web.database().transaction() as session:
            drafts.save(session, form.subject, form.actor, form.typed, g.at)
