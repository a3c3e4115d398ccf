"""Consent is the congress office's, and never the proposer's own."""

import pytest

from service.authority import consenting
from service.errors import NotAllowed
from service.register.people.directory import Actor

OFFICE = Actor("wang", "王芳", frozenset({"deputy_office"}))
ADMIN = Actor("root", "管理员", frozenset({"admin", "designer"}))


def test_somebody_else_of_the_office_may() -> None:
    consenting.refuse_consent(OFFICE, "sheji")
    consenting.refuse_consent(OFFICE, None)


@pytest.mark.parametrize(("person", "by"), [(OFFICE, "wang"), (ADMIN, "sheji"), (ADMIN, "root")])
def test_the_proposer_and_others_may_not(person: Actor, by: str) -> None:
    assert not consenting.may_consent(person, by)
    with pytest.raises(NotAllowed):
        consenting.refuse_consent(person, by)
