"""What becomes of a field left empty is said where the diagram does not draw it and it may surprise."""

import pytest

from service.engine.checking import emptied
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.service.engine.diagrams import (
    document,
    element,
    end,
    extensions,
    flow,
    path,
    process,
    start,
    user,
    xor,
)

REQUIRED = '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'


def field(id: str, kind: str, inner: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<camunda:formField id="{id}" label="金额" type="{kind}"{given}>{inner}</camunda:formField>'


def found(yes: str, no: str = "", inner: str = "", before: str = "", **attributes: str) -> list[Finding]:  # fmt: skip
    """A form with one field, and two ways, of which the second is the default where it has no condition."""
    asked = extensions(f"<camunda:formData>{field('amount', 'long', inner, **attributes)}</camunda:formData>")  # fmt: skip
    road = ("s", "a", "b", "x") if before else ("s", "a", "x")
    gateway = xor("x", default=None if no else "x-e")
    parts = (start(), user("a", asked), before, gateway, user("d"), end(), path(*road), path("d", "e"))  # fmt: skip
    ways = flow("x", "d", yes, id="way") + flow("x", "e", no or None)
    drawn = document(process("p", *parts, ways))
    return list(emptied.findings(reading.read("p.bpmn", drawn).processes))


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("amount > 5", "amount <= 5"),
        ("amount == 1", "amount == 2"),
        ("${amount >= 5}", "${amount < 5 && other == 1}"),
        ("amount in [1, 2]", "amount in [3]"),
    ],
)
def test_where_no_way_is_left_the_step_would_fail(yes: str, no: str) -> None:
    [finding] = found(yes, no)

    assert (finding.severity, finding.code, finding.element) == ("warning", "empty-not-drawn", "x")
    assert "没有一条路走得通" in finding.message
    assert "amount == null" in finding.message


@pytest.mark.parametrize(
    ("yes", "no"),
    [("amount != 5", ""), ("not (amount > 5)", ""), ("amount != 5", "amount == 5"), ("amount not in [1]", "")],
)  # fmt: skip
def test_where_it_takes_a_way_that_asks_for_another_value_that_is_told(yes: str, no: str) -> None:
    [finding] = found(yes, no)

    assert "没填时“x”（x）走“way”" in finding.message


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("amount > 5", ""),
        ("amount == 1 and other != 2", ""),
        ("amount > 5", "amount == null or amount <= 5"),
        ("${empty amount}", "amount > 5"),
        ("amount", "!amount"),
        ("amount != null and amount != 5", ""),
        ("other > 5", "other <= 5"),
        ("amount > other", "amount <= other"),
    ],
)
def test_the_default_and_a_case_that_is_drawn_need_no_word(yes: str, no: str) -> None:
    assert found(yes, no) == []


def test_what_must_be_filled_in_or_is_never_empty_needs_no_word() -> None:
    shown = '<camunda:properties><camunda:property id="showIf" value="other"/></camunda:properties>'

    assert found("amount > 5", "amount <= 5", REQUIRED) == []
    assert found("amount > 5", "amount <= 5", defaultValue="3") == []
    assert found("amount > 5", "amount <= 5", shown) == []


def test_what_is_set_again_before_the_gateway_is_not_empty() -> None:
    script = element("scriptTask", "b", "<bpmn:script>amount = 1</bpmn:script>", scriptFormat="python")  # fmt: skip

    assert found("amount > 5", "amount <= 5", before=script) == []
    assert len(found("amount > 5", "amount <= 5", before=user("b"))) == 1
