"""A property that is almost one of ours would do nothing in silence; it is refused with the name that was meant."""

from pathlib import Path

import pytest

from service.engine.checking import properties
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from service.engine.telling import particulars
from tests.service.engine.checking.review import field, form
from tests.service.engine.diagrams import (
    document,
    end,
    extensions,
    path,
    process,
    start,
    user,
)
from tests.service.engine.diagrams import properties as given

PROCESSES = Path(__file__).parents[4] / "processes"


def found(*inner: str) -> list[Finding]:
    drawn = process("p", start(), user("a", *inner), end(), path("s", "a", "e"))
    [read] = reading.read("p.bpmn", document(drawn)).processes
    return list(properties.findings(read))


def of_field(name: str) -> str:
    inner = f'<camunda:properties><camunda:property id="{name}" value="x"/></camunda:properties>'
    return extensions(form(field("f", "string", inner)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (given(deadlin="sign"), "deadline"),
        (given(oncomplete="sign_reply"), "on_complete"),
        (given(onComplete="sign_reply"), "on_complete"),
        (given(Deadline="sign"), "deadline"),
        (given(dead_line="sign"), "deadline"),
        (given(starter="deputy"), "starters"),
        (given(seeled="true"), "sealed"),
        (of_field("showif"), "showIf"),
        (of_field("show_if"), "showIf"),
        (of_field("sources"), "source"),
        (of_field("pre-fill"), "prefill"),
        (of_field("column"), "columns"),
    ],
)
def test_a_name_that_is_nearly_ours_is_refused(written: str, meant: str) -> None:
    [finding] = found(written)

    assert (finding.severity, finding.code, finding.element) == ("error", "property-unknown", "a")
    assert f"是不是“{meant}”（" in finding.message


@pytest.mark.parametrize("written", [given(colour_of_folder="red"), given(showIf="x"), of_field("deadline")])  # fmt: skip
def test_a_name_that_is_not_is_noted_with_those_there_are(written: str) -> None:
    [finding] = found(written)

    assert finding.severity == "warning"
    assert "不起作用" in finding.message
    assert "on_complete（" in finding.message or "showIf（" in finding.message


@pytest.mark.parametrize(
    "written",
    [
        given(deadline="sign", on_complete="sign_reply"),
        of_field("help"),
        given(color="red"),
        given(historyTimeToLive="P1D"),
        extensions('<camunda:properties><camunda:property name="zeebe:retries" value="3"/></camunda:properties>'),
    ],
)  # fmt: skip
def test_ours_and_other_vendors_own_are_left_alone(written: str) -> None:
    assert found(written) == []


def test_the_names_are_those_that_versions_are_compared_by() -> None:
    assert properties.OF_ELEMENTS.keys() == particulars._PROPERTIES.keys()
    assert properties.OF_FIELDS.keys() == particulars._FIELD_PROPERTIES.keys()


def test_our_own_diagrams_have_no_unknown_property() -> None:
    for file in PROCESSES.glob("*.bpmn"):
        for read in reading.read(file.name, file.read_bytes()).processes:
            assert list(properties.findings(read)) == []
