"""A document put back is the row it was taken from."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import documents
from service.tables.deadlines import CalendarDay, DeadlinePolicy


def test_a_row_taken_out_and_put_back_is_the_same_row(working: Session) -> None:
    before = documents.read(working)
    taken = [doc for doc in before if doc.get("key") == "sign" or doc.get("year") == 2026]

    documents.take_out(working, taken)
    without = documents.read(working)
    documents.put_in(working, taken)

    assert len(without) == len(before) - 2
    assert sorted(documents.read(working), key=str) == sorted(before, key=str)


def test_documents_replace_those_of_the_same_identity(working: Session) -> None:
    [sign] = [doc for doc in documents.read(working) if doc.get("key") == "sign"]
    longer = {**sign, "amount": 9}
    town = {**sign, "level": "town"}

    assert documents.replaced([sign], [], [longer]) == [longer]
    assert documents.replaced([sign], [sign], [town]) == [town]
    assert documents.replaced([sign], [], []) == [sign]


def test_what_waits_to_be_written_is_written_before_something_is_taken_out(
    working: Session,
) -> None:
    working.scalars(select(DeadlinePolicy)).first()
    [sign] = [doc for doc in documents.read(working) if doc.get("key") == "sign"]

    documents.take_out(working, [sign])

    assert working.scalars(select(DeadlinePolicy).where(DeadlinePolicy.key == "sign")).all() == []
    assert working.scalars(select(CalendarDay)).first() is not None
