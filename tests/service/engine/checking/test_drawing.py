"""A diagram is a picture: nothing hidden, nothing on top of something else, lines that can be followed."""

from service.engine.checking import drawing
from service.engine.drawn import reading
from service.engine.drawn.source import DiagramSource, Edge, Shape
from tests.service.engine.diagrams import document, end, laid_out, path, process, start, user

ROAD = process("p", start(), user("a"), user("b"), end(), path("s", "a", "b", "e"))


def said(diagram: DiagramSource) -> set[tuple[str, str, str]]:
    found = list(drawing.findings(diagram))
    assert all(finding.message.endswith("。") for finding in found)
    return {(finding.severity, finding.code, finding.element) for finding in found}


def changed(
    *, shapes: dict[str, Shape] | None = None, edges: dict[str, Edge] | None = None
) -> DiagramSource:
    read = reading.read("p.bpmn", laid_out(ROAD))
    kept_shapes = {shape.element: shape for shape in read.shapes} | (shapes or {})
    kept_edges = {edge.element: edge for edge in read.edges} | (edges or {})
    return DiagramSource(
        read.file, read.processes, tuple(kept_shapes.values()), tuple(kept_edges.values())
    )


def test_a_clean_drawing_is_left_alone() -> None:
    assert said(changed()) == set()


def test_what_is_not_drawn_is_named() -> None:
    whole = changed()
    partly = DiagramSource(whole.file, whole.processes, whole.shapes[:2], whole.edges[:1])

    assert said(partly) == {("warning", "not-drawn", key) for key in ("b", "e", "a-b", "b-e")}


def test_a_file_without_a_picture_is_told_so_once() -> None:
    assert said(reading.read("p.bpmn", document(ROAD))) == {("warning", "not-drawn", "p")}


def test_sizes_are_the_usual_ones() -> None:
    resized = {"a": Shape("a", 150, 40, 120, 80), "s": Shape("s", 0, 82, 30, 30)}

    assert said(changed(shapes=resized)) == {("warning", "size", "a"), ("warning", "size", "s")}


def test_shapes_do_not_lie_on_one_another() -> None:
    assert said(changed(shapes={"b": Shape("b", 200, 60, 100, 80)})) == {
        ("warning", "overlap", "b")
    }


def test_most_lines_run_to_the_right() -> None:
    backward = {key: Edge(key, ((100, 100), (0, 100))) for key in ("s-a", "a-b")}

    assert said(changed(edges=backward)) == {("warning", "direction", "p")}


def test_lines_do_not_cross() -> None:
    crossing = {
        "s-a": Edge("s-a", ((0, 0), (100, 0), (100, 100))),
        "b-e": Edge("b-e", ((50, 50), (150, 50))),
    }

    assert said(changed(edges=crossing)) == {("warning", "crossing", "b-e")}


def test_lines_that_touch_or_share_an_end_do_not_cross() -> None:
    touching = {
        "s-a": Edge("s-a", ((0, 0), (100, 0))),
        "a-b": Edge("a-b", ((50, -50), (50, 50))),
        "b-e": Edge("b-e", ((100, 0), (200, 0))),
    }

    assert said(changed(edges=touching)) == set()
