"""Several tasks of one kind in one go: dispatch thirty suggestions, sign for ten. Each has its own result.

A designer allows it with the property `batch` on the user task. What the form asks once holds for all; what differs
from case to case, such as a table, keeps what the form proposes for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.engine.definitions import Element
from service.errors import FormInvalid, NotAllowed, ServiceError
from service.forms import FormSpec
from service.handlers import filling, web
from service.handlers.filling import Filling
from service.register.casefile import cases
from service.register.casefile.cases import Case
from service.runtime import inbox, tasks
from service.tables.runtime import UserTask

blueprint = Blueprint("batch", __name__)

MOST = 100
_OF_ONE_CASE = frozenset({"table", "file"})


@dataclass(frozen=True)
class Kind:
    """The tasks of one element that wait for one person."""

    process_id: str
    element_id: str
    name: str
    rows: Sequence[UserTask]
    cases: dict[str, Case]


@dataclass(frozen=True)
class Outcome:
    """What became of one task; `sentence` says why where it was not done."""

    task_id: str
    done: bool
    sentence: str = ""


@web.route(blueprint, "/batch/<process_id>/<element_id>", policy=web.signed_in)
def choose(process_id: str, element_id: str) -> Response:
    """Which of them, and what holds for all."""
    with web.database().reading() as session:
        kind, form = _opened(session, process_id, element_id)
        return _page(kind, form, {}, {row.id for row in kind.rows})


@web.route(blueprint, "/batch/<process_id>/<element_id>", policy=web.signed_in, methods=["POST"])
def complete(process_id: str, element_id: str) -> Response:
    """Hand each chosen task in, in a transaction of its own; one refusal stops no other."""
    with web.database().reading() as session:
        kind, form = _opened(session, process_id, element_id)
    chosen = {one for one in request.form.getlist("_task") if one in {r.id for r in kind.rows}}
    form.sent = MultiDict(
        (name, value) for name, value in request.form.items(multi=True) if name != "_task"
    )
    try:
        with web.noting():
            common = form.read()
        if not chosen:
            raise FormInvalid({"_task": "请至少勾选一件，再点“办理选中的”。"}, form.typed)
    except FormInvalid as invalid:
        return _page(kind, form, form.typed, chosen, 422, invalid.messages)
    done = [_one(row, common) for row in kind.rows if row.id in chosen]
    return web.page("batch_done.html", kind=kind, outcomes=done)


def kinds(session: Session, rows: Sequence[UserTask]) -> list[tuple[str, str, str, int]]:
    """Return what of a to-do list can be done in one go: process, element, name and how many."""
    counted: dict[tuple[str, str], list[UserTask]] = {}
    for row in rows:
        counted.setdefault((row.process_id, row.element_id), []).append(row)
    first = [several[0] for several in counted.values()]
    elements = tasks.elements_of(session, first) if first else []
    return [
        (row.process_id, row.element_id, row.name, len(several))
        for row, several, element in zip(first, counted.values(), elements, strict=True)
        if len(several) > 1 and _is_allowed(element)
    ]


def _is_allowed(element: Element) -> bool:
    return element.properties.get("batch") == "true"


def _opened(session: Session, process_id: str, element_id: str) -> tuple[Kind, Filling]:
    actor = web.actor()
    rows = [
        row
        for row in inbox.of(session, actor, 10 * MOST)
        if (row.process_id, row.element_id) == (process_id, element_id)
    ][:MOST]
    if not rows:
        raise NotAllowed("没有可以一起办理的任务，可能已经办完。请返回待办列表查看。")
    view = tasks.open(session, rows[0].id, actor, g.at)
    if not _is_allowed(view.element):
        raise NotAllowed("这一类任务要逐件办理。请返回待办列表，一件一件打开。")
    form = filling.of(
        session, rows[0].id, view.element, view.variables, actor, view.row.business_key, g.at
    )
    form.spec = replace(
        form.spec, fields=tuple(f for f in form.spec.fields if f.type not in _OF_ONE_CASE)
    )
    described = cases.describe(session, {row.business_key for row in rows})
    return Kind(process_id, element_id, rows[0].name, rows, described), form


def _one(row: UserTask, common: dict[str, Any]) -> Outcome:
    actor = web.actor()
    try:
        with web.command() as session:
            view = tasks.open(session, row.id, actor, g.at)
            form = filling.of(
                session, row.id, view.element, view.variables, actor, row.business_key, g.at
            )
            own = _proposed(form.spec, form)
            values = form.check(own | common)
            tasks.complete(session, row.id, values, actor, g.at, row.version)
    except FormInvalid as invalid:
        return Outcome(row.id, done=False, sentence="".join(invalid.messages.values()))
    except ServiceError as error:
        return Outcome(row.id, done=False, sentence=str(error))
    return Outcome(row.id, done=True)


def _proposed(spec: FormSpec, form: Filling) -> dict[str, Any]:
    """What the form of one case proposes for the fields that are not asked for all."""
    initial = spec.initial(form.names, form.options)
    return {f.id: initial[f.id] for f in spec.fields if f.type in _OF_ONE_CASE and not f.readonly}


def _page(
    kind: Kind,
    form: Filling,
    values: dict[str, Any],
    chosen: set[str],
    status: int = 200,
    messages: dict[str, str] | None = None,
) -> Response:
    return web.page(
        "batch.html",
        status,
        kind=kind,
        form=form.view(values, messages),
        chosen=chosen,
        nothing=(messages or {}).get("_task", ""),
    )
