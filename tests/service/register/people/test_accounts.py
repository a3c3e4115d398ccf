"""An account is opened once, and its new password ends what the old one opened."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.people import accounts, sessions
from service.register.people import directory as people
from tests.service.register.people.cast import AT, CHEAP, PASSWORD, sign_in, signed_in


def test_a_new_account_has_its_posts_and_signs_in(session: Session) -> None:
    accounts.add(session, "sun", "孙浩", ["unit_head:YX", "auditor"], "first one", CHEAP)

    sun = people.actor(session, "sun")

    assert sun.groups == {"unit_head", "unit_head:YX", "auditor"}
    assert sign_in(session, "sun", "first one").token is not None


@pytest.mark.parametrize(
    ("login", "groups", "refusal"),
    [("wang", ["auditor"], NotAllowed), ("sun", ["tea_maker"], NotFound)],
)
def test_an_account_is_opened_once_and_with_known_posts(
    session: Session, login: str, groups: list[str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        accounts.add(session, login, "孙浩", groups, "first one", CHEAP)


def test_a_new_password_lifts_the_lock_and_ends_old_sessions(session: Session) -> None:
    token = signed_in(session)
    for _ in range(5):
        sign_in(session, "wang", "wrong")

    accounts.set_password(session, "wang", "another one", AT, CHEAP)

    assert sessions.actor(session, token, AT) is None
    assert sign_in(session, "wang", PASSWORD).token is None
    assert sign_in(session, "wang", "another one").token is not None


def test_a_password_for_nobody_is_refused(session: Session) -> None:
    with pytest.raises(NotFound, match="nobody"):
        accounts.set_password(session, "nobody", PASSWORD, AT, CHEAP)


def test_where_messages_reach_a_person_is_changed_one_by_one(session: Session) -> None:
    accounts.set_contact(session, "wang", "wang@example.gov.cn", None)
    accounts.set_contact(session, "wang", None, "13800000000")

    person = accounts.by_login(session, "wang")
    assert (person.email, person.phone) == ("wang@example.gov.cn", "13800000000")


@pytest.mark.parametrize(
    ("email", "phone"),
    [
        ("wang", None),
        ("a b@example.gov.cn", None),
        ("wang@example.gov.cn\nBcc: all@x.cn", None),
        ("王@example.gov.cn", None),
        (None, "abc"),
    ],
)
def test_what_no_message_can_be_sent_to_is_refused(
    session: Session, email: str | None, phone: str | None
) -> None:
    with pytest.raises(NotAllowed):
        accounts.set_contact(session, "wang", email, phone)
