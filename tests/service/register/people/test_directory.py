"""Nobody acts except as who they are, with the posts they hold now."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.people import directory as people
from service.register.people.sectors import Sector
from service.tables.people import Person
from tests.service.register.people.cast import enter


def test_one_person_holds_several_posts(session: Session) -> None:
    wang = people.actor(session, "wang")

    assert wang.name == "王敏"
    assert wang.units == ("JT",)
    assert wang.groups == {
        "unit_liaison", "unit_liaison:JT", "unit_reviewer", "unit_reviewer:JT", "publisher",
    }  # fmt: skip
    assert wang.holds("unit_liaison:JT")
    assert wang.holds("user:wang")
    assert not wang.holds("unit_liaison:YX")
    assert not wang.holds("user:li")


def test_somebody_without_posts_is_still_somebody(session: Session) -> None:
    zhao = people.actor(session, "zhao")

    assert zhao.groups == frozenset()
    assert zhao.candidates == {"user:zhao"}


@pytest.mark.parametrize("login", ["gone", "nobody", ""])
def test_closed_and_unknown_accounts_act_nowhere(session: Session, login: str) -> None:
    with pytest.raises(NotAllowed):
        people.actor(session, login)


@pytest.mark.parametrize(
    ("group", "logins"),
    [
        ("unit_liaison:JT", ["wang"]),  # and not the closed account
        ("unit_handler", ["li"]),
        ("unit_liaison:YX", []),
        ("publisher", ["wang"]),
        ("user:li", ["li"]),
        ("user:gone", []),
    ],
)
def test_who_holds_a_group(session: Session, group: str, logins: list[str]) -> None:
    assert [holder.login for holder in people.holders(session, group)] == logins


def test_which_groups_somebody_can_be_reached_for(session: Session) -> None:
    asked = ["unit_liaison", "unit_head:JT", "unit_head:YX", "financeDept", "user:li", "user:demo"]

    reachable = people.reachable(session, asked)

    assert reachable == {"unit_liaison", "unit_head:JT", "user:li"}
    assert reachable == {group for group in asked if people.holders(session, group)}
    assert people.reachable(session, []) == frozenset()


def test_a_closed_account_is_not_reached(session: Session) -> None:
    session.scalars(select(Person).where(Person.login == "wang")).one().active = False
    session.flush()

    assert people.reachable(session, ["unit_liaison:JT", "user:gone", "publisher"]) == frozenset()


def test_names_of_many_take_one_question(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        enter(session)
    questions: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *given: questions.append(given[2]))

    with sqlite.transaction() as session:
        found = people.names(session, ["wang", "li", "gone", "nobody", None, "wang"])
        nothing = people.names(session, [None])

    assert found == {"wang": "王敏", "li": "李强", "gone": "钱进"}
    assert nothing == {}
    assert len(questions) == 1


def test_units_are_found_by_code_and_by_system(session: Session) -> None:
    assert people.unit(session, "JT").short_name == "交通局"
    assert [unit.code for unit in people.units(session)] == ["CJ", "JT", "YX"]
    assert [unit.code for unit in people.units(session, Sector.CONGRESS)] == ["CJ"]
    assert people.unit_names(session, ["JT", None]) == {"JT": "交通局"}
    assert people.unit_names(session, []) == {}
    assert people.unit_names(session)["OLD"] == "粮食局"
    with pytest.raises(NotFound, match="XX"):
        people.unit(session, "XX")


def test_a_group_reads_like_an_office(session: Session) -> None:
    found = people.group_names(
        session,
        ["unit_liaison:JT", "unit_head:JT", "town_presidium:YX", "work_committee:CJ", "deputy_office", "user:li"],
    )  # fmt: skip

    assert found == {
        "unit_liaison:JT": "交通局联络员",
        "unit_head:JT": "交通局主要负责人",
        "town_presidium:YX": "云溪镇人大主席团",
        "work_committee:CJ": "财经工委",
        "deputy_office": "人大代表工委",
        "user:li": "李强",
    }
