"""Starting a process: with the start form for those whom its diagram names, freely for those who look after processes."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import Field

from service.errors import NotAllowed
from service.handlers import web
from service.handlers.api import answers
from service.handlers.api.blueprint import INSTANCES, api
from service.handlers.api.requests import Body
from service.handlers.api.values import checked
from service.handlers.keeping import KEEPERS
from service.runtime import deployments, instances, tasks


class NewInstance(Body):
    process_id: str = Field(min_length=1, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict, description="启动表单的值，或流程变量")
    business_key: str | None = Field(default=None, max_length=200)


@api.post("/process-instances", tags=[INSTANCES], summary="启动一个已部署的流程")
@web.allowed(web.signed_in)
def start(body: NewInstance) -> tuple[Response, int]:
    actor = web.actor()
    with web.command() as session:
        if KEEPERS.allows(actor):
            process_id = body.process_id
            element = deployments.definition(
                session, deployments.latest(session, process_id)
            ).process.start
            values = checked(session, f"start:{process_id}", element, {}, body.variables)
            instance = instances.start(
                session, process_id, values, actor.login, g.at, body.business_key
            )
        else:
            known = {one.process_id: one.element for one in tasks.startable(session, actor)}
            if body.process_id not in known:
                raise NotAllowed("您不能启动这个流程。请联系系统管理员核对您的岗位。")
            values = checked(
                session, f"start:{body.process_id}", known[body.process_id], {}, body.variables
            )
            instance = tasks.start(session, body.process_id, values, actor, g.at)
        answer = answers.instance(instance)
    return jsonify(answer), 201
