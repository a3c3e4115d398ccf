"""流程变更: what a designer wants to change in the processes that handle ratings, and the office's decision on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.authority import consenting
from service.engine.checking import guarded
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.telling.differences import Difference, differences
from service.handlers import web, wording
from service.register.people import directory as people
from service.register.people.roles import Role
from service.runtime import drafts, proposals, publishing, versions
from service.runtime.versions import Version
from service.tables.publishing import DeploymentProposal

_LONGEST_REASON = 500
STATUSES = {"waiting": "等待决定", "agreed": "已同意并上线", "refused": "没有同意"}

blueprint = Blueprint("consent", __name__)
office = web.group(Role.DEPUTY_OFFICE)

web.menu("流程变更", "consent.listed", office, order=70)


@dataclass(frozen=True)
class Change:
    """One process of a proposal: what is otherwise than in the version that is in use."""

    process: ProcessSource
    is_new: bool
    differences: list[Difference]


@web.route(blueprint, "/g/deployments", policy=office)
def listed() -> Response:
    """The proposals that wait, then the latest decided."""
    with web.database().reading() as session:
        rows = proposals.latest(session)
        names = people.names(session, {row.proposed_by for row in rows})
    return web.page("congress/proposals.html", rows=rows, names=names, statuses=STATUSES)


@web.route(blueprint, "/g/deployments/<int:proposal_id>", policy=office)
def show(proposal_id: int) -> Response:
    """The differences and the decision; a reason that was typed before a session ended is brought along."""
    with web.database().reading() as session:
        typed = drafts.of(session, request.path, web.actor()) or {}
    return _page(proposal_id, reason=typed.get("reason", ""))


@web.route(blueprint, "/g/deployments/<int:proposal_id>/agree", policy=office, methods=["POST"])
def agree(proposal_id: int) -> AnyResponse:
    """Put the new version into use."""
    with web.database().transaction() as session:
        publishing.agree(session, proposal_id, web.actor(), g.at)
        drafts.forget_all(session, url_for("consent.show", proposal_id=proposal_id))
    flash("已同意，新的流程图从现在起使用；在办的事项继续使用原来的版本。")
    return redirect(url_for("consent.listed"), 303)


@web.route(blueprint, "/g/deployments/<int:proposal_id>/refuse", policy=office, methods=["POST"])
def refuse(proposal_id: int) -> AnyResponse:
    """Leave everything as it is, with a reason for the designer."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > _LONGEST_REASON:
        problem = f"请写明不同意的理由，最多 {_LONGEST_REASON} 个字。流程设计员会看到它。"
        return _page(proposal_id, 422, problem, reason)
    with web.database().transaction() as session:
        proposals.decide(session, proposal_id, web.actor(), g.at, "refused", reason)
        drafts.forget_all(session, url_for("consent.show", proposal_id=proposal_id))
    flash("已记录：没有同意这次变更，原来的流程图不变。")
    return redirect(url_for("consent.listed"), 303)


def _page(proposal_id: int, status: int = 200, problem: str = "", reason: str = "") -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        proposal = proposals.get(session, proposal_id)
        files = proposals.files(session, proposal_id)
        names = people.names(session, {proposal.proposed_by, proposal.decided_by})
        diagrams = guarded.readable(files, ())
        changes = _changes(session, diagrams, proposal.decided_at)
        tables = _new_tables(session, files, diagrams)
        along = _along(session, proposal, files)
    return web.page(
        "congress/proposal.html",
        status,
        proposal=proposal,
        names=names,
        files=sorted(files),
        statuses=STATUSES,
        changes=changes,
        tables=tables,
        along=along,
        may_decide=consenting.may_consent(actor, proposal.proposed_by),
        problem=problem,
        reason=reason,
        longest=_LONGEST_REASON,
    )


def _changes(
    session: Session, diagrams: Iterable[DiagramSource], until: datetime | None
) -> list[Change]:
    """Compare each process of the diagrams with the version in use until its decision; what is the same is left out."""
    found = []
    names = wording.names(session, are_for_designers=False)
    for diagram in diagrams:
        for process in diagram.processes:
            before = _in_use(session, process.process_id, until)
            changed = differences(before, process, names) if before is not None else []
            if before is None or changed:
                found.append(Change(process, before is None, changed))
    return found


def _along(
    session: Session, proposal: DeploymentProposal, files: Mapping[str, bytes]
) -> tuple[Version, ...]:
    """Return whose calls would be bound anew together with what was proposed, while it waits."""
    if not proposal.with_callers or proposal.status != "waiting":
        return ()
    return publishing.preview(session, files).comparison.behind


def _new_tables(
    session: Session, files: Mapping[str, bytes], diagrams: Iterable[DiagramSource]
) -> list[str]:
    """Return which files draw no process and were never deployed: decision tables that go along."""
    drawn = {one.file for one in diagrams if one.processes}
    others = {name: content for name, content in files.items() if name not in drawn}
    return [
        name
        for name, content in sorted(others.items())
        if not versions.was_deployed(session, name, content)
    ]


def _in_use(session: Session, process_id: str, until: datetime | None) -> ProcessSource | None:
    """Return the newest version, of those deployed before a moment if one is named."""
    found = versions.before(session, process_id, until)
    return versions.definition(session, found.id).process.drawn if found is not None else None
