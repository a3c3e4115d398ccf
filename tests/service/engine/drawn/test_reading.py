"""A file is read as the diagram it is, in whatever encoding, or refused."""

import pytest

from service.engine.drawn import reading
from service.engine.drawn.findings import FileUnreadable
from tests.service.engine.diagrams import document, process, user


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "GBK"])
def test_any_encoding_reads_the_same(encoding: str) -> None:
    content = document(process("p", user("a", name="起草答复")), encoding=encoding)

    assert reading.read("p.bpmn", content).processes[0].elements[0].name == "起草答复"


def test_xml_of_another_kind_is_no_diagram() -> None:
    with pytest.raises(FileUnreadable) as refused:
        reading.read("x.bpmn", b"<svg/>")

    assert refused.value.finding.code == "not-bpmn"


def test_participants_and_message_flows_of_a_collaboration_are_read() -> None:
    collaboration = (
        '<bpmn:collaboration id="C"><bpmn:participant id="P" processRef="p"/>'
        '<bpmn:messageFlow id="F" sourceRef="P" targetRef="a"/></bpmn:collaboration>'
    )

    found = reading.read("p.bpmn", document(collaboration, process("p", user("a"))))

    assert found.participants == (("P", "p"),)
    assert found.message_flows == ("F",)
