"""A diagram file is read from hostile bytes into plain values; nothing is judged here but the XML itself."""

from lxml import etree

from service.engine.drawn import events, layout, nodes, processes
from service.engine.drawn.markup import refusal, root
from service.engine.drawn.nodes import BPMN
from service.engine.drawn.source import DiagramSource


def read(file: str, content: bytes) -> DiagramSource:
    """Read one diagram, or raise FileUnreadable."""
    return drawn(file, root(file, content))


def drawn(file: str, root: etree._Element) -> DiagramSource:
    """Read a diagram from its XML, or raise FileUnreadable when it is none."""
    if root.tag != f"{BPMN}definitions":
        raise refusal(
            file,
            "not-bpmn",
            "文件既不是 BPMN 2.0 流程图，也不是 DMN 决策表，请在建模工具里另存为这两种格式。",
        )
    catalogue = events.Catalogue.of(root)
    return DiagramSource(
        file,
        tuple(processes.read(file, node, catalogue) for node in root.iter(f"{BPMN}process")),
        tuple(layout.shapes(root)),
        tuple(layout.edges(root)),
        tuple(
            (node.get("id", ""), nodes.referenced(node, node.get("processRef", "")))
            for node in root.iter(f"{BPMN}participant")
        ),
        tuple(node.get("id", "") for node in root.iter(f"{BPMN}messageFlow")),
    )
