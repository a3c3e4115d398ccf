"""The first page says where a case is, who has it and until when, and what was answered."""

from service.register.casefile import overview
from service.register.casefile.overview import Overview
from service.register.people import directory as people
from service.register.proposal import suggestions
from tests.world import World


def read(world: World, login: str) -> Overview:
    with world.reading() as session:
        suggestion = suggestions.get(session, world.case.suggestion)
        return overview.of(session, people.actor(session, login), suggestion)


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


def test_the_reply_and_its_responses_are_there_once_issued(replied):
    found = read(replied, "代表甲")

    [reply] = found.replies
    assert reply.number
    assert len(reply.items) == 2
    assert found.names[reply.issued_by]
    assert found.reply_limit is not None


def test_a_batchs_common_date_is_said_to_cap_the_limit(world):
    world.register()
    world.dispatch("JT", batch_number="清人交〔2026〕1号", batch_due_on="2026-05-25")

    found = read(world, "代表甲")

    assert found.reply_limit is not None
    assert "交办批次统一要求2026年5月25日（周一）前办结，早于上述日期，以批次要求为准。" in (
        found.reply_limit.lines
    )
    assert not any("另行确定" in line for line in found.reply_limit.lines)
