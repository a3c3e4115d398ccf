"""What is deployed, in which versions, and what came of deploying more."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.engine.checking import guarded
from service.handlers import web
from service.register.people import directory as people
from service.runtime import baseline, outcomes, proposals, standing, versions
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed

blueprint = Blueprint("designer", __name__)
designers = web.group("designer", "admin")

web.menu("流程设计", "designer.listed", designers, order=60)


@web.route(blueprint, "/x", policy=designers)
def listed() -> Response:
    """Every deployed process with its versions, and where to hand in new drawings."""
    return index()


def published(done: Deployed | Proposed) -> AnyResponse:
    """Say what came of a deployment, above the list of what is deployed."""
    if isinstance(done, Proposed):
        flash(f"已提交代表工委决定：{waits(done.processes)}决定以后您会收到通知。")
    else:
        for sentence in outcomes.sentences(done):
            flash(sentence)
        for one in done.findings:
            if one.code == "superseded":
                flash(one.message)
    return redirect(url_for("designer.listed"), 303)


def waits(process_ids: Sequence[str]) -> str:
    """Say that and why a deployment waits for a second person, if it does."""
    if not process_ids:
        return ""
    with web.database().reading() as session:
        known = {one.process_id: one.name for one in versions.catalogue(session)}
    names = "、".join(f"“{known.get(one, one)}”" for one in process_ids)
    return f"{names}涉及代表评价，要由代表工委的另一个人看过改动、同意以后才上线。"


def index(status: int = 200, problem: str = "") -> Response:
    with web.database().reading() as session:
        published = versions.published(session)
        running = standing.cases(session)
        waiting = proposals.latest(session)
        offered = [one.name for one in baseline.offers(session)]
        by = people.names(
            session, {one.by for one in published} | {one.proposed_by for one in waiting}
        )
    processes = [
        (process_id, list(versions))
        for process_id, versions in groupby(published, lambda one: one.version.process_id)
    ]
    return web.page(
        "designer/index.html",
        status,
        processes=processes,
        running=running,
        by=by,
        problem=problem,
        proposals=waiting,
        offered=offered,
        most=guarded.MOST_FILES,
    )
