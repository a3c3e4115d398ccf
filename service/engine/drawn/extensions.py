"""What the vendors add to an element: properties, parameters, settings, what a call passes."""

from collections.abc import Iterator, Mapping

from lxml import etree

from service.engine.drawn import nodes
from service.engine.drawn.source import Passing


def properties(extension: etree._Element | None) -> dict[str, str]:
    """Return the name-value pairs of a modeller's panel for properties."""
    return {
        item.get("name", "").strip(): item.get("value", "").strip()
        for properties in nodes.children(extension, "properties")
        for item in nodes.children(properties, "property")
    }


def parameters(extension: etree._Element | None, tag: str) -> dict[str, str]:
    """Return the input or output parameters, each with its text."""
    return {
        item.get("name", "").strip(): nodes.text(item)
        for block in nodes.children(extension, "inputOutput")
        for item in nodes.children(block, tag)
    }


def structured(extension: etree._Element | None) -> Iterator[str]:
    """Yield the parameters given as a list, a map or a script, which has no effect here."""
    for block in nodes.children(extension, "inputOutput"):
        yield from (item.get("name", "") for item in block if len(item))


def settings(extension: etree._Element | None) -> dict[str, str]:
    """Read the fields Flowable and Activiti hand to a service: an attribute, or a text or expression inside."""
    found: dict[str, str] = {}
    for item in nodes.children(extension, "field"):
        texts = [item.get("stringValue"), item.get("expression")]
        texts += [
            nodes.text(child)
            for tag in ("string", "expression")
            for child in nodes.children(item, tag)
        ]
        given = [text for text in texts if text is not None]
        found[item.get("name", "").strip()] = given[0].strip() if given else ""
    return found


def inherited(attributes: Mapping[str, str]) -> tuple[Passing, ...]:
    """Return what Flowable's `inheritVariables` passes: every variable."""
    return (Passing(every=True),) if nodes.flag(attributes.get("inheritVariables"), False) else ()


def passing(extension: etree._Element | None, tag: str) -> tuple[Passing, ...]:
    """Return what a call takes in or gives out; the business key of another engine is not a variable."""
    return tuple(
        Passing(
            node.get("source", ""),
            node.get("sourceExpression", ""),
            node.get("target", ""),
            node.get("variables") == "all",
        )
        for node in nodes.children(extension, tag)
        if node.get("businessKey") is None
    )
