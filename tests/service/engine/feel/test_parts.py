"""Tests in a cell are told apart at the commas between them."""

from service.engine.feel import parts
from service.engine.feel.parts import Range


def test_commas_in_quotes_calls_and_ranges_part_nothing() -> None:
    assert list(parts.split('"a, b", max(1, 2) , [1..5], (x..y[')) == [
        '"a, b"',
        "max(1, 2)",
        Range("[", "1", "5", "]"),
        Range("(", "x", "y", "["),
    ]


def test_a_parenthesis_is_closed_by_its_own() -> None:
    assert parts.closing("not((a) + ')')", 3) == 13
    assert parts.closing("not((a)", 3) == -1
