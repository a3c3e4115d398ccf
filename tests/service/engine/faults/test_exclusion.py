"""Two flows exclude one another where one is the default, or where their conditions are opposite."""

import pytest

from service.engine.drawn.source import Flow
from service.engine.faults import exclusion


def way(condition: str | None, is_default: bool = False) -> Flow:
    return Flow("f", "a", "b", condition=condition, is_default=is_default)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("${ok}", "${!ok}"),
        ("days > 3", "days <= 3"),
        ("days >= 3", "days < 3"),
        ("kind == 'road'", "kind != 'road'"),
        ("kind == 'road'", "kind == 'school'"),
        ("kind == 'road' and days > 3", "kind == 'school'"),
    ],
)
def test_opposite_conditions_are_apart_whichever_comes_first(one: str, other: str) -> None:
    assert exclusion.apart(way(one), way(other))
    assert exclusion.apart(way(other), way(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("days > 3", "days > 5"),
        ("days > 3", "days < 5"),
        ("kind == 'road'", "kind == 'road'"),
        ("kind == 'road'", "town == 'school'"),
        ("kind == first", "kind == second"),
        ("kind == 'road' or days > 3", "kind == 'school'"),
        ("${ok}", None),
        ("${ok}", "is no expression"),
        (None, None),
    ],
)
def test_conditions_that_may_hold_together_are_not(one: str | None, other: str | None) -> None:
    assert not exclusion.apart(way(one), way(other))
    assert not exclusion.apart(way(other), way(one))


def test_the_default_is_apart_from_what_has_a_condition_and_from_nothing_else() -> None:
    default = way(None, is_default=True)

    assert exclusion.apart(default, way("${ok}"))
    assert exclusion.apart(way("${ok}"), default)
    assert not exclusion.apart(default, way(None))
