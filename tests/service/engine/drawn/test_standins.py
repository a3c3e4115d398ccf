from service.engine.drawn import reading, standins
from tests.drawing import diagram

START = '<startEvent id="Start_a" name="已提出"/>'
END = '<endEvent id="End_z" name="已办结"/>'


def drawn(work: str) -> bytes:
    return diagram("p", "流程", START + work + END, [("Start_a", "Task_w"), ("Task_w", "End_z")])


def replaced(work: str):
    files = standins.stood_in({"p.bpmn": drawn(work)}, {"p.bpmn": {"Task_w"}})
    [process] = reading.read("p.bpmn", files["p.bpmn"]).processes
    [element] = [one for one in process.elements if one.id == "Task_w"]
    return element


def test_a_call_becomes_an_operation_named_like_the_element():
    element = replaced(
        '<callActivity id="Task_w" name="调用" calledElement="x"><extensionElements>'
        '<camunda:in variables="all"/></extensionElements></callActivity>'
    )

    assert (element.kind, element.name, element.topic) == ("serviceTask", "调用", "Task_w")
    assert element.called == ""
    assert element.passed_in == ()


def test_a_script_is_gone_and_texts_it_put_out_stay():
    element = replaced(
        '<scriptTask id="Task_w" name="算" scriptFormat="groovy"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="a">1</camunda:inputParameter>'
        '<camunda:outputParameter name="b">2</camunda:outputParameter>'
        '<camunda:outputParameter name="c"><camunda:script scriptFormat="groovy">3</camunda:script>'
        "</camunda:outputParameter></camunda:inputOutput></extensionElements><script>x</script></scriptTask>"
    )

    assert element.script is None
    assert element.inputs == {}
    assert element.outputs == {"b": "2"}
    assert element.structured == ()


def test_what_is_not_named_and_what_cannot_be_read_stays_as_it_is():
    files = {"p.bpmn": drawn('<task id="Task_w" name="x"/>'), "q.bpmn": b"<broken"}

    assert standins.stood_in(files, {"q.bpmn": {"Task_w"}}) == files
    assert standins.stood_in(files, {}) == files
