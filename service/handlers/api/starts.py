"""Starting a process: by its starters with its start form, and by keepers where it touches no register."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import Field

from service.authority import starting
from service.handlers import web
from service.handlers.api import answers
from service.handlers.api.blueprint import INSTANCES, api
from service.handlers.api.requests import Body
from service.handlers.api.values import checked
from service.runtime import instances, tasks, versions


class NewInstance(Body):
    process_id: str = Field(min_length=1, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict, description="启动表单的值，或流程变量")
    business_key: str | None = Field(default=None, max_length=200)


@api.post("/process-instances", tags=[INSTANCES], summary="启动一个已部署的流程")
@web.allowed(web.signed_in)
def start(body: NewInstance) -> tuple[Response, int]:
    actor = web.actor()
    with web.command() as session:
        definition = versions.definition(session, versions.latest(session, body.process_id))
        starting.refuse_start(actor, definition, body.business_key, body.variables)
        element = definition.process.start
        values = checked(session, f"start:{body.process_id}", element, {}, body.variables)
        if starting.is_starter(actor, element):
            instance = tasks.start(session, body.process_id, values, actor, g.at, body.business_key)
        else:
            instance = instances.start(
                session, body.process_id, values, actor.login, g.at, body.business_key
            )
        answer = answers.instance(instance)
    return jsonify(answer), 201
