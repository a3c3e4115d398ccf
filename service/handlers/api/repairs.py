"""A running case is mended: a variable set, its diagram changed for another version; looked at before, refused in words."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import Field

from service.handlers import web
from service.handlers.api import answers
from service.handlers.api.blueprint import OPERATION, api
from service.handlers.api.requests import Body, InstancePath
from service.handlers.keeping import OPERATORS
from service.runtime import migrations, variables
from service.runtime.variables import Value

_REASON = Field(min_length=1, max_length=500, description="理由，写进事项的历史和修改记录")
_VERSION = Field(ge=0, description="看到时的 instance_version；此后事项往前走了就拒绝（409）")


class NewValue(Body):
    name: str = Field(min_length=1, max_length=200)
    value: Any = Field(description="文字、数字、是否、空，或它们的列表和对象")
    reason: str = _REASON
    instance_version: int = _VERSION
    place: str = Field(
        default="", max_length=64, description="哪个流程：places 里的 id；空的是它本身"
    )


class Wanted(Body):
    to: int | None = Field(default=None, ge=1, lt=2**31, description="第几版；不写就是最新的")


class Moving(Wanted):
    reason: str = _REASON
    instance_version: int = _VERSION


@api.get(
    "/process-instances/<int:instance_id>/variables",
    tags=[OPERATION],
    summary="一个实例的变量，按所在的流程；密封的不在其中",
)
@web.allowed(OPERATORS)
def show_variables(path: InstancePath) -> Response:
    with web.database().reading() as session:
        found = variables.of(session, web.actor(), path.instance_id, g.at)
    return jsonify(answers.variables(found))


@api.put(
    "/process-instances/<int:instance_id>/variables",
    tags=[OPERATION],
    summary="设置一个变量；只有等候它的条件事件往前走，失败的步骤要再重试",
)
@web.allowed(OPERATORS)
def set_variable(path: InstancePath, body: NewValue) -> Response:
    given = Value(body.name, body.value, body.reason.strip(), body.instance_version, body.place)
    with web.database().transaction() as session:
        variables.set_one(session, web.actor(), path.instance_id, given, g.at)
        found = variables.of(session, web.actor(), path.instance_id, g.at)
    return jsonify(answers.variables(found))


@api.post(
    "/process-instances/<int:instance_id>/migration/effect",
    tags=[OPERATION],
    summary="换到另一版会怎样；不作任何改动",
)
@web.allowed(OPERATORS)
def migration_effect(path: InstancePath, body: Wanted) -> Response:
    with web.database().reading() as session:
        found = migrations.plan(session, web.actor(), path.instance_id, body.to, g.at)
    return jsonify(answers.migration(found))


@api.post(
    "/process-instances/<int:instance_id>/migration",
    tags=[OPERATION],
    summary="换到另一版流程图；有一处没有地方站就拒绝",
)
@web.allowed(OPERATORS)
def migrate(path: InstancePath, body: Moving) -> Response:
    with web.database().transaction() as session:
        done = migrations.migrate(
            session,
            web.actor(),
            path.instance_id,
            body.to,
            body.reason.strip(),
            body.instance_version,
            g.at,
        )
    return jsonify(answers.migration(done) | {"instance_version": body.instance_version + 1})
