"""Nobody learns how a deputy rates who may not follow the evaluation."""

from service.register.casefile import sealing, timeline
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.runtime import tasks
from tests.replied_case import SATISFIED


def test_what_is_withheld_ends_where_somebody_follows_the_evaluation(replied):
    key = replied.case.business_key

    with replied.reading() as session:
        withheld = {
            login: sealing.withheld(session, people.actor(session, login), key)
            for login in ("代工委甲", "运维", "交通局联络员")
        }
        keyless = sealing.withheld(session, people.actor(session, "代工委甲"), "leave:1")

    assert withheld["代工委甲"] == sealing.EVERYTHING_IS_SHOWN
    assert withheld["运维"] == withheld["交通局联络员"]
    assert withheld["运维"].processes == sealing.SEALED_PROCESSES
    assert withheld["运维"].is_waiting
    assert keyless == sealing.Withheld(sealing.SEALED_PROCESSES, is_waiting=False)


def test_what_came_after_an_evaluation_began_is_kept_until_somebody_is_told(replied):
    replied.do("填写评价", by="代表甲", **SATISFIED)
    replied.until("统一封口时刻")
    with replied.database.transaction() as session:
        office = people.actor(session, "代工委甲")
        [row] = [row for row in replied.waiting() if row.name == "归档销号"]
        tasks.claim(session, row.id, office, replied.at)

    def seen(login: str) -> tuple[set[str], set[str]]:
        with replied.reading() as session:
            viewer = people.actor(session, login)
            suggestion = suggestions.get(session, replied.case.suggestion)
            withheld = sealing.withheld(session, viewer, replied.case.business_key)
            told = timeline.of(session, viewer, suggestion, withheld)
            passed = timeline.passed(session, viewer, suggestion, withheld)
            return {one.what for one in told}, passed["suggestion_main"]

    moments, passed = seen("交通局联络员")
    assert "领取“归档销号”" not in moments
    assert not passed & {"Gateway_satisfied", "Task_archive"}
    assert "Task_end_co_signing" in passed
    moments, passed = seen("代工委甲")
    assert "领取“归档销号”" in moments
    assert "Gateway_satisfied" in passed
    assert "Task_archive" not in passed  # claimed, not completed
    replied.do("归档销号", by="代工委甲")
    moments, passed = seen("交通局联络员")
    assert "完成“归档销号”" in moments
    assert "Task_archive" in passed


def test_a_case_without_an_instance_keeps_what_is_waited_for(replied):
    with replied.database.transaction() as session:
        suggestions.get(session, replied.case.suggestion).instance_id = None

    with replied.reading() as session:
        viewer = people.actor(session, "交通局联络员")
        assert sealing.withheld(session, viewer, replied.case.business_key).is_waiting
