"""A form that does not keep its word to the operation it is handed in to is refused, naming field and operation."""

from typing import Any

import pytest

from service.engine.checking import needs
from service.engine.checking.contract import Contract, Need, Variable
from service.engine.checking.known import Known
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.service.engine.diagrams import (
    document,
    end,
    extensions,
    path,
    process,
    service,
    start,
    user,
)

TEXT = ("string", "longtext")
DECIDE = Contract(
    "decide",
    needs=(
        Need("verdict", "结论", ("enum",), choices=("good", "bad")),
        Need("reason", "理由", TEXT, may_be_empty=True),
        Need("batch", "批次", TEXT, may_be_missing=True, may_be_empty=True),
        Need("rows", "逐项", ("table",), columns=(Need("item", "事项", TEXT),)),
    ),
)
KNOWN = Known(
    contracts={
        "decide": DECIDE,
        "rate": Contract("rate", processes=("rating",), is_sealed=True),
        "note": Contract("note", reads=(Variable("extra", "补充"),)),
        "anything": Contract("anything", is_open=True),
    },
    lists={"papers": Contract("papers", processes=("rating",))},
)
VERDICT = ("verdict", "enum", {"required": "true"}, {}, {"good": "好", "bad": "不好"})
REASON = ("reason", "longtext", {}, {}, {})
ROWS = ("rows", "table", {}, {"columns": "item:string:事项!"}, {})
Drawn = tuple[str, str, dict[str, str], dict[str, str], dict[str, str]]


def field(id: str, type: str, limits: Any, properties: Any, options: Any) -> str:
    inner = "".join(f'<camunda:value id="{code}" name="{name}"/>' for code, name in options.items())
    inner += "<camunda:properties>"
    inner += "".join(f'<camunda:property id="{k}" value="{v}"/>' for k, v in properties.items())
    inner += "</camunda:properties><camunda:validation>"
    inner += "".join(f'<camunda:constraint name="{k}" config="{v}"/>' for k, v in limits.items())
    inner += "</camunda:validation>"
    return f'<camunda:formField id="{id}" type="{type}" label="{id}">{inner}</camunda:formField>'


def found(
    *drawn: Drawn,
    operation: str = "decide",
    process_id: str = "p",
    more: str = "",
    **properties: str,
) -> list[Finding]:
    """What the check says of a task with these fields that names an operation."""
    given = {"on_complete": operation, **properties}
    named = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in given.items())
    form = "".join(field(*one) for one in drawn)
    task = user(
        "t",
        extensions(
            f"<camunda:formData>{form}</camunda:formData>",
            f"<camunda:properties>{named}</camunda:properties>",
        ),
    )
    content = document(process(process_id, start(), task, end(), path("s", "t", "e"), more))
    return list(needs.findings(reading.read("p.bpmn", content).processes, KNOWN))


def test_a_form_that_asks_what_is_needed_is_fine() -> None:
    assert found(VERDICT, REASON, ROWS) == []


@pytest.mark.parametrize(
    ("drawn", "code", "words"),
    [
        ((REASON, ROWS), "operation-field-missing", ("verdict", "结论", "decide")),
        ((VERDICT, ROWS), "operation-field-missing", ("reason", "理由")),
        (
            (VERDICT, ("resaon", "longtext", {}, {"variable": "true"}, {}), ROWS),
            "operation-field-missing",
            ("是不是写成了“resaon”",),
        ),
        (
            (("verdict", "string", {"required": "true"}, {}, {}), REASON, ROWS),
            "operation-field-type",
            ("string（单行文字）", "enum（单选）"),
        ),
        (((*VERDICT[:2], {}, {}, VERDICT[4]), REASON, ROWS), "operation-field-optional", ("必填",)),
        (
            ((*VERDICT[:3], {"showIf": "a == 1"}, VERDICT[4]), REASON, ROWS),
            "operation-field-optional",
            ("showIf",),
        ),
        (
            ((*VERDICT[:4], {"good": "好", "so_so": "一般"}), REASON, ROWS),
            "operation-field-choices",
            ("so_so", "一般", "good、bad"),
        ),
        (
            (VERDICT, REASON, ("rows", "table", {}, {"columns": "text:string:事项!"}, {})),
            "operation-field-missing",
            ("表格“rows”的列“item”",),
        ),
        (
            (VERDICT, REASON, ("rows", "table", {}, {"columns": "item:long:事项!"}, {})),
            "operation-field-type",
            ("表格“rows”的列“item”",),
        ),
        (
            (VERDICT, REASON, ("rows", "table", {}, {"columns": "item:string:事项"}, {})),
            "operation-field-optional",
            ("表格“rows”的列“item”",),
        ),
    ],
)
def test_a_form_that_lacks_something_is_refused(
    drawn: tuple[Drawn, ...], code: str, words: tuple[str, ...]
) -> None:
    errors = [finding for finding in found(*drawn) if finding.severity == "error"]

    [finding] = errors
    assert (finding.element, finding.code) == ("t", code)
    assert "decide" in finding.message
    for word in words:
        assert word in finding.message


def test_a_field_that_need_not_be_drawn_must_be_right_where_it_is() -> None:
    [finding] = found(VERDICT, REASON, ROWS, ("batch", "long", {}, {}, {}))

    assert finding.code == "operation-field-type"


def test_a_field_nobody_uses_is_noted() -> None:
    [finding] = found(VERDICT, REASON, ROWS, ("colour", "string", {}, {}, {}))

    assert (finding.severity, finding.code) == ("warning", "field-unused")
    assert "colour" in finding.message


def test_what_a_condition_or_another_operation_reads_is_used() -> None:
    extra = ("extra", "string", {}, {}, {})
    other = service("n", "note")

    assert found(VERDICT, REASON, ROWS, extra, more=other) == []
    assert [one.code for one in found(VERDICT, REASON, ROWS, extra)] == ["field-unused"]


def test_what_is_only_shown_is_no_field_to_be_used() -> None:
    assert found(VERDICT, REASON, ROWS, ("shown", "string", {"readonly": "true"}, {}, {})) == []


def test_an_operation_that_says_nothing_is_asked_nothing() -> None:
    assert found(("colour", "string", {}, {}, {}), operation="anything") == []


def test_an_operation_that_reads_a_form_is_no_service() -> None:
    content = document(process("p", start(), service("t", "decide"), end(), path("s", "t", "e")))

    [finding] = needs.findings(reading.read("p.bpmn", content).processes, KNOWN)

    assert finding.code == "operation-form"


@pytest.mark.parametrize("how", ["source", "prefill"])
def test_a_reserved_list_stays_in_its_process(how: str) -> None:
    paper = ("paper", "enum", {"required": "true"}, {how: "papers"}, {})
    assert "source-reserved" not in [
        one.code for one in found(paper, operation="anything", process_id="rating")
    ]

    [elsewhere] = [
        one
        for one in found(paper, operation="anything", process_id="mine")
        if one.code == "source-reserved"
    ]

    assert "只能用在流程“rating”里" in elsewhere.message


def test_a_reserved_operation_stays_in_its_process_and_sealed() -> None:
    assert found(operation="rate", process_id="rating", sealed="true") == []
    [unsealed] = found(operation="rate", process_id="rating")
    assert unsealed.code == "operation-unsealed"
    [elsewhere] = found(operation="rate", process_id="mine", sealed="true")
    assert elsewhere.code == "operation-reserved"
    assert "rating" in elsewhere.message
