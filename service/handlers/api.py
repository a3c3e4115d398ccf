"""`/api/v1`: the runtime for programs, with a bearer token per person; OpenAPI at `/api/v1/openapi.json`.

A person may do here what their posts allow on the pages. Whoever looks after processes (designers, operators,
administrators) may besides start any deployed process, look at instances, tasks and timers, and do the tasks that
`keeping` lets them do; operators and administrators look after messages and incidents.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, current_app, g, jsonify, make_response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from service.engine.checking import guarded
from service.engine.definitions import Element, ProcessDefinition
from service.engine.telling import twin
from service.engine.telling.twin import Line
from service.errors import DiagramInvalid, FormInvalid, NotAllowed, NotFound
from service.handlers import filling, keeping, web, wording
from service.handlers.keeping import DEPLOYERS, KEEPERS, OPERATORS
from service.register.casefile import cases
from service.register.casefile import stages as casefile
from service.register.proposal import suggestions
from service.runtime import (
    decisions,
    deployments,
    history,
    incidents,
    instances,
    messages,
    tasks,
    timers,
)
from service.tables.runtime import Incident, ProcessInstance, UserTask

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

_DEPLOYMENTS = Tag(name="部署")
_INSTANCES = Tag(name="流程实例")
_TASKS = Tag(name="用户任务")
_OPERATION = Tag(name="运维")
_BUSINESS = Tag(name="建议")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DiagramFile(_Body):
    name: str = Field(
        min_length=1, max_length=200, description="文件名，如 handling.bpmn、level.dmn"
    )
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


class ProcessPath(BaseModel):
    process_id: str = Field(max_length=200)


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


class InstancesWanted(Limit):
    process_id: str = Field(default="", max_length=200)
    business_key: str = Field(default="", max_length=200)
    status: str = Field(default="", pattern="^(running|ended|failed|terminated|)$")
    after: int | None = Field(default=None, ge=1, description="上一页最后一个实例的 id")


@api.get("/openapi.json", doc_ui=False)
@web.allowed(web.anyone)
def openapi() -> Response:
    """The description of this interface, OpenAPI 3.1."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]


@api.get("/processes", tags=[_DEPLOYMENTS], summary="已部署的流程，每个的最新版本")
@web.allowed(web.signed_in)
def processes() -> Response:
    with web.database().reading() as session:
        found = [
            one._asdict() | {"start_form_key": _start_form(session, one.id)}
            for one in deployments.catalogue(session)
        ]
    return jsonify(processes=found)


@api.get(
    "/processes/<process_id>", tags=[_DEPLOYMENTS], summary="一个流程：发起表单、任务和逐步说明"
)
@web.allowed(KEEPERS)
def show_process(path: ProcessPath) -> Response:
    with web.database().reading() as session:
        deployed = deployments.latest(session, path.process_id)
        process = deployments.definition(session, deployed).process
        [version] = [one for one in deployments.catalogue(session) if one.id == deployed]
        lines = twin.tell(process, wording.names(session))
    return jsonify(version._asdict() | _process(process, lines))


@api.get("/decisions", tags=[_DEPLOYMENTS], summary="已部署的决策，每个的最新版本")
@web.allowed(web.signed_in)
def decision_tables() -> Response:
    with web.database().reading() as session:
        found = [one._asdict() for one in decisions.catalogue(session)]
    return jsonify(decisions=found)


