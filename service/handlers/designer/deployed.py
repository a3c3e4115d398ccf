"""What is deployed, in which versions, and one version as it was handed in."""

from itertools import groupby

from flask import Blueprint, Response

from service.engine.checking import guarded
from service.errors import NotFound
from service.handlers import web, wording
from service.handlers.designer import shown
from service.register.people import directory as people
from service.runtime import instances, proposals, publishing, versions

blueprint = Blueprint("designer", __name__)
designers = web.group("designer", "admin")

web.menu("流程设计", "designer.listed", designers, order=60)


@web.route(blueprint, "/x", policy=designers)
def listed() -> Response:
    """Every deployed process with its versions, and where to hand in new drawings."""
    return index()


@web.route(blueprint, "/x/processes/<process_id>/<int:version>", policy=designers)
def show(process_id: str, version: int) -> Response:
    """One version of a process: the drawing, the same in words, and what a check says of it today."""
    with web.database().reading() as session:
        found = versions.publication(session, process_id, version)
        files = versions.files(session, found.deployment_id)
        names = wording.names(session)
        by = people.names(session, [found.by]).get(found.by or "", "系统")
    findings = publishing.check(web.database(), files)
    findings = [one for one in findings if one.file == found.version.file]
    content = {found.version.file: files[found.version.file]}
    [checked] = shown.checked_files(content, findings)
    drawn = [p for p in shown.processes(checked) if p.process_id == process_id]
    return web.page(
        "designer/version.html",
        published=found,
        by=by,
        checked=checked,
        told=shown.in_words(drawn, names),
    )


@web.route(blueprint, "/x/processes/<process_id>/<int:version>.bpmn", policy=designers)
def version_drawing(process_id: str, version: int) -> Response:
    return shown.drawing_of(_content(process_id, version)[1])


@web.route(blueprint, "/x/processes/<process_id>/<int:version>/file", policy=designers)
def download(process_id: str, version: int) -> Response:
    """The file as it was handed in."""
    name, content = _content(process_id, version)
    return web.drawn_file(content, name)


def index(status: int = 200, problem: str = "") -> Response:
    with web.database().reading() as session:
        published = versions.published(session)
        running = instances.running(session)
        waiting = proposals.latest(session)
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
        most=guarded.MOST_FILES,
    )


def _content(process_id: str, version: int) -> tuple[str, bytes]:
    with web.database().reading() as session:
        found = versions.publication(session, process_id, version)
        content = versions.files(session, found.deployment_id).get(found.version.file)
    if content is None:
        raise NotFound("这一版的文件不在了，请联系运维人员从备份中恢复。")
    return found.version.file, content
