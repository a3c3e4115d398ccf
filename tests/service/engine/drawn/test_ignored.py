"""What has no effect here is remembered."""

from tests.service.engine.diagrams import extensions, user
from tests.service.engine.drawn.only import only


def test_extensions_without_an_effect_are_remembered() -> None:
    listening = extensions(
        '<camunda:taskListener class="org.example.L" event="create"/>',
        '<camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>'
        '<camunda:outputParameter name="b">2</camunda:outputParameter></camunda:inputOutput>',
    )

    found = only(
        user("a", listening, camunda__formKey="embedded:x", camunda__skipExpression="${a}")
    )

    assert [told.partition("”")[0].strip("“") for told in found.ignored] == [
        "skipExpression",
        "taskListener",
    ]
