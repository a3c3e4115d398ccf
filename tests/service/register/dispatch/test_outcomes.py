"""What dispatching gives to a diagram."""

from service.operations import OPERATIONS, load
from service.register.dispatch.outcomes import SignOutcome


def test_a_ruling_may_bring_another_assignment_and_always_a_decision() -> None:
    load()
    given = {one.name: one.may_be_missing for one in OPERATIONS["rule_finally"].contract.gives}

    assert given == {"ruling": False, "assignment": True}


def test_a_unit_has_signed_or_applied() -> None:
    assert list(SignOutcome) == ["accepted", "requested"]
