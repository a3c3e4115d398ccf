"""A planned move of tokens: taken from where they wait, put where they should be, looked at before it is made.

A move stays inside one process or embedded subprocess. It is refused when it would leave a join waiting for a token
that can no longer come, or send one to where another still waits for its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.engine.definitions import DefinitionSet, ProcessDefinition
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import ACTIVITIES
from service.engine.elements.boundaries import BoundaryEvent, BoundarySplit
from service.engine.elements.gateways import EndJoin, EventGateway
from service.engine.faults import soundness
from service.engine.running.instances import Instance, SubInstance, Token
from service.engine.running.nodes import Joining
from service.engine.running.processes import SPLIT
from service.engine.running.spiff import COMPLETED, WAITING
from service.engine.running.values import plain
from service.engine.running.variables import meet, parting

_TARGETS = ACTIVITIES | {
    "exclusiveGateway",
    "intermediateCatchEvent",
    "eventBasedGateway",
    "endEvent",
}


@dataclass(frozen=True)
class Move:
    """What a move would do. With `stuck` elements it is refused: tokens would wait there for ever."""

    process_id: str
    element_id: str
    withdrawn: tuple[str, ...]  # ids of the tokens that wait now and would not any more
    stuck: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.stuck


def targets(definitions: DefinitionSet, token: Token) -> list[str]:
    """Return where a token may be put at all: the elements of its process or subprocess that take a single token."""
    scope = _scope(token.workflow)
    return [
        element.id
        for element in _definition(definitions, token).elements.values()
        if element.scope == scope
        and element.kind in _TARGETS
        and not (element.triggered_by_event or element.leaves_link)
    ]


def plan(definitions: DefinitionSet, tokens: Sequence[Token], element_id: str) -> Move:
    """Say what moving these tokens to one element would do; tokens at joins that only waited for them go along."""
    [first, *others] = tokens
    if any(other.workflow is not first.workflow for other in others) or any(
        token.triggered for token in tokens
    ):
        raise ValueError(
            "tokens of one process, and not single instances of several, move together"
        )
    if element_id not in targets(definitions, first):
        raise ValueError(f"{element_id} takes no single token")
    graph = Graph(_definition(definitions, first).drawn)
    scope = _scope(first.workflow)
    leaving = [token for top in tokens for token in _with_events(top)]
    before = soundness.stuck(graph, scope, _position(graph, first.workflow, leaving=()))
    stuck = soundness.stuck(graph, scope, _position(graph, first.workflow, leaving, element_id))
    joining = [
        token
        for token in first.workflow.living()
        if isinstance(token.task_spec, Joining) and token.task_spec.bpmn_id in stuck
    ]
    if joining:
        leaving += joining
        stuck = soundness.stuck(graph, scope, _position(graph, first.workflow, leaving, element_id))
    withdrawn = tuple(token.id for token in leaving)
    process_id = first.workflow.spec.process_id
    return Move(process_id, element_id, withdrawn, tuple(sorted(stuck - before)))


def apply(move: Move, instance: Instance, variables: Mapping[str, Any]) -> None:
    """Make a planned move: take the tokens away, put one where it should be, with their variables and these."""
    if not move.sound:
        raise ValueError(f"tokens would wait for ever at {', '.join(move.stuck)}")
    tokens = [
        token
        for workflow in instance.active()
        for token in workflow.living()
        if token.id in move.withdrawn
    ]
    [workflow] = {token.workflow for token in tokens}
    place = _undrawn(workflow, parting(tokens))
    meet(place, tokens)
    place.assign(plain(variables, move.element_id))
    for token in tokens:
        if isinstance(token.task_spec, BoundaryEvent):
            token.task_spec.retire(token)
        elif token.live:
            token.cancel()
    specs = workflow.spec.task_specs
    entry = specs.get(move.element_id + SPLIT) or specs[move.element_id]
    entry._update(place._add_child(entry))


def waiting_for_ever(definitions: DefinitionSet, workflow: "Instance | SubInstance") -> set[str]:
    """Return the elements at which tokens of a process or subprocess can end up waiting for ever."""
    graph = Graph(definitions.processes[workflow.spec.process_id].drawn)
    return soundness.stuck(graph, _scope(workflow), _position(graph, workflow, leaving=()))


def _undrawn(workflow: "Instance | SubInstance", below: Token) -> Token:
    """Put an undrawn node into the tree, so that the token did not come by any flow."""
    while isinstance(below.task_spec, BoundarySplit | EventGateway) or below.live:
        below = next(below.ancestors())
    place = below._add_child(workflow.spec.start)
    place._set_state(COMPLETED)
    return place


def _with_events(token: Token) -> list[Token]:
    """Return a token with the boundary events beside it, or with the other events of its event gateway."""
    parent = token.parent
    if parent is None or not isinstance(parent.task_spec, BoundarySplit | EventGateway):
        return [token]
    waiting = [t for t in parent.children if t._state == WAITING and t is not token]
    return [token, *waiting]


def _position(
    graph: Graph,
    workflow: "Instance | SubInstance",
    leaving: Sequence[Token],
    arriving: str | None = None,
) -> list[str]:
    """Return the flows on which tokens stand, as if every activity had not begun yet."""
    gone = {token.id for token in leaving}
    flows: dict[str, str] = {}
    for token in workflow.living():
        spec = token.task_spec
        if token.id in gone or token.triggered or isinstance(spec, BoundaryEvent | EndJoin):
            continue
        parent = token.parent
        if parent is not None and isinstance(parent.task_spec, EventGateway):
            token = parent
        flow, _ = workflow.top_workflow.entered(token)
        element_id = token.task_spec.bpmn_id
        leads_on = flow in {each.id for each in graph.incoming.get(element_id, ())}
        flows[token.id] = flow if flow and leads_on else _any_flow(graph, element_id)
    position = list(flows.values())
    if arriving is not None:
        position.append(_any_flow(graph, arriving))
    return [flow for flow in position if flow]


def _any_flow(graph: Graph, element_id: str) -> str:
    flows = graph.incoming.get(element_id)
    return flows[0].id if flows else ""


def _definition(definitions: DefinitionSet, token: Token) -> ProcessDefinition:
    return definitions.processes[token.workflow.spec.process_id]


def _scope(workflow: "Instance | SubInstance") -> str:
    name: str = workflow.spec.name
    return name.partition(":")[2]
