"""What is typed becomes a limit; a limit fills the form in which it was typed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from service.deadlines import changes, limits, policies, revision
from service.deadlines.limits import ALWAYS
from service.deadlines.revision import FORM
from service.errors import FormInvalid, NotFound

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)


def test_a_form_as_it_begins_asks_for_the_limit_as_it_is(working: Session) -> None:
    book = policies.in_force(working)
    asked = {"scope": "running", "effective_from": None, "reason": "核对", "confirmed_basis": None}

    for limit in limits.listed(book, TODAY):
        values = FORM.check({**revision.values_of(limit), **asked}, {}, {})
        assert revision.policy_of(values, book, limit.key, TODAY) == limit.policy


def test_a_reminder_goes_to_whom_it_names_or_to_whom_it_went(working: Session) -> None:
    book = policies.in_force(working)
    begun = revision.values_of(limits.one(book, "reply.normal", TODAY))
    rung = {"side": "before", "amount": 3, "unit": "WD"}

    def told(**whom: str) -> tuple[str, ...]:
        asked = {**begun, "warnings": [{**rung, **whom}], "scope": "running", "reason": "试行"}
        values = FORM.check({**asked, "effective_from": None, "confirmed_basis": None}, {}, {})
        [found] = revision.policy_of(values, book, "reply.normal", TODAY).warnings
        return found.tell

    assert told() == ("holder", "unit_deputy_head")  # as it was
    assert told(whom="holder") == ()
    assert told(whom="unit_head", also="unit_head", third="congress") == ("unit_head", "congress")
    with pytest.raises(FormInvalid):
        told(whom="mayor")


def test_from_when_a_version_holds(working: Session) -> None:
    book = policies.in_force(working)
    begun = revision.values_of(limits.one(book, "sign", TODAY)) | {"reason": "试行"}

    def asked(**more: str) -> date:
        values = FORM.check({**begun, **more}, {}, {})
        return revision.policy_of(values, book, "sign", TODAY).effective_from

    assert asked(scope="running") == ALWAYS
    assert asked(scope="running", level="town") == ALWAYS
    assert asked(scope="later") == TODAY
    assert asked(scope="later", effective_from="2027-01-01") == date(2027, 1, 1)
    with pytest.raises(FormInvalid):
        asked(scope="later", effective_from="2026-03-17")
    with pytest.raises(FormInvalid):
        asked(scope="running", effective_from="2027-01-01")


def test_what_is_not_there_cannot_be_taken_out(working: Session) -> None:
    row = policies.in_force(working).policy("sign", "", TODAY)
    town = row._replace(level="town", amount=4)
    changes.apply(working, town, "镇级", "guanli", AT)
    book = policies.in_force(working)

    assert revision.taken({"level": "town", "effective_from": "2000-01-01"}, "sign", book) == town
    with pytest.raises(NotFound):
        revision.taken({"level": "town", "effective_from": "2026-01-01"}, "sign", book)
