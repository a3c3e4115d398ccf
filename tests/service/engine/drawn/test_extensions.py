"""What vendors add to an element is read, each in its own spelling."""

from service.engine.drawn import source
from tests.service.engine.diagrams import call, extensions, service
from tests.service.engine.drawn.only import only


def test_a_service_task_names_its_operation_and_its_parameters() -> None:
    parameters = extensions(
        '<camunda:inputOutput><camunda:inputParameter name="kind">${level}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    )

    found = only(service("a", " register_suggestion ", parameters))

    assert (found.topic, found.inputs) == ("register_suggestion", {"kind": "${level}"})


def test_what_a_call_passes_is_read() -> None:
    passing = extensions(
        '<camunda:in variables="all" />',
        '<camunda:in businessKey="#{execution.processBusinessKey}" />',
        '<camunda:out source="reply" target="answer" />',
    )
    found = only(call("c", " q ", passing))

    assert found.called == "q"
    assert found.passed_in == (source.Passing(every=True),)
    assert found.passed_out == (source.Passing(source="reply", target="answer"),)


def test_the_fields_of_a_service_become_its_parameters() -> None:
    drawn = extensions(
        '<flowable:field name="to"><flowable:string><![CDATA[ office ]]></flowable:string></flowable:field>',
        '<flowable:field name="text"><flowable:expression>${title}</flowable:expression></flowable:field>',
        '<activiti:field name="kind" stringValue="notice"/>',
        '<activiti:field name="nothing"/>',
    )

    assert only(service("x", "notify", drawn)).inputs == {
        "to": "office",
        "text": "${title}",
        "kind": "notice",
        "nothing": "",
    }
