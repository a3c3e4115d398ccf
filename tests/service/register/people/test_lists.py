"""The units and people a form may choose from."""

from collections.abc import Iterator

import pytest

from service.database import Database
from service.tables.people import Person, Unit
from tests.listed import Lists, codes, lists_of


@pytest.fixture
def lists(sqlite: Database) -> Iterator[Lists]:
    with lists_of(sqlite) as lists:
        yield lists


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
