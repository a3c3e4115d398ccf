"""An API token stands for one person until it ends."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.people import tokens
from tests.service.register.people.cast import AT, DAY, MINUTE


def test_an_api_token_stands_for_its_person_until_it_expires(session: Session) -> None:
    token = tokens.issue(session, "wang", "报表", AT, AT + DAY)

    found = tokens.actor(session, token, AT + DAY - MINUTE)

    assert found is not None
    assert found.login == "wang"
    assert tokens.actor(session, token, AT + DAY) is None
    assert tokens.actor(session, "tbp_other", AT) is None


def test_the_database_never_holds_an_apisigned_in(session: Session) -> None:
    token = tokens.issue(session, "wang", "报表", AT)

    [row] = tokens.of(session, "wang")

    assert row.name == "报表"
    assert token not in row.token_hash


def test_a_revoked_api_token_opens_nothing(session: Session) -> None:
    token = tokens.issue(session, "wang", "报表", AT)
    [row] = tokens.of(session, "wang")

    tokens.revoke(session, "wang", row.id, AT)

    assert tokens.actor(session, token, AT) is None


def test_nobody_revokes_somebody_elsessigned_in(session: Session) -> None:
    token = tokens.issue(session, "wang", "报表", AT)
    [row] = tokens.of(session, "wang")

    with pytest.raises(NotFound):
        tokens.revoke(session, "li", row.id, AT)

    assert tokens.actor(session, token, AT) is not None
