"""Suggestions as their readers see them: the list, one case, and its diagram with the tokens on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import policies
from service.engine.definitions import ProcessDefinition
from service.engine.drawn import encoding
from service.engine.telling import twin
from service.errors import NotAllowed, NotFound
from service.handlers import web, wording
from service.register.casefile import (
    cases,
    hands,
    listing,
    overview,
    sealing,
    timeline,
)
from service.register.casefile import exchange as exchanges
from service.register.common import attachments
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.runtime import deployments, instances, messages
from service.tables.runtime import HistoryEvent, ProcessInstance
from service.tables.suggestions import Suggestion

blueprint = Blueprint("cases", __name__)

WITHDRAWN = "代表已撤回"
"""The message by which the diagrams hear of a withdrawal."""

web.menu("建议", "cases.listed", web.signed_in, order=20)


@dataclass(frozen=True)
class Drawn:
    """One diagram of a case: where to fetch it, where the tokens are, and the same in words."""

    process_id: str
    name: str
    active: tuple[str, ...]
    passed: tuple[str, ...]
    lines: tuple[twin.Line, ...]


@web.route(blueprint, "/suggestions", policy=web.signed_in)
def listed() -> Response:
    """The suggestions this person may open, newest first, filtered by status and words in the address."""
    actor = web.actor()
    status = request.args.get("status", "")
    text = request.args.get("q", "").strip()[:60]
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        rows = listing.listed(
            session, actor, status=status, text=text, before_id=before, limit=listing.PAGE + 1
        )
        counts = listing.counts(session, actor)
        calendar = policies.calendar(session)
        shown = [
            (row, wording.distance(row.reply_due_at, g.at, calendar))
            for row in rows[: listing.PAGE]
        ]
    more = rows[listing.PAGE - 1].id if len(rows) > listing.PAGE else None
    return web.page(
        "cases/list.html",
        rows=shown,
        counts=[(code, suggestions.STATUSES.get(code, code), n) for code, n in counts.items()],
        total=sum(counts.values()),
        chosen=status,
        q=text,
        more=more,
        may_propose="deputy" in actor.groups,
    )


@web.route(blueprint, "/suggestions/<int:suggestion_id>", policy=web.signed_in)
def show(suggestion_id: int) -> Response:
    """One case: its state, in whose hands it is, its deadlines, what it asks, what was answered."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = _opened(session, suggestion_id)
        found = overview.of(session, actor, suggestion)
        calendar = policies.calendar(session)
        files = attachments.of_case(session, f"suggestion:{suggestion_id}")
    return web.page(
        "cases/show.html",
        suggestion=suggestion,
        file=found,
        files=files,
        labels=overview,
        rounds={one.id: one.round for one in found.assignments},
        may_withdraw=suggestion.lead_deputy == actor.login
        and suggestion.status in suggestions.WITHDRAWABLE,
        distances={
            hand.task_id: wording.distance(hand.due_at, g.at, calendar) for hand in found.hands
        },
        reply_distance=wording.distance(
            None if suggestion.replied_at else suggestion.reply_due_at, g.at, calendar
        ),
    )


@web.route(blueprint, "/suggestions/<int:suggestion_id>/exchange", policy=web.signed_in)
def exchange(suggestion_id: int) -> Response:
    """How deputies and units spoke with each other, and what this reader may know of the ratings."""
    with web.database().reading() as session:
        suggestion = _opened(session, suggestion_id)
        found = exchanges.of(session, web.actor(), suggestion)
    return web.page("cases/exchange.html", suggestion=suggestion, file=found)


@web.route(blueprint, "/suggestions/<int:suggestion_id>/history", policy=web.signed_in)
def history(suggestion_id: int) -> Response:
    """What happened, newest first."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = _opened(session, suggestion_id)
        withheld = sealing.withheld(session, actor, f"suggestion:{suggestion_id}")
        moments = timeline.of(session, actor, suggestion, withheld, limit=200)
    return web.page("cases/history.html", suggestion=suggestion, moments=moments)


@web.route(blueprint, "/suggestions/<int:suggestion_id>/flow", policy=web.signed_in)
def flow(suggestion_id: int) -> Response:
    """The diagrams a case is in, the active one first, each with its text twin."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = _opened(session, suggestion_id)
        drawn = _drawn(session, actor, suggestion)
    chosen = request.args.get("process", "")
    here = next((one for one in drawn if one.process_id == chosen), drawn[0] if drawn else None)
    return web.page("cases/flow.html", suggestion=suggestion, drawn=drawn, here=here)


