"""One version of a process as it was handed in: the drawing, what it calls, how it differs from another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from service.engine.telling.differences import Difference, differences
from service.engine.telling.twin import Names
from service.errors import NotFound
from service.handlers import web, wording
from service.handlers.designer import shown
from service.handlers.designer.deployed import designers
from service.register.people import directory as people
from service.runtime import callers, publishing, versions
from service.runtime.callers import Bindings
from service.runtime.versions import Published, Version

ADDRESS = "/x/processes/<process_id>/<int:version>"

blueprint = Blueprint("version", __name__)


@dataclass(frozen=True)
class Compared:
    """How a version differs from another of the same process."""

    before: int
    after: int
    differences: Sequence[Difference]


@web.route(blueprint, ADDRESS, policy=designers)
def show(process_id: str, version: int) -> Response:
    """The drawing, the same in words, what a check says of it today, and what is otherwise than in another version."""
    with web.database().reading() as session:
        every = versions.of_process(session, process_id)
        found = _chosen(every, version)
        files = versions.files(session, found.deployment_id)
        names = wording.names(session)
        by = people.names(session, [found.by]).get(found.by or "", "系统")
        bindings = callers.read(session)
        other = _chosen(every, _against(every, version))
        content = {found.version.file: files[found.version.file]}
        compared = compare(session, bindings, other.version, found.version, names)
    findings = publishing.check(web.database(), files)
    findings = [one for one in findings if one.file == found.version.file]
    [checked] = shown.checked_files(content, findings)
    drawn = [p for p in shown.processes(checked) if p.process_id == process_id]
    return web.page(
        "designer/version.html",
        published=found,
        by=by,
        checked=checked,
        told=shown.in_words(drawn, names),
        calls=_calls(bindings, found.version),
        newest=every[0].version.version,
        others=[one.version.version for one in every if one is not found],
        compared=compared,
    )


@web.route(blueprint, f"{ADDRESS}.bpmn", policy=designers)
def drawing(process_id: str, version: int) -> Response:
    return shown.drawing_of(_content(process_id, version)[1])


@web.route(blueprint, f"{ADDRESS}/file", policy=designers)
def download(process_id: str, version: int) -> Response:
    """The file as it was handed in."""
    name, content = _content(process_id, version)
    return web.drawn_file(content, name)


def compare(
    session: Session, bindings: Bindings, before: Version, after: Version, names: Names
) -> Compared | None:
    """Return how two versions of a process differ, in what they draw and in what they call; nothing of one with itself."""
    if before == after:
        return None
    drawn = versions.drawn(session, [before.id, after.id])
    found = differences(drawn[before.id], drawn[after.id], names)
    found += _calling(bindings, before, after)
    return Compared(before.version, after.version, found)


def _calling(bindings: Bindings, before: Version, after: Version) -> Iterator[Difference]:
    """Yield the processes of which the two call different versions."""
    was, now = (bindings.by_id[one.id].calls for one in (before, after))
    for process_id in was.keys() & now.keys():
        old, new = (bindings.by_id[calls[process_id]].version for calls in (was, now))
        if old != new:
            yield Difference(
                "", new.name, "调用的版本", f"第 {old.version} 版", f"第 {new.version} 版"
            )


def _calls(bindings: Bindings, version: Version) -> list[tuple[Version, int]]:
    """Return what a version calls, each with the number of the newest version there is."""
    called = [bindings.by_id[id_].version for id_ in bindings.by_id[version.id].calls.values()]
    return [(one, bindings.newest[one.process_id].version.version) for one in called]


def _against(every: Sequence[Published], version: int) -> int:
    """Return which version to compare with: the one asked for, else the one before, else the newest."""
    numbers = [one.version.version for one in every]
    asked = web.whole_number(request.args.get("against"))
    before = [number for number in numbers if number < version]
    return asked if asked in numbers and asked != version else (before or numbers)[0]


def _chosen(every: Sequence[Published], version: int) -> Published:
    for one in every:
        if one.version.version == version:
            return one
    raise NotFound("没有部署过这个流程的这一版。请返回流程设计页面重新选择。")


def _content(process_id: str, version: int) -> tuple[str, bytes]:
    with web.database().reading() as session:
        found = versions.publication(session, process_id, version)
        content = versions.files(session, found.deployment_id).get(found.version.file)
    if content is None:
        raise NotFound("这一版的文件不在了，请联系运维人员从备份中恢复。")
    return found.version.file, content
