"""恢复这一版: an earlier content is put in force again, as the next version, with its reason on record."""

from flask import Blueprint, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from service.errors import DiagramForbidden, DiagramInvalid
from service.handlers import web, wording
from service.handlers.designer import deployed, shown
from service.handlers.designer import version as pages
from service.handlers.designer.deployed import designers
from service.runtime import callers, publishing

_LONGEST_REASON = 200
_ADDRESS = f"{pages.ADDRESS}/restore"

blueprint = Blueprint("restoring", __name__)


@web.route(blueprint, _ADDRESS, policy=designers)
def confirm(process_id: str, version: int) -> Response:
    """What restoring would change, who calls the process, and the button to do it."""
    return _page(process_id, version)


@web.route(blueprint, _ADDRESS, policy=designers, methods=["POST"])
def restore(process_id: str, version: int) -> AnyResponse:
    """Publish the earlier content as the next version."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > _LONGEST_REASON:
        return _page(
            process_id, version, f"请写明为什么恢复，最多 {_LONGEST_REASON} 个字。", reason
        )
    with_callers = request.form.get("with_callers") == "yes"
    try:
        done = publishing.restore(
            web.database(), process_id, version, web.actor().login, g.at, reason, with_callers
        )
    except DiagramForbidden:
        raise  # an attempt is kept and answered where all of them are
    except DiagramInvalid as refused:
        first = shown.first_error(refused.findings)
        problem = (
            f"这一版现在通不过检查，没有恢复：{first.message}"
            "请下载这一版，改正以后再上传部署；别的错误见版本页面的检查结果。"
        )
        return _page(process_id, version, problem, reason)
    return deployed.published(done)


def _page(process_id: str, version: int, problem: str = "", reason: str = "") -> Response:
    with web.database().reading() as session:
        found = publishing.earlier(session, process_id, version)
        names = wording.names(session)
        bindings = callers.read(session)
        current = bindings.newest[process_id].version
        compared = pages.compare(session, bindings, current, found.version, names)
    preview = found.preview
    return web.page(
        "designer/restore.html",
        422 if problem else 200,
        version=found.version,
        current=current,
        compared=compared,
        preview=preview,
        waits=deployed.waits(preview.waits_for),
        waits_with_callers=deployed.waits(preview.waits_for_with_callers),
        problem=problem,
        reason=reason,
        longest=_LONGEST_REASON,
    )
