"""A process as a story: what leads where, and in which order a token would come to it."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from service.engine.drawn.source import SUBPROCESSES, Element, Flow
from service.engine.telling.names import Names, fields_of

NOTHING = Names()
_DEEPEST = 100


class Drawn(Protocol):
    """What a twin needs of a process: its elements and its flows."""

    @property
    def elements(self) -> Mapping[str, Element]: ...

    @property
    def flows(self) -> Sequence[Flow]: ...


class Story:
    """A process with its flows and attachments looked up, and what its codes are called."""

    def __init__(self, process: Drawn, names: Names) -> None:
        self.elements = process.elements
        self.names = replace(names, fields={**fields_of(process.elements.values()), **names.fields})
        self.outgoing: dict[str, list[Flow]] = {element_id: [] for element_id in process.elements}
        self.entered: set[str] = set()
        for flow in process.flows:
            if flow.source in self.outgoing and flow.target in self.elements:
                self.outgoing[flow.source].append(flow)
                self.entered.add(flow.target)
        self.attached: dict[str, list[str]] = {}
        self.starts: dict[str, list[str]] = {}
        for element in process.elements.values():
            if element.attached_to:
                self.attached.setdefault(element.attached_to, []).append(element.id)
            elif element.kind == "startEvent":
                self.starts.setdefault(element.scope, []).append(element.id)
        for element in process.elements.values():
            if self._begins_unseen(element):
                self.starts.setdefault(element.scope, []).append(element.id)

    def _begins_unseen(self, element: Element) -> bool:
        """Whether a token is born here though no start event is drawn."""
        if element.attached_to or element.triggered_by_event or element.id in self.entered:
            return False
        first = self.starts.get(element.scope, [])
        return not any(self.elements[one].kind == "startEvent" for one in first)


def reading_order(story: Story) -> list[str]:
    """Return the elements in the order a token would first reach them."""
    events = [e.id for e in story.elements.values() if e.triggered_by_event and not e.scope]
    seen: dict[str, None] = {}
    for seed in [*story.starts.get("", []), *events, *story.elements]:
        waiting = deque([seed])
        while waiting:
            element_id = waiting.popleft()
            if element_id in seen:
                continue
            seen[element_id] = None
            waiting.extendleft(reversed(_inside_and_beside(story, element_id)))
            waiting.extend(flow.target for flow in story.outgoing[element_id])
    return list(seen)


def _inside_and_beside(story: Story, element_id: str) -> list[str]:
    """Return what comes right after an element: its inside, what happens meanwhile, and its boundary events."""
    inside: list[str] = []
    if story.elements[element_id].kind in SUBPROCESSES:
        events = [
            e.id for e in story.elements.values() if e.triggered_by_event and e.scope == element_id
        ]
        inside = [*story.starts.get(element_id, []), *events]
    return [*inside, *story.attached.get(element_id, [])]


def depth(process: Drawn, element_id: str) -> int:
    """Return how many subprocesses an element is drawn in."""
    depth, scope = 0, process.elements[element_id].scope
    while scope in process.elements and depth < _DEEPEST:
        depth, scope = depth + 1, process.elements[scope].scope
    return depth
