"""Who may ask for more time, and who may stop or move a clock."""

import pytest

from service.authority import timing
from service.errors import NotAllowed
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.tables.assignments import Assignment

DUTY = Assignment(unit="JT")


def holder(role: Role, scope: str | None = None) -> Actor:
    return Actor.holding("who", "某人", [(role, scope)])


def test_a_unit_applies_for_itself_alone() -> None:
    assert timing.may_apply(holder(Role.UNIT_HANDLER, "JT"), DUTY)
    assert not timing.may_apply(holder(Role.UNIT_HANDLER, "GA"), DUTY)
    with pytest.raises(NotAllowed, match="只有承办这件建议的单位"):
        timing.refuse_application(holder(Role.DEPUTY_OFFICE), DUTY)


def test_the_body_that_handles_a_case_holds_its_clock_and_nobody_else() -> None:
    office, presidium = holder(Role.DEPUTY_OFFICE), holder(Role.TOWN_PRESIDIUM, "SM")

    assert timing.may_hold(office, None)
    assert timing.may_hold(presidium, "SM")
    assert not timing.may_hold(presidium, "BY"), "another town's"
    assert not timing.may_hold(office, "SM"), "a town's own"
    with pytest.raises(NotAllowed, match="暂停和恢复计时"):
        timing.refuse_hold(holder(Role.ADMIN), None)


def test_an_administrator_mends_a_date_of_any_case() -> None:
    assert timing.may_redate(holder(Role.ADMIN), None)
    assert timing.may_redate(holder(Role.DEPUTY_OFFICE), None)
    with pytest.raises(NotAllowed, match="另定日期"):
        timing.refuse_redate(holder(Role.OPERATOR), None)
