"""The book counts on the calendar of whoever the limit is for, through the pauses of the case, up to its extension."""

from datetime import date, datetime, time

import pytest

from service.deadlines import seed
from service.deadlines.book import Book, Within, within
from service.deadlines.lateness import NEVER
from service.deadlines.standstill import Closure, Extension, Pause, Scope
from service.deadlines.workdays import Calendar, Week

CASE = "suggestion:1"
CALENDAR = Calendar.of(
    [day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)], seed.CONFIRMED
)
POLICIES = {(policy.key, policy.level): (policy,) for policy in seed.POLICIES}
FLOOD = Closure(Scope.UNIT, "JT", date(2026, 7, 7), date(2026, 7, 9), "防汛")
SHORT: Week = (((time(9), time(12)),),) * 5 + ((), ())


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


MONDAY = local("2026-07-06T10:00")


def ends(book: Book, key: str, unit: str = "", case: str | None = None) -> datetime:
    return book.due(key, MONDAY, unit=unit, case=case).moment


@pytest.mark.parametrize(
    ("key", "unit", "end"),
    [
        ("sign", "JT", "2026-07-14T18:00"),
        ("sign", "CZ", "2026-07-09T18:00"),
        ("sign", "", "2026-07-09T18:00"),
        ("plan.propose", "JT", "2026-07-09T18:00"),  # the office's limit, not the unit's
    ],
)
def test_only_the_units_own_limits_step_over_its_closure(key: str, unit: str, end: str) -> None:
    book = Book(POLICIES, CALENDAR, closures=(FLOOD,))

    assert ends(book, key, unit) == local(end)


def test_a_town_that_is_closed_stops_its_unit_and_its_own_cases() -> None:
    town = FLOOD._replace(scope=Scope.TOWN, place="SM")
    book = Book(POLICIES, CALENDAR, closures=(town,))

    assert ends(book, "plan.propose", "town:SM") == local("2026-07-14T18:00")
    assert ends(book, "sign", "SM") == local("2026-07-14T18:00")
    assert ends(book, "plan.propose", "town:YX") == local("2026-07-09T18:00")


def test_hours_are_those_of_the_unit_or_everybodys() -> None:
    own = Book(POLICIES, CALENDAR, hours={"JT": SHORT})
    everybodys = Book(POLICIES, CALENDAR, hours={"": SHORT})

    assert ends(own, "ft.sign.urgent", "JT") == local("2026-07-06T12:00")
    assert ends(own, "ft.contact.urgent", "JT") == local("2026-07-07T11:00")
    assert ends(own, "ft.contact.urgent", "CZ") == local("2026-07-06T16:00")
    assert ends(everybodys, "ft.contact.urgent", "CZ") == local("2026-07-07T11:00")


def test_a_pause_belongs_to_its_case() -> None:
    pause = Pause(local("2026-07-07T10:00"), local("2026-07-09T10:00"))
    book = Book(POLICIES, CALENDAR, pauses={CASE: (pause,)})

    assert ends(book, "sign", case=CASE) == local("2026-07-13T18:00")
    assert ends(book, "sign", case="suggestion:2") == local("2026-07-09T18:00")
    assert book.stands_since(CASE) is None


def test_everything_of_a_case_that_stands_is_due_never() -> None:
    pause = Pause(local("2026-07-07T10:00"), None)
    book = Book(POLICIES, CALENDAR, pauses={CASE: (pause,)})

    due = book.due("evaluate", MONDAY, case=CASE)
    step = book.due("reply.draft", MONDAY, case=CASE, within=Within("reply.normal", MONDAY))

    assert (due.moment, set(due.warnings)) == (NEVER, {NEVER})
    assert (step.moment, set(step.warnings)) == (NEVER, {NEVER})
    assert book.stands_since(CASE) == pause.from_at
    assert ends(book, "ft.sign.urgent", case=CASE) == local("2026-07-06T12:00")  # over before


def test_an_extension_moves_the_reply_and_nothing_else() -> None:
    granted = Extension("", date(2026, 12, 31), MONDAY)
    book = Book(POLICIES, CALENDAR, extensions={CASE: (granted,)})

    capped = book.due("reply.normal", MONDAY, cap_on="2026-08-31", case=CASE)

    assert capped.moment == local("2026-12-31T18:00")
    assert ends(book, "sign", case=CASE) == local("2026-07-09T18:00")


def test_an_extension_of_one_unit_wins_over_the_cases() -> None:
    whole = Extension("", date(2026, 12, 30), MONDAY)
    own = Extension("JT", date(2026, 12, 31), MONDAY)
    book = Book(POLICIES, CALENDAR, extensions={CASE: (whole, own)})

    assert ends(book, "reply.normal", "JT", CASE) == local("2026-12-31T18:00")
    assert ends(book, "reply.normal", "CZ", CASE) == local("2026-12-30T18:00")


def test_a_batch_date_moves_with_the_days_the_clock_stood() -> None:
    pause = Pause(local("2026-07-07T10:00"), local("2026-07-09T10:00"))
    book = Book(POLICIES, CALENDAR, pauses={CASE: (pause,)})

    capped = book.due("reply.normal", MONDAY, cap_on="2026-08-26", case=CASE)

    assert capped.moment == local("2026-08-28T18:00")


def test_a_row_lies_in_another_limit_or_in_none() -> None:
    assert within("reply.normal", MONDAY) == Within("reply.normal", MONDAY)
    assert within(None, MONDAY) is within("reply.normal", None) is None
