"""Deployed processes and decisions, and deploying a new version."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Annotated

from flask import Response, g, jsonify
from pydantic import BaseModel, Field, StringConstraints

from service import decisions
from service.engine.telling import twin
from service.errors import FormInvalid, NotFound
from service.handlers import web, wording
from service.handlers.api import answers
from service.handlers.api.blueprint import DEPLOYMENTS, api
from service.handlers.api.requests import Body
from service.handlers.keeping import DEPLOYERS, KEEPERS
from service.runtime import baseline, offers, outcomes, publishing, versions
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed

Written = Annotated[str, StringConstraints(strip_whitespace=True)]
"""A text of which blanks around it are no part."""


class DiagramFile(Body):
    name: str = Field(
        min_length=1, max_length=200, description="文件名，如 handling.bpmn、level.dmn"
    )
    content: str = Field(description="文件内容，按原来的编码作 Base64")


class NewDeployment(Body):
    files: list[DiagramFile] = Field(min_length=1, max_length=100)
    note: str = Field(default="", max_length=500)
    with_callers: bool = Field(
        default=False, description="把直接、间接调用它们的流程一起换成使用新版，内容不变"
    )


class Restoring(Body):
    reason: Written = Field(min_length=1, max_length=500, description="为什么恢复，写进修改记录")
    with_callers: bool = Field(
        default=False, description="把直接、间接调用它的流程一起换成使用新版，内容不变"
    )


class Decision(Body):
    names: list[str] = Field(min_length=1, max_length=100, description="文件名，见 GET /baseline")
    reason: Written = Field(min_length=1, max_length=500, description="理由，写进修改记录")


class ProcessPath(BaseModel):
    process_id: str = Field(max_length=200)


class VersionPath(ProcessPath):
    version: int = Field(ge=1)


@api.get("/processes", tags=[DEPLOYMENTS], summary="已部署的流程，每个的最新版本")
@web.allowed(web.signed_in)
def processes() -> Response:
    with web.database().reading() as session:
        found = [
            one._asdict() | {"start_form_key": answers.start_form(session, one.id)}
            for one in versions.catalogue(session)
        ]
    return jsonify(processes=found)


@api.get(
    "/processes/<process_id>", tags=[DEPLOYMENTS], summary="一个流程：发起表单、任务和逐步说明"
)
@web.allowed(KEEPERS)
def show_process(path: ProcessPath) -> Response:
    with web.database().reading() as session:
        deployed = versions.latest(session, path.process_id)
        process = versions.definition(session, deployed).process
        [version] = [one for one in versions.catalogue(session) if one.id == deployed]
        lines = twin.lines(process, wording.names(session))
    return jsonify(version._asdict() | answers.process(process, lines))


@api.get("/decisions", tags=[DEPLOYMENTS], summary="已部署的决策，每个的最新版本")
@web.allowed(web.signed_in)
def decision_tables() -> Response:
    with web.database().reading() as session:
        found = [one._asdict() for one in decisions.catalogue(session)]
    return jsonify(decisions=found)


@api.post("/deployments", tags=[DEPLOYMENTS], summary="检查并部署一组流程图和决策表")
@web.allowed(DEPLOYERS)
def deploy(body: NewDeployment) -> tuple[Response, int]:
    files = {one.name: _decoded(one) for one in body.files}
    done = publishing.publish(
        web.database(),
        files,
        web.actor().login,
        g.at,
        body.note,
        with_callers=body.with_callers,
    )
    return _answer(done)


@api.get(
    "/processes/<process_id>/versions",
    tags=[DEPLOYMENTS],
    summary="一个流程的各版，新的在前",
)
@web.allowed(DEPLOYERS)
def process_versions(path: ProcessPath) -> Response:
    with web.database().reading() as session:
        every = versions.of_process(session, path.process_id)
    if not every:
        raise NotFound("没有部署过这个流程。请先用 GET /api/v1/processes 查看有哪些。")
    return jsonify(
        versions=[
            one.version._asdict()
            | {
                "deployment_id": one.deployment_id,
                "at": answers.iso(one.at),
                "by": one.by,
                "note": one.note,
            }
            for one in every
        ]
    )


@api.post(
    "/processes/<process_id>/versions/<int:version>/restore",
    tags=[DEPLOYMENTS],
    summary="恢复以前的一版：它的内容成为新的一版",
)
@web.allowed(DEPLOYERS)
def restore(path: VersionPath, body: Restoring) -> tuple[Response, int]:
    done = publishing.restore(
        web.database(),
        path.process_id,
        path.version,
        web.actor().login,
        g.at,
        body.reason,
        body.with_callers,
    )
    return _answer(done)


@api.get("/baseline", tags=[DEPLOYMENTS], summary="新版本自带、本地改过、等待决定的流程图和决策表")
@web.allowed(DEPLOYERS)
def offered() -> Response:
    with web.database().reading() as session:
        found = offers.every(session, wording.names(session))
    return jsonify(offers=[offers.document(one) for one in found])


@api.post("/baseline/take", tags=[DEPLOYMENTS], summary="采用自带的，连同调用它们的流程一起换")
@web.allowed(DEPLOYERS)
def take(body: Decision) -> tuple[Response, int]:
    by = web.actor().login
    done = publishing.take(web.database(), body.names, by, g.at, body.reason)
    return _answer(done)


@api.post("/baseline/decline", tags=[DEPLOYMENTS], summary="不采用自带的，继续用本地的")
@web.allowed(DEPLOYERS)
def decline(body: Decision) -> Response:
    with web.database().transaction() as session:
        baseline.decline(session, body.names, web.actor().login, g.at, body.reason)
        found = offers.every(session, wording.names(session))
    return jsonify(offers=[offers.document(one) for one in found])


def _answer(done: Deployed | Proposed) -> tuple[Response, int]:
    if isinstance(done, Proposed):
        return jsonify(proposal_id=done.proposal_id, waits_for=list(done.processes)), 202
    return jsonify(outcomes.document(done)), 201 if done.is_new else 200


def _decoded(file: DiagramFile) -> bytes:
    try:
        return b64decode(file.content, validate=True)
    except (NotBase64, ValueError) as error:
        sentence = f"文件 {file.name} 的内容不是 Base64，请按原来的字节编码后再提交。"
        raise FormInvalid({file.name: sentence}, {}) from error
