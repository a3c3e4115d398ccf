"""How a diagram is drawn: every element has a shape, shapes have their usual size, lines run to the right and do not cross."""

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from service.engine.drawn.findings import Finding, note
from service.engine.drawn.source import (
    EVENTS,
    GATEWAYS,
    TASKS,
    DiagramSource,
    Edge,
    ProcessSource,
    Shape,
)

_Point = tuple[float, float]
_Segment = tuple[_Point, _Point]

_RIGHTWARD = 0.6  # less of the lines running to the right than this is worth a word
_MOST_CROSSINGS_NAMED = 5
_MOST_LINES, _MOST_BENDS = 200, 20  # more than this is not looked through


def findings(diagram: DiagramSource) -> Iterator[Finding]:
    """Return what to say about the drawing of one file."""
    shapes = {shape.element: shape for shape in diagram.shapes}
    edges = {edge.element: edge for edge in diagram.edges}
    for process in diagram.processes:
        if process.executable:
            yield from _undrawn(process, shapes, edges)
            yield from _sizes(process, shapes)
            yield from _overlaps(process, shapes)
            yield from _directions(process, edges)
            yield from _crossings(process, edges)


def _undrawn(
    process: ProcessSource, shapes: Mapping[str, Shape], edges: Mapping[str, Edge]
) -> Iterator[Finding]:
    named = {element.id: element.name or element.id for element in process.elements}
    named |= {flow.id: flow.name or flow.id for flow in process.flows if not flow.implied}
    drawn = shapes.keys() | edges.keys()
    if not drawn:
        yield note(
            process,
            process.process_id,
            "not-drawn",
            "文件里只有流程的内容，没有图形，打开图的人什么也看不到；请在建模工具里打开一次，排好图后保存。",
        )
        return
    for key, name in named.items():
        if key not in drawn:
            yield note(
                process,
                key,
                "not-drawn",
                f"“{name}”在流程里有，图上没有画出来，打开图的人看不到它；请在建模工具里补画或删除。",
            )


def _sizes(process: ProcessSource, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    for element in process.elements:
        shape = shapes.get(element.id)
        usual = _usual(element.kind)
        if shape and usual and (shape.width, shape.height) != usual:
            yield note(
                process,
                element.id,
                "size",
                f"“{element.name or element.id}”的大小不是常用的 {usual[0]:g}×{usual[1]:g}，请恢复。",
            )


def _usual(kind: str) -> tuple[float, float] | None:
    if kind in TASKS or kind == "callActivity":
        return 100, 80
    if kind in EVENTS:
        return 36, 36
    return (50, 50) if kind in GATEWAYS else None


def _overlaps(process: ProcessSource, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    beside = [e for e in process.elements if e.id in shapes and not e.attached_to][:_MOST_LINES]
    for one, other in combinations(beside, 2):
        if one.scope == other.scope and _overlap(shapes[one.id], shapes[other.id]):
            yield note(
                process,
                other.id,
                "overlap",
                f"“{one.name or one.id}”和“{other.name or other.id}”叠在一起，请移开。",
            )


def _overlap(a: Shape, b: Shape) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def _directions(process: ProcessSource, edges: Mapping[str, Edge]) -> Iterator[Finding]:
    lines = [edges[flow.id].points for flow in process.flows if flow.id in edges]
    lines = [points for points in lines if len(points) > 1]
    rightward = sum(points[-1][0] >= points[0][0] for points in lines)
    if lines and rightward < _RIGHTWARD * len(lines):
        yield note(
            process,
            process.process_id,
            "direction",
            "多数线不是从左向右走的，请把主线排成从左到右的一条直线。",
        )


def _crossings(process: ProcessSource, edges: Mapping[str, Edge]) -> Iterator[Finding]:
    drawn = [(flow, edges[flow.id]) for flow in process.flows if flow.id in edges]
    drawn = [(flow, edge) for flow, edge in drawn[:_MOST_LINES] if len(edge.points) < _MOST_BENDS]
    named = 0
    for (one, first), (other, second) in combinations(drawn, 2):
        if one.scope != other.scope or {one.source, one.target} & {other.source, other.target}:
            continue
        if _cross(first, second) and named < _MOST_CROSSINGS_NAMED:
            named += 1
            yield note(
                process,
                other.id,
                "crossing",
                f"“{one.name or one.id}”和“{other.name or other.id}”两条线交叉，请挪开。",
            )


def _cross(one: Edge, other: Edge) -> bool:
    return any(
        _meet(first, second) for first in pairwise(one.points) for second in pairwise(other.points)
    )


def _meet(one: _Segment, other: _Segment) -> bool:
    """Say whether two segments cross in a point inside both."""
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: _Point, b: _Point, point: _Point) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
