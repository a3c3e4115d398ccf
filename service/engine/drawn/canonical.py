"""What a file means, whoever wrote it down: its drawing, the order and the spelling of its XML left out.

Two files of the same digest run alike. The order of the flows out of one element stays in it, for a gateway asks them in
that order, and so does the order of what the vendors' extensions list: fields, options, properties.
"""

import hashlib
from collections import Counter
from functools import lru_cache
from typing import Any

from lxml import etree

from service.engine.drawn import markup, nodes
from service.engine.drawn.findings import FileUnreadable
from service.engine.drawn.nodes import BPMN

_DRAWING = (
    "{http://www.omg.org/spec/BPMN/20100524/DI}",
    "{https://www.omg.org/spec/DMN/20191111/DMNDI/}",
    "{http://www.omg.org/spec/DMN/20180521/DMNDI/}",
    "{http://bpmn.io/schema/dmn/biodi/1.0}",
    "{http://bpmn.io/schema/dmn/biodi/2.0}",
    "{http://bpmn.io/schema/bpmn/biocolor/1.0}",
)
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_LANGUAGES = frozenset(
    {"expressionLanguage", "typeLanguage"}
)  # of a root's attributes, these count
_FOLLOWS = frozenset({"incoming", "outgoing"})  # from the flows
# What the standard says where nothing is written; a modeller leaves it out.
_USUAL = {
    "associationDirection": "None",
    "cancelActivity": "true",
    "completionQuantity": "1",
    "gatewayDirection": "Unspecified",
    "implementation": "##unspecified",
    "instantiate": "false",
    "isClosed": "false",
    "isCollection": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "isSequential": "false",
    "parallelMultiple": "false",
    "processType": "None",
    "startQuantity": "1",
    "testBefore": "false",
    "textFormat": "text/plain",
    "triggeredByEvent": "false",
}
_USUAL_OF_VENDORS = {"asyncBefore": "false", "asyncAfter": "false", "exclusive": "true"}


@lru_cache(maxsize=256)
def digest(content: bytes) -> str:
    """Return what is the same for every way to write a file down; of what cannot be read, its bytes count."""
    try:
        root = markup.root("", content)
    except FileUnreadable:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(repr(_form(root)).encode()).hexdigest()


def is_same(one: bytes, other: bytes) -> bool:
    """Say whether two files mean the same."""
    return one == other or digest(one) == digest(other)


def _form(node: etree._Element) -> tuple[Any, ...]:
    """Return a node as nested values: its name, its attributes, its text, what it holds."""
    held = [child for child in node if isinstance(child.tag, str) and not _is_left_out(child)]
    forms = [_form(child) for child in held]
    if _is_unordered(node):
        ranks = _ranks(held)
        keyed = zip(held, forms, ranks, strict=True)
        forms = [(*form, rank) for _, form, rank in sorted(keyed, key=lambda one: _key(one[0]))]
    return (node.tag, _attributes(node), _text(node), tuple(forms))


def _is_left_out(node: etree._Element) -> bool:
    tag = str(node.tag)
    if tag.startswith(_DRAWING) or nodes.local(node, BPMN) in _FOLLOWS:
        return True
    return tag == f"{BPMN}extensionElements" and not len(node)


def _is_unordered(node: etree._Element) -> bool:
    """Elements of BPMN have ids and refer to one another; in tables and extensions the order says something."""
    if node.getparent() is None:
        return True
    return bool(nodes.local(node, BPMN)) and node.tag != f"{BPMN}extensionElements"


def _key(node: etree._Element) -> tuple[str, str]:
    return str(node.tag), node.get("id") or nodes.text(node)


def _ranks(held: list[etree._Element]) -> list[int]:
    """Return for each sequence flow its rank among those out of the same element, 0 for all else."""
    seen: Counter[str] = Counter()
    ranks = []
    for node in held:
        source = node.get("sourceRef", "") if node.tag == f"{BPMN}sequenceFlow" else ""
        seen[source] += bool(source)
        ranks.append(seen[source])
    return ranks


def _attributes(node: etree._Element) -> tuple[tuple[str, str], ...]:
    is_root = node.getparent() is None
    found = []
    for key, value in node.attrib.items():
        name, text = str(key), _resolved(node, str(key), str(value))
        if name.startswith(_DRAWING) or (is_root and name not in _LANGUAGES):
            continue
        if not (_USUAL.get(name) == text or _is_usual_of_a_vendor(name, text)):
            found.append((name, text))
    return tuple(sorted(found))


def _is_usual_of_a_vendor(name: str, value: str) -> bool:
    if not name.startswith(nodes.VENDORS):
        return False
    return _USUAL_OF_VENDORS.get(name.rpartition("}")[2]) == value


def _resolved(node: etree._Element, name: str, value: str) -> str:
    """Return a name in XML without its prefix, which is anybody's choice."""
    prefix, colon, local = value.strip().partition(":")
    if colon and prefix in node.nsmap:
        if name == _TYPE:
            return f"{{{node.nsmap[prefix]}}}{local}"
        if name.endswith("Ref"):
            return local
    return value


def _text(node: etree._Element) -> str:
    """Return the text of a node; blanks around and between elements are layout."""
    pieces = [node.text, *(child.tail for child in node)]
    return "".join(piece for piece in pieces if piece and piece.strip()).strip()
