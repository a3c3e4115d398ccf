"""The moments of a case, as far as a reader may know of them."""

from datetime import date

import pytest

from service.errors import NotFound
from service.handlers.admin import casedates
from service.register.people import directory as people
from service.register.proposal import suggestions
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
        assert casedates.latest(session, first, reply.id) == date(2026, 9, 2)
        assert casedates.latest(session, first, tasks[0].id) is None


def test_another_case_s_task_has_no_name_here(city: World) -> None:
    with city.reading() as session:
        office = people.actor(session, "代工委甲")
        [other, *_] = casedates.tasks(session, office, suggestions.get(session, 2))

        with pytest.raises(NotFound):
            casedates.name_of(session, office, suggestions.get(session, 1), other.id)
