"""Steps that failed: listed, retried, dismissed."""

from flask import Response, g, jsonify
from pydantic import BaseModel, Field

from service.handlers import web
from service.handlers.api import answers
from service.handlers.api.blueprint import OPERATION, api
from service.handlers.api.requests import Limit
from service.handlers.keeping import OPERATORS
from service.runtime import incidents


class IncidentPath(BaseModel):
    incident_id: int = Field(ge=1, lt=2**31)


@api.get("/incidents", tags=[OPERATION], summary="没有解决的异常")
@web.allowed(OPERATORS)
def open_incidents(query: Limit) -> Response:
    with web.database().reading() as session:
        found = [answers.incident(one) for one in incidents.unresolved(session, query.limit)]
    return jsonify(incidents=found)


@api.post("/incidents/<int:incident_id>/retry", tags=[OPERATION], summary="重试失败的步骤")
@web.allowed(OPERATORS)
def retry(path: IncidentPath) -> Response:
    with web.command() as session:
        incidents.retry(session, path.incident_id, web.actor().login, g.at)
    return jsonify(incident_id=path.incident_id, resolved=True)


@api.post("/incidents/<int:incident_id>/dismiss", tags=[OPERATION], summary="关闭不用再管的异常")
@web.allowed(OPERATORS)
def dismiss(path: IncidentPath) -> Response:
    with web.database().transaction() as session:
        incidents.dismiss(session, path.incident_id, web.actor().login, g.at)
    return jsonify(incident_id=path.incident_id, resolved=True)
