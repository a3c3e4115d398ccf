"""What a person or a program reads when a request fails: one sentence, as a page, a line or JSON."""

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service import refusals
from service.errors import DiagramInvalid, FormInvalid, NotSignedIn, RequestUnreadable, ServiceError
from service.handlers import web
from service.handlers.everyone import session

_SENTENCES = {
    400: ("请求不完整", "浏览器发来的内容不完整，请返回上一页，刷新后再试。"),
    404: ("没有这个页面", "没有找到您要的页面。地址可能已经更换，请从首页或待办列表重新进入。"),
    405: ("不能这样打开", "这个地址不能直接打开，请从页面上的按钮操作。"),
    429: ("操作太频繁", "操作太频繁，请稍等一分钟再试。"),
}
_TITLES = {
    400: "请求不能识别",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    409: "情况有变化",
    422: "提交的内容有问题",
    500: "流程遇到问题",
    503: "暂时不能使用",
}

log = logging.getLogger("tibanping.web")


def register(app: Flask) -> None:
    """Let this module answer for every request that fails."""
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, _out_of_range)
    app.register_error_handler(OverflowError, _out_of_range)
    app.register_error_handler(Exception, _unexpected)


def _service_error(error: ServiceError) -> AnyResponse:
    if isinstance(error, NotSignedIn) and not (web.wants_json() or web.wants_fragment()):
        if request.method == "GET":
            target = request.full_path if request.query_string else request.path
            return redirect(url_for("session.sign_in", next=target))
        return session.ask_again(str(error))
    if "act" in error.facts and request.method != "GET":  # which changes nothing, ever
        _keep_refusal(error)
    title = _TITLES.get(error.status, "操作没有完成")
    return _answer(error.status, title, str(error), _parts(error), error.facts.get("leads"))


def _keep_refusal(error: ServiceError) -> None:
    """Keep who tried what, in a transaction of its own: that of the attempt is rolled back."""
    by = g.actor.login if g.get("actor") else None
    with web.database().transaction() as session:
        refusals.record(
            session,
            by,
            g.at,
            error.facts["act"],
            error.facts["subject"],
            str(error),
            request.remote_addr or "",
        )


def _parts(error: ServiceError) -> dict[str, Any]:
    """What a program reads as well: what is wrong with which field, or with which element of a diagram."""
    if isinstance(error, FormInvalid):
        messages = error.messages.items()
        return {"errors": [{"field": name, "detail": sentence} for name, sentence in messages]}
    if isinstance(error, DiagramInvalid):
        return {"findings": [vars(finding) for finding in error.findings]}
    return {}


def _http_error(error: HTTPException) -> AnyResponse:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    title, sentence = _SENTENCES.get(status, ("操作没有完成", "操作没有完成，请返回上一页再试。"))
    if isinstance(error, CSRFError):
        title, sentence = (
            "页面已失效",
            "页面打开得太久，或者已在别处退出登录，为了安全没有提交。"
            "请返回上一页，您的填写还在；刷新页面后再提交一次。",
        )
    if status == 413:
        most = web.settings().max_request_mb
        title, sentence = (
            "提交的内容太大",
            f"一次提交的文字和附件合计不能超过 {most} MB。请返回上一页，减少或压缩附件后再提交。",
        )
    response = _answer(status, title, sentence)
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _out_of_range(error: Exception) -> AnyResponse:
    """Refuse a value that no column of its table can hold; the transaction has kept nothing of it."""
    log.warning("value out of range", exc_info=error, extra={"endpoint": request.endpoint})
    return _service_error(RequestUnreadable())


def _unexpected(error: Exception) -> AnyResponse:
    """Write down what nobody foresaw under an id, and show a person that id and nothing else."""
    number = secrets.token_hex(4)
    log.error(
        "request failed",
        exc_info=error,
        extra={"error_id": number, "endpoint": request.endpoint, "method": request.method},
    )
    return _answer(
        500,
        "系统出了问题",
        "系统遇到没有预料到的问题，这次操作没有生效。您可以返回上一页再试一次；"
        f"如果还是不行，请把编号 {number} 告诉运维人员。",
    )


def _answer(
    status: int,
    title: str,
    sentence: str,
    parts: Mapping[str, Any] | None = None,
    leads: tuple[str, str] | None = None,
) -> Response:
    """The same fact as a page, as a line for a corner of a page, or as JSON.

    The page `leads` on to an address, by the words of its link, where the sentence sends its reader.
    """
    if web.wants_json():
        text = json.dumps({"title": title, "detail": sentence, **(parts or {})}, ensure_ascii=False)
        response = Response(text, status, mimetype="application/json")
    elif web.wants_fragment():
        response = web.page("fragments/problem.html", status, sentence=sentence)
    else:
        findings = (parts or {}).get("findings", ())
        facts = {"title": title, "sentence": sentence, "findings": findings, "leads": leads}
        response = web.page("error.html", status, **facts)
    response.headers["Cache-Control"] = "no-store"
    return response
