"""How a diagram is laid out: its shapes and its edges."""

from collections.abc import Iterator

from lxml import etree

from service.engine.drawn import nodes
from service.engine.drawn.source import Edge, Shape

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"


def shapes(root: etree._Element) -> Iterator[Shape]:
    """Yield where each shape lies and how large it is."""
    for node in root.iter(f"{_DI}BPMNShape"):
        bounds = node.find(f"{_DC}Bounds")
        if bounds is not None:
            x, y, width, height = (
                _number(bounds.get(name)) for name in ("x", "y", "width", "height")
            )
            yield Shape(nodes.referenced(node, node.get("bpmnElement", "")), x, y, width, height)


def edges(root: etree._Element) -> Iterator[Edge]:
    """Yield the points each line goes through."""
    for node in root.iter(f"{_DI}BPMNEdge"):
        points = node.findall(f"{_DD}waypoint")
        yield Edge(
            nodes.referenced(node, node.get("bpmnElement", "")),
            tuple((_number(point.get("x")), _number(point.get("y"))) for point in points),
        )


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
