"""The one blueprint the resources of `/api/v1` hang from, and what the description says of the whole."""

from typing import Any

from flask import Response, current_app, jsonify, make_response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.models.tag import Tag
from pydantic import ValidationError

from service.handlers import web

INFO = Info(title="提办评", version="1")
SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer"}
}
DEPLOYMENTS = Tag(name="部署")
INSTANCES = Tag(name="流程实例")
TASKS = Tag(name="用户任务")
OPERATION = Tag(name="运维")
BUSINESS = Tag(name="建议")
LIMITS = Tag(name="期限")

api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    abp_security=[{"token": []}],
)


@api.get("/openapi.json", doc_ui=False)
@web.allowed(web.anyone)
def openapi() -> Response:
    """The description of this interface, OpenAPI 3.1."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]


def refused(error: ValidationError) -> Response:
    """Say which part of a request is not what the interface describes."""
    parts = [
        {"field": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()
    ]
    told = jsonify(title="请求的内容不正确", detail="请按接口说明改正下列各项。", errors=parts)
    return make_response(told, 422)
