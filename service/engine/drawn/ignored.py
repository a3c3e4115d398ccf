"""What is written for other engines and has no effect here."""

from lxml import etree

from service.engine.drawn import dialect, fields, nodes
from service.engine.drawn.nodes import BPMN


def of(node: etree._Element) -> tuple[str, ...]:
    """Return what other engines would do with an element and this one does not, each with what to do instead."""
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    names = [*nodes.attributes(node)]
    names += [] if loop is None else [*nodes.attributes(loop)]
    for definition in _definitions(node):
        names += [*nodes.attributes(definition)]
        names += [name for timer in definition for name in nodes.attributes(timer)]
    extension = node.find(f"{BPMN}extensionElements")
    inside = [extension] if loop is None else [extension, loop.find(f"{BPMN}extensionElements")]
    children = [child for one in inside if one is not None for child in one]
    lost = [(f"“{name}”", dialect.effect(name)) for name in names]
    lost += [
        (_title(child), dialect.effect(name)) for child in children if (name := nodes.tag(child))
    ]
    for each in fields.nodes_of(extension):
        names_of_rules = {
            rule.get("name", "") for rule in each.iter() if nodes.tag(rule) == "constraint"
        }
        lost += [(f"“{name}”", dialect.constraint(name)) for name in sorted(names_of_rules)]
    silent = {dialect.CARRIED, dialect.HARMLESS}
    found = [f"{what}在本系统中不起作用：{words}。" for what, words in lost if words not in silent]
    return tuple(dict.fromkeys(found))


def _definitions(node: etree._Element) -> list[etree._Element]:
    return [one for one in node if nodes.local(one, BPMN).endswith("EventDefinition")]


def _title(child: etree._Element) -> str:
    """Return the words for an extension element; a listener is known by its event and by what it would run."""
    runs = [child.get(name, "") for name in ("class", "expression", "delegateExpression")]
    runs += [f"{script.get('scriptFormat', '')} 脚本" for script in nodes.children(child, "script")]
    program = "：".join(part for part in (child.get("event", ""), *runs) if part)
    return f"“{nodes.tag(child)}”（{program}）" if program else f"“{nodes.tag(child)}”"
