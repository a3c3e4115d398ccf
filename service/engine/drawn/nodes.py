"""Nodes of a parsed file: their names in BPMN and in the vendors' dialects, their texts, and lists in attributes."""

import re
from collections.abc import Sequence

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# The three dialects are one family: an attribute means the same under each prefix.
VENDORS = (
    "{http://camunda.org/schema/1.0/bpmn}",
    "{http://flowable.org/bpmn}",
    "{http://activiti.org/bpmn}",
)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_HOLE = re.compile(r"[$#]\{[^{}]*\}")


def owner(node: etree._Element) -> str:
    """Return the id of the BPMN element something is written in."""
    above: etree._Element | None = node
    while above is not None and not (local(above, BPMN) and above.get("id")):
        above = above.getparent()
    return (above.get("id") or "") if above is not None else ""


def documentation(node: etree._Element) -> str:
    """Return what is written of an element for people."""
    return "\n".join(text(child) for child in node.findall(f"{BPMN}documentation"))


def local(node: etree._Element, namespace: str) -> str:
    """Return the name of a node in a namespace, or nothing in any other."""
    tag = node.tag
    return tag.removeprefix(namespace) if isinstance(tag, str) and tag.startswith(namespace) else ""


def text(node: etree._Element | None) -> str:
    """Return all the text in a node, without blanks around it; nothing of no node."""
    return "".join(node.itertext()).strip() if node is not None else ""


def children(node: etree._Element | None, tag: str) -> list[etree._Element]:
    """Return the children of a name in any of the vendors' dialects."""
    if node is None:
        return []
    return [child for vendor in VENDORS for child in node.findall(vendor + tag)]


def attributes(node: etree._Element) -> dict[str, str]:
    """Return the vendors' attributes without their prefixes; Camunda's own count before the others."""
    return {
        name.removeprefix(vendor): value
        for vendor in reversed(VENDORS)
        for name, value in _items(node)
        if name.startswith(vendor)
    }


def tag(node: etree._Element) -> str:
    """Return the name of a vendor's child, or nothing for anybody else's."""
    return next((name for vendor in VENDORS if (name := local(node, vendor))), "")


def _items(node: etree._Element) -> Sequence[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in node.attrib.items()]


def flag(value: str | None, default: bool) -> bool:
    """Return what an xsd:boolean says, which is true, false, 1 or 0; anything else says nothing."""
    return _FLAGS.get((value or "").strip().lower(), default)


def referenced(node: etree._Element, name: str) -> str:
    """Return the id or name that a reference written at a node means: an xsd:QName may put it into the file's own namespace."""
    prefix, colon, local_name = name.strip().partition(":")
    own = node.getroottree().getroot().get("targetNamespace")
    return local_name if colon and own and node.nsmap.get(prefix) == own else name.strip()


def split(text: str) -> list[str]:
    """Return the names in a list with commas; those inside `${…}` part nothing."""
    holes = iter(_HOLE.findall(text))
    parts = [part.strip() for part in _HOLE.sub("\0", text).split(",")]
    return ["".join(next(holes) if c == "\0" else c for c in part) for part in parts if part]
