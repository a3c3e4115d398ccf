"""Programs of administrators read a year, see what another arrangement moves, and put it in force, by the rules of the page."""

from typing import Any

import pytest

from service.deadlines import seed

KEEPER = "管理员"
OF_2026 = [
    {
        "name": one.name,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "made_up": [day.isoformat() for day in one.made_up],
    }
    for one in seed.CONFIRMED[2026]
]
FLOOD = {"name": "防汛日", "first": "2026-03-03", "last": "2026-03-04"}
WANTED = {"breaks": [*OF_2026, FLOOD]}


@pytest.fixture
def dispatched(world: Any) -> Any:
    world.register(by="代表甲")
    world.dispatch("JT")
    return world


def test_a_year_is_read(call, world) -> None:
    year = call(KEEPER, "GET", "/calendar/2026").get_json()
    estimated = call(KEEPER, "GET", "/calendar/2027").get_json()

    assert (year["confirmed"], year["workdays"], year["source"]) == (True, 248, seed.NOTICE)
    assert [{name: one[name] for name in OF_2026[0]} for one in year["breaks"]] == OF_2026
    assert year["breaks"][0]["in_words"].startswith("元旦：1月1日（周四）至3日（周六）放假")
    assert estimated["confirmed"] is False


def test_what_the_effect_says_is_what_applying_does(call, dispatched) -> None:
    effect = call(KEEPER, "POST", "/calendar/2026/effect", WANTED).get_json()
    wanted = {**WANTED, "reason": "防汛", "stamp": effect["stamp"]}
    done = call(KEEPER, "POST", "/calendar/2026", wanted).get_json()
    again = call(KEEPER, "POST", "/calendar/2026", wanted)

    assert effect["tasks"] == done["moved_tasks"] > 0
    assert done["sentence"].startswith("更新 2026 年日历（已确认）")
    assert call(KEEPER, "GET", "/calendar/2026").get_json()["workdays"] == 246
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("holiday", "field"),
    [
        ({"last": "2026-03-01"}, "breaks.7.last"),
        ({"made_up": ["2026-03-06"]}, "breaks.7.made_up"),
        ({"first": "2026-10-07", "last": "2026-10-09"}, "breaks.7.first"),
        ({"first": "2025-12-31"}, "breaks.7.first"),
    ],
)
def test_a_wrong_holiday_is_refused_at_its_field(call, world, holiday, field) -> None:
    body = {"breaks": [*OF_2026, {**FLOOD, **holiday}]}

    answer = call(KEEPER, "POST", "/calendar/2026/effect", body)

    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.get_json()["errors"]]


def test_nobody_else_changes_the_calendar(call, world) -> None:
    assert call("代工委甲", "GET", "/calendar/2026").status_code == 403
    assert call("代表甲", "POST", "/calendar/2026", {**WANTED, "reason": "x"}).status_code == 403
    assert call(KEEPER, "GET", "/calendar/1999").status_code in {400, 422}
