"""An answer is data: constants stay, parts are worked out for the scene and for the thing a row is about."""

from typing import Any

from service.demo import cast
from service.demo.parts import (
    Usual,
    day,
    each,
    every_shown,
    its,
    laid_over,
    login,
    myself,
    name,
    party,
    phone,
    promised,
    said,
    said_in,
    section,
    titled,
)
from service.demo.story import Promise
from tests.service.demo.scenes import scene


def answered(value: Any, number: int = 1, who: str = "jt_chengban", **shown: Any) -> Any:
    return Usual(1, {"it": value}).answer(scene(number, "任务", who, shown=shown))["it"]


def test_what_is_constant_stays_as_it_is() -> None:
    assert answered("agree") == "agree"
    assert answered(True) is True
    assert answered([{"a": 1}]) == [{"a": 1}]


def test_what_the_story_says_is_looked_up_and_lists_are_lists() -> None:
    assert answered(said("desk.section")) == "公路养护股"
    assert answered(said("suggested.co_signers")) == ["d002", "d006"]


def test_a_row_is_made_for_each_thing_and_for_each_row_that_is_shown() -> None:
    texts = answered(each("suggested.items", text=its(), on=day()))
    assert [row["on"] for row in texts] == ["2026-03-02"] * 3
    assert texts[2]["text"].startswith("公安交管部门")
    assert answered(each("supervised.findings", it=its("nature")), number=101) == [
        {"it": "serious"},
        {"it": "minor"},
    ]
    shown = answered(every_shown("rows", twice=lambda scene, row: row["n"] * 2), rows=[{"n": 4}])
    assert shown == [{"twice": 8}]


def test_people_of_the_unit_at_hand_are_named_by_their_posts() -> None:
    assert answered(login("unit_handler")) == "jt_chengban"
    assert answered(name("unit_handler")) == cast.name("jt_chengban")
    assert answered(phone("unit_handler")) == cast.phone("jt_chengban")
    assert answered(titled("unit_head")) == cast.titled("jt_zhuyao")
    assert answered(party) == f"{cast.titled('jt_fenguan')}、{cast.titled('jt_chengban')}"
    assert answered(myself, who="dgw_ganshi") == cast.titled("dgw_ganshi")


def test_who_supervises_means_the_people_of_the_supervised_unit() -> None:
    assert answered(titled("unit_head"), number=101, who="dc_ganshi") == cast.titled("cz_zhuyao")


def test_a_section_is_the_desk_s_the_help_s_or_the_office() -> None:
    assert answered(section) == "公路养护股"
    assert answered(section, who="ga_lianluo") == scene(1, "", "ga_lianluo").help.section
    assert answered(section, who="mz_lianluo") == "办公室"


def test_a_promise_is_due_on_its_day_or_so_many_workdays_from_now() -> None:
    promises = [Promise("装护栏", "验收", "2026-06-30"), Promise("装镜", "验收", 5, False)]

    rows = promised(scene(1, "起草答复", "jt_chengban"), promises)

    assert [(row["due_on"], row["is_public"]) for row in rows] == [
        ("2026-06-30", True),
        ("2026-03-09", False),
    ]
    assert {row["responsible"] for row in rows} == {cast.name("jt_fenguan")}


def test_a_day_a_story_gives_is_counted_from_now_wherever_it_stands() -> None:
    given = {"due_on": "@+5", "rows": [{"on": "@-1"}], "text": "@ 张", "n": 3}

    assert said_in(given, scene(1, "任务", "jt_chengban")) == {
        "due_on": "2026-03-09",
        "rows": [{"on": "2026-02-27"}],
        "text": "@ 张",
        "n": 3,
    }


def test_rows_of_a_story_lie_over_those_of_the_form_and_go_beyond_them() -> None:
    shown = [{"a": 1, "b": 2}, {"a": 3}]

    assert laid_over(shown, [{"b": 5}]) == [{"a": 1, "b": 5}, {"a": 3}]
    assert laid_over(None, [{"b": 5}]) == [{"b": 5}]
    assert laid_over(shown, []) == []
