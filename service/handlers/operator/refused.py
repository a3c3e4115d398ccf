"""被拒绝的操作: who tried to start, tell or deploy what they may not touch; for auditors and administrators."""

from flask import Blueprint, Response, request

from service import refusals
from service.handlers import web
from service.register.people import directory as people
from service.register.people.roles import Role

PAGE = 50
ACTS = {"start": "发起流程", "message": "发送消息", "deploy": "部署流程图"}

blueprint = Blueprint("refused", __name__)
auditors = web.group(Role.AUDITOR, Role.ADMIN)

web.menu("被拒绝的操作", "refused.listed", auditors, order=80)


@web.route(blueprint, "/o/refusals", policy=auditors)
def listed() -> Response:
    """The attempts, the latest first, a page at a time."""
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        rows = refusals.latest(session, PAGE + 1, before)
        names = people.names(session, {row.by for row in rows})
    return web.page(
        "operator/refusals.html",
        rows=rows[:PAGE],
        names=names,
        acts=ACTS,
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )
