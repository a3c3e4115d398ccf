"""A name that does not exist is answered with those that do, the nearest first and not too many."""

from service.engine.checking import known
from service.engine.checking.known import Known


def test_the_nearest_names_are_offered_first() -> None:
    assert known.choices("deputy_ofice", {"unit", "deputy_office"}).startswith(
        "可用的有：deputy_office、"
    )


def test_many_names_are_cut_short_and_none_are_said_to_be_none() -> None:
    assert known.choices("x", {f"x{number}" for number in range(9)}).endswith(" 等。")
    assert known.choices("x", set()) == "目前没有可用的名称。"


def test_names_and_titles_like_the_one_asked_for_are_offered_with_their_titles() -> None:
    names = Known(titles={"unit_head": "单位主要负责人", "unit_handler": "承办人"})
    allowed = {"unit_head", "unit_handler", "deputy"}

    assert names.near("unit_hed", allowed).startswith("可用的有：unit_head（单位主要负责人）")
    assert names.near("单位负责人", allowed) == "可用的有：unit_head（单位主要负责人）。"
    assert names.near("deputies", allowed) == "可用的有：deputy。"
    assert names.near("综合科", allowed) == ""


def test_a_role_is_known_by_its_title() -> None:
    names = Known(roles={"unit_head"}, titles={"unit_head": "单位主要负责人", "close": "办结"})

    assert names.role("单位主要负责人") == "unit_head"
    assert names.role("办结") == ""


def test_what_is_known_is_the_same_after_it_was_written_down() -> None:
    names = Known(roles=frozenset({"unit_head"}), titles={"unit_head": "单位主要负责人"})

    assert Known.of(names.plain()) == names
