"""The units and people a form may choose from."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.database import Database
from service.operations import load, options
from service.register.dispatch import assignments, dispatching
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from service.register.proposal import suggestions
from service.tables.people import Person, Unit
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import populate

Lists = Any


@pytest.fixture
def lists(sqlite: Database) -> Iterator[Lists]:
    """A suggestion handled by 交通局 with 公安局, and `lists(name)` to read a list about it."""
    load()
    with sqlite.transaction() as session:
        populate(session, MORNING)
        own = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
        plan = [Planned("JT", Duty.LEAD), Planned("GA", Duty.ASSIST, "巡逻")]
        dispatching.dispatch(session, own.id, Mode.LEAD_ASSIST, MORNING)
        lead, _ = assignments.assign(session, own.id, plan, MORNING)
        known = {"suggestion": own.id, "assignment": lead.id, "unit": "JT"}

        def read(name: str, **variables: Any) -> list[Any]:
            return list(options(name, session, {**known, **variables}, f"suggestion:{own.id}"))

        read.session = session  # type: ignore[attr-defined]
        yield read


def codes(rows: list[Any]) -> set[str]:
    return {row.code for row in rows}


def test_units_in_use_by_their_full_name(lists: Lists) -> None:
    lists.session.get_one(Unit, "SJ").active = False
    lists.session.flush()

    found = {row.code: row.label for row in lists("units")}

    assert found["JT"] == "交通运输局"
    assert "SJ" not in found


def test_committees_are_the_congress_s_own(lists: Lists) -> None:
    assert codes(lists("committees")) == {"HW", "CJ"}


def test_deputies_by_name_and_delegation(lists: Lists) -> None:
    assert ("代表甲", "代表甲（云溪）") in [tuple(row) for row in lists("deputies")]


def test_who_has_left_is_in_no_list(lists: Lists) -> None:
    for login in ("代表乙", "交通局承办人"):
        row = lists.session.query(Person).filter_by(login=login).one()
        row.active = False
    lists.session.flush()

    assert "代表乙" not in codes(lists("deputies"))
    assert "交通局承办人" not in codes(lists("unit_people")) | codes(lists("people"))


def test_the_people_of_a_unit_each_once(lists: Lists) -> None:
    assert [row.code for row in lists("unit_people", unit="GA")] == [
        "公安局分管领导",
        "公安局承办人",
        "公安局核稿人",
        "公安局联络员",
        "公安局负责人",
    ]
