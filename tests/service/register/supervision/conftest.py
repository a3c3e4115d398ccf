"""The supervision offices, and units of each system, seen in one transaction."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import policies
from service.tables.people import Person, Post, Unit
from tests.conftest import MORNING
from tests.supervised import deploy_rules

POSTS = {
    "xu_jing": ["gov_supervision"],
    "he_ping": ["gov_supervision"],
    "tang_wei": ["gov_supervision_head"],
    "zhou_min": ["gov_office"],
    "gao_yuan": ["vice_mayor"],
    "luo_bin": ["party_supervision"],
    "sun_li": ["deputy_office"],
}


UNITS = (
    ("JT", "交通局", "government"),
    ("ZJ", "住建局", "government"),
    ("SD", "供电公司", "enterprise"),
    ("FY", "法院", "court"),
    ("ZZ", "组织部", "party"),
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        policies.seed(session, MORNING)
        deploy_rules(session)
        session.add_all(Person(login=login, name=login) for login in (*POSTS, "wang_fang"))
        session.add_all(
            Unit(code=code, name=name, short_name=name, system=system, level="city")
            for code, name, system in UNITS
        )
        session.flush()
        session.add_all(
            Post(login=login, role=role) for login, roles in POSTS.items() for role in roles
        )
        session.flush()
        yield session
