"""A process of a file, with what is drawn in it, scope by scope."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from service.engine.drawn import elements, events, ignored, nodes, people
from service.engine.drawn.nodes import BPMN
from service.engine.drawn.source import (
    NODES,
    SUBPROCESSES,
    DataObject,
    Element,
    Flow,
    ProcessSource,
)


def read(file: str, node: etree._Element, catalogue: events.Catalogue) -> ProcessSource:
    """Read a process with everything drawn in it."""
    contents = _Contents(node, catalogue)
    contents.gather(node)
    flows = [*_with_ids(contents.flows), *_linked(contents.elements)]
    defaults = {element.default for element in contents.elements if element.default}
    starters = people.starters(node)
    begun = [people.with_starters(element, starters) for element in contents.elements]
    return ProcessSource(
        node.get("id", ""),
        node.get("name", ""),
        nodes.documentation(node),
        file,
        nodes.flag(node.get("isExecutable"), True),
        tuple(people.with_initiator(begun)),
        tuple(replace(flow, is_default=flow.id in defaults) for flow in flows),
        contents.lane_names,
        tuple(contents.others),
        tuple(_data_objects(node)),
        ignored.of(node),
    )


class _Contents:
    """What is drawn in a process: its elements and flows, and what is neither."""

    def __init__(self, process: etree._Element, catalogue: events.Catalogue) -> None:
        self.catalogue = catalogue
        self.lanes, self.lane_names = _lanes(process)
        self.elements: list[Element] = []
        self.flows: list[Flow] = []
        self.others: list[tuple[str, str]] = []

    def gather(self, node: etree._Element, scope: str = "", lane: str = "") -> None:
        """Take in what is drawn in a scope, subprocesses with their insides."""
        for child in node:
            kind = nodes.local(child, BPMN)
            if kind in NODES:
                where = self.lanes.get(child.get("id", ""), lane)
                element = elements.read(child, kind, scope, where, self.catalogue)
                self.elements.append(element)
                if kind in SUBPROCESSES:
                    self.gather(child, element.id, element.lane)
            elif kind == "sequenceFlow":
                self.flows.append(elements.read_flow(child, scope))
            elif kind not in {"", "documentation", "extensionElements", "incoming", "outgoing"}:
                self.others.append((child.get("id", ""), kind))


def _linked(drawn: Sequence[Element]) -> Iterator[Flow]:
    """A token that enters a link goes on where the link of that name leaves (BPMN 2.0, 10.5.1)."""
    ends = {(e.scope, e.event.name): e for e in drawn if e.event and e.leaves_link}
    for element in drawn:
        if element.event is None or element.event.kind != "link" or element.leaves_link:
            continue
        end = ends.get((element.scope, element.event.name))
        if end is not None:
            key = f"Link_{element.id}_{end.id}"
            yield Flow(key, element.id, end.id, scope=element.scope, implied=True)


def _with_ids(flows: Sequence[Flow]) -> list[Flow]:
    """The XSD allows a flow without an id; it is still a flow, and gets one."""
    taken = {flow.id for flow in flows}
    named: list[Flow] = []
    for flow in flows:
        key, number = flow.id or f"Flow_{flow.source}_{flow.target}", 1
        while not flow.id and key in taken:
            number += 1
            key = f"Flow_{flow.source}_{flow.target}_{number}"
        taken.add(key)
        named.append(flow if flow.id else replace(flow, id=key))
    return named


def _data_objects(process: etree._Element) -> Iterator[DataObject]:
    """Only those with a value say anything; a drawn data object is a picture of a document."""
    for node in process.iter(f"{BPMN}dataObject"):
        values = nodes.children(node.find(f"{BPMN}extensionElements"), "value")
        above = node.getparent()
        if values and above is not None:
            scope = "" if above is process else above.get("id") or ""
            kind = node.get("itemSubjectRef", "").rpartition(":")[2]
            name = node.get("name") or node.get("id") or ""
            yield DataObject(name, kind, nodes.text(values[0]), scope)


def _lanes(node: etree._Element) -> tuple[dict[str, str], tuple[str, ...]]:
    lanes: dict[str, str] = {}
    names: list[str] = []
    for lane in node.iter(f"{BPMN}lane"):
        name = " ".join(lane.get("name", "").split())
        names.append(name)
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            lanes[(reference.text or "").strip()] = name
    return lanes, tuple(names)
