"""Messages and signals, sent to whatever waits for them."""

from typing import Any, Self

from flask import Response, g, jsonify
from pydantic import Field, model_validator

from service.authority import starting
from service.handlers import web
from service.handlers.api.blueprint import INSTANCES, api
from service.handlers.api.requests import Body
from service.handlers.keeping import OPERATORS
from service.runtime import messages


class NewMessage(Body):
    name: str = Field(default="", max_length=200)
    element_id: str = Field(default="", max_length=200)
    kind: str = Field(default="message", pattern="^(message|signal)$")
    business_key: str | None = Field(default=None, max_length=200)
    variables: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        """A message has a name, or goes to the element of a case that waits for it."""
        if bool(self.name) == bool(self.element_id):
            raise ValueError("name 和 element_id 请写其中一个。")
        if self.element_id and not (self.business_key and self.kind == "message"):
            raise ValueError("用 element_id 时请写明 business_key，并且只能送消息。")
        return self


@api.post(
    "/messages",
    tags=[INSTANCES],
    summary="把消息或信号送给正在等待它的实例；接收任务没有选定消息的，写它的名称或 element_id",
)
@web.allowed(OPERATORS)
def send_message(body: NewMessage) -> Response:
    with web.command() as session:
        starting.refuse_message(body.name, [body.business_key], ())
        name, key, by = body.name, body.business_key, web.actor().login
        if key and body.element_id:
            given = (body.element_id, key, body.variables, by, g.at)
            return jsonify(instances=[messages.send_to(session, *given)])
        receivers = messages.receivers(session, body.kind, name, key)
        begun = messages.begun(session, body.kind, name)
        starting.refuse_message(name, receivers, begun)
        send = messages.signal if body.kind == "signal" else messages.send
        reached = send(session, name, key, body.variables, by, g.at)
    return jsonify(instances=reached if isinstance(reached, list) else [reached])
