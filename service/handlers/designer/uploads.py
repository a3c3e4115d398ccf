"""New drawings: handed in, checked, and deployed once they have no error."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.engine.checking import guarded, lint
from service.engine.checking.lint import Finding
from service.engine.drawn import markup, reading
from service.engine.drawn.source import ProcessSource
from service.engine.telling.differences import Difference, differences
from service.engine.telling.twin import Names
from service.errors import DiagramForbidden, DiagramInvalid
from service.handlers import web, wording
from service.handlers.designer import deployed, shown
from service.handlers.designer.deployed import designers
from service.runtime import publishing, uploads
from service.runtime.filed import Filed

_LONGEST_NOTE = 200

blueprint = Blueprint("uploads", __name__)


@web.route(blueprint, "/x/uploads", policy=designers, methods=["POST"])
def upload() -> AnyResponse:
    """Keep what was handed in and show what it is told."""
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        return deployed.index(422, "请先选择要检查的流程图文件。")
    if len(sent) > guarded.MOST_FILES:
        return deployed.index(422, f"一次最多检查 {guarded.MOST_FILES} 个文件，请分几次上传。")
    names = [PurePosixPath((one.filename or "").replace("\\", "/")).name[:120] for one in sent]
    if len(set(names)) < len(names):
        return deployed.index(422, "有两个文件同名，请改名后再上传。")
    files = {name: one.stream.read(markup.LIMIT + 1) for name, one in zip(names, sent, strict=True)}
    key = uploads.keep(web.settings().uploads, files, g.at)
    return redirect(url_for("uploads.check", key=key), 303)


@web.route(blueprint, "/x/uploads/<key>", policy=designers)
def check(key: str) -> Response:
    """What the files are told, the drawing of one of them, and the button to deploy them."""
    files = uploads.found(web.settings().uploads, key)
    return _findings(key, files, publishing.verdict(web.database(), files))


@web.route(blueprint, "/x/uploads/<key>/<int:number>.bpmn", policy=designers)
def drawing(key: str, number: int) -> Response:
    files = uploads.found(web.settings().uploads, key)
    web.not_found_unless(number < len(files), "这次上传里没有这个文件。请返回检查结果重新选择。")
    return shown.drawing_of(sorted(files.items())[number][1])


@web.route(blueprint, "/x/uploads/<key>/deploy", policy=designers, methods=["POST"])
def deploy(key: str) -> AnyResponse:
    """Publish what was checked, unless it has an error by now; the same content is published once."""
    files = uploads.found(web.settings().uploads, key)
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    with_callers = request.form.get("with_callers") == "yes"
    try:
        done = publishing.publish(
            web.database(), files, web.actor().login, g.at, note, with_callers=with_callers
        )
    except DiagramForbidden:
        raise  # an attempt is kept and answered where all of them are
    except DiagramInvalid as refused:
        return _findings(key, files, list(refused.findings), 422)
    return deployed.published(done)


def _findings(
    key: str, files: Mapping[str, bytes], findings: Sequence[Finding], status: int = 200
) -> Response:
    checked = shown.checked_files(files, findings)
    first = next((one for one in checked if one.errors), checked[0])
    chosen = web.whole_number(request.args.get("file"))
    here = next((one for one in checked if one.number == chosen), first)
    errors = sum(shown.is_error(one) for one in findings)
    with web.database().reading() as session:
        names = wording.names(session)
        preview = None if errors else publishing.preview(session, files)
    standing = preview.comparison.standing if preview else {}
    return web.page(
        "designer/check.html",
        status,
        key=key,
        checked=checked,
        here=here,
        told=shown.in_words(shown.processes(here), names),
        general=[one.message for one in findings if one.file not in files],
        errors=errors,
        preview=preview,
        compared=_compared(shown.processes(here), standing, names),
        unchanged=preview is not None and preview.comparison.changes_nothing,
        waits=deployed.waits(preview.waits_for) if preview else "",
        waits_with_callers=deployed.waits(preview.waits_for_with_callers) if preview else "",
        warnings=sum(not shown.is_error(one) and one.code not in lint.ADVICE for one in findings),
        longest_note=_LONGEST_NOTE,
    )


def _compared(
    drawn: Sequence[ProcessSource], standing: Mapping[str, Filed], names: Names
) -> list[tuple[ProcessSource, int, list[Difference]]]:
    """Return how the processes of a file differ from the versions in force, where they are deployed."""
    found = []
    for process in drawn:
        if one := standing.get(process.process_id):
            before = reading.read(one.file, one.content).processes
            [other] = [each for each in before if each.process_id == process.process_id]
            found.append((process, one.version, differences(other, process, names)))
    return found
