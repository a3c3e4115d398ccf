"""Closures as they are asked for, told and listed."""

from datetime import date

import pytest

from service.database import Database
from service.deadlines import closures, policies
from service.deadlines.standstill import Closure, Scope
from service.deadlines.workdays import Day
from service.errors import NotFound
from service.tables.deadlines import OfficeClosure
from service.tables.people import Unit
from tests.conftest import MORNING

NAMES = {"JT": "交通局", "YX": "云溪镇"}
FLOOD = Closure(Scope.UNIT, "JT", date(2026, 7, 6), date(2026, 7, 8), "防汛")


def kept(id_: int, first: str, last: str, scope: str = "unit", place: str = "JT") -> OfficeClosure:
    return OfficeClosure(
        id=id_, scope=scope, place=place, first=date.fromisoformat(first),
        last=date.fromisoformat(last), name="防汛", changed_at=MORNING, changed_by="guanli",
    )  # fmt: skip


@pytest.fixture
def city(sqlite: Database) -> Database:
    with sqlite.transaction() as session:
        policies.seed(session, MORNING)
        session.add_all(
            Unit(code=code, name=name, short_name=name, system="government", level=level, active=active)
            for code, name, level, active in (
                ("JT", "交通局", "city", True),
                ("YX", "云溪镇", "town", True),
                ("LS", "粮食局", "city", False),
            )
        )  # fmt: skip
        session.add_all(
            [
                kept(1, "2026-07-01", "2026-07-03"),
                kept(2, "2026-07-05", "2026-07-07", "town", "YX"),
                kept(3, "2026-07-07", "2026-07-07", "city", ""),
                kept(4, "2026-08-01", "2026-08-03"),
            ]
        )
    return sqlite


def test_a_form_asks_for_a_closure() -> None:
    values = {"where": "unit:JT", "first": "2026-07-06", "last": "2026-07-08", "name": "防汛"}

    assert closures.asked_for(values) == FLOOD
    assert closures.asked_for(values | {"where": "city:"}) == FLOOD._replace(
        scope=Scope.CITY, place=""
    )


def test_an_office_may_close_in_the_city_a_town_or_a_unit_that_still_is(city: Database) -> None:
    with city.reading() as session:
        assert closures.places(session) == [
            ("city:", "全市"),
            ("town:YX", "云溪镇（全镇）"),
            ("unit:JT", "交通局"),
        ]


def test_closures_are_listed_by_whether_they_last(city: Database) -> None:
    with city.reading() as session:
        found = closures.register(session, policies.calendar(session), date(2026, 7, 7))

    assert [
        [one.closure.id for one in some] for some in (found.present, found.future, found.past)
    ] == [[2, 3], [4], [1]]
    assert [one.workdays for one in found.present] == [2, 1]
    assert found.past[0].by == "guanli"


def test_one_is_found_by_its_number(city: Database) -> None:
    with city.reading() as session:
        assert closures.one(session, 4).first == date(2026, 8, 1)
        with pytest.raises(NotFound):
            closures.one(session, 5)


def test_a_closure_is_told_by_who_and_when() -> None:
    long = FLOOD._replace(first=date(2026, 12, 30), last=date(2027, 1, 4))

    assert closures.who(FLOOD, NAMES) == "交通局"
    assert closures.who(FLOOD._replace(scope=Scope.TOWN, place="YX"), NAMES) == "云溪镇（全镇）"
    assert closures.who(FLOOD._replace(scope=Scope.CITY, place=""), NAMES) == "全市"
    assert closures.who(FLOOD._replace(place="XX"), NAMES) == "已撤销的单位"
    assert closures.span(FLOOD) == "2026年7月6日（周一）至8日（周三）"
    assert closures.span(long) == "2026年12月30日（周三）至2027年1月4日（周一）"
    assert closures.of_year([long, FLOOD], 2026) == [FLOOD, long]
    assert closures.of_year([long, FLOOD], 2027) == [long]
    assert closures.key(17) == "closure:17"
    assert next(iter(FLOOD.days)) == Day(date(2026, 7, 6), "closure", "防汛")
