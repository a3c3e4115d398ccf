"""What an element computes is known from what is drawn."""

import pytest

from service.engine.drawn.source import Element, Script
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing


@pytest.mark.parametrize(
    ("element", "names"),
    [
        (Element("x", "scriptTask", script=Script("groovy", "a = 1; b = 2", "")), ["a", "b"]),
        (Element("x", "scriptTask", script=Script("juel", "${1 + 2}", "a")), ["a"]),
        (Element("x", "serviceTask", script=Script("", "${a = 1}", "b")), ["a", "b"]),
        (Element("x", "serviceTask", script=Script("", "${true}", "")), [""]),
    ],
)
def test_an_element_computes_these(element: Element, names: list[str]) -> None:
    assert [name for name, _ in computing.lines(element)] == names
    assert computing.computes(element)


@pytest.mark.parametrize(
    "element",
    [
        Element("x", "scriptTask", script=Script("groovy", "println 1", "")),
        Element("x", "serviceTask", script=Script("", "${bean.run()}", "")),
        Element("x", "serviceTask", script=Script("", "${bean}", "")),
    ],
)
def test_what_does_more_does_not_compute(element: Element) -> None:
    assert not computing.computes(element)
    with pytest.raises(ExpressionInvalid):
        computing.lines(element)


def test_what_has_nothing_written_computes_nothing() -> None:
    assert not computing.computes(Element("x", "serviceTask", topic="register"))
