"""A value in a cell is of its column's type."""

from typing import Any

import pytest

from service.engine.feel import cells
from service.engine.feel.kinds import CellInvalid
from tests.service.engine.feel.test_cells import NAMES


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('"市级"', "text", "市级"),
        ("5", "integer", 5),
        ("5.0", "integer", 5),
        ("limit * 2 + 0.5", "number", 20.5),
        ("true", "boolean", True),
        ("limit > 5", "boolean", True),
        ('date("2026-03-02")', "any", "2026-03-02"),
        ("", "text", None),
        ("-", "text", None),
        ("null", "text", None),
        ('if limit > 5 then "大" else if limit > 3 then "中" else "小"', "text", "大"),
        ('["JT", "GA"]', "any", ["JT", "GA"]),
        ("units", "any", ["JT", "GA"]),
        ('${unit["code"]}', "text", "JT"),
        ("round(2.6)", "integer", 3),
        ('"第 " + str(limit)', "text", "第 10"),
    ],
)
def test_an_output_is_of_its_column_s_type(text: str, kind: str, value: Any) -> None:
    found = cells.output(text, kind).value(NAMES)

    assert found == value or found.isoformat() == value


@pytest.mark.parametrize(("text", "kind"), [("5.5", "integer"), ('"5"', "integer"), ("1", "text")])
def test_an_output_that_is_not_is_refused(text: str, kind: str) -> None:
    with pytest.raises(CellInvalid):
        cells.output(text, kind)


def test_allowed_values_are_written_out_one_by_one() -> None:
    assert cells.values('"高","中", "低"', "text") == ("高", "中", "低")
    assert cells.values("1,2.5", "number") == (1, 2.5)
    for text in ("[1..5]", "limit", '"高",'):
        with pytest.raises(CellInvalid):
            cells.values(text, "any")