@api.post("/deployments", tags=[_DEPLOYMENTS], summary="检查并部署一组流程图和决策表")
@web.allowed(DEPLOYERS)
def deploy(body: NewDeployment) -> tuple[Response, int]:
    files = {one.name: _decoded(one) for one in body.files}
    with web.database().reading() as session:
        known = instances.known(session)
    findings = guarded.check(files, known)
    if any(one.severity == "error" for one in findings):
        raise DiagramInvalid(findings)
    with web.database().transaction() as session:
        done = deployments.deploy(session, files, web.actor().login, g.at, known, body.note)
    answer = jsonify(
        deployment_id=done.deployment_id,
        is_new=done.is_new,
        definitions=[one._asdict() for one in done.processes],
        decisions=[one._asdict() for one in done.decisions],
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


@api.get("/process-instances", tags=[_INSTANCES], summary="流程实例，最新的在前")
@web.allowed(KEEPERS)
def list_instances(query: InstancesWanted) -> Response:
    wanted = (query.process_id, query.business_key, query.status, query.after)
    with web.database().reading() as session:
        rows = keeping.listed(session, query.limit + 1, *wanted)
        found = [_instance(row) for row in rows[: query.limit]]
    is_more = len(rows) > query.limit
    return jsonify(process_instances=found, next=found[-1]["id"] if is_more else None)


@api.get("/process-instances/<int:instance_id>", tags=[_INSTANCES], summary="一个流程实例")
@web.allowed(web.signed_in)
def show_instance(path: InstancePath) -> Response:
    with web.database().reading() as session:
        return jsonify(_instance(keeping.instance(session, web.actor(), path.instance_id)))


@api.get(
    "/process-instances/<int:instance_id>/user-tasks",
    tags=[_INSTANCES],
    summary="一个实例的待办任务，最早的在前",
)
@web.allowed(KEEPERS)
def instance_tasks(path: InstancePath) -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        found = keeping.instance(session, actor, path.instance_id)
        shown = [_desk(one) for one in keeping.desks(session, actor, found)]
    return jsonify(user_tasks=shown)


@api.get(
    "/process-instances/<int:instance_id>/incidents",
    tags=[_INSTANCES],
    summary="一个实例没有解决的异常",
)
@web.allowed(OPERATORS)
def instance_incidents(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = keeping.instance(session, web.actor(), path.instance_id)
        told = [_incident(one) for one in incidents.unresolved(session, instance_id=found.id)]
    return jsonify(incidents=told)


@api.get("/process-instances/<int:instance_id>/history", tags=[_INSTANCES], summary="发生过什么")
@web.allowed(KEEPERS)
def instance_history(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = keeping.instance(session, web.actor(), path.instance_id)
        events = keeping.events(session, web.actor(), found, history.of(session, found.id))
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
        held = keeping.instance(session, web.actor(), path.instance_id)
        jobs = keeping.timer_jobs(session, web.actor(), held, timers.of(session, held.id))
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
            for job in jobs
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
        desk = keeping.desk(session, web.actor(), path.task_id)
        answer = _desk(desk) | {"documentation": desk.element.documentation}
        if desk.shows_variables:
            answer["variables"] = _variables(session, desk)
    return jsonify(answer)


@api.post("/user-tasks/<task_id>/claim", tags=[_TASKS], summary="领取任务")
@web.allowed(web.signed_in)
def claim(path: TaskPath) -> Response:
    actor = web.actor()
    with web.database().transaction() as session:
        if keeping.desk(session, actor, path.task_id).is_theirs:
            tasks.claim(session, path.task_id, actor, g.at)
        else:
            keeping.take_over(session, actor, path.task_id, g.at)
    return jsonify(task_id=path.task_id, assignee=actor.login)


@api.post("/user-tasks/<task_id>/release", tags=[_TASKS], summary="放回任务")
@web.allowed(web.signed_in)
def release(path: TaskPath) -> Response:
    with web.database().transaction() as session:
        tasks.release(session, path.task_id, web.actor(), g.at)
    return jsonify(task_id=path.task_id, assignee=None)


@api.post("/user-tasks/<task_id>/complete", tags=[_TASKS], summary="提交任务")
@web.allowed(web.signed_in)
def complete(path: TaskPath, body: Completion) -> Response:
    """Hand in a task. A keeper takes it over first, and keeps it if the step then fails."""
    actor = web.actor()
    with web.database().reading() as session:
        desk = keeping.desk_of(session, actor, path.task_id)
        _values(session, desk, body)
        is_theirs = desk.is_theirs
    version = body.version
    if not is_theirs:
        with web.database().transaction() as session:
            keeping.take_over(session, actor, path.task_id, g.at, version)
        version = None
    with web.command() as session:
        values = _values(session, keeping.desk_of(session, actor, path.task_id), body)
        tasks.complete(session, path.task_id, values, actor, g.at, version)
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
        found = [_incident(one) for one in incidents.unresolved(session, query.limit)]
    return jsonify(incidents=found)


@api.post("/incidents/<int:incident_id>/retry", tags=[_OPERATION], summary="重试失败的步骤")
@web.allowed(OPERATORS)
def retry(path: IncidentPath) -> Response:
    with web.command() as session:
        incidents.retry(session, path.incident_id, web.actor().login, g.at)
    return jsonify(incident_id=path.incident_id, resolved=True)


@api.post("/incidents/<int:incident_id>/dismiss", tags=[_OPERATION], summary="关闭不用再管的异常")
@web.allowed(OPERATORS)
def dismiss(path: IncidentPath) -> Response:
    with web.database().transaction() as session:
        incidents.dismiss(session, path.incident_id, web.actor().login, g.at)
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


def _values(session: Session, desk: keeping.Desk, body: Completion) -> Mapping[str, Any]:
    """Check what is handed in by the task's form."""
    row, element = desk.row, desk.element
    names = _variables(session, desk) if element.fields else {}
    return _checked(session, row.id, element, names, body.values, row.business_key)


def _variables(session: Session, desk: keeping.Desk) -> dict[str, Any]:
    return instances.variables(session, desk.row.instance_id, desk.row.id, g.at)


def _process(process: ProcessDefinition, lines: Iterable[Line]) -> dict[str, Any]:
    start = process.start
    return {
        "documentation": process.documentation,
        "calls": list(process.calls),
        "start": {"element_id": start.id, "name": start.name, "fields": _fields(start)}
        if start
        else None,
        "user_tasks": [
            {
                "element_id": element.id,
                "name": element.name,
                "lane": element.lane,
                "documentation": element.documentation,
                "fields": _fields(element),
            }
            for element in process.elements.values()
            if element.kind == "userTask"
        ],
        "lines": [
            {"number": one.number, "element_id": one.element_id, "text": one.text, "then": one.then}
            for one in lines
        ],
    }


def _fields(element: Element) -> list[dict[str, Any]]:
    return [
        {
            "id": field.id,
            "label": field.label,
            "type": field.type,
            "options": [{"code": code, "label": label} for code, label in field.options],
            "required": "required" in field.constraints,
        }
        for field in element.fields
    ]


def _desk(desk: keeping.Desk) -> dict[str, Any]:
    return _task(desk.row) | {
        "candidates": desk.row.candidates,
        "fields": _fields(desk.element),
        "may_complete": desk.may_do,
    }


def _incident(row: Incident) -> dict[str, Any]:
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "element_id": row.element_id,
        "command": row.command,
        "sentence": row.sentence,
        "cause": row.cause,
        "attempts": row.attempts,
        "last_at": _iso(row.last_at),
    }


def _start_form(session: Session, deployed_process_id: int) -> str | None:
    """Return the form kept elsewhere that a process starts with, as its diagram names it."""
    element = deployments.definition(session, deployed_process_id).process.start
    given = element.attributes if element is not None else {}
    return given.get("formKey") or given.get("formRef") or None


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
        "follow_up_at": _iso(row.follow_up_at),
        "priority": row.priority,
        "form_key": row.form_key,
        "version": row.version,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
