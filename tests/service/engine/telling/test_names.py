"""Fields have the labels of their forms."""

from service.engine.drawn.source import Element, FieldSource
from service.engine.telling import names


def test_of_several_fields_with_one_id_the_one_with_options_is_kept() -> None:
    plain, chosen = (
        FieldSource("a", "甲", "string"),
        FieldSource("a", "甲", "enum", options=(("1", "一"),)),
    )
    elements = [
        Element("x", "userTask", fields=(plain,)),
        Element("y", "userTask", fields=(chosen,)),
    ]

    assert names.fields_of(elements) == {"a": chosen}
