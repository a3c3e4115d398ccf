"""People do things at moments that are theirs, and the same ones whenever the story is told."""

from datetime import date, datetime, time

from service.deadlines.workdays import LOCAL, Calendar
from service.demo import moments

CALENDAR = Calendar.of([], [])
MONDAY = date(2026, 3, 2)


def test_offices_act_in_office_hours_and_deputies_in_the_evening() -> None:
    office = moments.of_day(MONDAY, "jt_chengban", "1")
    deputy = moments.of_day(MONDAY, "d001", "1")

    assert time(8, 40) <= office.time() <= time(17, 45)
    assert deputy.time() >= time(19)
    assert office == moments.of_day(MONDAY, "jt_chengban", "1")


def test_at_once_is_within_the_hours_or_when_the_office_opens_again() -> None:
    morning = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
    friday = datetime(2026, 3, 6, 17, 50, tzinfo=LOCAL)

    assert morning < moments.soon(CALENDAR, morning, "1") < morning.replace(hour=11)
    assert moments.soon(CALENDAR, friday, "1").date() == date(2026, 3, 9)


def test_a_day_without_a_year_is_of_the_congress_year() -> None:
    assert moments.day_of_year("02-12") == date(2026, 2, 12)
