"""Fields of a form, in Camunda's formData and in Flowable's and Activiti's formProperty."""

from collections.abc import Mapping

from lxml import etree

from service.engine.drawn import nodes
from service.engine.drawn.source import FieldSource

_FIELD_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("int", "integer", "short"), "long"),
    **dict.fromkeys(("double", "float", "decimal"), "number"),
    **dict.fromkeys(("textarea", "multi-line-text", "text-area"), "longtext"),
    **dict.fromkeys(("text", "String"), "string"),
    **dict.fromkeys(("bool", "Boolean"), "boolean"),
    **dict.fromkeys(("dropdown", "radio-buttons"), "enum"),
}
"""What other engines, and forms written for them, call the types of this one."""


def of(extension: etree._Element | None) -> tuple[FieldSource, ...]:
    """Return the fields of a form, in the order of the file."""
    return tuple(_field(node) for node in nodes_of(extension))


def nodes_of(extension: etree._Element | None) -> list[etree._Element]:
    """Return the nodes that declare the fields of a form."""
    data = nodes.children(extension, "formData")
    fields = [field for one in data for field in nodes.children(one, "formField")]
    return [*fields, *nodes.children(extension, "formProperty")]


def _field(node: etree._Element) -> FieldSource:
    constraints = {
        item.get("name", ""): item.get("config", "")
        for validation in nodes.children(node, "validation")
        for item in nodes.children(validation, "constraint")
    }
    properties = {
        item.get("id", ""): item.get("value", "")
        for properties in nodes.children(node, "properties")
        for item in nodes.children(properties, "property")
    }
    if nodes.flag(node.get("required"), False):  # Flowable's and Activiti's formProperty
        constraints["required"] = ""
    if not nodes.flag(node.get("writable"), True):
        constraints["readonly"] = ""
    if not nodes.flag(node.get("readable"), True):
        properties["showIf"] = "false"
    is_property = nodes.tag(node) == "formProperty"
    written = node.get("type", "string" if is_property else "").strip()
    options = tuple((o.get("id", ""), o.get("name", "")) for o in nodes.children(node, "value"))
    type_ = _FIELD_TYPES.get(written, written)
    is_open = type_ == "enum" and not options and not properties.get("source")
    return FieldSource(
        (node.get("variable", "") if is_property else "") or node.get("id", ""),
        node.get("label") or node.get("name") or "",
        "string" if is_open else type_,
        node.get("defaultValue", node.get("default", node.get("expression"))),
        options,
        constraints,
        properties,
        is_open,
    )
