"""A name one letter off is most likely meant to be the one that is produced."""

from tests.service.engine.checking.unproduced import decided, form
from tests.service.engine.diagrams import (
    user,
)


def test_one_letter_off_is_told_even_there() -> None:
    for condition in ("verdictt == 1", "verdit == 1", "vedrict == 1"):
        [finding] = decided(condition, user("b", form("verdict")), opening="")

        assert "是不是“verdict”？" in finding.message


def test_a_plural_and_a_number_are_names_of_their_own() -> None:
    assert decided("units == 1 or unit_2 == 1", user("b", form("unit", "unit_1")), opening="") == []
