"""Values are compared within their kind, and turned into their column's type or refused."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.engine.feel import kinds
from service.engine.feel.kinds import CellFailed

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        ("1", 1, False),
        (None, None, True),
        (None, 0, False),
        ("2026-03-02", DAY, True),
        (DAY, datetime(2026, 3, 2), True),
        (DAY, NOON, False),
        ([1], [1], True),
    ],
)
def test_values_of_different_kinds_are_never_equal(one: Any, other: Any, equal: bool) -> None:
    assert kinds.same(one, other) is equal
    assert kinds.same(other, one) is equal


@pytest.mark.parametrize(
    ("one", "sign", "other", "holds"),
    [
        (2, "<", 3, True),
        ("b", ">=", "a", True),
        ("2026-03-02T12:00:00", ">", DAY, True),
        (None, "<", 3, False),
        (3, ">", None, False),
    ],
)
def test_values_are_ordered_within_their_kind(one: Any, sign: str, other: Any, holds: bool) -> None:
    assert kinds.in_order(one, sign, other) is holds


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("5", 3, "不能比较大小"),
        (True, False, "不能比较大小"),
        ("明天", DAY, "不是日期"),
        (NOON, NOON.replace(tzinfo=UTC), "只有一个写了时区"),
    ],
)
def test_what_has_no_order_is_told(one: Any, other: Any, why: str) -> None:
    with pytest.raises(CellFailed, match=why):
        kinds.in_order(one, "<", other)


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("integer", "12", 12),
        ("integer", 3.0, 3),
        ("number", " 1.5 ", 1.5),
        ("boolean", "true", True),
        ("text", 7, "7"),
        ("text", True, "true"),
        ("date", "2026-03-02", DAY),
        ("date", "2026-03-02T12:00:00", NOON),
        ("number", None, None),
        ("any", [1], [1]),
    ],
)
def test_a_column_s_type_makes_of_a_value_what_it_is(kind: str, value: Any, becomes: Any) -> None:
    found = kinds.coerced(kind, value)

    assert found == becomes
    assert type(found) is type(becomes)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", 1.5),
        ("integer", "many"),
        ("number", True),
        ("number", float("nan")),
        ("number", float("inf")),
        ("boolean", "yes"),
        ("boolean", 1),
        ("date", "2026-02-30"),
        ("date", 5),
        ("text", [1]),
    ],
)
def test_what_a_column_s_type_cannot_hold_is_told_with_an_example(kind: str, value: Any) -> None:
    with pytest.raises(CellFailed, match=kinds.WORDS[kind].partition("（")[0]):
        kinds.coerced(kind, value)


def test_what_is_written_can_be_kept_as_a_variable() -> None:
    assert kinds.written(DAY) == "2026-03-02"
    assert kinds.written((1, [DAY])) == [1, ["2026-03-02"]]
    for huge in (float("inf"), 10**30):
        with pytest.raises(CellFailed, match="太大"):
            kinds.written(huge)
