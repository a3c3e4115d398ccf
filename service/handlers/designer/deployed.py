"""The process designer's pages: what is deployed, in which versions, and what a new drawing would be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.engine.checking import guarded, lint
from service.engine.checking.lint import Finding
from service.engine.drawn import encoding, markup
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.telling import twin
from service.engine.telling.twin import Names
from service.errors import DiagramInvalid, NotFound
from service.handlers import web, wording
from service.register.people import directory as people
from service.runtime import deployments, instances, publishing, uploads

MOST_SHOWN = 100
"""Findings of one file on a page; who has more mends these first."""
_LONGEST_NOTE = 200

blueprint = Blueprint("designer", __name__)
designers = web.group("designer", "admin")

web.menu("流程设计", "designer.listed", designers, order=60)


@dataclass(frozen=True)
class Said:
    """A finding as a page shows it: the element by its name, the error by a word."""

    element: str
    name: str
    is_error: bool
    message: str


@dataclass(frozen=True)
class Checked:
    """One file and what is to be said about it."""

    number: int
    name: str
    errors: int
    said: Sequence[Said]  # what keeps it from running, or from running as one would think
    advice: Sequence[Said]  # how it would read more easily
    more: int
    faulty: tuple[str, ...]
    doubtful: tuple[str, ...]
    diagram: DiagramSource | None


@dataclass(frozen=True)
class Told:
    """A process in words."""

    name: str
    lines: tuple[twin.Line, ...]


@web.route(blueprint, "/x", policy=designers)
def listed() -> Response:
    """Every deployed process with its versions, and where to hand in new drawings."""
    return _index()


@web.route(blueprint, "/x/uploads", policy=designers, methods=["POST"])
def upload() -> AnyResponse:
    """Keep what was handed in and show what it is told."""
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        return _index(422, "请先选择要检查的流程图文件。")
    if len(sent) > guarded.MOST_FILES:
        return _index(422, f"一次最多检查 {guarded.MOST_FILES} 个文件，请分几次上传。")
    names = [PurePosixPath((one.filename or "").replace("\\", "/")).name[:120] for one in sent]
    if len(set(names)) < len(names):
        return _index(422, "有两个文件同名，请改名后再上传。")
    files = {name: one.stream.read(markup.LIMIT + 1) for name, one in zip(names, sent, strict=True)}
    key = uploads.keep(web.settings().uploads, files, g.at)
    return redirect(url_for("designer.check", key=key), 303)


@web.route(blueprint, "/x/uploads/<key>", policy=designers)
def check(key: str) -> Response:
    """What the files are told, the drawing of one of them, and the button to deploy them."""
    files = uploads.found(web.settings().uploads, key)
    return _findings(key, files, publishing.verdict(web.database(), files))


@web.route(blueprint, "/x/uploads/<key>/<int:number>.bpmn", policy=designers)
def drawing(key: str, number: int) -> Response:
    files = uploads.found(web.settings().uploads, key)
    web.not_found_unless(number < len(files), "这次上传里没有这个文件。请返回检查结果重新选择。")
    return _drawing(sorted(files.items())[number][1])


@web.route(blueprint, "/x/uploads/<key>/deploy", policy=designers, methods=["POST"])
def deploy(key: str) -> AnyResponse:
    """Publish what was checked, unless it has an error by now; the same content is published once."""
    files = uploads.found(web.settings().uploads, key)
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    try:
        done = publishing.publish(web.database(), files, web.actor().login, g.at, note)
    except DiagramInvalid as refused:
        return _findings(key, files, list(refused.findings), 422)
    named = [(one.name, one.version) for one in done.processes]
    named += [(one.name, one.version) for one in done.decisions]
    names = "、".join(f"“{name}”第 {version} 版" for name, version in named)
    told = "已部署：{}。新的事项从现在起使用新版，在办的事项继续使用原来的流程图。"
    flash(told.format(names) if done.is_new else f"内容没有变化，仍是：{names}。")
    for one in done.findings:
        if one.code == "superseded":
            flash(one.message)
    return redirect(url_for("designer.listed"), 303)


@web.route(blueprint, "/x/processes/<process_id>/<int:version>", policy=designers)
def show(process_id: str, version: int) -> Response:
    """One version of a process: the drawing, the same in words, and what a check says of it today."""
    with web.database().reading() as session:
        found = deployments.publication(session, process_id, version)
        files = deployments.files(session, found.deployment_id)
        names = wording.names(session)
        by = people.names(session, [found.by]).get(found.by or "", "系统")
    findings = publishing.check(web.database(), files)
    findings = [one for one in findings if one.file == found.version.file]
    content = {found.version.file: files[found.version.file]}
    [checked] = _checked(content, findings)
    drawn = [p for p in _processes(checked) if p.process_id == process_id]
    return web.page(
        "designer/version.html",
        published=found,
        by=by,
        checked=checked,
        told=_told(drawn, names),
    )


@web.route(blueprint, "/x/processes/<process_id>/<int:version>.bpmn", policy=designers)
def version_drawing(process_id: str, version: int) -> Response:
    return _drawing(_content(process_id, version)[1])


@web.route(blueprint, "/x/processes/<process_id>/<int:version>/file", policy=designers)
def download(process_id: str, version: int) -> Response:
    """The file as it was handed in."""
    name, content = _content(process_id, version)
    return _sent(content, name)


# --- what pages show -----------------------------------------------------------------------------


def _index(status: int = 200, problem: str = "") -> Response:
    with web.database().reading() as session:
        published = deployments.published(session)
        running = instances.running(session)
        by = people.names(session, {one.by for one in published})
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
        most=guarded.MOST_FILES,
    )


def _findings(
    key: str, files: Mapping[str, bytes], findings: Sequence[Finding], status: int = 200
) -> Response:
    checked = _checked(files, findings)
    first = next((one for one in checked if one.errors), checked[0])
    chosen = web.whole_number(request.args.get("file"))
    here = next((one for one in checked if one.number == chosen), first)
    with web.database().reading() as session:
        names = wording.names(session)
    return web.page(
        "designer/check.html",
        status,
        key=key,
        checked=checked,
        here=here,
        told=_told(_processes(here), names),
        general=[one.message for one in findings if one.file not in files],
        errors=sum(_is_error(one) for one in findings),
        warnings=sum(not _is_error(one) and one.code not in lint.ADVICE for one in findings),
        longest_note=_LONGEST_NOTE,
    )


def _checked(files: Mapping[str, bytes], findings: Sequence[Finding]) -> list[Checked]:
    diagrams = {one.file: one for one in guarded.readable(files, findings)}
    return [
        _of_file(number, name, [f for f in findings if f.file == name], diagrams.get(name))
        for number, name in enumerate(sorted(files))
    ]


def _of_file(
    number: int, name: str, findings: Sequence[Finding], diagram: DiagramSource | None
) -> Checked:
    names = _names(diagram)
    told = [
        (one.code, Said(one.element, names.get(one.element, ""), _is_error(one), one.message))
        for one in findings
    ]
    advice = [one for code, one in told if code in lint.ADVICE and not one.is_error]
    said = [one for _, one in told if one not in advice]
    faulty = {one.element for one in said if one.is_error and one.element}
    doubtful = {one.element for one in said if one.element} - faulty
    return Checked(
        number,
        name,
        sum(one.is_error for one in said),
        said[:MOST_SHOWN],
        advice[:MOST_SHOWN],
        max(0, len(said) - MOST_SHOWN) + max(0, len(advice) - MOST_SHOWN),
        tuple(sorted(faulty)),
        tuple(sorted(doubtful)),
        diagram,
    )


def _is_error(finding: Finding) -> bool:
    return finding.severity == "error"


def _names(diagram: DiagramSource | None) -> dict[str, str]:
    """Return what the elements, flows and processes of a file are called."""
    processes = diagram.processes if diagram else ()
    named = [(one.process_id, one.name) for one in processes]
    named += [(flow.id, flow.name) for one in processes for flow in one.flows]
    named += [(element.id, element.name) for one in processes for element in one.elements]
    return dict(named)


def _processes(checked: Checked) -> Sequence[ProcessSource]:
    return checked.diagram.processes if checked.diagram else ()


def _told(processes: Iterable[ProcessSource], names: Names) -> list[Told]:
    return [
        Told(process.name or process.process_id, twin.tell(Graph(process), names))
        for process in processes
    ]


# --- files ---------------------------------------------------------------------------------------


def _content(process_id: str, version: int) -> tuple[str, bytes]:
    with web.database().reading() as session:
        found = deployments.publication(session, process_id, version)
        content = deployments.files(session, found.deployment_id).get(found.version.file)
    if content is None:
        raise NotFound("这一版的文件不在了，请联系运维人员从备份中恢复。")
    return found.version.file, content


def _drawing(content: bytes) -> Response:
    return _sent(encoding.in_utf8(content), "drawing.bpmn")


def _sent(content: bytes, name: str) -> Response:
    """Send a designer's file to be kept or drawn, never to be shown as a page."""
    response = Response(content, mimetype="application/xml")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"process.bpmn\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
