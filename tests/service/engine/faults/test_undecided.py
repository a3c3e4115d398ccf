"""A designer is told which answers of a form do not decide a condition."""

import pytest

from tests.service.engine.diagrams import (
    each,
    end,
    extensions,
    flow,
    path,
    process,
    start,
    user,
    xor,
)
from tests.service.engine.faults.checked import found

CHOICE = ("enum", "true", "false", "later")


def field(id: str, type: str, *codes: str, show_if: str = "") -> str:
    values = "".join(f'<camunda:value id="{code}" name="{code}"/>' for code in codes)
    shown = f'<camunda:property id="showIf" value="{show_if}"/>' if show_if else ""
    return (
        f'<camunda:formField id="{id}" label="{id}项" type="{type}">{values}'
        f"<camunda:properties>{shown}</camunda:properties></camunda:formField>"
    )


def form(*fields: str) -> str:
    return extensions(f"<camunda:formData>{''.join(fields)}</camunda:formData>")


def told(condition: str, *fields: str, more: tuple[str, ...] = ()) -> list[str]:
    parts = (
        *(start(), user("a", form(*fields)), xor("g", default="g-e"), user("b"), end()),
        *(path("s", "a", "g", "e"), flow("g", "b", condition, id="x"), path("b", "e")),
    )
    findings = found(process("p", *parts, *more))
    return [
        f.message
        for f in findings
        if (f.code, f.element, f.severity) == ("condition-undecided", "x", "warning")
    ]


@pytest.mark.parametrize(
    ("condition", "answered", "why"),
    [
        ("${note}", ("string",), "文字“情况属实”既不是 true 也不是 false"),
        ("${!note}", ("longtext",), "not empty note"),
        ("${note && true}", ("person",), "既不是 true 也不是 false"),
        ("${note ? true : false}", ("date",), "文字“2026-03-01”既不是 true 也不是 false"),
        ("${note}", CHOICE, "文字“later”既不是 true 也不是 false"),
        ("${note == 1}", ("enum", "1", "2", "other"), "文字“other”和数字 1不能比较"),
        ("${3 < note}", ("enum", "1", "many"), "文字“many”和数字 3不能比较"),
        ("${note == 1}", ("boolean",), "是否值 true和数字 1不能比较"),
        ("${note == 'three'}", ("long",), "文字“three”和数字 1不能比较"),
        ("${note > true}", ("number",), "不能比较"),
        ("${note != 20260301}", ("date",), "不能比较"),
    ],
)
def test_an_answer_that_decides_nothing_is_told(
    condition: str, answered: tuple[str, ...], why: str
) -> None:
    [message] = told(condition, field("note", *answered))

    assert why in message
    assert "“note项”" in message
    assert message.endswith("流程会停在这里。")


@pytest.mark.parametrize(
    ("condition", "answered"),
    [
        ("${note}", ("boolean",)),
        ("${note}", ("enum", "true", "false")),
        ("${!empty note}", ("string",)),
        ("${note == 3}", ("string",)),  # may well be a number
        ("${note == '3'}", ("long",)),
        ("${note > 2.5}", ("enum", "1", "2")),
        ("${note == null || note == 'x'}", ("enum", "x")),
        ("${note > '2026-03-01'}", ("date",)),
        ("${note}", ("long",)),
        ("${other}", ("string",)),
        ("${unreadable(}", ("string",)),
    ],
)
def test_what_every_answer_decides_is_not(condition: str, answered: tuple[str, ...]) -> None:
    assert told(condition, field("note", *answered)) == []


def test_what_something_else_sets_as_well_may_be_anything() -> None:
    script = '<bpmn:scriptTask id="c" name="c" scriptFormat="juel"><bpmn:script>note = true</bpmn:script></bpmn:scriptTask>'

    assert told("${note}", field("note", "string"), more=(script, path("b", "c"))) == []


def test_a_condition_of_a_repetition_is_looked_at() -> None:
    task = user("a", form(field("note", *CHOICE)), each("people", "who", until="${note}"))
    findings = found(process("p", start(), task, end(), path("s", "a", "e")))

    assert [f.element for f in findings if f.code == "condition-undecided"] == ["a"]


@pytest.mark.parametrize(
    ("condition", "times"), [("note", 0), ("${!note}", 1), ("${note == 1}", 0), ("${ok == 1}", 1)]
)
def test_a_field_may_be_asked_for_where_another_is_filled_in(condition: str, times: int) -> None:
    fields = (
        field("note", "string"),
        field("ok", "boolean"),
        field("why", "string", show_if=condition),
    )
    findings = found(process("p", start(), user("a", form(*fields)), end(), path("s", "a", "e")))

    messages = [f.message for f in findings if f.code == "condition-undecided"]
    assert len(messages) == times
    assert all(message.endswith("字段会照样出现。") for message in messages)
