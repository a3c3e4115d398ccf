"""A copy of a diagram for practice, in which what cannot run here has become a named operation others can stand in for."""

from collections.abc import Collection, Mapping

from lxml import etree

from service.engine.drawn import markup, nodes
from service.engine.drawn.findings import FileUnreadable
from service.engine.drawn.nodes import BPMN

_KEPT_ATTRIBUTES = frozenset({"id", "name", "default", "startQuantity", "isForCompensation"})
_OUTSIDE = frozenset({"script", "ioSpecification"})  # what belongs to the program


def stood_in(
    files: Mapping[str, bytes], elements: Mapping[str, Collection[str]]
) -> Mapping[str, bytes]:
    """Return the files with these elements, by file, made service tasks whose topic is their own id.

    What such an element says of its program is gone: its class, script, called process, message, input and mappings.
    Its place, its name and its repetition stay, and so do the output parameters that are texts. An end event just ends.
    """
    return {
        name: _replaced(name, content, elements[name]) if elements.get(name) else content
        for name, content in files.items()
    }


def _replaced(file: str, content: bytes, ids: Collection[str]) -> bytes:
    try:
        root = markup.root(file, content)
    except FileUnreadable:
        return content
    for node in root.iter():
        if nodes.local(node, BPMN) and node.get("id") in ids:
            _make_service(node)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _make_service(node: etree._Element) -> None:
    for child in list(node):
        if nodes.local(child, BPMN).endswith("EventDefinition"):
            node.remove(child)
    if nodes.local(node, BPMN) == "endEvent":
        return  # a task could not be the end
    node.tag = f"{BPMN}serviceTask"
    for name in list(node.attrib):
        if name not in _KEPT_ATTRIBUTES:
            del node.attrib[name]
    vendor = nodes.VENDORS[0]
    node.set(f"{vendor}type", "external")
    node.set(f"{vendor}topic", node.get("id", ""))
    for child in list(node):
        if nodes.local(child, BPMN) in _OUTSIDE:
            node.remove(child)
        elif nodes.local(child, BPMN) == "extensionElements":
            _keep_outputs(child)


def _keep_outputs(extension: etree._Element) -> None:
    for part in list(extension):
        if nodes.tag(part) != "inputOutput":
            extension.remove(part)
            continue
        for item in list(part):
            if nodes.tag(item) != "outputParameter" or len(item):
                part.remove(item)
