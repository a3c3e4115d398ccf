"""An administrator sees each limit with what it is, what it will be, and what runs under it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from service.deadlines import changes, limits, policies
from service.deadlines.limits import Running
from service.errors import NotFound
from service.tables.runtime import UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
OpenTask = Callable[..., UserTask]


def test_limits_are_listed_as_they_run(working: Session) -> None:
    found = limits.listed(policies.in_force(working), TODAY)
    keys = [one.key for one in found]

    assert keys.index("sign") < keys.index("reply.normal") < keys.index("ft.cap.urgent")
    assert {one.key: one.family for one in found}["reply.hard"] == "reply"
    assert {one.key: one.family for one in found}["sign"] == ""


def test_a_limit_shows_its_overrides_and_what_comes_later(working: Session) -> None:
    general = policies.in_force(working).policy("reply.normal", "", TODAY)
    town = general._replace(level="town", amount=2)
    later = general._replace(amount=2, effective_from=date(2027, 1, 1))
    changes.apply(working, town, "镇级", "guanli", AT)
    changes.apply(working, later, "新的一年", "guanli", AT)

    found = limits.one(policies.in_force(working), "reply.normal", TODAY)

    assert (found.policy, found.overrides, found.later) == (general, (town,), (later,))
    assert limits.at_level(found, "town") == town
    assert limits.at_level(found, "city") == general
    assert limits.one(policies.in_force(working), "reply.normal", date(2027, 1, 1)).policy == later
    with pytest.raises(NotFound):
        limits.one(policies.in_force(working), "nothing", TODAY)


def test_how_much_runs_under_a_limit(working: Session, open_task: OpenTask) -> None:
    open_task("a", "sign")
    open_task("b", "sign")
    open_task("c", "plan")

    found = limits.running(working)

    assert found == {"sign": Running(2, 0, 2), "plan": Running(1, 0, 1)}


def test_by_which_names_a_diagram_comes_to_a_limit() -> None:
    assert limits.names_in_diagrams("sign") == {"sign"}
    assert limits.names_in_diagrams("reply.hard") == {"reply.hard", "reply"}
    assert limits.names_in_diagrams("redo") == {"redo", "reply"}
    assert limits.names_in_diagrams("ft.first_response.urgent") == {
        "ft.first_response.urgent",
        "ft.first_response",
    }
