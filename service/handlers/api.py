"""`/api/v1`: the runtime for programs, with a bearer token per person; OpenAPI at `/api/v1/openapi.json`.

A person may do here what their posts allow on the pages. Whoever looks after processes (designers, operators,
administrators) may besides start any deployed process and look at instances, timers and incidents.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, current_app, g, jsonify, make_response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.engine.definitions import Element
from service.errors import FormInvalid, NotAllowed, NotFound
from service.handlers import filling, web
from service.register import casefile, cases, suggestions
from service.runtime import deployments, history, incidents, instances, messages, tasks, timers
from service.tables.runtime import ProcessInstance, UserTask

INFO = Info(title="提办评", version="1")
SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer"}
}

api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_security=[{"token": []}],
)
KEEPERS = web.group("designer", "operator", "admin")
OPERATORS = web.group("operator", "admin")

_DEPLOYMENTS = Tag(name="部署")
_INSTANCES = Tag(name="流程实例")
_TASKS = Tag(name="用户任务")
_OPERATION = Tag(name="运维")
_BUSINESS = Tag(name="建议")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DiagramFile(_Body):
    name: str = Field(min_length=1, max_length=200, description="文件名，如 handling.bpmn")
    content: str = Field(description="文件内容，按原来的编码作 Base64")


class NewDeployment(_Body):
    files: list[DiagramFile] = Field(min_length=1, max_length=100)
    note: str = Field(default="", max_length=500)


class NewInstance(_Body):
    process_id: str = Field(min_length=1, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict, description="启动表单的值，或流程变量")
    business_key: str | None = Field(default=None, max_length=200)


class Completion(_Body):
    values: dict[str, Any] = Field(default_factory=dict)
    version: int | None = Field(default=None, description="看到任务时的版本，不同则不提交")


class NewMessage(_Body):
    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(default="message", pattern="^(message|signal)$")
    business_key: str | None = Field(default=None, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict)


class InstancePath(BaseModel):
    instance_id: int = Field(ge=1, lt=2**31)


class TaskPath(BaseModel):
    task_id: str = Field(max_length=64)


class IncidentPath(BaseModel):
    incident_id: int = Field(ge=1, lt=2**31)


class SuggestionPath(BaseModel):
    suggestion_id: int = Field(ge=1, lt=2**31)


class Limit(BaseModel):
    limit: int = Field(default=50, ge=1, le=200)


@api.get("/openapi.json", doc_ui=False)
@web.allowed(web.anyone)
def openapi() -> Response:
    """The description of this interface, OpenAPI 3.1."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]


@api.get("/processes", tags=[_DEPLOYMENTS], summary="已部署的流程，每个的最新版本")
@web.allowed(web.signed_in)
def processes() -> Response:
    with web.database().reading() as session:
        found = [one._asdict() for one in deployments.catalogue(session)]
    return jsonify(processes=found)


@api.post("/deployments", tags=[_DEPLOYMENTS], summary="检查并部署一组流程图")
@web.allowed(web.group("designer", "admin"))
def deploy(body: NewDeployment) -> tuple[Response, int]:
    files = {one.name: _decoded(one) for one in body.files}
    with web.database().transaction() as session:
        known = instances.known(session)
        done = deployments.deploy(session, files, web.actor().login, g.at, known, body.note)
    answer = jsonify(
        deployment_id=done.deployment_id,
        is_new=done.is_new,
        definitions=[one._asdict() for one in done.processes],
        findings=[vars(one) for one in done.findings],
    )
    return answer, 201 if done.is_new else 200


@api.post("/process-instances", tags=[_INSTANCES], summary="启动一个已部署的流程")
@web.allowed(web.signed_in)
def start(body: NewInstance) -> tuple[Response, int]:
    actor = web.actor()
    with web.command() as session:
        if KEEPERS.allows(actor):
            process_id = body.process_id
            element = deployments.definition(
                session, deployments.latest(session, process_id)
            ).process.start
            values = _checked(session, f"start:{process_id}", element, {}, body.variables)
            instance = instances.start(
                session, process_id, values, actor.login, g.at, body.business_key
            )
        else:
            known = {one.process_id: one.element for one in tasks.startable(session, actor)}
            if body.process_id not in known:
                raise NotAllowed("您不能启动这个流程。请联系系统管理员核对您的岗位。")
            values = _checked(
                session, f"start:{body.process_id}", known[body.process_id], {}, body.variables
            )
            instance = tasks.start(session, body.process_id, values, actor, g.at)
        answer = _instance(instance)
    return jsonify(answer), 201


@api.get("/process-instances/<int:instance_id>", tags=[_INSTANCES], summary="一个流程实例")
@web.allowed(web.signed_in)
def show_instance(path: InstancePath) -> Response:
    with web.database().reading() as session:
        return jsonify(_instance(_visible(session, path.instance_id)))


