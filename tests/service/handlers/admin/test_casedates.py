"""The moments of a case, as far as a reader may know of them."""

from datetime import date

import pytest

from service.errors import NotFound
from service.handlers.admin import casedates
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from tests.world import World


def test_every_date_says_how_it_came_about(city: World) -> None:
    with city.reading() as session:
        office = people.actor(session, "代工委甲")
        first = suggestions.get(session, 1)

        tasks = casedates.tasks(session, office, first)
        kept = casedates.kept(session, first)
        jobs = casedates.jobs(session, office, first)

        assert [(one.name, one.whose) for one in tasks] == [("分派科室", "交通局联络员")]
        assert [one.name for one in kept] == ["建议的答复期限", "承办单位的答复期限"]
        assert "答复期限届满" in [one.name for one in jobs]
        assert all(one.how and one.how.lines for one in [*tasks, *kept])
        [reply] = [one for one in jobs if one.name == "答复期限届满"]
        timer, task = (casedates.one(session, office, first, each.id) for each in (reply, tasks[0]))
        assert (timer.name, task.name) == ("答复期限届满", "分派科室")
        assert casedates.latest(session, first, timer) == date(2026, 9, 2)
        assert casedates.latest(session, first, task) is None


def test_another_case_s_task_or_timer_is_not_there(city: World) -> None:
    with city.reading() as session:
        office = people.actor(session, "代工委甲")
        [task, *_] = casedates.tasks(session, office, suggestions.get(session, 2))
        [timer, *_] = casedates.jobs(session, office, suggestions.get(session, 2))

        for other in (task, timer):
            with pytest.raises(NotFound):
                casedates.one(session, office, suggestions.get(session, 1), other.id)


def test_of_a_sealed_evaluation_nothing_is_there_to_be_dated(city: World) -> None:
    """An administrator may know of a step while it is anybody's, and of none while the case is evaluated."""
    with city.database.transaction() as session:
        keeper = people.actor(session, "管理员")
        first = suggestions.get(session, 1)
        [task, *_] = casedates.tasks(session, keeper, first)
        [timer, *_] = casedates.jobs(session, keeper, first)
        assert casedates.one(session, keeper, first, task.id).id == task.id

        first.status = CaseStatus.EVALUATING

        for each in (task, timer):
            with pytest.raises(NotFound):
                casedates.one(session, keeper, first, each.id)
