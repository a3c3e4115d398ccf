"""The people a diagram names: those who do a task, in BPMN's own words, and those who may start a process."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from service.engine.drawn import nodes
from service.engine.drawn.nodes import BPMN, split
from service.engine.drawn.source import Element

PLACEHOLDER = "$INITIATOR"
INITIATOR = "INITIATOR"
"""The variable that holds who started a process whose diagram keeps it under no name of its own."""
_PERSONS = ("assignee", "candidateUsers")


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


def with_initiator(elements: Sequence[Element]) -> Iterator[Element]:
    """Read `$INITIATOR`, which other modellers write for whoever started the process, as the variable that holds them.

    Where no start event names one, all keep it under the same name, which need not be there in an older instance.
    """
    starts = [e for e in elements if e.kind == "startEvent" and not e.scope]
    kept = [name for e in starts if (name := e.attributes.get("initiator", "").strip())]
    variable = kept[0] if kept else INITIATOR
    written = f"${{{variable}}}" if kept else f"${{execution.getVariable('{INITIATOR}')}}"
    is_asked = any(_is_placed(element) for element in elements)
    for element in elements:
        if _is_placed(element):
            read = {name: _replaced(element.attributes, name, written) for name in _PERSONS}
            given = {name: text for name, text in read.items() if text}
            yield replace(element, attributes={**element.attributes, **given}, names_initiator=True)
        elif is_asked and element in starts and not element.attributes.get("initiator"):
            yield replace(element, attributes={**element.attributes, "initiator": variable})
        else:
            yield element


def _is_placed(element: Element) -> bool:
    texts = (element.attributes.get(name, "") for name in _PERSONS)
    return any(PLACEHOLDER in split(text) for text in texts)


def _replaced(attributes: Mapping[str, str], name: str, by: str) -> str:
    names = split(attributes.get(name, ""))
    return ",".join(by if one == PLACEHOLDER else one for one in names)


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
