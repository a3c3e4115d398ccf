"""Letter numbers run on within a unit, a kind and a year, and are given once."""

from datetime import UTC, datetime

from service.database import Database
from service.register.common import numbers as letters
from service.tables.suggestions import CaseSeries
from tests.handled import session_of

NEW_YEARS_EVE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def test_numbers_run_on(database: Database) -> None:
    with session_of(database) as session:
        numbers = [letters.next_number(session, "JT", "建复", NEW_YEARS_EVE) for _ in range(3)]

    assert numbers == [f"交通局建复〔2026〕{n}号" for n in (1, 2, 3)]


def test_each_unit_and_kind_has_its_own_series(database: Database) -> None:
    with session_of(database) as session:
        letters.next_number(session, "JT", "建复", NEW_YEARS_EVE)

        assert letters.next_number(session, "GA", "建复", NEW_YEARS_EVE) == "公安局建复〔2026〕1号"
        assert letters.next_number(session, "JT", "建协", NEW_YEARS_EVE) == "交通局建协〔2026〕1号"


def test_a_letter_is_numbered_under_any_heading(database: Database) -> None:
    with session_of(database) as session:
        numbers = [letters.letter(session, "督查", NEW_YEARS_EVE) for _ in range(2)]

    assert numbers == ["督查〔2026〕1号", "督查〔2026〕2号"]


def test_cases_and_letters_are_counted_apart(database: Database) -> None:
    with session_of(database) as session:
        letters.letter(session, "督查", NEW_YEARS_EVE)

        assert letters.take(session, CaseSeries, "督查〔2026〕") == 1


def test_the_year_is_the_local_one(database: Database) -> None:
    with session_of(database) as session:
        letters.next_number(session, "JT", "建复", NEW_YEARS_EVE)

        assert letters.next_number(session, "JT", "建复", NEW_YEAR) == "交通局建复〔2027〕1号"


def test_a_number_taken_back_is_given_again(database: Database) -> None:
    try:
        with session_of(database) as session:
            letters.next_number(session, "JT", "建复", NEW_YEARS_EVE)
            raise RuntimeError
    except RuntimeError:
        pass

    with session_of(database) as session:
        assert letters.next_number(session, "JT", "建复", NEW_YEARS_EVE) == "交通局建复〔2026〕1号"
