"""What an event waits for or throws, with the names it refers to by id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from service.engine.drawn import extensions, nodes
from service.engine.drawn.nodes import BPMN
from service.engine.drawn.source import EventSource


@dataclass(frozen=True)
class Catalogue:
    """The names that events refer to by id."""

    names: Mapping[str, str]
    # Flowable and Activiti take an undeclared reference for the error's code.
    codes_stand_alone: bool = False

    def name(self, node: etree._Element, reference: str) -> str:
        """Return the name or code of what a node refers to, or nothing."""
        return self.names.get(reference) or self.names.get(nodes.referenced(node, reference), "")

    @classmethod
    def of(cls, root: etree._Element) -> "Catalogue":
        names: dict[str, str] = {}
        for tag, attribute in (
            ("message", "name"),
            ("signal", "name"),
            ("error", "errorCode"),
            ("escalation", "escalationCode"),
        ):
            for node in root.iter(BPMN + tag):
                names[node.get("id", "")] = node.get(attribute) or node.get("name") or ""
        spaces = {f"{{{space}}}" for space in root.nsmap.values()}
        return cls(names, bool(spaces & set(nodes.VENDORS[1:])))


def of(node: etree._Element, catalogue: Catalogue) -> Iterator[EventSource]:
    """Yield the event definitions of an element, in the order of the file."""
    tag = nodes.local(node, BPMN)
    if tag in {"sendTask", "receiveTask"} and node.get("messageRef"):
        reference = node.get("messageRef", "")
        yield EventSource("message", catalogue.name(node, reference), reference)
    elif tag == "receiveTask":
        # Both vendors let the interface go on with it, by where it stands; its own name says what it waits for.
        yield EventSource("message", " ".join(node.get("name", "").split()) or node.get("id", ""))
    for child in node:
        name = nodes.local(child, BPMN)
        if name.endswith("EventDefinition"):
            yield _event(child, name.removesuffix("EventDefinition"), catalogue)


def _event(node: etree._Element, kind: str, catalogue: Catalogue) -> EventSource:
    reference = node.get(f"{kind}Ref", "")
    name = node.get("name", "").strip() if kind == "link" else catalogue.name(node, reference)
    if kind == "error" and not name and catalogue.codes_stand_alone:
        name = nodes.referenced(node, reference)
    if kind == "conditional":
        name = nodes.attributes(node).get("variableName", "").strip()
    timer = next((c for c in node if nodes.local(c, BPMN).startswith("time")), None)
    condition = node.find(f"{BPMN}condition")
    return EventSource(
        kind,
        name,
        reference,
        nodes.local(timer, BPMN) if timer is not None else "",
        nodes.text(timer) if timer is not None else nodes.text(condition),
        condition.get("language", "") if condition is not None else "",
        extensions.parameters(node.find(f"{BPMN}extensionElements"), "inputParameter"),
        _variables(node, kind),
    )


def _variables(node: etree._Element, kind: str) -> dict[str, str]:
    vendor = nodes.attributes(node)
    found = {what: vendor.get(f"{kind}{what.title()}Variable", "") for what in ("code", "message")}
    return {what: name for what, name in found.items() if name}
