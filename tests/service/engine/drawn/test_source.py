"""What the plain values of a diagram say of themselves."""

import pytest

from service.engine.drawn.source import DataObject, Element, EventSource


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", " 12 ", 12),
        ("short", "-3", -3),
        ("double", "1.5", 1.5),
        ("boolean", "TRUE", True),
        ("boolean", "false", False),
        ("string", " 教育局 ", " 教育局 "),
        ("", "12", "12"),
    ],
)
def test_a_data_object_begins_with_a_value_of_its_type(kind: str, text: str, value: object) -> None:
    begun = DataObject("unit", kind, text, "").value
    assert begun == value
    assert type(begun) is type(value)


@pytest.mark.parametrize(("kind", "text"), [("int", "1.5"), ("double", "一"), ("boolean", "是")])
def test_a_text_of_another_type_is_no_value(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        _ = DataObject("unit", kind, text, "").value


@pytest.mark.parametrize(
    ("topic", "properties", "operations"),
    [
        ("register", {"on_complete": "notify"}, ("register", "notify")),
        ("register", {}, ("register",)),
        ("", {"on_complete": "notify"}, ("notify",)),
        ("", {"on_complete": "", "deadline": "sign"}, ()),
    ],
)
def test_an_element_names_what_it_runs_and_what_its_form_is_handed_to(
    topic: str, properties: dict[str, str], operations: tuple[str, ...]
) -> None:
    assert Element("e", "userTask", topic=topic, properties=properties).operations == operations


def test_tokens_come_out_only_where_a_link_is_caught() -> None:
    link, timer = EventSource("link", name="转下页"), EventSource("timer")
    assert Element("e", "intermediateCatchEvent", events=(link,)).leaves_link
    assert not Element("e", "intermediateThrowEvent", events=(link,)).leaves_link
    assert not Element("e", "intermediateCatchEvent", events=(timer,)).leaves_link
    assert not Element("e", "intermediateCatchEvent").leaves_link
