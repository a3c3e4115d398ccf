"""What a designer writes is understood, or refused in words a designer can act on."""

import pytest

from service.forms import FIELD_TYPES, Field, FieldFaulty, Option
from tests.service.forms.samples import Source


def test_every_type_name_has_words_for_designers() -> None:
    assert set(FIELD_TYPES) == {
        "string", "longtext", "long", "number", "date", "boolean", "enum", "choices",
        "person", "unit", "units", "file", "table",
    }  # fmt: skip
    assert all(FIELD_TYPES.values())


def test_constraints_and_properties_become_the_field() -> None:
    field = Field.of(
        Source(
            "reason",
            "longtext",
            "理由",
            constraints={"required": "true", "minlength": "10", "maxlength": "500"},
            properties={"help": "写明依据。", "showIf": 'agreed == "no"', "rows": "8"},
        )
    )

    assert field.required
    assert (field.min_length, field.max_length, field.rows) == (10, 500, 8)
    assert field.help == "写明依据。"
    assert field.show_if == 'agreed == "no"'
    assert not field.is_variable


def test_a_constraint_written_without_a_value_counts_as_set_and_false_as_not() -> None:
    assert Field.of(Source("a", constraints={"required": ""})).required
    assert not Field.of(Source("a", constraints={"required": "false"})).required


def test_the_designer_decides_whether_a_value_routes() -> None:
    assert Field.of(Source("a", "longtext", properties={"variable": "true"})).is_variable
    assert not Field.of(Source("a", "enum", properties={"variable": "false"})).is_variable


def test_a_person_is_chosen_from_the_people_unless_another_list_is_named() -> None:
    assert Field.of(Source("who", "person")).source == "people"
    assert Field.of(Source("who", "person", properties={"source": "handlers"})).source == "handlers"
    assert Field.of(Source("where", "units")).source == "units"


def test_columns_are_read_with_types_labels_required_marks_and_choices() -> None:
    table = Field.of(
        Source(
            "responses",
            "table",
            properties={
                "columns": "number:long:代表建议第几条!;response:longtext:回应!;"
                "state:enum:状态!:resolved=已解决|in_progress=正在解决;note:string:备注"
            },
        )
    )

    assert [(c.id, c.type, c.label, c.required) for c in table.columns] == [
        ("number", "long", "代表建议第几条", True),
        ("response", "longtext", "回应", True),
        ("state", "enum", "状态", True),
        ("note", "string", "备注", False),
    ]
    assert table.columns[2].options == (
        Option("resolved", "已解决"),
        Option("in_progress", "正在解决"),
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source("a", "color"), "类型“color”不认识"),
        (Source("a-b"), "只能用字母、数字和下划线"),
        (Source("a", "table"), "没有列"),
        (Source("a", "table", properties={"columns": "x:long:甲;x:long:乙"}), "标识相同"),
        (Source("a", "table", properties={"columns": "x:file:甲"}), "写法不对"),
        (Source("a", "table", properties={"columns": "x:enum:甲"}), "写明选项"),
        (Source("a", "table", properties={"columns": "x:long:甲="}), "写明内容从哪里来"),
        (Source("a", constraints={"maxlength": "ten"}), "要写成整数"),
        (Source("a", "long", constraints={"min": "many"}), "要写成数字"),
        (Source("a", "date", constraints={"max": "明天"}), "要写成日期"),
    ],
)
def test_a_field_no_form_can_be_made_of_is_refused(source: Source, words: str) -> None:
    with pytest.raises(FieldFaulty, match=words):
        Field.of(source)
