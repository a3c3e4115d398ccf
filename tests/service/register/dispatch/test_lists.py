"""The units of a case a form may choose from, and what they said."""

from collections.abc import Iterator

import pytest

from service.database import Database
from tests.listed import Lists, codes, lists_of


@pytest.fixture
def lists(sqlite: Database) -> Iterator[Lists]:
    with lists_of(sqlite) as lists:
        yield lists


def test_government_units_include_public_enterprises_and_no_court(lists: Lists) -> None:
    found = codes(lists("units_government"))

    assert {"JT", "SD"} <= found
    assert "FY" not in found


def test_other_units_have_no_duty_in_the_case(lists: Lists) -> None:
    assert codes(lists("other_units")).isdisjoint({"JT", "GA"})
    assert "CG" in codes(lists("other_units"))


def test_only_units_that_answer_can_be_asked_again(lists: Lists) -> None:
    assert [tuple(row) for row in lists("answering_units")] == [("JT", "交通局")]


def test_a_plan_becomes_rows_to_be_edited(lists: Lists) -> None:
    rows = lists(
        "planned_assignments",
        handling_mode="separate",
        separate_units=["JT", "GA"],
        assist_units=None,
    )

    assert [(row["unit"], row["role"]) for row in rows] == [("JT", "separate"), ("GA", "separate")]
    assert lists("case_assignments")[1] == {"unit": "GA", "role": "assist", "duties": "巡逻"}


def test_there_is_no_last_plan_before_the_first(lists: Lists) -> None:
    assert lists("last_dispatch_plan") == []
    [row] = lists("last_dispatch_plan", handling_mode="sole", lead_unit="CG")
    assert (row["handling_mode"], row["lead_unit"]) == ("sole", "CG")


def test_nothing_is_said_before_it_is(lists: Lists) -> None:
    assert lists("change_requests") == []
    assert lists("unit_opinions") == []
