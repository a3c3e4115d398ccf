"""A table answers by its hit policy, or names the table, rule and column that cannot."""

from typing import Any

import pytest

from service.engine.deciding import dmn
from service.engine.deciding.decisions import Answer
from service.errors import ExpressionFailed
from tests.service.engine.tables import decision, file, rule, table

HITS = (rule("> 0", '"b"'), rule("> 5", '"a"'), rule("> 9", '"c"'))


def asked(policy: str, size: int, *rules: str, **attributes: str) -> Answer:
    given = decision("d", table(*(rules or HITS), hitPolicy=policy, **attributes))
    return dmn.read("d.dmn", file(given)).decisions["d"].answer({"size": size})


def results(answer: Answer) -> list[Any]:
    return [row["result"] for row in answer.rows]


@pytest.mark.parametrize(
    ("policy", "size", "found", "several"),
    [
        ("UNIQUE", 3, ["b"], False),
        ("UNIQUE", 0, [], False),
        ("FIRST", 10, ["b"], False),
        ("RULE ORDER", 10, ["b", "a", "c"], True),
        ("COLLECT", 6, ["b", "a"], True),
        ("COLLECT", 0, [], True),
    ],
)
def test_the_hit_policy_says_which_rules_answer(
    policy: str, size: int, found: list[str], several: bool
) -> None:
    answer = asked(policy, size)

    assert (results(answer), answer.several) == (found, several)


@pytest.mark.parametrize(
    ("policy", "found"), [("PRIORITY", ["c"]), ("OUTPUT ORDER", ["c", "a", "b"])]
)
def test_the_allowed_values_say_what_comes_first(policy: str, found: list[str]) -> None:
    assert results(asked(policy, 10, *HITS, values='"c","a","b"')) == found


def test_two_hits_of_a_unique_table_are_told_with_their_numbers() -> None:
    with pytest.raises(
        ExpressionFailed, match=r"“表 d”：第 1、2 条规则同时满足.*UNIQUE 只允许一条"
    ):
        asked("UNIQUE", 6)


def test_any_takes_equal_results_and_tells_of_different_ones() -> None:
    assert results(asked("ANY", 6, rule("> 0", "1"), rule("> 5", "1.0"))) == [1]
    with pytest.raises(ExpressionFailed, match=r"第 1、2 条规则同时满足.*ANY 要求它们的结果相同"):
        asked("ANY", 6, rule("> 0", "1"), rule("> 5", "true"))


@pytest.mark.parametrize(
    ("aggregation", "total", "of_none"),
    [("SUM", 6.5, []), ("MIN", 1, []), ("MAX", 3.5, []), ("COUNT", 3, [0])],
)
def test_collected_numbers_are_added_up(aggregation: str, total: float, of_none: list[int]) -> None:
    rules = (rule("> 0", "1"), rule("> 0", "2"), rule("> 0", "3.5"), rule("> 0", ""))

    assert results(asked("COLLECT", 1, *rules, aggregation=aggregation)) == [total]
    assert results(asked("COLLECT", 0, *rules, aggregation=aggregation)) == of_none
    assert not asked("COLLECT", 1, *rules, aggregation=aggregation).several


def test_text_cannot_be_added_up() -> None:
    with pytest.raises(ExpressionFailed, match=r"第 2 条规则的“结果”列：SUM 只能汇总数字.*“x”"):
        asked("COLLECT", 1, rule("> 0", "1"), rule("> 0", '"x"'), aggregation="SUM")


def test_a_default_is_the_answer_where_no_rule_holds() -> None:
    for policy in ("UNIQUE", "FIRST", "COLLECT"):
        assert results(asked(policy, 0, *HITS, default='"none"')) == ["none"]
        assert results(asked(policy, 3, *HITS, default='"none"')) == ["b"]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (("> limit", "1"), "第 1 条规则的“大小”列：变量“limit”还没有值"),
        (('> "x"', "1"), "第 1 条规则的“大小”列：.*不能比较大小"),
        (("-", "limit"), "第 1 条规则的“结果”列：变量“limit”还没有值"),
        (("-", "size / 0"), "第 1 条规则的“结果”列：.*无法计算"),
        (("-", "size * 1000000000000 * 1000000000000"), "第 1 条规则的“结果”列：.*太大"),
    ],
)
def test_what_cannot_be_decided_names_its_cell(cells: tuple[str, str], says: str) -> None:
    with pytest.raises(ExpressionFailed, match=f"决策“表 d”{says}") as failed:
        asked("UNIQUE", 7, rule(*cells))

    assert failed.value.cause.startswith("d.dmn d: ")


def test_a_computed_result_must_be_allowed_too() -> None:
    with pytest.raises(ExpressionFailed, match=r"第 1 条规则的“结果”列：算出的数字 7不在"):
        asked("UNIQUE", 7, rule("-", "size"), values="1,2,3")


def test_an_answer_holds_nothing_but_what_a_variable_may_be() -> None:
    found = asked("UNIQUE", 1, rule("-", '[1, size, "x"]'))

    assert results(found) == [[1, 1, "x"]]
