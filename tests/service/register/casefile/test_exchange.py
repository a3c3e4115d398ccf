"""Contacts are for whoever opens the case, ratings for whoever may know them."""

from service.register.casefile import exchange
from service.register.casefile.exchange import Exchange
from service.register.people import directory as people
from service.register.proposal import suggestions
from tests.replied_case import SATISFIED
from tests.world import World


def read(world: World, login: str) -> Exchange:
    with world.reading() as session:
        suggestion = suggestions.get(session, world.case.suggestion)
        return exchange.of(session, people.actor(session, login), suggestion)


def test_contacts_and_ratings_are_the_exchange(replied):
    replied.do("填写评价", by="代表甲", **SATISFIED)
    replied.until("统一封口时刻")

    office, unit = read(replied, "代工委甲"), read(replied, "交通局承办人")

    assert office.contacts
    assert [seen.attitude for seen in office.evaluations] == ["satisfied"]
    assert [seen.attitude for seen in unit.evaluations] in ([], [None])
