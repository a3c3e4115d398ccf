"""Expressions of forms follow the engine's rules, know the moment and the limits, and say why they give nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.deadlines.book import Due
from service.errors import ExpressionFailed
from service.runtime.formulas import Formulas
from tests.conftest import MORNING


def deadline(names: Mapping[str, Any], key: str) -> Due:
    return Due(MORNING + timedelta(days=names.get(key, 3)), key, "", MORNING, None)


FORMULAS = Formulas(deadline, MORNING)


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ('conclusion == "no"', {"conclusion": "no"}, True),
        ('${a == 1 && b == "x"}', {"a": 1, "b": "x"}, True),
        ("${unit}", {"unit": "JT"}, "JT"),
    ],
)
def test_expressions_follow_the_engines_rules(text: str, names: dict[str, Any], value: Any) -> None:
    assert FORMULAS.evaluate(text, names) == value


@pytest.mark.parametrize("text", ["__import__('os')", "1 +", "missing == 1", "1 / 0", "'甲' > 1"])
def test_an_expression_that_fails_says_which(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        FORMULAS.evaluate(text, {})


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("missing == 1", {}, "变量“missing”还没有值"),
        ("'甲' > 1", {}, "文字“甲”和数字 1不能比较"),
        ("day.plusDays(1)", {"day": "不知道"}, "“不知道”不是日期时间"),
    ],
)
def test_why_it_fails_is_said_in_words(text: str, names: dict[str, Any], said: str) -> None:
    with pytest.raises(ExpressionFailed, match=said):
        FORMULAS.evaluate(text, names)


@pytest.mark.parametrize(
    ("text", "names", "day"),
    [
        ("now()", {}, date(2026, 3, 2)),
        ("dateTime().plusDays(1)", {}, date(2026, 3, 3)),
        ("deadline('sign')", {}, date(2026, 3, 5)),
        ("deadline('sign')", {"sign": 7}, date(2026, 3, 9)),
        ("given", {"given": "2026-12-03"}, date(2026, 12, 3)),
        ("given", {"given": "2026-12-03T18:00:00+00:00"}, date(2026, 12, 4)),
    ],
)
def test_a_moment_is_on_the_day_it_is_where_the_people_are(
    text: str, names: dict[str, Any], day: date
) -> None:
    assert FORMULAS.day(FORMULAS.evaluate(text, names)) == day


def test_the_present_after_midnight_is_already_the_next_day() -> None:
    late = Formulas(deadline, datetime(2026, 3, 2, 17, 0, tzinfo=UTC))

    assert late.day(late.evaluate("now()", {})) == date(2026, 3, 3)


@pytest.mark.parametrize("value", ["不是日子", 20260303, True, ["2026-03-03"]])
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        FORMULAS.day(value)


def test_a_condition_may_ask_for_the_moment() -> None:
    assert FORMULAS.applies("d < now()", {"d": "2026-03-01"})
    assert not FORMULAS.applies("d < now()", {"d": "2026-03-03"})
    assert not FORMULAS.applies("d > deadline('sign')", {"d": None})
