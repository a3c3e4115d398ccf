"""The people a diagram names: those who do a task, in BPMN's own words, and those who may start a process."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from service.engine.drawn import nodes
from service.engine.drawn.nodes import BPMN, split
from service.engine.drawn.source import Element


def assigned(node: etree._Element, attributes: Mapping[str, str]) -> dict[str, str]:
    """Add the people of BPMN's own `humanPerformer` and `potentialOwner`, as `user(kermit), group(management), staff`."""
    found = dict(attributes)
    for tag in ("humanPerformer", "performer"):
        for text in _resources(node, tag):
            for _, name in _named(text)[:1]:
                found.setdefault("assignee", name)
    for text in _resources(node, "potentialOwner"):
        for kind, name in _named(text):
            attribute = "candidateUsers" if kind == "user" else "candidateGroups"
            found[attribute] = ",".join(filter(None, (found.get(attribute, ""), name)))
    return found


def _resources(node: etree._Element, tag: str) -> Iterator[str]:
    for resource in node.findall(BPMN + tag):
        for assignment in resource.findall(f"{BPMN}resourceAssignmentExpression"):
            yield nodes.text(assignment)


def _named(text: str) -> list[tuple[str, str]]:
    """Return the people a resource expression names; a bare name is a group, as in Activiti."""
    found = []
    for part in split(text):
        kind, bracket, name = part.partition("(")
        known = kind.strip() in {"user", "group"} and bracket and name.endswith(")")
        found.append((kind.strip(), name[:-1].strip()) if known else ("", part))
    return found


def starters(node: etree._Element) -> list[str]:
    """Return those who may start a process by its attributes, in the form of the property `starters` of a start event."""
    vendor = nodes.attributes(node)
    users = [f"user:{login}" for login in split(vendor.get("candidateStarterUsers", ""))]
    return [*split(vendor.get("candidateStarterGroups", "")), *users]


def with_starters(element: Element, starters: Sequence[str]) -> Element:
    """Add the starters of a process to its start event."""
    if not starters or element.kind != "startEvent" or element.scope:
        return element
    named = [*split(element.properties.get("starters", "")), *starters]
    properties = {**element.properties, "starters": ",".join(dict.fromkeys(named))}
    return replace(element, properties=properties)
