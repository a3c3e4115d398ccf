"""清沅市 has everybody the processes ask for, and can be loaded as often as one likes."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.database import Database
from service.demo import city
from service.register.people import directory as people
from service.register.people import signing_in
from service.register.people.passwords import PasswordCost
from service.register.people.roles import UNIT_ROLES, Role
from service.tables.people import Deputy, Person, Post, Term, Unit

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)
PROCESSES = Path(__file__).parents[3] / "processes"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        city.load(session, AT, CHEAP)
        yield session


def test_the_city_has_its_people(session: Session) -> None:
    deputies = Counter(session.scalars(select(Deputy.level)))
    towns = session.scalars(select(Unit.code).where(Unit.level == "town")).all()

    assert deputies == {"city": 60, "town": 28}
    assert len(towns) == 14
    assert 40 <= session.scalar(select(func.count(Unit.code))) <= 50


def test_loading_again_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        first = city.load(session, AT, CHEAP)
    with database.transaction() as session:
        session.scalars(select(Person).where(Person.login == "d001")).one().name = "改过的名字"

    with database.transaction() as session:
        again = city.load(session, AT, CHEAP)

        assert (first, again) == (len(list(city.citizens())), 0)
        assert people.names(session, ["d001"]) == {"d001": "改过的名字"}
        assert session.scalar(select(func.count(Term.id))) == len(city.SITTINGS)


def test_what_is_missing_is_added(database: Database) -> None:
    with database.transaction() as session:
        session.add(Person(login="jt_lianluo", name="早就在的人"))

    with database.transaction() as session:
        added = city.load(session, AT, CHEAP)

        assert added == len(list(city.citizens())) - 1
        assert people.names(session, ["jt_lianluo"]) == {"jt_lianluo": "早就在的人"}


def test_every_unit_has_all_five_posts(session: Session) -> None:
    units = session.scalars(select(Unit).where(Unit.system != "congress")).all()
    held = set(session.execute(select(Post.role, Post.scope)).all())

    missing = [
        (role, unit.code) for unit in units for role in UNIT_ROLES if (role, unit.code) not in held
    ]

    assert missing == []


def test_in_a_small_unit_one_person_holds_several_posts(session: Session) -> None:
    [liaison] = people.holders(session, "unit_liaison:DS")

    assert people.unit(session, "DS").small
    assert liaison.holds("unit_handler:DS")
    assert liaison.holds("unit_reviewer:DS")
    assert not people.unit(session, "JT").small
    assert len(people.holders(session, "unit_reviewer:JT")) == 1


def test_every_town_has_its_presidium_delegation_and_deputies(session: Session) -> None:
    for town in city.TOWNS:
        [chair] = people.holders(session, f"town_presidium:{town.code}")
        own = session.scalars(select(Deputy.level).where(Deputy.delegation == town.name)).all()

        assert chair.holds(f"delegation_clerk:{town.name}")
        assert own.count("city") == town.deputies
        assert own.count("town") == 2


def test_every_role_a_diagram_names_has_a_holder(session: Session) -> None:
    drawn = {
        group.partition(":")[0]
        for file in PROCESSES.glob("*.bpmn")
        for groups in re.findall(r'candidateGroups="([^"$]*)', file.read_text(encoding="utf-8"))
        for group in groups.split(",")
        if group
    }

    assert drawn
    assert [role for role in drawn if not people.holders(session, role)] == []


def test_only_known_roles_are_held(session: Session) -> None:
    assert set(session.scalars(select(Post.role))) <= set(Role)


def test_every_scope_names_something(session: Session) -> None:
    known = {*session.scalars(select(Unit.code)), *(town.name for town in city.TOWNS)}
    scopes = set(session.scalars(select(Post.scope).where(Post.scope.is_not(None))))

    assert scopes <= known


def test_the_courts_answer_to_the_congress_and_not_to_the_government(session: Session) -> None:
    systems = {code: people.unit(session, code).system for code in ("FY", "JC", "JW", "SD", "YX")}

    assert systems == {
        "FY": "court",
        "JC": "procuratorate",
        "JW": "supervision",
        "SD": "enterprise",
        "YX": "government",
    }


def test_no_two_people_share_a_name_a_number_or_a_card(session: Session) -> None:
    for column in (Person.name, Person.login, Person.phone, Deputy.card_no):
        [most] = Counter(session.scalars(select(column))).most_common(1)

        assert most[1] == 1, most


def test_every_account_shown_at_the_start_signs_in(session: Session) -> None:
    for account in city.ACCOUNTS:
        signed_in = signing_in.sign_in(session, account.login, city.PASSWORD, AT, cost=CHEAP)

        assert signed_in.token is not None, account


def test_the_accounts_shown_are_who_they_are_said_to_be(session: Session) -> None:
    titles = dict(session.execute(select(Post.login, Post.title)).all())

    assert titles["jt_zhuyao"] == "交通局局长"
    assert titles["dc_zhuren"] == "市政府督查室主任"
    assert titles["yx_renda"] == "云溪镇人大主席"
