"""被拒绝的操作: who tried to start, tell or deploy what they may not touch; for auditors and administrators."""

from flask import Blueprint, Response, request

from service import refusals
from service.handlers import paging, web
from service.register.people import directory as people
from service.register.people.roles import Role

PAGE = 50
ACTS = {"start": "发起流程", "message": "发送消息", "deploy": "部署流程图"}

blueprint = Blueprint("refused", __name__)
auditors = web.group(Role.AUDITOR, Role.ADMIN)


@web.route(blueprint, "/o/refusals", policy=auditors)
def listed() -> Response:
    """The attempts, the latest first, a page at a time."""
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        found = paging.page(lambda limit: refusals.latest(session, limit, before), PAGE)
        names = people.names(session, {row.by for row in found.rows})
    return web.page(
        "operator/refusals.html",
        rows=found.rows,
        names=names,
        acts=ACTS,
        more=found.last.id if found.last else None,
    )