@api.get("/process-instances/<int:instance_id>/history", tags=[_INSTANCES], summary="发生过什么")
@web.allowed(KEEPERS)
def instance_history(path: InstancePath) -> Response:
    with web.database().reading() as session:
        _visible(session, path.instance_id)
        events = history.of(session, path.instance_id)
        verified = history.verify(session, path.instance_id)
        told = [
            {
                "seq": event.seq,
                "at": _iso(event.at),
                "kind": event.kind,
                "process_id": event.process_id,
                "element_id": event.element_id,
                "name": event.name,
                "by": event.by,
            }
            for event in events
        ]
    return jsonify(events=told, intact=verified.intact, faults=list(verified.faults))


@api.get("/process-instances/<int:instance_id>/timer-jobs", tags=[_INSTANCES], summary="定时作业")
@web.allowed(KEEPERS)
def timer_jobs(path: InstancePath) -> Response:
    with web.database().reading() as session:
        _visible(session, path.instance_id)
        found = [
            {
                "id": job.id,
                "element_id": job.element_id,
                "name": job.name,
                "kind": job.kind,
                "due_at": _iso(job.due_at),
                "policy_key": job.policy_key,
                "attempts": job.attempts,
                "last_error": job.last_error,
            }
            for job in timers.of(session, path.instance_id)
        ]
    return jsonify(timer_jobs=found)


@api.get("/user-tasks", tags=[_TASKS], summary="我要办的任务，最早到期的在前")
@web.allowed(web.signed_in)
def user_tasks(query: Limit) -> Response:
    with web.database().reading() as session:
        found = [_task(row) for row in tasks.inbox(session, web.actor(), query.limit)]
    return jsonify(user_tasks=found)


@api.get("/user-tasks/<task_id>", tags=[_TASKS], summary="一项任务和它的表单")
@web.allowed(web.signed_in)
def show_task(path: TaskPath) -> Response:
    with web.database().reading() as session:
        view = tasks.open(session, path.task_id, web.actor(), g.at)
        answer = _task(view.row) | {
            "documentation": view.element.documentation,
            "fields": [
                {
                    "id": field.id,
                    "label": field.label,
                    "type": field.type,
                    "options": [{"code": code, "label": label} for code, label in field.options],
                    "required": "required" in field.constraints,
                }
                for field in view.element.fields
            ],
        }
    return jsonify(answer)


@api.post("/user-tasks/<task_id>/claim", tags=[_TASKS], summary="领取任务")
@web.allowed(web.signed_in)
def claim(path: TaskPath) -> Response:
    with web.database().transaction() as session:
        tasks.claim(session, path.task_id, web.actor(), g.at)
    return jsonify(task_id=path.task_id, assignee=web.actor().login)


@api.post("/user-tasks/<task_id>/release", tags=[_TASKS], summary="放回任务")
@web.allowed(web.signed_in)
def release(path: TaskPath) -> Response:
    with web.database().transaction() as session:
        tasks.release(session, path.task_id, web.actor(), g.at)
    return jsonify(task_id=path.task_id, assignee=None)


@api.post("/user-tasks/<task_id>/complete", tags=[_TASKS], summary="提交任务")
@web.allowed(web.signed_in)
def complete(path: TaskPath, body: Completion) -> Response:
    actor = web.actor()
    with web.command() as session:
        view = tasks.open(session, path.task_id, actor, g.at)
        values = _checked(
            session, path.task_id, view.element, view.variables, body.values, view.row.business_key
        )
        tasks.complete(session, path.task_id, values, actor, g.at, body.version)
    return jsonify(task_id=path.task_id, completed=True)


@api.post("/messages", tags=[_INSTANCES], summary="把消息或信号送给正在等待它的实例")
@web.allowed(OPERATORS)
def send_message(body: NewMessage) -> Response:
    with web.command() as session:
        send = messages.signal if body.kind == "signal" else messages.send
        reached = send(
            session, body.name, body.business_key, body.variables, web.actor().login, g.at
        )
    return jsonify(instances=reached if isinstance(reached, list) else [reached])


@api.get("/incidents", tags=[_OPERATION], summary="没有解决的异常")
@web.allowed(OPERATORS)
def open_incidents(query: Limit) -> Response:
    with web.database().reading() as session:
        found = [
            {
                "id": one.id,
                "instance_id": one.instance_id,
                "element_id": one.element_id,
                "command": one.command,
                "sentence": one.sentence,
                "cause": one.cause,
                "attempts": one.attempts,
                "last_at": _iso(one.last_at),
            }
            for one in incidents.unresolved(session, query.limit)
        ]
    return jsonify(incidents=found)


