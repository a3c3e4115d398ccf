"""Cells mean what the modellers mean by them; what would mean something else is refused with what to write."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.engine.feel import cells
from service.engine.feel.kinds import CellFailed, CellInvalid, written
from service.engine.feel.translation import CELL_INPUT
from tests.ending import ends

NAMES: dict[str, Any] = {
    "limit": 10,
    "units": ["JT", "GA"],
    "urgent": True,
    "day": "2026-03-02",
    "unit": {"code": "JT"},
}


def test_a_column_may_have_a_name_of_its_own_for_its_value() -> None:
    test = cells.condition("amount > 5", "number", "amount")

    assert test.holds(6, {"amount": 6})
    assert not test.holds(5, {"amount": 5})


# --- whatever is typed ---------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        *('"a"', "'b'", '"', "\\", "5", "1.5", "..", "[", "]", "(", ")", "{", "}", ",", "-", "?"),
        *("not(", "and", "or", "if", "then", "else", "in", "=", "<", ">=", "!", "@", "${", "#{"),
        *("date(", "date and time(", "x", "units", "true", "null", ".", " ", "\n", "，", "*", "//"),
    ]
)
TEXTS = st.one_of(
    st.lists(_WORDS, max_size=25).map("".join),
    st.lists(_WORDS, max_size=25).map(" ".join),
    st.text(max_size=60),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just("2026-03-02"),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.sampled_from(["any", "text", "integer", "number", "boolean", "date"]), VALUES)
def test_whatever_is_typed_gets_a_verdict(text: str, kind: str, value: Any) -> None:
    try:
        verdict = cells.condition(text, kind).holds(value, {**NAMES, CELL_INPUT: value})
    except (CellInvalid, CellFailed) as refused:
        verdict = bool(str(refused))

    assert isinstance(verdict, bool)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["any", "text", "integer", "number", "boolean", "date"]))
def test_whatever_is_typed_as_a_result_is_one_or_is_refused(text: str, kind: str) -> None:
    with suppress(CellInvalid, CellFailed):
        written(cells.output(text, kind).value(NAMES))
    with suppress(CellInvalid):
        assert isinstance(cells.values(text, kind), tuple)


@pytest.mark.parametrize(
    "text",
    [
        '"' * 1_999,
        '\\"' * 999,
        "(" * 1_999,
        "[..," * 499,
        "]..,1" * 399,
        "if " * 600,
        "1," * 999 + "1",
        '"\\' * 999,
    ],
)
def test_reading_a_cell_ends(text: str) -> None:
    with ends():
        for read in (cells.condition, cells.output, cells.values):
            try:
                read(text, "any")
            except CellInvalid:
                continue
