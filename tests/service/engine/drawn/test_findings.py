"""A finding names file and element, and finds the words by which a designer knows them."""

from service.engine.drawn.findings import called, fault, note
from service.engine.drawn.source import Element, ProcessSource

PROCESS = ProcessSource("p", "请假", "", "leave.bpmn", True, (), ())


def test_a_fault_keeps_a_diagram_back_and_a_note_does_not() -> None:
    wrong, told = fault(PROCESS, "a", "x", "请改正。"), note(PROCESS, "a", "x", "请留意。")

    assert (wrong.file, wrong.element, wrong.severity) == ("leave.bpmn", "a", "error")
    assert told.severity == "warning"


def test_an_element_is_called_by_its_name_and_its_id() -> None:
    assert called(Element("Task_a", "userTask", "批假")) == "“批假”（Task_a）"
    assert called(Element("Task_a", "userTask")) == "“Task_a”"
