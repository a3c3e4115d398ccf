"""A form that cannot be shown or filled in is an error."""

import pytest

from tests.service.engine.checking.review import check, field, form, good, said


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (field("a", "signature"), "unknown-field-type"),
        (field("a", "string") + field("a", "string"), "field-id"),
        (field("", "string"), "field-id"),
        (
            field(
                "a",
                "person",
                '<camunda:properties><camunda:property id="source" value="x"/></camunda:properties>',
            ),
            "unknown-source",
        ),
        (field("a-b", "string"), "field-faulty"),
        (field("a", "table"), "field-faulty"),
        (
            field(
                "a",
                "table",
                '<camunda:properties><camunda:property id="columns" value="who:choices:谁"/></camunda:properties>',
            ),
            "field-faulty",
        ),
        (
            field(
                "a",
                "string",
                '<camunda:validation><camunda:constraint name="maxlength" config="ten"/></camunda:validation>',
            ),
            "field-faulty",
        ),
    ],
)
def test_a_form_that_cannot_be_shown_is_an_error(fields: str, code: str) -> None:
    assert said(good(form(fields))) == {("error", code, "Task_review")}


def test_a_choice_without_options_is_a_text_and_that_is_noted() -> None:
    [finding] = check(good(form(field("a", "enum"))))

    assert (finding.severity, finding.code) == ("warning", "field-options")


def test_a_form_that_can_be_shown_is_fine() -> None:
    source = (
        '<camunda:properties><camunda:property id="source" value="people"/></camunda:properties>'
    )

    assert check(good(form(field("a", "string") + field("b", "enum", source)))) == []
