"""One node for each kind of element."""

from collections.abc import Callable, Mapping

from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.drawn.source import Element, Passing
from service.engine.elements import (
    activities,
    boundaries,
    conditions,
    errors,
    events,
    gateways,
    messages,
    services,
    subprocesses,
    timers,
)
from service.engine.language import expressions
from service.engine.running import computing, times
from service.engine.running.nodes import Node
from service.engine.running.processes import ProcessSpec
from service.engine.running.terms import Terms

Decisions = Mapping[str, Decision]
_Maker = Callable[[ProcessSpec, str, Element, Decisions], Node]
_EVERYTHING = (Passing(every=True),)


def spec_name(process_id: str, scope: str) -> str:
    """Return the name of the specification of a process, or of a subprocess drawn in it."""
    return f"{process_id}:{scope}" if scope else process_id


def made(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    """Return the node that does what an element is drawn to do; one of no kind passes tokens on."""
    return _MAKERS.get(element.kind, _passing)(spec, name, element, decisions)


def _user(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    node = activities.UserTask(spec, name)
    node.terms = Terms.of(element)
    return _local(node, element)


def _passing(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    return _local(activities.PassingTask(spec, name), element)


def _service(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    asked = ruling.of(element)
    if asked is not None:
        return _ruled(spec, name, element, decisions, asked)
    if element.script is not None:
        return _script(spec, name, element, decisions)
    node = services.ServiceTask(spec, name)
    node.parameters = expressions.templates(element.inputs)
    node.outcomes = expressions.templates(element.outputs)
    return node


def _script(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    node = activities.ScriptTask(spec, name)
    node.lines = computing.lines(element)
    return _local(node, element)


def _local(node: activities.Activity, element: Element) -> Node:
    node.received = expressions.templates(element.inputs)
    node.handed_on = expressions.templates(element.outputs)
    return node


def _ruled(
    spec: ProcessSpec, name: str, element: Element, decisions: Decisions, asked: ruling.Ruling
) -> Node:
    node = services.BusinessRuleTask(spec, name)
    node.ruling = asked
    node.bound = None if asked.binding == "latest" else decisions.get(asked.key)
    node.parameters = expressions.templates(element.inputs)
    node.outcomes = expressions.templates(element.outputs)
    return node


def _send(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    if element.events:
        return events.ThrowEvent(spec, name, event_definition=event_definition(element))
    return _service(spec, name, element, decisions)


def _gateway(kind: type[Node]) -> "_Maker":
    return lambda spec, name, element, decisions: kind(spec, name)


def _event_gateway(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    return gateways.EventGateway(spec, name, event_definition=messages.Definition())


def _start(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    # Whoever starts a process starts it; what a message or timer start waits for is outside an instance.
    return events.StartEvent(spec, name, event_definition=messages.Definition())


def _end(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    node = events.EndEvent(spec, name, event_definition=event_definition(element))
    node.terminates = element.event is not None and element.event.kind == "terminate"
    return node


def _throw(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    if element.event is None or element.event.kind == "link":
        return _passing(spec, name, element, decisions)
    return events.ThrowEvent(spec, name, event_definition=event_definition(element))


def _catch(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    if element.leaves_link:
        return _passing(spec, name, element, decisions)
    return events.CatchEvent(spec, name, event_definition=event_definition(element))


def _boundary(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    return boundaries.BoundaryEvent(
        spec, name, event_definition=event_definition(element), cancel_activity=element.interrupting
    )


def _embedded(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    kind = subprocesses.EventSubprocess if element.triggered_by_event else subprocesses.Subprocess
    node = kind(spec, name, subworkflow_spec=spec_name(spec.process_id, element.id))
    node.passed_in = node.passed_out = _EVERYTHING
    node.shares = True
    return _local(node, element)


def _call(spec: ProcessSpec, name: str, element: Element, decisions: Decisions) -> Node:
    node = subprocesses.Subprocess(spec, name, subworkflow_spec=element.called)
    node.passed_in, node.passed_out = element.passed_in, element.passed_out
    node.shares = False
    node.expressions = {
        item.expression: expressions.compile(item.expression)
        for item in (*element.passed_in, *element.passed_out)
        if item.expression
    }
    return _local(node, element)


_MAKERS: Mapping[str, _Maker] = {
    "userTask": _user,
    "serviceTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _service,
    "sendTask": _send,
    "receiveTask": _catch,
    "exclusiveGateway": _gateway(gateways.ExclusiveGateway),
    "parallelGateway": _gateway(gateways.ParallelGateway),
    "inclusiveGateway": _gateway(gateways.InclusiveGateway),
    "eventBasedGateway": _event_gateway,
    "startEvent": _start,
    "endEvent": _end,
    "intermediateThrowEvent": _throw,
    "intermediateCatchEvent": _catch,
    "boundaryEvent": _boundary,
    "callActivity": _call,
    "subProcess": _embedded,
    "transaction": _embedded,
}


def event_definition(element: Element) -> messages.Definition:
    """Return what an event waits for or throws; a terminate event does neither."""
    event = element.event
    if event is None or event.kind == "terminate":
        return messages.Definition()
    if event.kind == "timer":
        return timers.Timer(element.name or element.id, event.timer, times.compiled(event.text))
    if event.kind in {"error", "escalation", "cancel"}:
        return errors.Fault(event.kind, event.name, event.variables)
    if event.kind == "conditional":
        condition = expressions.compile(event.text)
        return conditions.Condition(element.name or element.id, condition, event.name)
    return messages.Named(
        event.kind, event.name or element.name, expressions.templates(event.parameters)
    )
