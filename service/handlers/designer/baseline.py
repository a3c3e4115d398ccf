"""新版本自带的流程图有变化: what a release brought along and the town has drawn otherwise, taken or declined."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.errors import DiagramForbidden, DiagramInvalid
from service.handlers import web, wording
from service.handlers.designer import deployed, shown
from service.handlers.designer.deployed import designers
from service.register.people import directory as people
from service.runtime import baseline, offers, publishing

_LONGEST_REASON = 200
_FORGOTTEN = "请先选择自带的流程图，再写明理由"

blueprint = Blueprint("baseline", __name__)


@web.route(blueprint, "/x/baseline", policy=designers)
def listed() -> Response:
    """Each offer with its difference from what is in force, and what was decided before."""
    return _page()


@web.route(blueprint, "/x/baseline", policy=designers, methods=["POST"])
def decide() -> AnyResponse:
    """Take or decline the offers that were chosen."""
    names, reason = request.form.getlist("name"), request.form.get("reason", "").strip()
    if not names or not reason or len(reason) > _LONGEST_REASON:
        return _page(f"{_FORGOTTEN}，最多 {_LONGEST_REASON} 个字。", names, reason)
    login = web.actor().login
    if request.form.get("decision") != "take":
        with web.database().transaction() as session:
            baseline.decline(session, names, login, g.at, reason)
        flash(f"已记录：不采用 {'、'.join(names)}，继续用本地的。")
        return redirect(url_for("baseline.listed"), 303)
    try:
        done = publishing.take(web.database(), names, login, g.at, reason)
    except DiagramForbidden:
        raise  # an attempt is kept and answered where all of them are
    except DiagramInvalid as refused:
        first = shown.first_error(refused.findings)
        return _page(f"没有采用：{first.file} {first.message}", names, reason)
    return deployed.published(done)


@web.route(blueprint, "/x/baseline/<name>/file", policy=designers)
def download(name: str) -> Response:
    """The file as the release brought it along."""
    with web.database().reading() as session:
        [row] = baseline.chosen(session, [name])
    return web.drawn_file(row.content, name)


def _page(problem: str = "", chosen: list[str] | None = None, reason: str = "") -> Response:
    with web.database().reading() as session:
        found = offers.every(session, wording.names(session))
        decided = baseline.decided(session)
        by = people.names(session, {one.decided_by for one in decided})
    return web.page(
        "designer/baseline.html",
        422 if problem else 200,
        offers=found,
        decided=decided,
        by=by,
        problem=problem,
        chosen=chosen or [],
        reason=reason,
        longest=_LONGEST_REASON,
    )
