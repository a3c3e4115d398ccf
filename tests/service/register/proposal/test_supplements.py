"""Whether the clock stands while a deputy mends a suggestion is for the office to say."""

from service import rulebook
from service.database import Database
from service.deadlines import changes
from service.register.proposal import supplements
from tests.world import World, moment


def rule(stands: bool) -> supplements.SupplementClock:
    [row] = supplements.CLOCK.defaults
    return row.model_copy(update={"stands": stands})


def test_it_does_not_stand_unless_the_office_says_so(database: Database) -> None:
    world = World(database)
    case = world.submit()
    returned_at, at = moment("2026-03-02", "10:00"), moment("2026-03-04", "10:00")

    with world.database.transaction() as session:
        supplements.received(session, case.suggestion, returned_at, at)
        assert changes.pauses(session, case.business_key) == []

        rulebook.amend(session, supplements.CLOCK, [rule(True)], 0, "root", at, "本市办法")
        supplements.received(session, case.suggestion, returned_at, at)
        [pause] = changes.pauses(session, case.business_key)

    assert pause["until_at"] == "2026-03-04T02:00:00+00:00"


def test_the_change_says_how_many_suggestions_are_with_their_deputies(database: Database) -> None:
    world = World(database)
    world.submit()
    world.do(
        "审查建议", by="代工委甲", review_conclusion="return_for_edit", review_reason="请补充。"
    )
    ask = supplements.CLOCK.consequences

    with world.reading() as session:
        [found] = ask(session, [rule(False)], [rule(True)], world.at)
        assert ask(session, [rule(True)], [rule(True)], world.at) == []

    assert (found.before, found.cases) == ("不停止计时", 1)
    assert found.after.startswith("停止计时")
