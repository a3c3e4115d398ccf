"""Messages and signals, sent to whatever waits for them."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import Field

from service.authority import starting
from service.handlers import web
from service.handlers.api.blueprint import INSTANCES, api
from service.handlers.api.requests import Body
from service.handlers.keeping import OPERATORS
from service.runtime import messages


class NewMessage(Body):
    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(default="message", pattern="^(message|signal)$")
    business_key: str | None = Field(default=None, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict)


@api.post("/messages", tags=[INSTANCES], summary="把消息或信号送给正在等待它的实例")
@web.allowed(OPERATORS)
def send_message(body: NewMessage) -> Response:
    with web.command() as session:
        receivers = messages.receivers(session, body.kind, body.name, body.business_key)
        begun = messages.begun(session, body.kind, body.name)
        starting.refuse_message(body.name, [body.business_key, *receivers], begun)
        send = messages.signal if body.kind == "signal" else messages.send
        reached = send(
            session, body.name, body.business_key, body.variables, web.actor().login, g.at
        )
    return jsonify(instances=reached if isinstance(reached, list) else [reached])