@web.route(
    blueprint, "/suggestions/<int:suggestion_id>/flow/<process_id>.bpmn", policy=web.signed_in
)
def diagram(suggestion_id: int, process_id: str) -> Response:
    """The diagram as it was deployed for this case."""
    with web.database().reading() as session:
        suggestion = _opened(session, suggestion_id)
        content = _file(session, suggestion, process_id)
    return Response(encoding.in_utf8(content), mimetype="application/xml")


@web.route(blueprint, "/suggestions/<int:suggestion_id>/withdraw", policy=web.group("deputy"))
def ask_withdrawal(suggestion_id: int) -> Response:
    """Ask once more before a suggestion is taken back for good."""
    with web.database().reading() as session:
        suggestion = _withdrawable(session, suggestion_id)
    return web.page("cases/withdraw.html", suggestion=suggestion)


@web.route(
    blueprint,
    "/suggestions/<int:suggestion_id>/withdraw",
    policy=web.group("deputy"),
    methods=["POST"],
)
def withdraw(suggestion_id: int) -> AnyResponse:
    """Tell the running process that the deputy takes the suggestion back."""
    key = f"suggestion:{suggestion_id}"
    with web.command() as session:
        _withdrawable(session, suggestion_id)
        messages.send(session, WITHDRAWN, key, {}, web.actor().login, g.at)
    flash("已撤回，有关单位会收到通知。")
    return redirect(url_for("cases.show", suggestion_id=suggestion_id), 303)


def _withdrawable(session: Session, suggestion_id: int) -> Suggestion:
    """The suggestion, if this person may take it back and its process still waits to hear of it."""
    actor = web.actor()
    suggestion = suggestions.check_withdrawal(session, suggestion_id, actor.login)
    awaited = messages.expected(session, f"suggestion:{suggestion_id}")
    if WITHDRAWN not in {one.name for one in awaited}:
        raise NotAllowed("承办单位已经签收办理，不能再撤回。有意见请在沟通和评价时提出。")
    return suggestion


def _opened(session: Session, suggestion_id: int) -> Suggestion:
    if not cases.may_see(session, web.actor(), f"suggestion:{suggestion_id}"):
        if session.get(Suggestion, suggestion_id) is None:
            raise NotFound("没有找到这件建议，它可能已被移走。请从建议列表重新选择。")
        raise NotAllowed(
            "您不能查看这件建议。只有提出人、承办单位、人大和政府的办理机构可以查看；"
            "如果您认为应当有权限，请联系系统管理员核对您的岗位。"
        )
    return session.get_one(Suggestion, suggestion_id)


def _drawn(session: Session, actor: people.Actor, suggestion: Suggestion) -> list[Drawn]:
    """Every process the case has entered, with its marks; sealed ones only for those who follow the evaluation."""
    key = f"suggestion:{suggestion.id}"
    is_following = sealing.follows(session, actor, suggestion.id)
    active: dict[str, set[str]] = {}
    for hand in hands.of(session, actor, suggestion, sealing.of(suggestion, is_following)):
        active.setdefault(hand.process_id, set()).add(hand.element_id)
    running = instances.of(session, key)
    passed: dict[str, set[str]] = {}
    events = select(HistoryEvent.process_id, HistoryEvent.element_id).where(
        HistoryEvent.instance_id.in_([one.id for one in running])
    )
    for process_id, element_id in session.execute(events.distinct()):
        passed.setdefault(process_id, set()).add(element_id)
    found = []
    names = wording.names(session, are_for_designers=False)
    for definition in _definitions(session, suggestion).values():
        process_id = definition.process_id
        if process_id not in active and process_id not in passed:
            continue
        if process_id in sealing.SEALED_PROCESSES and not is_following:
            continue
        found.append(
            Drawn(
                process_id,
                definition.name,
                tuple(sorted(active.get(process_id, ()))),
                tuple(sorted(passed.get(process_id, set()) - active.get(process_id, set()))),
                twin.tell(definition, names),
            )
        )
    return sorted(found, key=lambda one: not one.active)


def _definitions(session: Session, suggestion: Suggestion) -> Mapping[str, ProcessDefinition]:
    """Every process the case may enter, at the versions it was started with."""
    instance = session.get(ProcessInstance, suggestion.instance_id or 0)
    if instance is None:
        return {}
    return deployments.definition(session, instance.deployed_process_id).processes


def _file(session: Session, suggestion: Suggestion, process_id: str) -> bytes:
    instance = session.get(ProcessInstance, suggestion.instance_id or 0)
    if instance is None:
        raise NotFound("这件建议没有进入过这个流程。请返回流程图页面重新选择。")
    if process_id in sealing.SEALED_PROCESSES and not sealing.follows(
        session, web.actor(), suggestion.id
    ):
        raise NotAllowed
    return deployments.diagram(session, instance.deployed_process_id, process_id)
