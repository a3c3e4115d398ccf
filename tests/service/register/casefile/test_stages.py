import pytest

from service.database import Database
from service.register.casefile import stages as casefile
from service.register.people import directory as people
from service.register.proposal import suggestions
from tests.processes.test_handling import ANSWERS
from tests.replied_case import SATISFIED
from tests.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def read(world: World, login: str, page: str = "overview"):
    with world.reading() as session:
        viewer = people.actor(session, login)
        suggestion = suggestions.get(session, world.case.suggestion)
        return getattr(casefile, page)(session, viewer, suggestion)


def replied(world: World) -> None:
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")


def test_the_overview_says_where_it_is_who_has_it_and_until_when(world):
    world.submit(by="代表甲")

    found = read(world, "代表甲")

    [hand] = found.hands
    assert (found.status, found.lead) == ("待审查", "代表甲")
    assert (hand.step, hand.holders, hand.is_mine) == ("审查建议", "人大代表工委", False)
    assert hand.due_at is not None
    assert any("工作日" in line for line in hand.how.lines)
    assert [text for _, text in found.items] == [
        "在十二处急弯增设会车警示。",
        "在临崖路段加装防护栏。",
    ]


def test_whose_turn_it_is_is_told_so(world):
    world.submit(by="代表甲")

    assert read(world, "代工委甲").hands[0].is_mine


def test_the_reply_and_its_responses_are_there_once_issued(world):
    replied(world)

    found = read(world, "代表甲")

    [reply] = found.replies
    assert reply.number
    assert len(reply.items) == 2
    assert found.names[reply.issued_by]
    assert found.reply_limit is not None


def test_contacts_and_ratings_are_the_exchange(world):
    replied(world)
    world.do("填写评价", by="代表甲", **SATISFIED)
    world.until("统一封口时刻")

    office, unit = read(world, "代工委甲", "exchange"), read(world, "交通局承办人", "exchange")

    assert office.contacts
    assert [seen.attitude for seen in office.evaluations] == ["satisfied"]
    assert [seen.attitude for seen in unit.evaluations] in ([], [None])


def test_a_unit_sees_one_line_while_the_deputy_rates(world):
    replied(world)

    [hand] = read(world, "交通局承办人").hands

    assert (hand.step, hand.task_id, hand.is_mine) == ("背靠背评价", "", False)


def test_the_timeline_tells_steps_with_their_doers_newest_first(world):
    world.register(by="代表甲")
    with world.reading() as session:
        viewer = people.actor(session, "代工委甲")
        told = casefile.timeline(session, viewer, world.case.business_key)

    assert told == sorted(told, key=lambda moment: moment.at, reverse=True)
    assert ("完成“审查建议”", "代工委甲") in [(moment.what, moment.who) for moment in told]


def test_lists_and_counts_hold_the_same_and_only_what_may_be_opened(world):
    world.register(by="代表甲")
    world.dispatch("JT")
    seen = {}
    for login in (
        "代表甲",
        "代表丙",
        "交通局联络员",
        "公安局联络员",
        "代工委甲",
        "政府办",
        "管理员",
    ):
        with world.reading() as session:
            viewer = people.actor(session, login)
            rows = casefile.listed(session, viewer)
            assert sum(casefile.counts(session, viewer).values()) == len(rows)
            seen[login] = len(rows)

    assert seen == {
        "代表甲": 1,
        "代表丙": 0,
        "交通局联络员": 1,
        "公安局联络员": 0,
        "代工委甲": 1,
        "政府办": 1,
        "管理员": 0,
    }


def test_a_list_is_narrowed_by_status_and_words(world):
    world.submit(by="代表甲")
    with world.reading() as session:
        office = people.actor(session, "代工委甲")

        assert len(casefile.listed(session, office, status="reviewing", text="护栏")) == 1
        assert casefile.listed(session, office, status="closed") == []
        assert casefile.listed(session, office, text="没有这样的词") == []
        [row] = casefile.listed(session, office)
        assert (row.title.startswith("关于"), row.units, row.is_over) == (True, "", False)


def test_what_is_withheld_ends_where_somebody_follows_the_evaluation(world):
    replied(world)
    key = world.case.business_key

    with world.reading() as session:
        withheld = {
            login: casefile.withheld(session, people.actor(session, login), key)
            for login in ("代工委甲", "运维", "交通局联络员")
        }
        keyless = casefile.withheld(session, people.actor(session, "代工委甲"), "leave:1")

    assert withheld["代工委甲"] == casefile.Withheld(frozenset())
    assert withheld["运维"] == withheld["交通局联络员"]
    assert withheld["运维"] == casefile.Withheld(casefile.SEALED_PROCESSES, is_waiting=True)
    assert keyless == casefile.Withheld(casefile.SEALED_PROCESSES, is_waiting=False)
