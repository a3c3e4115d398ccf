"""Forms of three engines are read into the same fields."""

import pytest

from service.engine.drawn import source
from tests.service.engine.diagrams import extensions, user
from tests.service.engine.drawn.only import only


def test_a_form_is_read_with_everything_it_declares() -> None:
    form = extensions(
        "<camunda:formData>"
        '<camunda:formField id="opinion" label="意见" type="enum" defaultValue="${last}">'
        '<camunda:value id="ok" name="同意"/><camunda:value id="no" name="不同意"/>'
        '<camunda:properties><camunda:property id="help" value="请写明理由"/></camunda:properties>'
        '<camunda:validation><camunda:constraint name="required"/>'
        '<camunda:constraint name="maxlength" config="20"/></camunda:validation>'
        "</camunda:formField></camunda:formData>"
    )

    [field] = only(user("a", form)).fields

    assert field == source.FieldSource(
        "opinion",
        "意见",
        "enum",
        "${last}",
        (("ok", "同意"), ("no", "不同意")),
        {"required": "", "maxlength": "20"},
        {"help": "请写明理由"},
    )


def test_flowables_form_properties_are_fields_too() -> None:
    form = extensions(
        '<flowable:formProperty id="days" name="天数" type="long" required="true" default="3">'
        "</flowable:formProperty>"
        '<flowable:formProperty id="who" name="申请人" type="string" writable="false"/>'
    )

    days, who = only(user("a", form)).fields

    assert (days.label, days.type, days.default, days.constraints) == (
        "天数",
        "long",
        "3",
        {"required": ""},
    )
    assert who.constraints == {"readonly": ""}


def test_the_fields_of_flowable_and_activiti_become_fields() -> None:
    drawn = extensions(
        '<flowable:formProperty id="a" name="天数" type="double" required="true"/>',
        '<flowable:formProperty id="b" datePattern="yyyy-MM-dd" type="date" writable="false"/>',
        '<flowable:formProperty id="c" expression="${name}"/>',
        '<flowable:formProperty id="d" variable="kind" type="enum"><flowable:value id="x" name="甲"/>'
        "</flowable:formProperty>",
        '<flowable:formProperty id="e" type="integer" readable="false"/>',
    )

    found = only(user("t", drawn)).fields

    assert [(f.id, f.type) for f in found] == [
        ("a", "number"),
        ("b", "date"),
        ("c", "string"),
        ("kind", "enum"),
        ("e", "long"),
    ]
    assert found[0].constraints == {"required": ""}
    assert found[1].constraints == {"readonly": ""}
    assert found[2].default == "${name}"
    assert found[3].options == (("x", "甲"),)
    assert found[4].properties == {"showIf": "false"}


@pytest.mark.parametrize(
    ("inner", "type_", "lacks"),
    [
        ('<camunda:formField id="a" type="enum"/>', "string", True),
        (
            '<camunda:formField id="a" type="enum"><camunda:value id="y"/></camunda:formField>',
            "enum",
            False,
        ),
        (
            '<camunda:formField id="a" type="enum"><camunda:properties>'
            '<camunda:property id="source" value="units"/></camunda:properties></camunda:formField>',
            "enum",
            False,
        ),
        ('<camunda:formField id="a" type="string"/>', "string", False),
    ],
)
def test_a_choice_without_anything_to_choose_is_a_text(inner: str, type_: str, lacks: bool) -> None:
    [found] = only(user("a", extensions(f"<camunda:formData>{inner}</camunda:formData>"))).fields

    assert (found.type, found.lacks_options) == (type_, lacks)


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ('required="1"', ("", None, None)),
        ('writable="0"', (None, "", None)),
        ('readable="0"', (None, None, "false")),
    ],
)
def test_a_truth_value_may_be_a_digit(attribute: str, said: tuple[str | None, ...]) -> None:
    [found] = only(user("a", extensions(f'<flowable:formProperty id="a" {attribute}/>'))).fields

    rules = found.constraints.get("required"), found.constraints.get("readonly")
    assert (*rules, found.properties.get("showIf")) == said
