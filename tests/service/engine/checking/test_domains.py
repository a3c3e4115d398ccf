"""What a variable can be is known where everything that sets it says so, and is nothing known otherwise."""

import pytest

from service.engine.checking.domains import Domain, Domains, text_of
from service.engine.checking.known import Known
from service.engine.drawn import reading
from tests.service.engine.diagrams import document, element, end, path, process, start


def domain(script: str) -> Domain | None:
    inner = f"<bpmn:script>{script}</bpmn:script>"
    task = element("scriptTask", "a", inner, scriptFormat="python")
    drawn = document(process("p", start(), task, end(), path("s", "a", "e")))
    return Domains(reading.read("p.bpmn", drawn).processes, Known()).of("p", "x")


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ('x = "a"', {"a"}),
        ("x = 3", {"3"}),
        ("x = true", {"true"}),
        ('x = n &gt; 1 ? "many" : "few"', {"many", "few"}),
    ],
)
def test_constants_are_known(script: str, values: set[str]) -> None:
    found = domain(script)

    assert found is not None
    assert found.labels.keys() == values


@pytest.mark.parametrize("script", ["x = y", 'x = y ? "a" : z', "y = 1"])
def test_what_is_computed_otherwise_or_never_set_is_not(script: str) -> None:
    assert domain(script) is None


def test_values_are_compared_as_texts() -> None:
    assert [text_of(v) for v in (1, 1.0, 1.5, True, "x")] == ["1", "1", "1.5", "true", "x"]
