"""A word BPMN does not know would be passed over in silence; here it is told with its line."""

from pathlib import Path

import pytest

from service.engine.checking import lint, schema
from service.engine.drawn.findings import Finding
from tests.service.engine.diagrams import (
    document,
    each,
    end,
    extensions,
    flow,
    inputs,
    path,
    process,
    properties,
    start,
    timer,
    user,
)

PROCESSES = Path(__file__).parents[4] / "processes"


def found(*inner: str, old: str = "", new: str = "") -> list[Finding]:
    drawn = process("p", start(), user("a", *inner), end(), path("s", "a", "e"))
    return list(schema.findings("p.bpmn", document(drawn).replace(old.encode(), new.encode())))


@pytest.mark.parametrize(
    "inner",
    [
        properties(x="y"),
        inputs(a="1"),
        each("units", "unit"),
        extensions('<flowable:formProperty id="a" name="b" type="string"/>'),
        extensions('<x xmlns="http://example.org/other" anything="goes"><y/></x>'),
    ],
)
def test_what_modellers_write_passes(inner: str) -> None:
    assert found(inner) == []


def test_missing_ids_and_a_missing_target_namespace_make_no_difference() -> None:
    assert found(old='targetNamespace="http://example.org/bpmn"') == []
    assert found(old='id="s-a" ') == []


def test_the_order_of_what_is_understood_makes_no_difference() -> None:
    late = "<bpmn:documentation>x</bpmn:documentation>"

    assert found(each("units", "unit") + late) == []
    assert found(each("units", "unit") + properties(x="y")) == []


def test_our_own_diagrams_follow_the_schema() -> None:
    for file in PROCESSES.glob("*.bpmn"):
        assert list(schema.findings(file.name, file.read_bytes())) == []


def test_a_misspelt_element_is_an_error_at_the_element_it_is_written_in() -> None:
    [finding] = found(each("units", "unit").replace("Characteristics", "Characteristic"))

    assert (finding.element, finding.code, finding.severity) == ("a", "not-in-bpmn", "error")
    assert "第 2 行的“multiInstanceLoopCharacteristic”" in finding.message


def test_a_misspelt_condition_does_not_turn_into_no_condition() -> None:
    drawn = flow("a", "e", when="x", id="way").replace("conditionExpression", "conditonExpression")

    found = lint.check(
        {"p.bpmn": document(process("p", start(), user("a"), end(), path("s", "a"), drawn))},
        lint.Known(),
    )

    assert ("not-in-bpmn", "way") in {(f.code, f.element) for f in found if f.severity == "error"}


@pytest.mark.parametrize(
    ("inner", "old", "new", "words"),
    [
        ("", '<bpmn:userTask id="a"', '<bpmn:userTask id="a" assignee="li"', "“assignee”不是 BPMN"),
        (timer("PT1H"), "", "", "不应写在这里"),
        (
            each("a", "b"),
            'isSequential="false"',
            'isSequential="false" behavior="Sometimes"',
            "不是允许的值",
        ),
    ],
)
def test_whatever_else_is_out_of_place_is_a_warning(
    inner: str, old: str, new: str, words: str
) -> None:
    findings = found(inner, old=old, new=new)

    assert {finding.severity for finding in findings} == {"warning"}
    assert any(words in finding.message for finding in findings)
    assert all("第 2 行的" in finding.message for finding in findings)


def test_a_file_that_cannot_be_read_is_told_elsewhere() -> None:
    assert list(schema.findings("x.bpmn", b"no diagram")) == []


def test_a_thousand_wrong_words_are_not_a_thousand_findings() -> None:
    assert len(found("<bpmn:nonsense/>" * 1000)) == schema._MOST


FORM = (
    '<camunda:formData><camunda:formField id="{}" label="字段" type="string"/></camunda:formData>'
)
TWICE = {
    "two extension blocks with a form each": (extensions(FORM.format("a")) + extensions(FORM.format("b")), "extension-twice", "a"),
    "properties in a block of their own": (properties(x="y") + extensions(FORM.format("b")), "extension-twice", "a"),
    "an empty block first": (extensions() + properties(deadline="sign"), "extension-twice", "a"),
    "two forms in one block": (extensions(FORM.format("a"), FORM.format("b")), "block-twice", "a"),
    "two blocks of parameters": (extensions("<camunda:inputOutput/>", "<camunda:inputOutput/>"), "block-twice", "a"),
    "two blocks of properties": (extensions("<camunda:properties/>", "<camunda:properties/>"), "block-twice", "a"),
}  # fmt: skip


@pytest.mark.parametrize("what", TWICE)
def test_what_stands_twice_after_copying_is_refused(what: str) -> None:
    inner, code, element = TWICE[what]

    [finding] = [f for f in found(inner) if f.severity == "error"]

    assert (finding.code, finding.element) == (code, element)
    assert "请把里面的内容合并成一段" in finding.message or "请合并成一段" in finding.message


def test_one_block_each_for_a_task_and_its_process_is_fine() -> None:
    drawn = process("p", properties(x="y"), start("s", properties(x="y")), user("a", properties(x="y")), end(), path("s", "a", "e"))  # fmt: skip

    assert list(schema.findings("p.bpmn", document(drawn))) == []
