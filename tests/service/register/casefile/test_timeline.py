"""The history of a case in the words of its diagrams."""

from service import history
from service.history import Entry
from service.register.casefile import sealing, timeline
from service.register.people import directory as people
from service.register.proposal import suggestions
from tests.replied_case import SATISFIED


def test_the_timeline_tells_steps_with_their_doers_newest_first(world):
    world.register(by="代表甲")
    with world.reading() as session:
        viewer = people.actor(session, "代工委甲")
        suggestion = suggestions.get(session, world.case.suggestion)
        told = timeline.of(session, viewer, suggestion, sealing.EVERYTHING_IS_SHOWN)

    assert told == sorted(told, key=lambda moment: moment.at, reverse=True)
    assert ("完成“审查建议”", "代工委甲") in [(moment.what, moment.who) for moment in told]


def test_what_is_withheld_is_not_in_the_history(replied):
    replied.do("填写评价", by="代表甲", **SATISFIED)
    with replied.reading() as session:
        suggestion = suggestions.get(session, replied.case.suggestion)

        def steps(login: str) -> set[str]:
            viewer = people.actor(session, login)
            withheld = sealing.withheld(session, viewer, replied.case.business_key)
            return {one.what for one in timeline.of(session, viewer, suggestion, withheld)}

        assert "完成“填写评价”" in steps("代表甲")
        assert "完成“填写评价”" not in steps("交通局承办人")


def test_what_an_operator_mended_is_told_with_its_reason(world):
    world.register(by="代表甲")
    entry = Entry("variable_set", "suggestion_main", "", "设置变量：n（核实）", None, "运维")
    with world.database.transaction() as session:
        history.append(session, world.case.instance, [entry], world.at)

    with world.reading() as session:
        viewer = people.actor(session, "代表甲")
        suggestion = suggestions.get(session, world.case.suggestion)
        told = timeline.of(session, viewer, suggestion, sealing.EVERYTHING_IS_SHOWN)

    assert ("设置变量：n（核实）", "运维") in [(one.what, one.who) for one in told]
