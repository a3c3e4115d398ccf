"""A table that the service itself asks is refused where the service could not be decided by it."""

import pytest

from service.engine.checking import lint
from service.engine.checking.contract import Contract, Need, Variable
from service.engine.checking.known import Known
from service.engine.checking.lint import Finding
from tests.service.engine import tables
from tests.service.engine.tables import rule, table

LEVEL = Contract(
    "level",
    needs=(Need("level", "等级", ("string",), choices=("high", "low")),),
    reads=(Variable("size", "大小"),),
)
KNOWN = Known(tables={"level": LEVEL})


def found(logic: str, key: str = "level") -> list[Finding]:
    return lint.check({"level.dmn": tables.file(tables.decision(key, logic))}, KNOWN)


def test_a_table_that_keeps_its_word_is_deployed() -> None:
    assert found(table(rule("> 5", '"high"'), rule("-", '"low"'), name="level")) == []


@pytest.mark.parametrize(
    ("logic", "code", "words"),
    [
        (table(rule("> 5", '"high"'), name="result"), "table-output", "缺少输出列 level（等级）"),
        (
            table(rule("> 5", '"high"'), name="level", looks_at="weight"),
            "table-input",
            "的输入列“大小”要看“weight”，系统没有这项事实。可用的有：size。",
        ),
        (
            table(rule("> 5", '"high"'), rule("1", '"huge"'), name="level"),
            "table-result",
            "第 2 条规则的“等级”（level）是文字“huge”，系统只认得：high、low。",
        ),
        (
            table(rule("> 5", ""), name="level"),
            "table-result",
            "第 1 条规则的“等级”（level）没有写，请补上。",
        ),
        (tables.literal('"high"', "level"), "table-logic", "请画成决策表"),
    ],
)
def test_what_the_service_could_not_use_is_named(logic: str, code: str, words: str) -> None:
    [finding] = found(logic)

    assert (finding.file, finding.element, finding.code) == ("level.dmn", "level", code)
    assert finding.severity == "error"
    assert words in finding.message


def test_a_result_that_is_computed_is_known_only_when_the_table_is_asked() -> None:
    computed = table(rule("> 5", 'if size > 9 then "high" else "low"'), name="level")

    assert found(computed) == []


def test_tables_that_only_diagrams_ask_may_say_anything() -> None:
    assert found(table(rule("> 5", '"huge"'), looks_at="weight"), key="other") == []


def test_what_is_asked_survives_the_way_into_the_child() -> None:
    assert Known.of(KNOWN.plain()) == KNOWN
