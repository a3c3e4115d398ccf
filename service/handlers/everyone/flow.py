"""The diagrams a case is in, with the tokens on them and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from service.engine.definitions import ProcessDefinition
from service.engine.drawn import encoding
from service.engine.telling import twin
from service.errors import NotAllowed, NotFound
from service.handlers import web, wording
from service.handlers.everyone import cases
from service.register.casefile import hands, sealing, timeline
from service.register.people.directory import Actor
from service.runtime import versions
from service.tables.runtime import ProcessInstance
from service.tables.suggestions import Suggestion

blueprint = Blueprint("flow", __name__)


@dataclass(frozen=True)
class Drawn:
    """One diagram of a case: where to fetch it, where the tokens are, and the same in words."""

    process_id: str
    name: str
    active: tuple[str, ...]
    passed: tuple[str, ...]
    lines: tuple[twin.Line, ...]


@web.route(blueprint, "/suggestions/<int:suggestion_id>/flow", policy=web.signed_in)
def show(suggestion_id: int) -> Response:
    """The diagrams a case is in, the active one first, each with its text twin."""
    actor = web.actor()
    with web.database().reading() as session:
        suggestion = cases.opened(session, suggestion_id)
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
        suggestion = cases.opened(session, suggestion_id)
        content = _file(session, suggestion, process_id)
    return Response(encoding.in_utf8(content), mimetype="application/xml")


def _drawn(session: Session, actor: Actor, suggestion: Suggestion) -> list[Drawn]:
    """Every process the case has entered, with its marks; sealed ones only for those who follow the evaluation."""
    is_following = sealing.follows(session, actor, suggestion.id)
    withheld = sealing.of(session, actor, suggestion, is_following)
    active: dict[str, set[str]] = {}
    for hand in hands.of(session, actor, suggestion, withheld):
        active.setdefault(hand.process_id, set()).add(hand.element_id)
    passed = timeline.passed(session, actor, suggestion, withheld)
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
                twin.lines(definition, names),
            )
        )
    return sorted(found, key=lambda one: not one.active)


def _definitions(session: Session, suggestion: Suggestion) -> Mapping[str, ProcessDefinition]:
    """Every process the case may enter, at the versions it was started with."""
    instance = session.get(ProcessInstance, suggestion.instance_id or 0)
    if instance is None:
        return {}
    return versions.definition(session, instance.deployed_process_id).processes


def _file(session: Session, suggestion: Suggestion, process_id: str) -> bytes:
    instance = session.get(ProcessInstance, suggestion.instance_id or 0)
    if instance is None:
        raise NotFound("这件建议没有进入过这个流程。请返回流程图页面重新选择。")
    if process_id in sealing.SEALED_PROCESSES and not sealing.follows(
        session, web.actor(), suggestion.id
    ):
        raise NotAllowed
    return versions.diagram(session, instance.deployed_process_id, process_id)
