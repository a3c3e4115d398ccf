"""A diagram as its XML says it, read for the interpreter: what leads where, what is attached, when a flow is taken."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from tests.fuzz.juel import evaluate, truth

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

_SPANS = {"PT3H": 3, "P1D": 24, "P2DT12H": 60, "P10D": 240}  # hours; P1M is the same day next month
_AWAITED = ("timerEventDefinition", "signalEventDefinition", "messageEventDefinition")


class Drawing:
    """Elements by id, and the flows out of and into each."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.nodes: dict[str, etree._Element] = {}
        self.outgoing: dict[str, list[etree._Element]] = {}
        self.incoming: dict[str, list[etree._Element]] = {}
        for content in files.values():
            for node in etree.fromstring(content).iter(f"{BPMN}*"):
                self.nodes[node.get("id", "")] = node
                if kind(node) == "sequenceFlow":
                    self.outgoing.setdefault(node.get("sourceRef"), []).append(node)
                    self.incoming.setdefault(node.get("targetRef"), []).append(node)

    def awaits(self, at: str) -> bool:
        """Whether a token here waits for the world: for a person or an event."""
        node = self.nodes[at]
        what = kind(node)
        happens = any(node.find(BPMN + event) is not None for event in _AWAITED)
        return what == "userTask" or (happens and what != "intermediateThrowEvent")

    def is_aside(self, at: str) -> bool:
        """Whether this is an event subprocess."""
        return bool(self.nodes[at].get("triggeredByEvent") == "true")

    def is_beside(self, at: str) -> bool:
        """Whether this is an event subprocess that does not interrupt."""
        start = self.nodes[at].find(f"{BPMN}startEvent")
        return self.is_aside(at) and start.get("isInterrupting") == "false"

    def begins(self, start: etree._Element, named: str) -> bool:
        """Whether a start event is the one named, or else the blank one."""
        if named:
            return bool(start.get("id") == named)
        return not start.xpath("*[contains(local-name(), 'EventDefinition')]")

    def spoken(self, at: str) -> str:
        """Return the message or signal that is said or waited for here."""
        return "".join(self.nodes[at].xpath("*/@messageRef | */@signalRef"))

    def times(self, at: str) -> Iterator[tuple[int, str]]:
        """Yield how often a timer fires, and after what time."""
        for text in self.nodes[at].xpath("*[local-name()='timerEventDefinition']/*/text()"):
            ticks, _, span = text.rpartition("/")
            yield int(ticks.removeprefix("R") or 1), span

    def beside(self, at: str) -> list[str]:
        """Return the boundary events of an activity."""
        return [n.get("id") for n in self.nodes.values() if n.get("attachedToRef") == at]

    def taken(self, at: str, names: dict[str, Any]) -> list[etree._Element]:
        """Return the flows along which tokens go on: by their conditions, or else the default."""
        node, flows = self.nodes[at], self.outgoing.get(at, [])
        default = [flow for flow in flows if flow.get("id") == node.get("default")]
        taken = [flow for flow in flows if flow not in default and holds(flow, names)]
        if kind(node) == "exclusiveGateway":
            taken = taken[:1]
        return taken or default

    def linked(self, at: str) -> list[str]:
        """Return where a link leads that is thrown here."""
        link = self.nodes[at].find(f"{BPMN}linkEventDefinition")
        if link is None or kind(self.nodes[at]) != "intermediateThrowEvent":
            return []
        inside = self.nodes[at].getparent().findall(f"{BPMN}intermediateCatchEvent")
        links = [(n.get("id"), n.find(f"{BPMN}linkEventDefinition")) for n in inside]
        return [key for key, to in links if to is not None and to.get("name") == link.get("name")]

    def reach(self, start: str, gateway: str) -> set[str]:
        """Return the flows into a gateway to which a token at `start` can come without passing the gateway."""
        seen, wanted, found = {start}, [start], set()
        while wanted:
            at = wanted.pop()
            flows = self.outgoing.get(at, [])
            found |= {f.get("id") for f in flows if f.get("targetRef") == gateway}
            for after in [*self.beside(at), *self.linked(at), *(f.get("targetRef") for f in flows)]:
                if after not in seen and after != gateway:
                    seen.add(after)
                    wanted.append(after)
        return found


def kind(node: etree._Element) -> str:
    return str(node.tag).removeprefix(BPMN)


def holds(flow: etree._Element, names: dict[str, Any]) -> bool:
    condition = flow.find(f"{BPMN}conditionExpression")
    return condition is None or truth(evaluate(condition.text, names))


def passed(call: etree._Element, which: str, names: dict[str, Any]) -> dict[str, Any]:
    """Return what a call passes `in` or brings back `out`."""
    given: dict[str, Any] = {}
    for one in call.findall(f".//{CAMUNDA}{which}"):
        if one.get("variables") == "all":
            given |= names
        elif one.get("sourceExpression"):
            given[one.get("target")] = evaluate(one.get("sourceExpression"), names)
        else:
            given[one.get("target")] = names.get(one.get("source"))
    return given


def parameters(node: etree._Element, which: str) -> dict[str, str]:
    """Return the `input` or `output` parameters of an activity."""
    found = node.findall(f"{BPMN}extensionElements//{CAMUNDA}{which}Parameter")
    return {one.get("name"): one.text for one in found}


def later(at: datetime, span: str) -> datetime:
    if span == "P1M":
        year, month = at.year + at.month // 12, at.month % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
    return at + timedelta(hours=_SPANS[span])
