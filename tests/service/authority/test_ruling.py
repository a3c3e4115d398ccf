"""A rule is changed by the office that owns it, and by those who may deploy its file anyway."""

import pytest

from service.authority import ruling
from service.errors import NotAllowed
from service.register.people.directory import Actor
from service.register.people.roles import Role


def holder(*groups: str) -> Actor:
    return Actor("somebody", "某人", frozenset(groups))


@pytest.mark.parametrize("role", [Role.GOV_SUPERVISION_HEAD, Role.ADMIN, Role.DESIGNER])
def test_the_head_of_supervision_and_the_keepers_change_the_colours(role: Role) -> None:
    ruling.refuse_change(holder(role), "control_color")


@pytest.mark.parametrize("group", ["gov_supervision", "unit_head:JT", "auditor", "deputy"])
def test_nobody_else_does_and_reads_who_does(group: str) -> None:
    with pytest.raises(NotAllowed, match="市政府督查室主任"):
        ruling.refuse_change(holder(group), "control_color")


def test_a_rule_nobody_is_named_for_belongs_to_the_keepers() -> None:
    assert ruling.may_change(holder(Role.DESIGNER), "another")
    assert not ruling.may_change(holder(Role.GOV_SUPERVISION_HEAD), "another")
    assert Role.AUDITOR in ruling.READERS
