"""The dispatch starts the legal clock."""

from datetime import date

import pytest

from service.database import Database
from service.errors import NotAllowed
from service.register.dispatch import dispatching
from service.register.dispatch.status import Mode
from service.register.proposal import suggestions
from tests.conftest import MORNING
from tests.dispatched import dispatched, registered
from tests.world import moment, populate


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as session:
        populate(session, MORNING)
    return database


def test_the_legal_clock_starts_with_the_dispatch(city: Database) -> None:
    with city.transaction() as session:
        suggestion_id, [lead, assist] = dispatched(session)
        suggestion = suggestions.get(session, suggestion_id)

        assert suggestion.dispatched_at == MORNING
        assert suggestion.reply_due_at == moment("2026-06-02", "18:00")
        assert lead.due_at == suggestion.reply_due_at
        assert assist.due_at == moment("2026-04-02", "18:00")
        assert assist.duties == "加强巡逻"


@pytest.mark.parametrize(
    ("due_on", "is_hard", "expected"),
    [
        (date(2026, 5, 25), False, "2026-05-25"),
        (date(2026, 8, 31), False, "2026-06-02"),
        (date(2026, 8, 31), True, "2026-08-31"),
        (None, True, "2026-09-02"),
    ],
)
def test_the_earlier_of_law_and_batch_counts(
    city: Database, due_on: date | None, is_hard: bool, expected: str
) -> None:
    with city.transaction() as session:
        suggestion_id = registered(session)
        batch = dispatching.open_batch(
            session, "清人交〔2026〕1号", "交办会", date(2026, 3, 2), due_on
        )

        found = dispatching.dispatch(
            session, suggestion_id, Mode.SOLE, MORNING, is_hard=is_hard, is_key=True, batch=batch
        )

        assert found.reply_due_at == moment(expected, "18:00")
        assert (found.is_hard, found.is_key, found.batch_id) == (is_hard, True, batch.id)


def test_what_is_merged_is_dispatched_with_its_main_case(city: Database) -> None:
    with city.transaction() as session:
        main, child = registered(session), registered(session)
        suggestions.merge(session, child, str(suggestions.get(session, main).case_no))

        dispatching.dispatch(session, main, Mode.SOLE, MORNING)

        assert suggestions.get(session, child).reply_due_at == moment("2026-06-02", "18:00")


def test_a_batch_is_opened_once_and_keeps_its_date(city: Database) -> None:
    with city.transaction() as session:
        day = date(2026, 3, 18)
        first = dispatching.open_batch(session, "1号", "交办会", day, date(2026, 6, 1))

        assert dispatching.open_batch(session, "1号", "", day, date(2026, 6, 1)) is first
        assert dispatching.open_batch(session, "1号", "", day, None) is first
        with pytest.raises(NotAllowed, match="2026-06-01"):
            dispatching.open_batch(session, "1号", "", day, date(2026, 7, 1))


def test_the_legal_day_is_known_before(city: Database) -> None:
    with city.transaction() as session:
        own = suggestions.get(session, registered(session))

        assert dispatching.legal_day(session, own, False, MORNING) == date(2026, 6, 2)
        assert dispatching.legal_day(session, own, True, MORNING) == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("is_key", "committee", "follows"),
    [(True, "CJ", "CJ"), (True, None, "HW"), (False, "CJ", "HW")],
)
def test_a_named_committee_follows_a_key_suggestion_only(
    city: Database, is_key: bool, committee: str | None, follows: str
) -> None:
    with city.transaction() as session:
        own = suggestions.get(session, registered(session))
        own.is_key = is_key

        dispatching.oversee(own, committee)

        assert own.oversight_committee == follows
