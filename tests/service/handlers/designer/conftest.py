"""A designer who is signed in."""

import pytest
from flask import Flask
from sqlalchemy import select

from service.database import Database
from service.tables.people import Person, Post
from tests.service.handlers.conftest import Browser, _signed_in


@pytest.fixture
def sun_li(app: Flask, office: Database) -> Browser:
    with office.transaction() as session:
        known = session.scalars(select(Person.password_hash).where(Person.login == "root")).one()
        session.add(Person(login="sun_li", name="孙丽", password_hash=known, failed_sign_ins=0))
        session.flush()
        session.add(Post(login="sun_li", role="designer", scope=None))
    return _signed_in(app, "sun_li")
