"""A book is bound from its documents, and a limit comes back from its document as it was."""

from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from service.deadlines import binding, documents, policies, seed
from service.deadlines.standstill import Scope


@pytest.mark.parametrize("policy", seed.POLICIES[::9], ids=lambda policy: policy.key)
def test_a_limit_comes_back_from_its_document(policy: seed.Policy) -> None:
    assert binding.as_value(binding.as_doc(policy, "guanli", None)) == policy


def test_a_book_is_what_its_documents_say(working: Session) -> None:
    moment = "2026-03-18T02:00:00+00:00"
    more = [
        {"table": "office_closures", "id": 4, "scope": "unit", "place": "JT", "first": "2026-07-07",
         "last": "2026-07-09", "name": "防汛", "changed_at": None, "changed_by": None},
        {"table": "office_hours", "unit": "JT", "spans": [[["09:00", "12:00"]]] * 5 + [[], []],
         "changed_at": None, "changed_by": None},
        *({"table": "deadline_pauses", "id": number, "business_key": "suggestion:1",
           "from_at": moment, "until_at": until, "reason": "", "attachments": [], "by": None,
           "resumed_by": None} for number, until in ((2, None), (1, moment))),
        {"table": "deadline_extensions", "id": 1, "business_key": "suggestion:2", "unit": "JT",
         "until": "2026-08-14", "reason": "", "by": None, "at": moment},
    ]  # fmt: skip

    book = binding.bound([*documents.read(working), *more], "stamp")

    present = policies.in_force(working)
    assert (book.policies, book.calendar, book.stamp) == (
        present.policies,
        present.calendar,
        "stamp",
    )
    [closure] = book.closures
    assert (closure.scope, closure.first, closure.id) == (Scope.UNIT, date(2026, 7, 7), 4)
    assert book.hours["JT"][0] == ((time(9), time(12)),)
    assert [pause.until_at is None for pause in book.pauses["suggestion:1"]] == [False, True]
    assert book.extensions["suggestion:2"][0].until == date(2026, 8, 14)
    assert len(book.docs) == len(documents.read(working)) + 5
