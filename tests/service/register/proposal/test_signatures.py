"""Silence is not a signature."""

import pytest

from service.database import Database
from service.errors import NotAllowed
from service.register.proposal import signatures
from service.register.proposal.signatures import Decision
from tests.conftest import MORNING
from tests.proposed import submit
from tests.world import populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_silence_is_not_a_signature(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session, signers=("代表乙", "代表丙", "代表丁"))
        signatures.record(session, found.id, "代表乙", True, "", MORNING)
        signatures.record(session, found.id, "代表丙", False, "另有想法", MORNING)

        assert signatures.end(session, found.id, MORNING) == 1

        decisions = {row.login: row.decision for row in signatures.of(session, found.id)}
        assert decisions == {"代表乙": "agreed", "代表丙": "declined", "代表丁": "lapsed"}
        assert [row.login for row in signatures.of(session, found.id, Decision.AGREED)] == [
            "代表乙"
        ]


def test_nobody_signs_who_was_not_asked(city: Database) -> None:
    with city.transaction() as session:
        found = submit(session, signers=("代表乙",))

        with pytest.raises(NotAllowed, match="联名代表名单"):
            signatures.record(session, found.id, "代表丙", True, "", MORNING)
