"""A case waits in somebody's hands; while a deputy rates, nobody else learns in whose."""

from service.register.casefile import hands, sealing
from service.register.casefile.hands import Hand
from service.register.people import directory as people
from service.register.proposal import suggestions
from tests.world import World


def waiting(world: World, login: str) -> list[Hand]:
    with world.reading() as session:
        suggestion = suggestions.get(session, world.case.suggestion)
        viewer = people.actor(session, login)
        withheld = sealing.withheld(session, viewer, world.case.business_key)
        return hands.of(session, viewer, suggestion, withheld)


def test_whose_turn_it_is_is_told_so(world):
    world.submit(by="代表甲")

    assert waiting(world, "代工委甲")[0].is_mine


def test_a_unit_sees_one_line_while_the_deputy_rates(replied):
    [hand] = waiting(replied, "交通局承办人")

    assert (hand.step, hand.task_id, hand.is_mine) == ("背靠背评价", "", False)


def test_the_deputy_sees_what_waits_for_them(replied):
    own, line = waiting(replied, "代表甲")

    assert (own.step, own.is_mine) == ("填写评价", True)
    assert (line.step, line.is_mine) == ("背靠背评价", False)
