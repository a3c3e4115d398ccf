"""A task is done by those it waits for; standing in for them has its conditions."""

from dataclasses import replace

import pytest

from service.authority import doing
from service.authority.doing import Circumstances
from service.errors import NotAllowed, TaskNotOpen
from service.register.people.directory import Actor

HANDLER = Actor("li", "李", frozenset({"unit_handler", "unit_handler:JT"}))
OPERATOR = Actor("yw", "运维", frozenset({"operator"}))
DESIGNER = Actor("sj", "设计员", frozenset({"designer"}))
ORDINARY = Circumstances(
    is_of_a_case=False,
    is_sealed=False,
    is_nobody_reachable=False,
    is_begun_by_them=False,
    acts=False,
)


def test_those_it_waits_for_are_not_refused() -> None:
    doing.refuse_strangers(None, ["unit_handler:JT"], HANDLER)
    doing.refuse_strangers("li", [], HANDLER)


def test_a_colleague_learns_that_it_is_taken_and_a_stranger_nothing() -> None:
    with pytest.raises(TaskNotOpen):
        doing.refuse_strangers("wang", ["unit_handler:JT"], HANDLER)
    with pytest.raises(NotAllowed):
        doing.refuse_strangers("wang", ["unit_handler:GA"], HANDLER)
    with pytest.raises(NotAllowed):
        doing.refuse_strangers(None, [], HANDLER)


@pytest.mark.parametrize(
    ("person", "where", "may"),
    [
        (OPERATOR, {"is_nobody_reachable": True}, True),
        (OPERATOR, {"is_begun_by_them": True}, True),
        (OPERATOR, {}, False),
        (HANDLER, {"is_nobody_reachable": True, "is_begun_by_them": True}, False),
        (DESIGNER, {"is_begun_by_them": True, "acts": True}, True),
        (OPERATOR, {"is_begun_by_them": True, "acts": True}, False),
        (OPERATOR, {"is_of_a_case": True, "is_nobody_reachable": True}, True),
        (DESIGNER, {"is_of_a_case": True, "is_nobody_reachable": True}, False),
        (
            OPERATOR,
            {"is_of_a_case": True, "is_nobody_reachable": True, "is_begun_by_them": True},
            False,
        ),
        (OPERATOR, {"is_sealed": True, "is_nobody_reachable": True}, False),
        (DESIGNER, {"is_sealed": True, "is_begun_by_them": True}, False),
    ],
)
def test_standing_in(person: Actor, where: dict[str, bool], may: bool) -> None:
    assert doing.may_stand_in(person, replace(ORDINARY, **where)) is may
