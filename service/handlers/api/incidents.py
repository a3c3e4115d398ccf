"""Steps that failed: listed, retried, dismissed."""

from typing import Any

from flask import Response, g, jsonify
from pydantic import BaseModel, Field, model_validator

from service.handlers import mending, web
from service.handlers.api import answers
from service.handlers.api.blueprint import OPERATION, api
from service.handlers.api.requests import Body, Limit
from service.handlers.keeping import OPERATORS
from service.runtime import incidents, retries


class Reasoned(Body):
    reason: str = Field(default="", max_length=500, description="写进事项的历史和修改记录")

    @model_validator(mode="before")
    @classmethod
    def of_nothing(cls, body: Any) -> Any:
        """Take a request without a body as one without a reason."""
        return {} if body is None else body


class IncidentPath(BaseModel):
    incident_id: int = Field(ge=1, lt=2**31)


@api.get("/incidents", tags=[OPERATION], summary="没有解决的异常")
@web.allowed(OPERATORS)
def open_incidents(query: Limit) -> Response:
    with web.database().reading() as session:
        open_ = incidents.unresolved(session, query.limit)
        found = [answers.incident(one) for one in mending.failures(session, web.actor(), open_)]
    return jsonify(incidents=found)


@api.post("/incidents/<int:incident_id>/retry", tags=[OPERATION], summary="重试失败的步骤")
@web.allowed(OPERATORS)
def retry(path: IncidentPath, body: Reasoned) -> Response:
    """Run it again; where it fails again the answer is 409 with the sentence, and only the attempts have changed."""
    retries.run_again(web.database(), path.incident_id, web.actor(), g.at, body.reason.strip())
    return jsonify(incident_id=path.incident_id, resolved=True)


@api.post("/incidents/<int:incident_id>/dismiss", tags=[OPERATION], summary="关闭不用再管的异常")
@web.allowed(OPERATORS)
def dismiss(path: IncidentPath, body: Reasoned) -> Response:
    """Close it without running anything; the answer says what the instance still waits for."""
    with web.database().transaction() as session:
        retries.dismiss(session, path.incident_id, web.actor().login, g.at, body.reason.strip())
        instance_id = incidents.get(session, path.incident_id).instance_id
        left = mending.rest(session, web.actor(), instance_id) if instance_id else None
    answer: dict[str, Any] = {"incident_id": path.incident_id, "resolved": True}
    if left is not None:
        answer |= {"instance_status": left.status, "remains": left.sentence}
    return jsonify(answer)
