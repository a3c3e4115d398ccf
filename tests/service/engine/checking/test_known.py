"""A name that does not exist is answered with those that do, the nearest first and not too many."""

from service.engine.checking import known


def test_the_nearest_names_are_offered_first() -> None:
    assert known.choices("deputy_ofice", {"unit", "deputy_office"}).startswith(
        "可用的有：deputy_office、"
    )


def test_many_names_are_cut_short_and_none_are_said_to_be_none() -> None:
    assert known.choices("x", {f"x{number}" for number in range(9)}).endswith(" 等。")
    assert known.choices("x", set()) == "目前没有可用的名称。"
