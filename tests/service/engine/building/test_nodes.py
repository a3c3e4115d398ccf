"""Each kind of element becomes the node that does what it is drawn to do."""

import pytest

from service.engine.building import nodes
from service.engine.drawn.source import Element, EventSource, Script
from service.engine.elements import activities, events, gateways, messages, services, timers
from service.engine.running.nodes import Node
from service.engine.running.processes import ProcessSpec


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        (Element("a", "userTask"), activities.UserTask),
        (Element("a", "serviceTask", topic="note"), services.ServiceTask),
        (Element("a", "scriptTask", script=Script("", "n = 1", "")), activities.ScriptTask),
        (Element("a", "exclusiveGateway"), gateways.ExclusiveGateway),
        (Element("a", "sendTask", topic="note"), services.ServiceTask),
        (Element("a", "sendTask", events=(EventSource("message", "M"),)), events.ThrowEvent),
        (Element("a", "intermediateThrowEvent"), activities.PassingTask),
        (Element("a", "task"), activities.PassingTask),
    ],
)
def test_a_kind_of_element_is_a_kind_of_node(element: Element, kind: type[Node]) -> None:
    assert type(nodes.made(ProcessSpec("p", "p"), "a", element, {})) is kind


def test_what_an_event_waits_for_is_read_from_its_definition() -> None:
    timer = Element("t", "boundaryEvent", events=(EventSource("timer", "", text="P1D"),))
    message = Element("m", "boundaryEvent", events=(EventSource("message", "已下发"),))

    assert isinstance(nodes.event_definition(timer), timers.Timer)
    assert isinstance(nodes.event_definition(message), messages.Named)
    assert nodes.event_definition(Element("e", "endEvent")).kind == ""


def test_a_subprocess_is_named_within_its_process() -> None:
    assert nodes.spec_name("p", "") == "p"
    assert nodes.spec_name("p", "c") == "p:c"
