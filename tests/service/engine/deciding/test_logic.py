"""A table says what it gives, and which of its values comes first."""

from service.engine.deciding import logic
from service.engine.deciding.logic import Output, Table


def test_a_value_has_the_place_of_its_equal_among_those_allowed() -> None:
    column = Output("level", "级别", "any", ("high", 1, True))

    assert [logic.rank(column, value) for value in ("high", 1.0, True, "low")] == [0, 1, 2, -1]


def test_only_a_collected_list_is_several() -> None:
    def several(policy: str, aggregation: str = "") -> bool:
        return Table(policy, aggregation, (), (), ()).several

    assert several("COLLECT")
    assert several("RULE ORDER")
    assert not several("COLLECT", "SUM")
    assert not several("FIRST")
