"""A condition is said as somebody from the office would say it."""

import pytest

from service.engine.telling import conditions
from tests.service.engine.telling.shown import WORDS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('conclusion == "register"', "审查结论是“立案登记”"),
        ("${conclusion != 'register'}", "审查结论不是“立案登记”"),
        ("conclusion == 'letter'", "审查结论是“letter”"),
        ("conclusion in ['register', 'other']", "审查结论是“立案登记”或“other”"),
        ("conclusion not in ['register']", "审查结论不是“立案登记”"),
        ("amount > 100", "金额大于 100"),
        ("amount >= 0.5", "金额不小于 0.5"),
        ("${amount <= 3 && ok}", "金额不大于 3，且是否同意为是"),
        ("!ok", "是否同意为否"),
        ("ok == true", "是否同意为是"),
        ("ok != true", "是否同意为否"),
        ("ok == false || amount < 5", "是否同意为否，或金额小于 5"),
        ("(ok or amount < 5) and unit != null", "（是否同意为是，或金额小于 5），且主办单位已填写"),
        ("empty unit", "主办单位没有填写"),
        ("!empty unit", "主办单位已填写"),
        ("not (conclusion == 'register')", "审查结论不是“立案登记”"),
        ("not (amount > 3)", "不满足（金额大于 3）"),
        ("len(units) > 1", "“units”的个数大于 1"),
        ("merged == 'yes'", "“merged”是“yes”"),
        ("amount > limit", "金额大于“limit”"),
        ("case.kind == 'x'", "“kind”是“x”"),
        ("true", "任何时候"),
        ("amount * 2 > 3", "“amount * 2 > 3”成立"),
        ("no ${ expression", "“no ${ expression”成立"),
        ("1 == 2", "“1 == 2”成立"),
    ],
)
def test_a_simple_comparison_is_said_with_the_labels_of_the_form(text: str, said: str) -> None:
    assert conditions.phrase(text, WORDS) == said
