"""Where shapes and lines lie is read."""

from service.engine.drawn import reading, source
from tests.service.engine.diagrams import document, process, user


def test_what_is_drawn_is_read() -> None:
    content = document(
        process("p", user("a")),
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
        '<bpmndi:BPMNShape id="a_di" bpmnElement="a"><dc:Bounds x="10" y="20.5" width="100" height="80"/>'
        '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="f_di" bpmnElement="f"><di:waypoint x="1" y="2"/>'
        '<di:waypoint x="x" y="4"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>',
    )
    found = reading.read("p.bpmn", content)

    assert found.shapes == (source.Shape("a", 10, 20.5, 100, 80),)
    assert found.edges == (source.Edge("f", ((1, 2), (0, 4))),)
