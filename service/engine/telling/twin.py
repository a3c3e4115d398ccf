"""The text twin of a diagram: the same steps as numbered Chinese sentences, for screen readers, print and messages."""

from dataclasses import dataclass

from service.engine.telling import sentences, ways
from service.engine.telling.names import Names
from service.engine.telling.story import NOTHING, Drawn, Story, depth, reading_order

__all__ = ["Drawn", "Line", "Names", "lines"]


@dataclass(frozen=True)
class Line:
    """One step: `text` says what happens and who does it, `then` where it goes on."""

    number: int
    element_id: str
    kind: str
    depth: int
    text: str
    then: str


def lines(process: Drawn, names: Names = NOTHING) -> tuple[Line, ...]:
    """Return one line for every element, in the order a token would first reach it; nothing drawn is left out."""
    story = Story(process, names)
    order = reading_order(story)
    numbers = {element_id: number for number, element_id in enumerate(order, 1)}
    return tuple(
        Line(
            numbers[element_id],
            element_id,
            process.elements[element_id].kind,
            depth(process, element_id),
            sentences.of(process.elements[element_id], story),
            ways.then(process.elements[element_id], story, numbers),
        )
        for element_id in order
    )