@api.post("/incidents/<int:incident_id>/retry", tags=[_OPERATION], summary="重试失败的步骤")
@web.allowed(OPERATORS)
def retry(path: IncidentPath) -> Response:
    with web.command() as session:
        incidents.retry(session, path.incident_id, web.actor().login, g.at)
    return jsonify(incident_id=path.incident_id, resolved=True)


@api.get("/suggestions", tags=[_BUSINESS], summary="我能查看的建议，最新的在前")
@web.allowed(web.signed_in)
def listed(query: Limit) -> Response:
    with web.database().reading() as session:
        rows = casefile.listed(session, web.actor(), limit=query.limit)
    return jsonify(
        suggestions=[
            {
                "id": row.id,
                "case_no": row.case_no,
                "title": row.title,
                "status": row.status,
                "submitted_at": _iso(row.submitted_at),
                "reply_due_at": _iso(row.reply_due_at),
                "units": row.units,
            }
            for row in rows
        ]
    )


@api.get("/suggestions/<int:suggestion_id>", tags=[_BUSINESS], summary="一件建议，现在在谁手里")
@web.allowed(web.signed_in)
def show_suggestion(path: SuggestionPath) -> Response:
    actor = web.actor()
    key = f"suggestion:{path.suggestion_id}"
    with web.database().reading() as session:
        if not cases.may_see(session, actor, key):
            raise NotFound("没有这件建议，或者您不能查看它。")
        row = suggestions.get(session, path.suggestion_id)
        follows = casefile.follows(session, actor, row.id)
        hands = casefile.hands(session, actor, key, follows)
        answer = {
            "id": row.id,
            "case_no": row.case_no,
            "title": row.title,
            "status": suggestions.STATUSES.get(row.status, row.status),
            "situation": row.situation,
            "items": [item.text for item in suggestions.items(session, row.id)],
            "hands": [
                {
                    "step": hand.step,
                    "holders": hand.holders,
                    "since": _iso(hand.since),
                    "due_at": _iso(hand.due_at),
                    "how": list(hand.how.lines) if hand.how else [],
                }
                for hand in hands
            ],
        }
    return jsonify(answer)


@api.get("/statistics", tags=[_BUSINESS], summary="我能查看的建议按状态计数")
@web.allowed(web.signed_in)
def statistics() -> Response:
    with web.database().reading() as session:
        found = casefile.counts(session, web.actor())
    return jsonify(
        by_status=[
            {"status": code, "label": suggestions.STATUSES.get(code, code), "count": number}
            for code, number in sorted(found.items())
        ],
        total=sum(found.values()),
    )


def refused(error: ValidationError) -> Response:
    """Say which part of a request is not what the interface describes."""
    parts = [
        {"field": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()
    ]
    told = jsonify(title="请求的内容不正确", detail="请按接口说明改正下列各项。", errors=parts)
    return make_response(told, 422)


def _decoded(file: DiagramFile) -> bytes:
    try:
        return b64decode(file.content, validate=True)
    except (NotBase64, ValueError) as error:
        sentence = f"文件 {file.name} 的内容不是 Base64，请按原来的字节编码后再提交。"
        raise FormInvalid({file.name: sentence}, {}) from error


def _checked(
    session: Session,
    subject: str,
    element: Element | None,
    variables: Mapping[str, Any],
    values: Mapping[str, Any],
    business_key: str | None = None,
) -> Mapping[str, Any]:
    """Check values by the element's form; an element without a form takes whatever is sent."""
    if element is None or not element.fields:
        return values
    form = filling.of(session, subject, element, variables, web.actor(), business_key)
    return form.spec.check(values, form.names, form.options)


def _visible(session: Session, instance_id: int) -> ProcessInstance:
    """An instance for whoever looks after processes, started it, or may open its case."""
    actor = web.actor()
    found = session.get(ProcessInstance, instance_id)
    if found is None:
        raise NotFound("没有这个流程实例。")
    if KEEPERS.allows(actor) or found.started_by == actor.login:
        return found
    if cases.may_see(session, actor, found.business_key):
        return found
    waiting = select(UserTask).where(UserTask.instance_id == instance_id)
    if any(actor.candidates & set(row.candidates) for row in session.scalars(waiting)):
        return found
    raise NotFound("没有这个流程实例。")


def _instance(row: ProcessInstance) -> dict[str, Any]:
    return {
        "id": row.id,
        "process_id": row.process_id,
        "business_key": row.business_key,
        "status": row.status,
        "started_at": _iso(row.started_at),
        "ended_at": _iso(row.ended_at),
        "end_event": row.end_event if row.process_id not in casefile.SEALED_PROCESSES else None,
    }


def _task(row: UserTask) -> dict[str, Any]:
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "process_id": row.process_id,
        "business_key": row.business_key,
        "element_id": row.element_id,
        "name": row.name,
        "lane": row.lane,
        "assignee": row.assignee,
        "created_at": _iso(row.created_at),
        "due_at": _iso(row.due_at),
        "version": row.version,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
