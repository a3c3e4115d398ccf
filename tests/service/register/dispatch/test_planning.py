"""Which plans can work."""

import pytest

from service.errors import NotAllowed
from service.register.dispatch import planning
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode


@pytest.mark.parametrize(
    ("mode", "lead", "assists", "separates", "roles"),
    [
        ("sole", "JT", [], [], ["sole"]),
        ("lead_assist", "JT", ["JT", "GA"], [], ["lead", "assist"]),
        ("separate", None, [], ["JT", "GA"], ["separate", "separate"]),
    ],
)
def test_a_plan_says_who_does_what(
    mode: str, lead: str | None, assists: list[str], separates: list[str], roles: list[str]
) -> None:
    plan = planning.planned(Mode(mode), lead, assists, separates)

    assert [each.role for each in plan] == roles
    assert planning.mode_of(plan) == mode
    assert all(each.duties for each in plan)


@pytest.mark.parametrize(
    ("mode", "lead", "assists", "separates", "sentence"),
    [
        ("sole", None, [], [], "选择主办单位"),
        ("lead_assist", "JT", ["JT"], [], "协办单位"),
        ("separate", None, [], ["JT"], "两个单位"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(
    mode: str, lead: str | None, assists: list[str], separates: list[str], sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        planning.planned(Mode(mode), lead, assists, separates)


@pytest.mark.parametrize(
    "plan",
    [
        [("JT", "lead")],
        [("JT", "lead"), ("GA", "lead")],
        [("JT", "sole"), ("GA", "assist")],
        [("JT", "separate")],
        [("JT", "lead"), ("JT", "assist")],
        [],
    ],
)
def test_duties_that_are_no_mode_are_refused(plan: list[tuple[str, str]]) -> None:
    with pytest.raises(NotAllowed):
        planning.mode_of([Planned(unit, Duty(role)) for unit, role in plan])
