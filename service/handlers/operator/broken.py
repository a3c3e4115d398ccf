"""异常: what failed and waits for an operator; run again, a variable set, taken to a corrected version, or let go."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.errors import FormInvalid, NotFound, ServiceError
from service.handlers import mending, web
from service.handlers.keeping import OPERATORS
from service.handlers.mending import Failure
from service.runtime import incidents, migrations, retries, variables
from service.runtime.variables import Value, Variables

MOST = 200
LONGEST_REASON = 500
KINDS: Mapping[str, str] = {
    "text": "文字",
    "number": "数字",
    "truth": "是或否",
    "list": "列表，一行一项",
    "nothing": "空",
}

blueprint = Blueprint("broken", __name__)

web.menu("异常", "broken.listed", OPERATORS, order=78)


@web.route(blueprint, "/o/incidents", policy=OPERATORS)
def listed() -> Response:
    """What failed and is not made good, the latest first."""
    with web.database().reading() as session:
        rows = incidents.unresolved(session, MOST)
        found = mending.failures(session, web.actor(), rows)
    return web.page("operator/incidents.html", found=found, most=MOST)


@web.route(blueprint, "/o/incidents/<int:incident_id>", policy=OPERATORS)
def show(incident_id: int) -> Response:
    """One failure: where, why, with which values, and what can be done."""
    return _page(incident_id)


@web.route(blueprint, "/o/incidents/<int:incident_id>/retry", policy=OPERATORS, methods=["POST"])
def retry(incident_id: int) -> AnyResponse:
    """Run it again; where it fails again, the page says why."""
    try:
        retries.run_again(web.database(), incident_id, web.actor(), g.at, _reason())
    except ServiceError as error:
        return _page(incident_id, error)
    flash("重试成功，事项已经往前走。")
    return redirect(url_for("broken.listed"), 303)


@web.route(
    blueprint, "/o/incidents/<int:incident_id>/variables", policy=OPERATORS, methods=["POST"]
)
def set_variable(incident_id: int) -> AnyResponse:
    """Set one variable; what failed does not move before it is run again."""
    typed = request.form
    try:
        with web.database().transaction() as session:
            given = Value(
                typed.get("name", "").strip(),
                _value(typed.get("kind", ""), typed.get("value", "")),
                _reason(),
                web.whole_number(typed.get("version")) or 0,
                typed.get("place", ""),
            )
            instance_id = _instance(session, incident_id)
            is_on = variables.set_one(session, web.actor(), instance_id, given, g.at)
    except ServiceError as error:
        return _page(incident_id, error)
    rest = "等候它的环节已经往前走，请看最新情况。" if is_on else "事项还停在原处，请再试一次。"
    flash(f"已设置“{given.name}”。{rest}")
    return redirect(url_for("broken.show", incident_id=incident_id), 303)


@web.route(blueprint, "/o/incidents/<int:incident_id>/migration", policy=OPERATORS)
def effect(incident_id: int) -> Response:
    """What taking the case to a version would mean; nothing is changed."""
    return _effect(incident_id, web.whole_number(request.args.get("to")))


@web.route(
    blueprint, "/o/incidents/<int:incident_id>/migration", policy=OPERATORS, methods=["POST"]
)
def migrate(incident_id: int) -> AnyResponse:
    """Take the case to the version that was looked at."""
    number = web.whole_number(request.form.get("to"))
    version = web.whole_number(request.form.get("version")) or 0
    try:
        with web.database().transaction() as session:
            instance_id = _instance(session, incident_id)
            done = migrations.migrate(
                session, web.actor(), instance_id, number, _reason(), version, g.at
            )
    except ServiceError as error:
        return _effect(incident_id, number, error)
    flash(f"已换到第 {done.after.version} 版。事项还停在原处，请再试一次。")
    return redirect(url_for("broken.show", incident_id=incident_id), 303)


@web.route(blueprint, "/o/incidents/<int:incident_id>/dismiss", policy=OPERATORS, methods=["POST"])
def dismiss(incident_id: int) -> AnyResponse:
    """Let it go, with a reason; what the case still waits for is said."""
    try:
        if not _reason():
            raise FormInvalid({"reason": "请写明为什么不再处理，它会写进事项的历史。"}, {})
        with web.database().transaction() as session:
            retries.dismiss(session, incident_id, web.actor().login, g.at, _reason())
            instance_id = incidents.get(session, incident_id).instance_id
            left = mending.rest(session, web.actor(), instance_id) if instance_id else None
    except ServiceError as error:
        return _page(incident_id, error)
    flash(f"第 {incident_id} 号异常不再处理。{left.sentence if left else ''}")
    return redirect(url_for("broken.listed"), 303)


def _page(incident_id: int, problem: ServiceError | None = None) -> Response:
    with web.database().reading() as session:
        found = mending.failure(session, web.actor(), incidents.get(session, incident_id))
        seen, refused = _tried(lambda: _variables(session, found))
        versions, _ = _tried(lambda: _choices(session, found))
    return web.page(
        "operator/incident.html",
        problem.status if problem else 200,
        found=found,
        seen=seen,
        refused=refused,
        versions=versions or [],
        problems=_sentences(problem),
        typed=request.form,
        kinds=KINDS,
        told=_told,
        longest=LONGEST_REASON,
    )


def _effect(incident_id: int, number: int | None, problem: ServiceError | None = None) -> Response:
    with web.database().reading() as session:
        found = mending.failure(session, web.actor(), incidents.get(session, incident_id))
        instance_id = _instance(session, incident_id)
        plan = migrations.plan(session, web.actor(), instance_id, number, g.at)
        choices = migrations.choices(session, web.actor(), instance_id)
    return web.page(
        "operator/migration.html",
        problem.status if problem else 200,
        found=found,
        plan=plan,
        choices=choices,
        problems=_sentences(problem),
        typed=request.form,
        longest=LONGEST_REASON,
    )


def _instance(session: Session, incident_id: int) -> int:
    found = incidents.get(session, incident_id).instance_id
    if found is None:
        raise NotFound("这件事项没有发起成功，没有可以设置或换版的。请改正流程图后重试。")
    return found


def _variables(session: Session, found: Failure) -> Variables | None:
    if found.instance is None or found.row.resolved_at is not None:
        return None
    return variables.of(session, web.actor(), found.instance.id, g.at)


def _choices(session: Session, found: Failure) -> Any:
    if found.instance is None or found.row.resolved_at is not None:
        return []
    return migrations.choices(session, web.actor(), found.instance.id)


def _tried(look: Callable[[], Any]) -> tuple[Any, str]:
    """Return what somebody may look at, or why they may not."""
    try:
        return look(), ""
    except ServiceError as error:
        return None, str(error)


def _sentences(problem: ServiceError | None) -> list[str]:
    if isinstance(problem, FormInvalid):
        return list(problem.messages.values())
    return [str(problem)] if problem is not None else []


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _value(kind: str, text: str) -> Any:
    """Return what was typed as the kind of value that was chosen."""
    typed = text.strip()
    match kind:
        case "text":
            return typed
        case "number":
            return _number(typed)
        case "truth" if typed in {"是", "否"}:
            return typed == "是"
        case "list":
            return [line.strip() for line in typed.splitlines() if line.strip()]
        case "nothing":
            return None
        case "truth":
            raise FormInvalid({"value": "种类是“是或否”的，值请写“是”或“否”。"}, {})
        case _:
            raise FormInvalid({"kind": "请选择值的种类。"}, {})


def _number(text: str) -> int | float:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 2**53:
        raise FormInvalid({"value": "种类是“数字”的，值请只写数字，如 3 或 2.5。"}, {})
    return found


def _told(value: Any) -> str:
    """Return a value as the page shows it."""
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return f"列表：{'、'.join(value) or '没有内容'}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
