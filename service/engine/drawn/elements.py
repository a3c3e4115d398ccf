"""One shape or sequence flow of a process, read into values."""

from collections.abc import Mapping

from lxml import etree

from service.engine.drawn import events, extensions, fields, ignored, nodes, people
from service.engine.drawn.nodes import BPMN
from service.engine.drawn.source import Element, Flow, Loop, Repetition, Script

_SERVICES = frozenset({"serviceTask", "businessRuleTask", "sendTask"})
_PROGRAMS = frozenset({"class", "delegateExpression", "topic", "type", "decisionRef"})


def read(
    node: etree._Element, kind: str, scope: str, lane: str, catalogue: events.Catalogue
) -> Element:
    """Read a shape; `lane` is the one it stands in."""
    attributes = people.assigned(node, nodes.attributes(node))
    extension = node.find(f"{BPMN}extensionElements")
    settings = extensions.settings(extension) if kind in _SERVICES else {}
    parameters = {} if attributes.get("type") == "dmn" else settings
    return Element(
        id=node.get("id", ""),
        kind=kind,
        name=" ".join(node.get("name", "").split()),
        lane=lane,
        documentation=nodes.documentation(node),
        attributes=attributes,
        properties=extensions.properties(extension),
        fields=fields.of(extension),
        inputs={**parameters, **extensions.parameters(extension, "inputParameter")},
        outputs=extensions.parameters(extension, "outputParameter"),
        structured=tuple(extensions.structured(extension)),
        settings=settings,
        topic=attributes.get("topic", "").strip(),
        scope=scope,
        default=node.get("default", ""),
        called=nodes.referenced(node, node.get("calledElement", "")),
        attached_to=nodes.referenced(node, node.get("attachedToRef", "")),
        interrupting=_interrupts(node, kind),
        triggered_by_event=nodes.flag(node.get("triggeredByEvent"), False),
        events=tuple(events.of(node, catalogue)),
        repetition=_repetition(node),
        loop=_loop(node),
        script=_script(node, kind, attributes),
        compensation=nodes.flag(node.get("isForCompensation"), False),
        ignored=ignored.of(node),
        passed_in=(*extensions.inherited(attributes), *extensions.passing(extension, "in")),
        passed_out=extensions.passing(extension, "out"),
        line=node.sourceline or 0,
    )


def read_flow(node: etree._Element, scope: str) -> Flow:
    """Read a sequence flow drawn in a scope."""
    condition = node.find(f"{BPMN}conditionExpression")
    source, target = node.get("sourceRef", ""), node.get("targetRef", "")
    return Flow(
        node.get("id", ""),
        source,
        target,
        " ".join(node.get("name", "").split()),
        (nodes.text(condition) or None) if condition is not None else None,
        scope=scope,
        language=condition.get("language", "") if condition is not None else "",
        ignored=ignored.of(node),
    )


def _repetition(node: etree._Element) -> Repetition | None:
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    vendor = nodes.attributes(loop)
    item, output = loop.find(f"{BPMN}inputDataItem"), loop.find(f"{BPMN}outputDataItem")
    return Repetition(
        nodes.flag(loop.get("isSequential"), False),
        vendor.get("collection", "") or nodes.text(loop.find(f"{BPMN}loopDataInputRef")),
        vendor.get("elementVariable", "") or (item.get("name", "") if item is not None else ""),
        nodes.text(loop.find(f"{BPMN}loopCardinality")),
        nodes.text(loop.find(f"{BPMN}completionCondition")),
        nodes.text(loop.find(f"{BPMN}loopDataOutputRef")) if output is not None else "",
        output.get("name", "") if output is not None else "",
    )


def _interrupts(node: etree._Element, kind: str) -> bool:
    attribute = "isInterrupting" if kind == "startEvent" else "cancelActivity"
    return nodes.flag(node.get(attribute), True)


def _loop(node: etree._Element) -> Loop | None:
    loop = node.find(f"{BPMN}standardLoopCharacteristics")
    if loop is None:
        return None
    condition = nodes.text(loop.find(f"{BPMN}loopCondition"))
    return Loop(condition, loop.get("loopMaximum", ""), nodes.flag(loop.get("testBefore"), False))


def _script(node: etree._Element, kind: str, attributes: Mapping[str, str]) -> Script | None:
    """Read what a script task computes, or a service that has nothing but an expression."""
    if kind in _SERVICES and attributes.get("expression") and not _PROGRAMS & attributes.keys():
        result = attributes.get("resultVariable") or attributes.get("resultVariableName", "")
        return Script("", attributes["expression"].strip(), result.strip())
    if kind != "scriptTask":
        return None
    text = nodes.text(node.find(f"{BPMN}script")) or attributes.get("resource", "")
    return Script(node.get("scriptFormat", ""), text, attributes.get("resultVariable", ""))
