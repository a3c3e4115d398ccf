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
    if node.get("required") == "true":  # Flowable's and Activiti's formProperty
        constraints["required"] = ""
    if node.get("writable") == "false":
        constraints["readonly"] = ""
    if node.get("readable") == "false":
        properties["showIf"] = "false"
    is_property = nodes.tag(node) == "formProperty"
    type_ = node.get("type", "string" if is_property else "").strip()
    return FieldSource(
        (node.get("variable", "") if is_property else "") or node.get("id", ""),
        node.get("label") or node.get("name") or "",
        _FIELD_TYPES.get(type_, type_),
        node.get("defaultValue", node.get("default", node.get("expression"))),
        tuple((item.get("id", ""), item.get("name", "")) for item in nodes.children(node, "value")),
        constraints,
        properties,
    )
